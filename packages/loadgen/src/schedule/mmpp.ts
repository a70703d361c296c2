import type { RandomStream } from '@assay/timebase';
import { LoadgenError } from '../errors.ts';
import type { OffsetAt } from './schedule.ts';

/** Poisson arrivals whose rate is that of the state a Markov chain is in. */
export interface MmppShape {
  readonly states: readonly { readonly ratePerSecond: number; readonly meanMs: number }[];
  /** Row i: probabilities of the state that follows state i. Without it every other state is as likely. */
  readonly transitions?: readonly (readonly number[])[];
}

const SUM_SLACK = 1e-9;

/** A checked shape with its probabilities. @throws LoadgenError SCHEDULE_INVALID */
function checked({ states, transitions }: MmppShape): { readonly rows: readonly (readonly number[])[] } {
  const fail = (message: string): never => {
    throw new LoadgenError('SCHEDULE_INVALID', message, { hint: 'for example mmpp:50x2s,5x10s' });
  };
  const n = states.length;
  if (n < 2) return fail('mmpp needs at least two states');
  if (states.some(({ ratePerSecond, meanMs }) => !(ratePerSecond >= 0) || !(meanMs > 0)))
    return fail('a state of mmpp needs a rate of at least 0 and a time above 0');
  if (states.every(({ ratePerSecond }) => ratePerSecond === 0)) return fail('mmpp needs a state with a rate above 0');
  const rows = transitions ?? states.map((_, i) => states.map((_, j) => (i === j ? 0 : 1 / (n - 1))));
  if (rows.length !== n || rows.some((row) => row.length !== n))
    return fail(`mmpp of ${n} states needs ${n} × ${n} probabilities`);
  for (const [i, row] of rows.entries()) {
    const sum = row.reduce((total, p) => total + p, 0);
    if (row[i] !== 0 || row.some((p) => !(p >= 0)) || Math.abs(sum - 1) > SUM_SLACK)
      return fail(`row ${i + 1} of the probabilities of mmpp must add up to 1, with 0 for the state itself`);
  }
  if (!isConnected(rows)) return fail('every state of mmpp must be reached from every other');
  return { rows };
}

function isConnected(rows: readonly (readonly number[])[]): boolean {
  const reaches = (step: (i: number, j: number) => number): boolean => {
    const seen = new Set([0]);
    for (const i of seen) for (let j = 0; j < rows.length; j++) if (step(i, j) > 0) seen.add(j);
    return seen.size === rows.length;
  };
  return reaches((i, j) => rows[i]?.[j] ?? 0) && reaches((i, j) => rows[j]?.[i] ?? 0);
}

/**
 * Shares of the visits of a Markov chain that fall on each state, by elimination of states from the last to the first (Grassmann, Taksar
 * and Heyman 1985), which subtracts nothing and so loses no digits.
 */
function visitShares(rows: readonly (readonly number[])[]): number[] {
  const a = rows.map((row) => [...row]);
  const at = (i: number, j: number): number => a[i]?.[j] ?? 0;
  for (let k = a.length - 1; k > 0; k--) {
    let out = 0;
    for (let j = 0; j < k; j++) out += at(k, j);
    for (let i = 0; i < k; i++) {
      const share = at(i, k) / out;
      const row = a[i] ?? [];
      row[k] = share;
      for (let j = 0; j < k; j++) row[j] = at(i, j) + share * at(k, j);
    }
  }
  const shares = [1];
  for (let k = 1; k < a.length; k++) {
    let share = 0;
    for (let i = 0; i < k; i++) share += (shares[i] ?? 0) * at(i, k);
    shares.push(share);
  }
  return normalized(shares);
}

function normalized(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

/** Shares of the time in each state, in the long run. */
function timeShares({ states }: MmppShape, rows: readonly (readonly number[])[]): number[] {
  const visits = visitShares(rows);
  return normalized(states.map(({ meanMs }, i) => (visits[i] ?? 0) * meanMs));
}

function drawFrom(probabilities: readonly number[], uniform: number): number {
  let left = uniform;
  for (let i = 0; i < probabilities.length; i++) {
    left -= probabilities[i] ?? 0;
    if (left < 0) return i;
  }
  // What rounding left over belongs to the last state that can follow.
  return probabilities.findLastIndex((p) => p > 0);
}

/** Where the chain is: the start of a stay in a state, and the arrivals expected until then. */
interface Stay {
  readonly number: number;
  readonly state: number;
  readonly startMs: number;
  readonly expected: number;
}

const CHECKPOINT_EVERY = 256;

/**
 * Offsets of a Markov-modulated Poisson process: arrivals of a Poisson process of rate 1, given by `expectedAt`, moved to where the
 * integral of the rate reaches them. The first state is drawn by its share of the time, so that the rate is its long-run mean from the
 * start. Stays are added up in the same order from checkpoints, whatever is asked for first: the same bits for every worker.
 *
 * @param expectedAt Sum of the first index + 1 gaps of mean 1.
 * @param stays Lengths of stays and choices of states.
 * @throws LoadgenError SCHEDULE_INVALID
 */
export function mmppOffsets(shape: MmppShape, expectedAt: OffsetAt, stays: RandomStream): OffsetAt {
  const { rows } = checked(shape);
  const lengthMs = ({ number, state }: Stay): number =>
    stays.exponentialAt(number) * (shape.states[state]?.meanMs ?? 0);
  const perMs = (state: number): number => (shape.states[state]?.ratePerSecond ?? 0) / 1000;
  const first: Stay = {
    number: 0,
    state: drawFrom(timeShares(shape, rows), stays.uniformAt(0, 1)),
    startMs: 0,
    expected: 0,
  };
  const checkpoints: Stay[] = [first];
  let stay = first;
  let next = after(first);

  function after(current: Stay): Stay {
    const ms = lengthMs(current);
    const number = current.number + 1;
    return {
      number,
      state: drawFrom(rows[current.state] ?? [], stays.uniformAt(number, 1)),
      startMs: current.startMs + ms,
      expected: current.expected + ms * perMs(current.state),
    };
  }

  function rewind(expected: number): void {
    let [low, high] = [0, checkpoints.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((checkpoints[middle]?.expected ?? 0) <= expected) low = middle;
      else high = middle;
    }
    stay = checkpoints[low] ?? first;
    next = after(stay);
  }

  return (index) => {
    const expected = expectedAt(index);
    if (expected < stay.expected) rewind(expected);
    while (expected >= next.expected) {
      stay = next;
      if (stay.number === checkpoints.length * CHECKPOINT_EVERY) checkpoints.push(stay);
      next = after(stay);
    }
    return stay.startMs + (expected - stay.expected) / perMs(stay.state);
  };
}

/** Mean rate in the long run. @throws LoadgenError SCHEDULE_INVALID */
export function mmppMeanRate(shape: MmppShape): number {
  const shares = timeShares(shape, checked(shape).rows);
  return shape.states.reduce((sum, { ratePerSecond }, i) => sum + ratePerSecond * (shares[i] ?? 0), 0);
}
