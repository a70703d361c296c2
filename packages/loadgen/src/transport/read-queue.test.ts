import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReadQueue, type ReadTarget } from './read-queue.ts';

/** A target that keeps what it is handed, and takes `costMs` of the clock for each read. */
class Collector implements ReadTarget {
  readonly reads: { readonly text: string; readonly atMs: number }[] = [];
  readonly #onRead: () => void;

  constructor(onRead: () => void) {
    this.#onRead = onRead;
  }

  takeRead(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.reads.push({ text: Buffer.from(bytes.subarray(start, end)).toString('latin1'), atMs });
    this.#onRead();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('reads', () => {
  it('a read that comes alone is taken at once', () => {
    const queue = new ReadQueue(() => 0);
    const target = new Collector(() => undefined);
    queue.add(target, Buffer.from('a'), 1, 5);
    expect(target.reads).toEqual([{ text: 'a', atMs: 5 }]);
  });

  it('those of a burst wait until the sockets were read, and keep their own times', async () => {
    let nowMs = 0;
    const queue = new ReadQueue(() => nowMs);
    const target = new Collector(() => {
      nowMs += 1;
    });
    const shared = Buffer.alloc(8);
    for (const letter of 'abcd') {
      shared.fill(letter);
      queue.add(target, shared, 3, nowMs);
    }
    shared.fill('x');
    expect(target.reads).toEqual([{ text: 'aaa', atMs: 0 }]);
    await turn();
    // One read is a slice here: the sockets are looked at between two of them.
    expect(target.reads).toHaveLength(2);
    await turn();
    await turn();
    expect(target.reads.map(({ text }) => text)).toEqual(['aaa', 'bbb', 'ccc', 'ddd']);
    expect(target.reads.map(({ atMs }) => atMs)).toEqual([0, 1, 1, 1]);
  });

  it('all that is held is taken before a socket ends', () => {
    const queue = new ReadQueue(() => 0);
    const target = new Collector(() => undefined);
    for (const letter of 'abc') queue.add(target, Buffer.from(letter), 1, 0);
    queue.takeAll();
    expect(target.reads.map(({ text }) => text).join('')).toBe('abc');
  });

  it('nothing is lost, changed or overtaken, whatever the sizes and gaps', async () => {
    const read = fc.record({
      size: fc.integer({ min: 1, max: 9000 }),
      gapMs: fc.constantFrom(0, 0.001, 1),
      target: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(read, { maxLength: 300 }), async (reads) => {
        let nowMs = 0;
        const queue = new ReadQueue(() => nowMs);
        const targets = [0, 1, 2].map(() => new Collector(() => undefined));
        const expected: { text: string; atMs: number }[][] = [[], [], []];
        const shared = Buffer.alloc(9000);
        reads.forEach(({ size, gapMs, target }, index) => {
          nowMs += gapMs;
          const text = String.fromCharCode(33 + (index % 90)).repeat(size);
          shared.write(text, 'latin1');
          queue.add(targets[target] as Collector, shared, size, nowMs);
          expected[target]?.push({ text, atMs: nowMs });
        });
        for (
          let left = reads.length;
          left > 0 && targets.some((one, at) => one.reads.length < (expected[at]?.length ?? 0));
          left--
        )
          await turn();
        expect(targets.map(({ reads: seen }) => seen)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
