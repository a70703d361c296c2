import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appFiles, runtimeFiles } from './image-files.ts';
import { toOciLayout } from './oci-layout.ts';

// The image without a registry and without a daemon: `npm run image -- assay.oci.tar [NAME:TAG]`. All that is in it came with `npm ci`, and the C library
// of this machine. A Dockerfile makes the same on a base of its own.
const root = join(import.meta.dirname, '../..');
const [out = 'assay.oci.tar', name] = process.argv.slice(2);
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

if (process.platform !== 'linux')
  throw new Error('the libraries of an image come from this machine, which has to run Linux');
if (!existsSync(join(root, 'apps/cli/dist/assay.js'))) throw new Error('apps/cli/dist is missing: npm run build');
const { version } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8')) as { version: string };
const reference = name ?? `assay:${version}`;
const image = toOciLayout({
  layers: [runtimeFiles(realpathSync(process.execPath)), appFiles(root)],
  architecture: ARCHITECTURES[process.arch] ?? process.arch,
  entrypoint: ['/usr/local/bin/node', '/opt/assay/bin/assay.js'],
  user: '65532:65532',
  environment: ['PATH=/usr/local/bin', 'NODE_ENV=production'],
  labels: { 'org.opencontainers.image.title': 'assay', 'org.opencontainers.image.version': version },
  reference,
});
writeFileSync(out, image);
console.log(`${out}: ${reference}, ${(image.length / 2 ** 20).toFixed(1)} MiB`);
