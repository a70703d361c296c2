import type { JobObserver, JobSummary } from '../../api/choice-job.ts';
import type { EngineLoad } from '../../engine/engine.ts';
import type { TruthRecord } from '../../truth.ts';
import { TgiSeries } from './tgi-exposition.ts';
import { type TgiFamilyName, tgiFamilies } from './tgi-families.ts';
import type { TgiRequest } from './tgi-request.ts';

const PREFILL = 'method="prefill"';
const DECODE = 'method="decode"';

/** The counters behind `/metrics`, counting what the router counts: a request of the OpenAI routes once for the route and once for each prompt. */
export class TgiMetrics implements JobObserver {
  readonly #series: ReadonlyMap<TgiFamilyName, TgiSeries>;
  readonly #maxTotalTokens: number;
  #hasBatch = false;

  constructor(limits: { readonly maxInputTokens: number; readonly maxTotalTokens: number }) {
    this.#maxTotalTokens = limits.maxTotalTokens;
    const families = tgiFamilies(limits.maxInputTokens, limits.maxTotalTokens);
    this.#series = new Map(families.map((family) => [family.name, new TgiSeries(family)]));
  }

  /** A body of an inference route was JSON of the right type. */
  onRequest(api: TgiRequest['api'], prompts: number): void {
    this.#of('tgi_request_count').add(api === 'native' ? 1 : 1 + prompts);
  }

  onRefused(errorType: string): void {
    if (errorType === 'validation' || errorType === 'overloaded') this.#fail(errorType);
  }

  onValid(request: TgiRequest): void {
    for (const prompt of request.prompts) {
      this.#of('tgi_request_input_length').observe(prompt.length);
      this.#of('tgi_request_max_new_tokens').observe(request.maxTokens);
    }
  }

  onStart(): void {
    this.#hasBatch = true;
    this.#of('tgi_batch_next_size').observe(1);
  }

  /** Each step of one generation is a batch of its own here: the engine's batches are not those of the router. */
  onTokens(count: number, seconds: number, isFirst: boolean): void {
    const method = isFirst ? PREFILL : DECODE;
    this.#of('tgi_batch_inference_count').add(1, method);
    this.#of('tgi_batch_inference_success').add(1, method);
    this.#of('tgi_batch_inference_duration').observe(seconds, method);
    this.#of('tgi_batch_forward_duration').observe(seconds, method);
    this.#of('tgi_batch_decode_duration').observe(0, method);
    this.#of('tgi_batch_filter_duration').observe(0, method);
    this.#of('tgi_request_skipped_tokens').observe(count - 1);
  }

  onFinish(job: JobSummary): void {
    const inferenceSeconds = job.prefillSeconds + job.decodeSeconds;
    this.#of('tgi_request_success').add(1);
    this.#of('tgi_request_duration').observe(job.totalSeconds);
    this.#of('tgi_request_validation_duration').observe(0);
    this.#of('tgi_request_queue_duration').observe(job.queueSeconds);
    this.#of('tgi_request_inference_duration').observe(inferenceSeconds);
    this.#of('tgi_request_mean_time_per_token_duration').observe(inferenceSeconds / job.outputTokens);
    this.#of('tgi_request_generated_tokens').observe(job.outputTokens);
  }

  /** A client that left is dropped when it had tokens; one that left the queue is in no outcome. */
  onEnd({ end, fault, firstTokenNs }: TruthRecord): void {
    if (end === 'refused') this.#fail('overloaded');
    else if (end === 'client-closed' && firstTokenNs !== null) this.#fail('dropped');
    else if (end === 'complete' && fault === 'error-event') this.#failInference();
  }

  text(load: EngineLoad): string {
    if (this.#hasBatch) {
      this.#of('tgi_batch_current_size').set(load.running);
      this.#of('tgi_queue_size').set(load.waiting);
      this.#of('tgi_batch_current_max_tokens').set(load.running * this.#maxTotalTokens);
    }
    let text = '';
    for (const series of this.#series.values()) text += series.text();
    return text;
  }

  #failInference(): void {
    this.#fail('generation');
    this.#of('tgi_batch_inference_failure').add(1, DECODE);
  }

  #fail(err: string): void {
    this.#of('tgi_request_failure').add(1, `err="${err}"`);
  }

  #of(name: TgiFamilyName): TgiSeries {
    const series = this.#series.get(name);
    if (series === undefined) throw new TypeError(`no metric family ${name}`);
    return series;
  }
}
