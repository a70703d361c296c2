import { exactProportionInterval, type Interval, tMeanInterval } from '@assay/stats';
import type { CapacityObjective } from './capacity-objective.ts';
import type { ProbePressure } from './probe.ts';

const BLOCKS = 20;
/** Level of an interval of about one standard error on either side. */
const ONE_SIGMA = 0.6827;
/** No probe is so exact that it alone draws the curve. */
const LEAST_ERROR = 0.02;

/** Where the figure of one objective lies. */
export interface ShareEstimate {
  readonly value: number;
  /** `undefined` where the sample is too small. */
  readonly interval: Pick<Interval, 'low' | 'high' | 'level'> | undefined;
}

/** What the requests of one probe say about one objective, in the order of their ends. */
export class ShareEvidence {
  readonly objective: CapacityObjective;
  readonly #amounts: number[] = [];
  readonly #weights: number[] = [];
  #amount = 0;
  #weight = 0;
  /** Sum of the shares of single requests: misses where each request counts once. */
  #misses = 0;

  constructor(objective: CapacityObjective) {
    this.objective = objective;
  }

  get count(): number {
    return this.#amounts.length;
  }

  add(amount: number, weight: number): void {
    this.#amounts.push(amount);
    this.#weights.push(weight);
    this.#amount += amount;
    this.#weight += weight;
    this.#misses += amount / weight;
  }

  /**
   * The ratio with an interval. Under load neighbours are alike, so Student's interval of 20 consecutive blocks is taken, and for shares
   * the wider of it and the exact binomial one of as many requests, which holds where misses are too rare to be in every block.
   */
  estimate(level: number): ShareEstimate | undefined {
    if (this.#weight === 0) return undefined;
    const value = this.#amount / this.#weight;
    const blocks = this.#blockInterval(value, level);
    if (this.objective.kind === 'mean') return { value, interval: blocks };
    const exact = exactProportionInterval(Math.round(this.#misses), this.count, level);
    if (exact === undefined || blocks === undefined) return { value, interval: exact };
    const low = Math.max(0, Math.min(exact.low, blocks.low));
    return { value, interval: { low, high: Math.min(1, Math.max(exact.high, blocks.high)), level } };
  }

  /** Log of the ratio over its bound, half a miss added so that no miss at all has a log. `undefined` without enough requests. */
  get pressure(): ProbePressure | undefined {
    const { bound, kind } = this.objective;
    const blocks = this.#weight === 0 ? undefined : this.#blockInterval(this.#amount / this.#weight, ONE_SIGMA);
    if (blocks === undefined) return undefined;
    const spread = (blocks.high - blocks.low) / 2;
    if (kind === 'mean') {
      const mean = this.#amount / this.#weight;
      return { log: Math.log(mean / bound), standardError: Math.max(spread / mean, LEAST_ERROR) };
    }
    const misses = this.#misses + 0.5;
    const share = this.#amount / this.#weight + 0.5 / this.count;
    return {
      log: Math.log(share / bound),
      standardError: Math.max(spread / share, 1 / Math.sqrt(misses), LEAST_ERROR),
    };
  }

  /** Interval of a ratio of sums by the deviations of blocks from it; `undefined` below 40 requests. */
  #blockInterval(ratio: number, level: number): Pick<Interval, 'low' | 'high' | 'level'> | undefined {
    const { count } = this;
    if (count < 2 * BLOCKS) return undefined;
    const meanWeight = this.#weight / BLOCKS;
    const deviations: number[] = [];
    for (let block = 0; block < BLOCKS; block++) {
      const to = Math.floor(((block + 1) * count) / BLOCKS);
      let deviation = 0;
      for (let i = Math.floor((block * count) / BLOCKS); i < to; i++) {
        deviation += (this.#amounts[i] ?? 0) - ratio * (this.#weights[i] ?? 0);
      }
      deviations.push(deviation / meanWeight);
    }
    const spread = tMeanInterval(deviations, level);
    const half = spread === undefined ? 0 : (spread.high - spread.low) / 2;
    return { low: ratio - half, high: ratio + half, level };
  }
}
