import type { DelayFigures } from '@assay/contracts';
import type { ReadDelayHealth } from '../events.ts';

/** The worst worker stands for all; `undefined` as soon as one does not know. */
export function worstReadDelay(delays: readonly (ReadDelayHealth | undefined)[]): ReadDelayHealth | undefined {
  const known = delays.filter((delay) => delay !== undefined);
  if (known.length === 0 || known.length < delays.length) return undefined;
  const worst = (key: 'reads' | 'firstTokens' | 'spans'): DelayFigures | undefined => {
    const figures = known.map((delay) => delay[key]).filter((each) => each !== undefined);
    return figures.length === 0 ? undefined : figures.reduce(worse);
  };
  return {
    reads: worst('reads'),
    firstTokens: worst('firstTokens'),
    spans: worst('spans'),
    isCoreTimeKnown: known.every((delay) => delay.isCoreTimeKnown),
  };
}

function worse(a: DelayFigures, b: DelayFigures): DelayFigures {
  return {
    count: a.count + b.count,
    meanMs: Math.max(a.meanMs, b.meanMs),
    p50Ms: Math.max(a.p50Ms, b.p50Ms),
    p90Ms: Math.max(a.p90Ms, b.p90Ms),
    p95Ms: Math.max(a.p95Ms, b.p95Ms),
    p99Ms: Math.max(a.p99Ms, b.p99Ms),
    p999Ms: Math.max(a.p999Ms, b.p999Ms),
    maxMs: Math.max(a.maxMs, b.maxMs),
  };
}
