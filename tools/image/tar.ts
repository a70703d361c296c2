/** A file, a folder or a link of an image. */
export type Entry =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array; readonly isExecutable?: boolean }
  | { readonly kind: 'folder'; readonly path: string; readonly mode?: number };

const BLOCK = 512;

/** Entries as a tar archive (POSIX ustar); the same entries give the same bytes, whoever writes them and whenever. */
export function toTar(entries: readonly Entry[]): Buffer {
  const blocks = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1)).flatMap(blocksOf);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function blocksOf(entry: Entry): Buffer[] {
  if (entry.kind === 'folder') return [header(`${entry.path}/`, '5', entry.mode ?? 0o755, 0)];
  const { path, bytes, isExecutable } = entry;
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  return [header(path, '0', isExecutable === true ? 0o755 : 0o644, bytes.length), Buffer.from(bytes), padding];
}

function header(path: string, type: '0' | '5', mode: number, size: number): Buffer {
  const { name, prefix } = splitPath(path);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  block.write(name, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A long path stands in two fields, cut at a slash. */
function splitPath(path: string): { readonly name: string; readonly prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  const at = path.indexOf('/', path.length - 101);
  if (at < 0 || at > 155 || at === path.length - 1) throw new Error(`no tar archive holds the path ${path}`);
  return { name: path.slice(at + 1), prefix: path.slice(0, at) };
}
