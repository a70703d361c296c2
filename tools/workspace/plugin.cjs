const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** Targets of every package and app follow from the files it has; no package.json repeats them. */
function inferTargets(root, workspaceRoot) {
  const has = (path) => existsSync(join(workspaceRoot, root, path));
  const isApp = root.startsWith('apps/');
  const run = (command) => ({ executor: 'nx:run-commands', options: { cwd: root, command } });
  const targets = {
    build: {
      ...run(isApp ? 'node ../../tools/workspace/bundle-app.ts' : 'node ../../tools/workspace/build-package.ts'),
      cache: true,
      dependsOn: ['^build'],
      inputs: ['production', '^production'],
      outputs: ['{projectRoot}/dist'],
      syncGenerators: ['@assay/workspace-tools:references'],
    },
    typecheck: {
      ...run('tsc -p tsconfig.spec.json'),
      cache: true,
      inputs: ['default', '^production'],
    },
  };
  const isPrivate = JSON.parse(readFileSync(join(workspaceRoot, root, 'package.json'), 'utf8')).private === true;
  if (!isApp && !isPrivate) {
    targets.package = {
      ...run('node ../../tools/workspace/check-package.ts'),
      cache: true,
      dependsOn: ['build'],
      inputs: ['production', '^production', '{projectRoot}/*.md'],
    };
  }
  if (has('vitest.config.ts')) {
    targets.test = { ...run('vitest run'), cache: true, inputs: ['default', '^production'] };
  }
  const hasBenches =
    has('bench') && readdirSync(join(workspaceRoot, root, 'bench')).some((name) => name.endsWith('.bench.ts'));
  if (hasBenches) {
    targets.bench = {
      ...run('node --conditions=@assay/source ../../tools/workspace/run-benches.ts'),
      cache: false,
      parallelism: false,
    };
  }
  return targets;
}

exports.name = 'assay-workspace';
exports.createNodesV2 = [
  '{packages,apps}/*/tsconfig.lib.json',
  (files, _options, context) =>
    files.map((file) => {
      const root = dirname(file);
      return [file, { projects: { [root]: { targets: inferTargets(root, context.workspaceRoot) } } }];
    }),
];
