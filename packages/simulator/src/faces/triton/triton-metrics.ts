import { freemem, totalmem } from 'node:os';
import type { JobObserver } from '../../api/choice-job.ts';
import type { TruthRecord } from '../../truth.ts';

const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;
/** Latest observations behind the quantiles. */
const WINDOW = 1024;

/** A time that Triton publishes twice: added up, and as a summary. */
interface TimeFamily {
  readonly name: string;
  readonly help: string;
  readonly values: number[];
  count: number;
  sumUs: number;
}

const time = (name: string, help: string): TimeFamily => ({ name, help, values: [], count: 0, sumUs: 0 });

/**
 * Triton's page. Requests count as successes however their stream ended, and refusals of the queue as failures, as with a real
 * decoupled model.
 */
export class TritonMetrics {
  readonly #labels: string;
  #success = 0;
  #rejected = 0;
  readonly #times = {
    request: time('request', 'inference request duration in microseconds (includes cached requests)'),
    queue: time('queue', 'inference queuing duration in microseconds (includes cached requests)'),
    input: time('compute_input', 'compute input duration in microseconds (does not include cached requests)'),
    infer: time('compute_infer', 'compute inference duration in microseconds (does not include cached requests)'),
    output: time(
      'compute_output',
      'inference compute output duration in microseconds (does not include cached requests)',
    ),
  };

  readonly #wallSeconds: () => number;
  #lastMs = 0;

  constructor(model: string, wallSeconds: () => number) {
    this.#wallSeconds = wallSeconds;
    this.#labels = `model="${model.replace(/["\\]/g, '\\$&')}"`;
  }

  /** Nothing that Triton counts happens inside a generation. */
  readonly observer: JobObserver = {
    onStart: () => undefined,
    onTokens: () => undefined,
    onFinish: () => undefined,
  };

  onEnd(record: TruthRecord): void {
    if (record.end === 'refused') {
      this.#rejected++;
      return;
    }
    this.#success++;
    this.#lastMs = Math.floor(this.#wallSeconds() * 1000);
    const startNs = record.startNs ?? record.endNs;
    observe(this.#times.request, record.endNs - record.arrivalNs);
    observe(this.#times.queue, startNs - record.arrivalNs);
    observe(this.#times.input, 0n);
    observe(this.#times.infer, record.endNs - startNs);
    observe(this.#times.output, 0n);
  }

  /** What the statistics of the model say; times are nanoseconds. */
  get totals(): {
    readonly count: number;
    readonly lastMs: number;
    readonly queueNs: number;
    readonly inferNs: number;
  } {
    const { queue, infer } = this.#times;
    return {
      count: this.#success,
      lastMs: this.#lastMs,
      queueNs: queue.sumUs * 1000,
      inferNs: infer.sumUs * 1000,
    };
  }

  /** The page; `pending`: requests that wait for the engine now. */
  text(pending: number): string {
    const times = Object.values(this.#times);
    return [
      this.#family(
        'nv_inference_request_success',
        'counter',
        'Number of successful inference requests, all batch sizes',
        [['', this.#success]],
      ),
      this.#failures(),
      this.#family(
        'nv_inference_count',
        'counter',
        'Number of inferences performed (does not include cached requests)',
        [['', this.#success]],
      ),
      this.#family(
        'nv_inference_exec_count',
        'counter',
        'Number of model executions performed (does not include cached requests)',
        [['', this.#success]],
      ),
      ...times.map(({ name, help, sumUs }) =>
        this.#family(`nv_inference_${name}_duration_us`, 'counter', `Cumulative ${help}`, [['', Math.round(sumUs)]]),
      ),
      this.#family(
        'nv_inference_pending_request_count',
        'gauge',
        'Instantaneous number of pending requests awaiting execution per-model.',
        [['', pending]],
      ),
      processFamilies(),
      ...times.map((family) => this.#summary(family)),
    ].join('');
  }

  #failures(): string {
    const reasons = [
      ['BACKEND', 0],
      ['CANCELED', 0],
      ['REJECTED', this.#rejected],
      ['OTHER', 0],
    ] as const;
    return this.#family(
      'nv_inference_request_failure',
      'counter',
      'Number of failed inference requests, all batch sizes',
      reasons.map(([reason, value]) => [`,reason="${reason}"`, value] as const),
    );
  }

  #family(name: string, type: string, help: string, samples: readonly (readonly [string, number])[]): string {
    const lines = samples.map(([more, value]) => `${name}{${this.#labels}${more},version="1"} ${value}\n`);
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
  }

  #summary({ name, help, count, sumUs, values }: TimeFamily): string {
    const family = `nv_inference_${name}_summary_us`;
    const labels = `${this.#labels},version="1"`;
    const sorted = [...values].sort((a, b) => a - b);
    const lines = QUANTILES.map((q) => `${family}{${labels},quantile="${q}"} ${quantileText(sorted, q)}\n`);
    return `# HELP ${family} ${name.startsWith('compute_') ? 'Cumulative' : 'Summary of'} ${help}\n# TYPE ${family} summary\n${family}_count{${labels}} ${count}\n${family}_sum{${labels}} ${Math.round(sumUs)}\n${lines.join('')}`;
  }
}

function observe(family: TimeFamily, durationNs: bigint): void {
  const us = Number(durationNs) / 1000;
  family.values[family.count % WINDOW] = us;
  family.count++;
  family.sumUs += us;
}

/** `Nan`, as Triton writes it, before the first observation. */
function quantileText(sorted: readonly number[], q: number): string {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return value === undefined ? 'Nan' : String(Math.round(value));
}

function processFamilies(): string {
  const gauge = (name: string, help: string, value: number): string =>
    `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`;
  return (
    gauge('nv_pinned_memory_pool_total_bytes', 'Pinned memory pool total memory size, in bytes', 268435456) +
    gauge('nv_pinned_memory_pool_used_bytes', 'Pinned memory pool used memory size, in bytes', 0) +
    gauge('nv_cpu_utilization', 'CPU utilization rate [0.0 - 1.0]', 0) +
    gauge('nv_cpu_memory_total_bytes', 'CPU total memory (RAM), in bytes', totalmem()) +
    gauge('nv_cpu_memory_used_bytes', 'CPU used memory (RAM), in bytes', totalmem() - freemem())
  );
}
