import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { toOciLayout } from '../oci-layout.ts';
import { type Entry, toTar } from '../tar.ts';

/** Unpacks with the system's own tar, which knows nothing of ours. */
function unpack(archive: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-image-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'archive.tar');
  writeFileSync(file, archive);
  execFileSync('tar', ['-xf', file, '-C', folder]);
  return folder;
}

const LONG = `opt/${'deep/'.repeat(24)}${'name'.repeat(12)}.js`;
const FILES: readonly Entry[] = [
  { kind: 'folder', path: 'opt' },
  { kind: 'folder', path: 'tmp', mode: 0o1777 },
  { kind: 'file', path: 'opt/run', bytes: Buffer.from('#!x'), isExecutable: true },
  { kind: 'file', path: 'opt/empty', bytes: Buffer.alloc(0) },
  { kind: 'file', path: 'opt/block', bytes: Buffer.alloc(512, 7) },
  { kind: 'file', path: LONG, bytes: Buffer.from('long') },
];
const IMAGE = {
  layers: [FILES, [{ kind: 'file', path: 'app', bytes: Buffer.from('1') } as const]],
  architecture: 'amd64',
  entrypoint: ['/opt/run'],
  user: '65532:65532',
  environment: [],
  labels: {},
  reference: 'assay:1',
};

test('the system unpacks the archive as it was given, modes and long paths too', () => {
  const folder = unpack(toTar(FILES));
  expect(readFileSync(join(folder, 'opt/run'), 'utf8')).toBe('#!x');
  expect(statSync(join(folder, 'opt/run')).mode & 0o7777).toBe(0o755);
  expect(statSync(join(folder, 'opt/empty')).size).toBe(0);
  expect(readFileSync(join(folder, 'opt/block'))).toEqual(Buffer.alloc(512, 7));
  expect(readFileSync(join(folder, LONG), 'utf8')).toBe('long');
});

test('a path that no archive holds is refused', () => {
  expect(() => toTar([{ kind: 'file', path: 'x'.repeat(300), bytes: Buffer.alloc(0) }])).toThrow('no tar archive');
});

test('index, manifest, configuration and layers hang together by their digests', () => {
  const folder = unpack(toOciLayout(IMAGE));
  interface Ref {
    readonly digest: string;
    readonly size: number;
  }
  const blob = ({ digest, size }: Ref): Buffer => {
    const bytes = readFileSync(join(folder, 'blobs', digest.replace(':', '/')));
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest);
    expect(bytes.length).toBe(size);
    return bytes;
  };
  const json = <T>(text: Buffer): T => JSON.parse(text.toString()) as T;
  const index = json<{ manifests: [Ref] }>(readFileSync(join(folder, 'index.json')));
  const manifest = json<{ config: Ref; layers: Ref[] }>(blob(index.manifests[0]));
  const config = json<{ rootfs: { diff_ids: string[] }; config: { User: string } }>(blob(manifest.config));
  expect(config.config.User).toBe('65532:65532');
  const digests = manifest.layers.map((layer) =>
    createHash('sha256')
      .update(gunzipSync(blob(layer)))
      .digest('hex'),
  );
  expect(digests.map((digest) => `sha256:${digest}`)).toEqual(config.rootfs.diff_ids);
  expect(readFileSync(join(folder, 'oci-layout'), 'utf8')).toBe('{"imageLayoutVersion":"1.0.0"}');
});

test('the same files give the same image, in whatever order they come', () => {
  const turned = { ...IMAGE, layers: IMAGE.layers.map((layer) => layer.toReversed()) };
  expect(toOciLayout(turned).equals(toOciLayout(IMAGE))).toBe(true);
});
