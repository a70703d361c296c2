import { LoadgenError } from '../errors.ts';
import type { OffsetAt } from './schedule.ts';

/** A rate that goes through the same course again and again. */
export interface DiurnalShape {
  /** `sine`: from the first rate, the lowest, to the second and back. `steps`: each rate for an equal part of the period. */
  readonly curve: 'sine' | 'steps';
  readonly ratesPerSecond: readonly number[];
  readonly periodMs: number;
}

/** Doubles have no more places to halve into. */
const HALVINGS = 54;

/**
 * Offsets of Poisson arrivals whose rate changes with time: arrivals of a Poisson process of rate 1, given by `expectedAt`, moved to where
 * the integral of the rate reaches them. The course begins at the first rate.
 *
 * @param expectedAt Sum of the first index + 1 gaps of mean 1.
 * @throws LoadgenError SCHEDULE_INVALID
 */
export function diurnalOffsets(shape: DiurnalShape, expectedAt: OffsetAt): OffsetAt {
  const { periodMs } = checked(shape);
  const expectedBy = expectedWithin(shape);
  const perPeriod = expectedBy(periodMs);
  return (index) => {
    const expected = expectedAt(index);
    const period = Math.floor(expected / perPeriod);
    return period * periodMs + inverse(expectedBy, expected - period * perPeriod, periodMs);
  };
}

/** Halving keeps the order of what is asked for, whatever rounding does to the integral. */
function inverse(expectedBy: (ms: number) => number, expected: number, periodMs: number): number {
  let low = 0;
  let high = periodMs;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (expectedBy(middle) < expected) low = middle;
    else high = middle;
  }
  return high;
}

/** Arrivals expected from the start of a period to a moment in it. */
function expectedWithin({ curve, ratesPerSecond, periodMs }: DiurnalShape): (ms: number) => number {
  if (curve === 'steps') {
    const stepMs = periodMs / ratesPerSecond.length;
    return (ms) => {
      let expected = 0;
      for (const [step, rate] of ratesPerSecond.entries()) {
        expected += (Math.min(Math.max(ms - step * stepMs, 0), stepMs) * rate) / 1000;
      }
      return expected;
    };
  }
  const [low = 0, high = 0] = ratesPerSecond;
  const mean = (low + high) / 2000;
  const swing = (high - low) / 2000;
  const perMs = (2 * Math.PI) / periodMs;
  return (ms) => mean * ms - (swing / perMs) * Math.sin(perMs * ms);
}

function checked(shape: DiurnalShape): DiurnalShape {
  const { curve, ratesPerSecond, periodMs } = shape;
  const isRated = ratesPerSecond.every((rate) => rate >= 0) && ratesPerSecond.some((rate) => rate > 0);
  const isShaped = curve === 'sine' ? ratesPerSecond.length === 2 : ratesPerSecond.length >= 1;
  if (isRated && isShaped && periodMs > 0) return shape;
  throw new LoadgenError('SCHEDULE_INVALID', 'diurnal needs rates of at least 0, one of them above 0, and a period', {
    hint: 'for example diurnal:5-50/24h or diurnal:5,20,50,20/24h',
  });
}
