import { isIPv6 } from 'node:net';
import type { Shortage } from '@assay/contracts';

/** What this machine can run out of when connections are opened: local ports, or file descriptors. */
export type ShortResource = Shortage['of'];

/** Sums of the waits of one load. */
export class ShortageTally {
  readonly #sums: Map<ShortResource, { requests: number; longestMs: number; totalMs: number }> = new Map();

  add(of: ShortResource, waitedMs: number): void {
    const sum = this.#sums.get(of) ?? { requests: 0, longestMs: 0, totalMs: 0 };
    sum.requests += 1;
    sum.totalMs += waitedMs;
    sum.longestMs = Math.max(sum.longestMs, waitedMs);
    this.#sums.set(of, sum);
  }

  /** Empty where nothing was short. */
  get counts(): { readonly shortages?: readonly Shortage[] } {
    return this.#sums.size === 0 ? {} : { shortages: [...this.#sums].map(([of, sum]) => ({ of, ...sum })) };
  }
}

/** One tally of several. */
export function addShortages(parts: readonly (readonly Shortage[])[]): readonly Shortage[] {
  const resources: readonly ShortResource[] = ['ports', 'files'];
  return resources.flatMap((of) => {
    const found = parts.flat().filter((each) => each.of === of);
    if (found.length === 0) return [];
    const sum = (key: 'requests' | 'totalMs'): number => found.reduce((total, each) => total + each[key], 0);
    const longestMs = Math.max(...found.map((each) => each.longestMs));
    return [{ of, requests: sum('requests'), longestMs, totalMs: sum('totalMs') }];
  });
}

/**
 * What an error of `connect` or `bind` says this machine has run out of; `undefined` for every other error. A bind to port 0 that finds every
 * port taken fails as EADDRINUSE. EADDRNOTAVAIL of a bind names an address that this machine does not have, and that of an IPv6 address
 * may mean that there is no way to it: `hasConnected`, one was reached before, rules that out.
 */
export function shortageOf(error: Error, hasConnected: boolean): ShortResource | undefined {
  const causes = error instanceof AggregateError ? error.errors : [error];
  for (const { code, syscall, address } of causes as NodeJS.ErrnoException[] & { address?: string }[]) {
    if (code === 'EMFILE' || code === 'ENFILE') return 'files';
    if (code === 'EADDRINUSE' && syscall === 'bind') return 'ports';
    if (code !== 'EADDRNOTAVAIL' || syscall === 'bind') continue;
    if (hasConnected || address === undefined || !isIPv6(address)) return 'ports';
  }
  return undefined;
}
