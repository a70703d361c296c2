const { createProjectGraphAsync } = require('@nx/devkit');
const { relative, join } = require('node:path').posix;

/** Sync generator: the references of the root and of every tsconfig.lib.json follow the runtime edges of the graph. */
module.exports = async function syncReferences(tree) {
  const graph = await createProjectGraphAsync();
  const changed = [];
  const libraries = Object.values(graph.nodes)
    .filter((node) => tree.exists(`${node.data.root}/tsconfig.lib.json`))
    .sort((a, b) => a.data.root.localeCompare(b.data.root));
  const writeReferences = (file, paths) => {
    const config = JSON.parse(tree.read(file, 'utf8'));
    const wanted = paths.map((path) => ({ path }));
    if (JSON.stringify(config.references ?? []) === JSON.stringify(wanted)) return;
    config.references = wanted;
    tree.write(file, `${JSON.stringify(config, null, 2)}\n`);
    changed.push(file);
  };
  const runtimeDependencies = (root) =>
    Object.keys(JSON.parse(tree.read(`${root}/package.json`, 'utf8')).dependencies ?? {});
  writeReferences(
    'tsconfig.json',
    libraries.map((node) => `./${node.data.root}`),
  );
  for (const node of libraries) {
    const names = new Set(runtimeDependencies(node.data.root));
    const paths = libraries
      .filter((other) => names.has(other.name) && tree.exists(`${other.data.root}/src/index.ts`))
      .map((other) => join(relative(node.data.root, other.data.root), 'tsconfig.lib.json'));
    writeReferences(`${node.data.root}/tsconfig.lib.json`, paths.sort());
  }
  return changed.length > 0 ? { outOfSyncMessage: `stale references: ${changed.join(', ')}` } : {};
};
