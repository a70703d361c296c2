import type { JobObserver, JobSummary } from '../../api/choice-job.ts';
import type { EngineLoad } from '../../engine/engine.ts';
import { Histogram, type Labels, Sample } from '../../metrics/exposition.ts';

const FIRST_TOKEN_BOUNDS = [0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400];
const END_TO_END_BOUNDS = [...FIRST_TOKEN_BOUNDS, 600, 1200, 1800, 2400];
const INTER_TOKEN_BOUNDS = [
  0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.06, 0.08, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4,
  6, 8,
];

/** Totals of streamed, or of whole answers; SGLang labels them apart. */
interface Totals {
  readonly prompt: Sample;
  readonly generated: Sample;
  readonly requests: Sample;
  readonly firstToken: Histogram;
  readonly endToEnd: Histogram;
}

/**
 * SGLang's page, after the source of 0.5.23: the families of load, totals and latencies. A series appears with its first sample; a
 * request is counted when it ends.
 */
export class SglangMetrics {
  readonly #labels: Labels;
  readonly #totals = new Map<boolean, Totals>();
  readonly #interToken: Histogram;
  #cached: Sample | undefined;

  constructor(model: string) {
    this.#labels = { engine_type: 'unified', model_name: model };
    this.#interToken = new Histogram(this.#labels, INTER_TOKEN_BOUNDS);
  }

  /** The observer of an answer, streamed or not. */
  observerOf(isStreaming: boolean): JobObserver {
    return {
      onStart: () => undefined,
      onTokens: (count, seconds, isFirst) => this.#onTokens(isStreaming, count, seconds, isFirst),
      onFinish: (summary) => this.#onFinish(isStreaming, summary),
    };
  }

  #onTokens(isStreaming: boolean, count: number, seconds: number, isFirst: boolean): void {
    if (isFirst) this.#totalsOf(isStreaming).firstToken.observe(seconds);
    else for (let token = 0; token < count; token++) this.#interToken.observe(seconds / count);
  }

  #onFinish(isStreaming: boolean, summary: JobSummary): void {
    const totals = this.#totalsOf(isStreaming);
    totals.prompt.value += summary.promptTokens;
    totals.generated.value += summary.outputTokens;
    totals.requests.value += 1;
    totals.endToEnd.observe(summary.totalSeconds);
    if (summary.cachedTokens === 0) return;
    this.#cached ??= new Sample({ cache_source: 'total', ...this.#labels });
    this.#cached.value += summary.cachedTokens;
  }

  #totalsOf(isStreaming: boolean): Totals {
    let totals = this.#totals.get(isStreaming);
    if (totals === undefined) {
      const labels = {
        engine_type: 'unified',
        is_streaming: String(isStreaming),
        model_name: this.#labels['model_name'] ?? '',
      };
      totals = {
        prompt: new Sample(labels),
        generated: new Sample(labels),
        requests: new Sample(labels),
        firstToken: new Histogram(labels, FIRST_TOKEN_BOUNDS),
        endToEnd: new Histogram(labels, END_TO_END_BOUNDS),
      };
      this.#totals.set(isStreaming, totals);
    }
    return totals;
  }

  text({ running, waiting, kvCacheUsage }: EngineLoad): string {
    const all = [...this.#totals.values()];
    const gauge = (name: string, help: string, value: number): string =>
      family(name, 'gauge', help, sampleText(name, this.#labels, value));
    const counter = (name: string, help: string, samples: readonly Sample[]): string =>
      samples.length === 0
        ? ''
        : family(name, 'counter', help, samples.map(({ labels, value }) => sampleText(name, labels, value)).join(''));
    const histogram = (name: string, help: string, series: readonly Histogram[]): string =>
      series.length === 0
        ? ''
        : family(name, 'histogram', help, series.map((one) => one.text(`sglang:${name}`)).join(''));
    return [
      gauge('num_running_reqs', 'The number of running requests.', running),
      gauge('num_queue_reqs', 'The number of requests in the waiting queue.', waiting),
      gauge('token_usage', 'The token usage.', kvCacheUsage),
      counter(
        'prompt_tokens_total',
        'Number of prefill tokens processed.',
        all.map(({ prompt }) => prompt),
      ),
      counter(
        'generation_tokens_total',
        'Number of generation tokens processed.',
        all.map(({ generated }) => generated),
      ),
      counter(
        'cached_tokens_total',
        'Number of cached prompt tokens by source (device/host/storage).',
        this.#cached === undefined ? [] : [this.#cached],
      ),
      counter(
        'num_requests_total',
        'Number of requests processed.',
        all.map(({ requests }) => requests),
      ),
      histogram(
        'time_to_first_token_seconds',
        'Histogram of time to first token in seconds.',
        all.map(({ firstToken }) => firstToken),
      ),
      histogram(
        'inter_token_latency_seconds',
        'Histogram of inter-token latency in seconds.',
        all.length === 0 ? [] : [this.#interToken],
      ),
      histogram(
        'e2e_request_latency_seconds',
        'Histogram of End-to-end request latency in seconds',
        all.map(({ endToEnd }) => endToEnd),
      ),
    ].join('');
  }
}

const family = (name: string, type: string, help: string, samples: string): string =>
  `# HELP sglang:${name} ${help}\n# TYPE sglang:${name} ${type}\n${samples}`;

function sampleText(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/["\\]/g, '\\$&')}"`);
  return `sglang:${name}{${pairs.join(',')}} ${Number.isInteger(value) ? `${value}.0` : value}\n`;
}
