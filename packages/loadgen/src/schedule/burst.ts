import { LoadgenError } from '../errors.ts';
import type { OffsetAt } from './schedule.ts';

export interface BurstShape {
  readonly baseRatePerSecond: number;
  readonly burstRatePerSecond: number;
  readonly burstMs: number;
  readonly periodMs: number;
}

/** Each period begins with `burstMs` at the burst rate and goes on at the base rate (which may be 0). */
export function burstOffsets(shape: BurstShape): OffsetAt {
  const { baseRatePerSecond, burstRatePerSecond, burstMs, periodMs } = shape;
  const isValid = burstRatePerSecond > 0 && baseRatePerSecond >= 0 && burstMs > 0 && periodMs >= burstMs;
  if (!isValid) {
    throw new LoadgenError(
      'SCHEDULE_INVALID',
      'a burst needs a rate and a length above 0 and a period not shorter than it',
      {
        hint: 'for example burst:50x200ms/5s',
      },
    );
  }
  const inBurst = (burstRatePerSecond * burstMs) / 1000;
  const perPeriod = inBurst + (baseRatePerSecond * (periodMs - burstMs)) / 1000;
  return (index) => {
    const period = Math.floor(index / perPeriod);
    const rest = index - period * perPeriod;
    const start = period * periodMs;
    if (rest < inBurst || baseRatePerSecond === 0) return start + (rest * 1000) / burstRatePerSecond;
    return start + burstMs + ((rest - inBurst) * 1000) / baseRatePerSecond;
  };
}
