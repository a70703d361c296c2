import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAMS_FOLDER } from './programs-folder.ts';

// Builds the programs of a control plane from Go modules: `node tools/kubernetes/build.ts [FOLDER]`. What is there already stays.
const VERSION = 'v1.34.4';
const SOURCES = {
  etcd: ['etcd', 'go.etcd.io/etcd/server/v3'],
  'kube-apiserver': ['kube', 'k8s.io/kubernetes/cmd/kube-apiserver'],
  'kube-controller-manager': ['kube', 'k8s.io/kubernetes/cmd/kube-controller-manager'],
} as const;

const bin = process.argv[2] ?? PROGRAMS_FOLDER;
mkdirSync(bin, { recursive: true });
// Kubernetes' programs compare the version they are told here with those of others.
const facts = [`gitVersion=${VERSION}`, 'gitMajor=1', 'gitMinor=34'].map(
  (fact) => `-X k8s.io/component-base/version.${fact}`,
);
for (const [name, [module, source]] of Object.entries(SOURCES)) {
  const out = join(bin, name);
  if (existsSync(out)) continue;
  const began = performance.now();
  const args = ['build', '-trimpath', '-ldflags', ['-s -w', ...facts].join(' '), '-o', out, source];
  const cwd = join(import.meta.dirname, 'programs', module);
  execFileSync('go', args, { cwd, env: { ...process.env, CGO_ENABLED: '0' }, stdio: 'inherit' });
  console.log(`${name}: ${Math.round((performance.now() - began) / 1000)} s`);
}
