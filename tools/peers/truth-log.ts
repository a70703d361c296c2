import { existsSync, readFileSync } from 'node:fs';
import { quantile } from '../experiments/truth.ts';

/** One request as the server saw it; times in nanoseconds of the clock that all processes share. */
export interface Seen {
  readonly connection: number;
  readonly ordinal: number;
  readonly arrivalNs: number;
  readonly firstTokenNs: number;
  readonly lastTokenNs: number;
  readonly tokens: number;
  readonly fault: string | null;
}

/** The last `count` requests by arrival: a client's probes come before its load. */
export function readSeen(truthFile: string, count: number): Seen[] {
  const seen = readFileSync(truthFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Seen);
  return seen.sort((a, b) => a.arrivalNs - b.arrivalNs).slice(-count);
}

/** Gaps between the server's writes of one stream's tokens: mean and 99th percentile, ms. */
export function readGaps(truthFile: string): { readonly meanMs: number; readonly p99Ms: number } | undefined {
  const path = `${truthFile}.gaps`;
  if (!existsSync(path)) return undefined;
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  const total = rows.reduce((sum, [, count = 0]) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  const at99 = rows.find(([, count = 0]) => {
    below += count;
    return below >= 0.99 * total;
  });
  return {
    meanMs: rows.reduce((sum, [us = 0, count = 0]) => sum + us * count, 0) / total / 1000,
    p99Ms: (at99?.[0] ?? Number.NaN) / 1000,
  };
}

/** Time to first token as the server gave it, ms. */
export function ttftOf(seen: readonly Seen[]): { readonly meanMs: number; readonly p99Ms: number } {
  const valuesMs = seen.filter(({ firstTokenNs }) => firstTokenNs > 0).map((r) => (r.firstTokenNs - r.arrivalNs) / 1e6);
  return { meanMs: valuesMs.reduce((sum, value) => sum + value, 0) / valuesMs.length, p99Ms: quantile(valuesMs, 0.99) };
}
