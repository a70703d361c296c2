import type { JobObserver } from '../../api/choice-job.ts';
import type { TruthRecord } from '../../truth.ts';
import { pythonProcessText } from './python-process.ts';

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, Number.POSITIVE_INFINITY];

interface Histogram {
  readonly name: string;
  readonly help: string;
  readonly counts: number[];
  count: number;
  sumSeconds: number;
  createdSeconds: number;
}

const histogram = (step: string, verb: string): Histogram => ({
  name: `request_${step}_seconds`,
  help: `${verb} request latency`,
  counts: BOUNDS.map(() => 0),
  count: 0,
  sumSeconds: 0,
  createdSeconds: 0,
});

/**
 * KServe's page: times of the steps of V1 and V2 requests by model. A series appears with its first request, and requests of the
 * OpenAI routes are in none.
 */
export class KserveMetrics {
  readonly #labels: string;
  readonly #wallSeconds: () => number;
  readonly #pre = histogram('preprocess', 'pre-process');
  readonly #post = histogram('postprocess', 'post-process');
  readonly #predict = histogram('predict', 'predict');
  readonly #explain = histogram('explain', 'explain');

  constructor(model: string, wallSeconds: () => number) {
    this.#labels = `model_name="${model.replace(/["\\]/g, '\\$&')}"`;
    this.#wallSeconds = wallSeconds;
  }

  /** Nothing that KServe counts happens inside a generation. */
  readonly observer: JobObserver = {
    onStart: () => undefined,
    onTokens: () => undefined,
    onFinish: () => undefined,
  };

  /** A V1 or V2 request came to its end; only a good one is post-processed. */
  onNativeEnd(record: TruthRecord): void {
    this.#observe(this.#pre, 0);
    this.#observe(this.#predict, Number(record.endNs - record.arrivalNs) / 1e9);
    if (record.status === 200) this.#observe(this.#post, 0);
  }

  /** A request that failed before it reached the model's own code. */
  onNativeRefusal(): void {
    this.#observe(this.#pre, 0);
    this.#observe(this.#predict, 0);
  }

  text(): string {
    return [
      pythonProcessText(),
      ...[this.#pre, this.#post, this.#predict, this.#explain].map((family) => this.#text(family)),
    ].join('');
  }

  #observe(family: Histogram, seconds: number): void {
    if (family.count === 0) family.createdSeconds = this.#wallSeconds();
    family.count++;
    family.sumSeconds += seconds;
    BOUNDS.forEach((bound, at) => {
      if (seconds <= bound) family.counts[at] = (family.counts[at] ?? 0) + 1;
    });
  }

  #text({ name, help, count, counts, sumSeconds, createdSeconds }: Histogram): string {
    const head = `# HELP ${name} ${help}\n# TYPE ${name} histogram\n`;
    if (count === 0) return head;
    const buckets = BOUNDS.map(
      (bound, at) => `${name}_bucket{le="${boundText(bound)}",${this.#labels}} ${counts[at]}.0\n`,
    );
    const created = `# HELP ${name}_created ${help}\n# TYPE ${name}_created gauge\n${name}_created{${this.#labels}} ${createdSeconds}\n`;
    return `${head}${buckets.join('')}${name}_count{${this.#labels}} ${count}.0\n${name}_sum{${this.#labels}} ${sumSeconds}\n${created}`;
  }
}

const boundText = (bound: number): string => {
  if (bound === Number.POSITIVE_INFINITY) return '+Inf';
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
};
