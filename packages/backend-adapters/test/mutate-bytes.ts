import fc from 'fast-check';

export interface Mutation {
  readonly kind: 'flip' | 'drop' | 'repeat';
  /** Share of the whole at which it begins. */
  readonly place: number;
  readonly size: number;
}

/** Changes of bytes. Places lie near the end half of the time, where the last event is. */
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip' as const, 'drop' as const, 'repeat' as const),
  place: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.8, max: 1, noNaN: true })),
  size: fc.oneof(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 4000 })),
});

/** The bytes after one change: a byte flipped, a stretch dropped, a stretch sent twice. */
export function mutate(bytes: Uint8Array, { kind, place, size }: Mutation): Uint8Array {
  const at = Math.floor(place * (bytes.length - 1));
  if (kind === 'flip') return bytes.map((byte, i) => (i === at ? byte ^ (size & 0xff || 1) : byte));
  const before = bytes.slice(0, at);
  const after = bytes.slice(kind === 'drop' ? at + size : at);
  const repeated = kind === 'repeat' ? bytes.slice(at, at + size) : new Uint8Array();
  return Uint8Array.from([...before, ...repeated, ...after]);
}
