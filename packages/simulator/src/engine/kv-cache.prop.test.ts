import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KvCache, type KvReservation } from './kv-cache.ts';

const PREFIXES = [0, 1, 2].map((base) => Array.from({ length: 40 }, (_, k) => base * 100 + k));

/** A prompt: part of one of three long prefixes, and a tail of its own. */
const prompts = fc
  .tuple(
    fc.constantFrom(...PREFIXES),
    fc.integer({ min: 1, max: 40 }),
    fc.array(fc.integer({ min: 1000, max: 1003 }), { maxLength: 6 }),
  )
  .map(([prefix, length, tail]) => [...prefix.slice(0, length), ...tail]);
const actions = fc.array(
  fc.record({ prompt: prompts, output: fc.integer({ min: 1, max: 20 }), releases: fc.nat({ max: 3 }) }),
  { maxLength: 60 },
);

test('blocks are neither lost nor made, and hits are real prefixes', () => {
  fc.assert(
    fc.property(actions, (steps) => {
      const cache = new KvCache({ blockTokens: 4, kvBlocks: 40, hasPrefixCache: true });
      const held: KvReservation[] = [];
      const published = new Set<string>();
      for (const { prompt, output, releases } of steps) {
        const reservation = cache.reserve(prompt, prompt.length + output);
        if (reservation !== undefined) {
          expect(reservation.cachedTokens).toBeLessThan(prompt.length);
          if (reservation.cachedTokens > 0)
            expect(published.has(prompt.slice(0, reservation.cachedTokens).join())).toBe(true);
          cache.publish(reservation);
          for (let end = 4; end <= prompt.length; end += 4) published.add(prompt.slice(0, end).join());
          held.push(reservation);
        }
        for (let i = 0; i < releases; i++) {
          const first = held.shift();
          if (first !== undefined) cache.release(first);
        }
        expect(cache.usage).toBeGreaterThanOrEqual(0);
        expect(cache.usage).toBeLessThanOrEqual(1);
      }
      for (const reservation of held) cache.release(reservation);
      expect(cache.usage).toBe(0);
      // All 40 blocks can be had again.
      expect(cache.reserve([-1], 160)).toBeDefined();
    }),
  );
});
