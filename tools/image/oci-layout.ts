import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Entry, toTar } from './tar.ts';

export interface ImageOptions {
  /** From the lowest up; what changes more often stands higher. */
  readonly layers: readonly (readonly Entry[])[];
  readonly architecture: string;
  readonly entrypoint: readonly string[];
  readonly user: string;
  readonly environment: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Name and tag, such as `assay:0.1.0`. */
  readonly reference: string;
  /** gzip level; lower is quicker. */
  readonly level?: number;
}

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** An image as an OCI layout (image-spec 1.1) in one tar archive, which `docker load`, `podman load`, `skopeo copy oci-archive:` and `ctr images import` read. */
export function toOciLayout(options: ImageOptions): Buffer {
  const entries: Entry[] = [];
  const add = (bytes: Buffer, mediaType: string): Blob => {
    const digest = sha256(bytes);
    entries.push({ kind: 'file', path: `blobs/${digest.replace(':', '/')}`, bytes });
    return { mediaType, digest, size: bytes.length };
  };
  const addJson = (value: object, mediaType: string): Blob => add(Buffer.from(JSON.stringify(value)), mediaType);

  const tars = options.layers.map(toTar);
  const layers = tars.map((tar) =>
    add(gzipSync(tar, { level: options.level ?? 9 }), 'application/vnd.oci.image.layer.v1.tar+gzip'),
  );
  const config = addJson(
    {
      architecture: options.architecture,
      os: 'linux',
      config: {
        User: options.user,
        Env: options.environment,
        Entrypoint: options.entrypoint,
        WorkingDir: '/tmp',
        Labels: options.labels,
      },
      rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
    },
    'application/vnd.oci.image.config.v1+json',
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = addJson({ schemaVersion: 2, mediaType, config, layers }, mediaType);
  const annotations = {
    'org.opencontainers.image.ref.name': options.reference.split(':').at(-1) ?? 'latest',
    'io.containerd.image.name': options.reference,
  };
  const json = (path: string, value: object): Entry => ({
    kind: 'file',
    path,
    bytes: Buffer.from(JSON.stringify(value)),
  });
  return toTar([
    ...entries,
    json('oci-layout', { imageLayoutVersion: '1.0.0' }),
    json('index.json', {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ ...manifest, annotations }],
    }),
  ]);
}
