import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Entry } from './tar.ts';

const file = (path: string, from: string, isExecutable = false): Entry => ({
  kind: 'file',
  path,
  bytes: readFileSync(from),
  isExecutable,
});

/** Folders above the given paths, each once. */
function foldersOf(entries: readonly Entry[]): Entry[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].map((path) => ({ kind: 'folder', path }));
}

const withFolders = (entries: readonly Entry[]): Entry[] => [...foldersOf(entries), ...entries];

/** Node as npm brings it, and the shared libraries of this machine that it names: a root file system with nothing else in it, not even a shell. */
export function runtimeFiles(node: string): Entry[] {
  const named = execFileSync('ldd', [node], { encoding: 'utf8' });
  const libraries = [...named.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].map(([, path = '']) => path);
  const text = (path: string, content: string): Entry => ({ kind: 'file', path, bytes: Buffer.from(content) });
  return [
    ...withFolders([
      file('usr/local/bin/node', node, true),
      ...libraries.map((path) => file(path.slice(1), realpathSync(path), true)),
      text('etc/passwd', 'root:x:0:0:root:/:/sbin/nologin\nassay:x:65532:65532:assay:/tmp:/sbin/nologin\n'),
      text('etc/group', 'root:x:0:\nassay:x:65532:\n'),
      text('etc/nsswitch.conf', 'hosts: files dns\n'),
    ]),
    { kind: 'folder', path: 'tmp', mode: 0o1777 },
  ];
}

/** The built command: its bundle has every dependency inside. */
export function appFiles(root: string): Entry[] {
  const app = join(root, 'apps/cli');
  const scripts = readdirSync(join(app, 'dist')).filter((name) => name.endsWith('.js'));
  const profiles = readdirSync(join(root, 'profiles'));
  return withFolders([
    file('opt/assay/package.json', join(app, 'package.json')),
    file('opt/assay/bin/assay.js', join(app, 'bin/assay.js'), true),
    ...scripts.map((name) => file(`opt/assay/dist/${name}`, join(app, 'dist', name))),
    ...profiles.map((name) => file(`opt/assay/profiles/${name}`, join(root, 'profiles', name))),
    file('opt/assay/LICENSE', join(root, 'LICENSE')),
  ]);
}
