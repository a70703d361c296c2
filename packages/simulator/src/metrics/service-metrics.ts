import type { JobObserver, JobSummary } from '../api/choice-job.ts';
import type { EngineLoad } from '../engine/engine.ts';
import type { ResolvedOptions } from '../options.ts';
import { Family, type Histogram, type Labels, type Sample, type Summary } from './exposition.ts';
import type { ProcessFigures } from './process-figures.ts';
import { FAMILY_SPECS, type FamilySpec } from './vllm-families.ts';
import { cacheLabels, PYTHON_INFO, toolParserLabels } from './vllm-labels.ts';

/** 1, 2, 5, 10, 20, 50, ... up to the given value: how vLLM cuts token counts. */
function lengthBounds(maximum: number): number[] {
  const bounds: number[] = [];
  for (let decade = 1; decade <= maximum; decade *= 10) {
    for (const step of [1, 2, 5]) if (step * decade <= maximum) bounds.push(step * decade);
  }
  return bounds;
}

/** One finished HTTP exchange. */
export interface HttpExchange {
  readonly handler: string;
  readonly method: string;
  readonly status: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly seconds: number;
}

const TOOL_PARSER = 'vllm:tool_call_parser_invocations_total';

/** Families that hold what is asked of the process at each scrape. */
const isFigure = (name: string): boolean => name.startsWith('process_');

/** The counters behind `/metrics`, counting what vLLM counts (a client that leaves is in no outcome). */
export class ServiceMetrics implements JobObserver {
  readonly #families = new Map<string, Family>();
  readonly #model: Labels;
  readonly #createdSeconds: number;
  /** Series with the model's labels alone, by family name: no label text is built on the way of a token. */
  readonly #samples = new Map<string, Sample>();
  readonly #distributions = new Map<string, Histogram | Summary>();

  constructor(options: ResolvedOptions, createdSeconds: number) {
    this.#model = { engine: '0', model_name: options.model };
    this.#createdSeconds = createdSeconds;
    for (const spec of FAMILY_SPECS) {
      if (spec.name === TOOL_PARSER && !options.vllm.hasToolParser) continue;
      const bounds = spec.bounds === 'length' ? lengthBounds(options.maxModelLength) : spec.bounds;
      const family = new Family(spec.name, spec.type, spec.help, bounds);
      this.#families.set(spec.name, family);
      if (spec.scope === 'http') continue;
      const labels = spec.scope === 'process' ? {} : this.#model;
      if (isFigure(spec.name)) continue;
      if (spec.type === 'histogram') family.distribution(labels);
      else if (spec.values !== undefined)
        for (const value of spec.values[1]) family.sample({ ...this.#modelOf(spec), [spec.values[0]]: value });
      else if (spec.name === TOOL_PARSER) for (const tool of toolParserLabels(options.model)) family.sample(tool);
      else if (spec.name === 'python_info') family.sample(PYTHON_INFO).value = 1;
      else if (spec.name === 'vllm:cache_config_info') family.sample(cacheLabels(options)).value = 1;
      else family.sample(labels);
    }
    this.#family('http_request_duration_highr_seconds').distribution({});
    this.#labelled('vllm:engine_sleep_state', 'sleep_state', 'awake').value = 1;
  }

  onStart(job: { readonly promptTokens: number; readonly cachedTokens: number }): void {
    const { promptTokens, cachedTokens } = job;
    this.#add('vllm:prefix_cache_queries_total', promptTokens);
    this.#add('vllm:prefix_cache_hits_total', cachedTokens);
    this.#add('vllm:prompt_tokens_cached_total', cachedTokens);
    this.#labelled('vllm:prompt_tokens_cached_by_source_total', 'source', 'device').value += cachedTokens;
    this.#add('vllm:prompt_tokens_total', promptTokens);
    this.#labelled('vllm:prompt_tokens_by_source_total', 'source', 'local_compute').value +=
      promptTokens - cachedTokens;
    this.#labelled('vllm:prompt_tokens_by_source_total', 'source', 'local_cache_hit').value += cachedTokens;
  }

  onTokens(count: number, seconds: number, isFirst: boolean): void {
    this.#add('vllm:generation_tokens_total', count);
    this.#observe(isFirst ? 'vllm:time_to_first_token_seconds' : 'vllm:inter_token_latency_seconds', seconds);
  }

  onFinish(job: JobSummary): void {
    this.#labelled('vllm:request_success_total', 'finished_reason', job.reason).value++;
    this.#observe('vllm:request_prompt_tokens', job.promptTokens);
    this.#observe('vllm:request_generation_tokens', job.outputTokens);
    this.#observe('vllm:request_max_num_generation_tokens', job.outputTokens);
    this.#observe('vllm:request_params_n', 1);
    this.#observe('vllm:request_params_max_tokens', job.maxTokens);
    this.#observe('vllm:e2e_request_latency_seconds', job.totalSeconds);
    this.#observe('vllm:request_queue_time_seconds', job.queueSeconds);
    this.#observe('vllm:request_inference_time_seconds', job.prefillSeconds + job.decodeSeconds);
    this.#observe('vllm:request_prefill_time_seconds', job.prefillSeconds);
    this.#observe('vllm:request_decode_time_seconds', job.decodeSeconds);
    this.#observe('vllm:request_num_preemptions', 0);
    this.#observe('vllm:request_prefill_kv_computed_tokens', job.promptTokens - job.cachedTokens);
    const later = job.outputTokens - 1;
    this.#observe('vllm:request_time_per_output_token_seconds', later > 0 ? job.decodeSeconds / later : 0);
  }

  /** A step of the batching engine and the tokens in it; fixed timing has no steps. */
  onStep(tokens: number): void {
    this.#observe('vllm:iteration_tokens_total', tokens);
  }

  onQueueFull(): void {
    this.#family('vllm:admission_rejections_total').sample({
      model_name: this.#model['model_name'] ?? '',
      reason: 'max_num_queued_reqs',
    }).value++;
  }

  onHttp(exchange: HttpExchange): void {
    const { handler, method } = exchange;
    const status = `${Math.floor(exchange.status / 100)}xx`;
    this.#family('http_requests_total').sample({ handler, method, status }).value++;
    this.#family('http_request_size_bytes').distribution({ handler }).observe(exchange.requestBytes);
    this.#family('http_response_size_bytes').distribution({ handler }).observe(exchange.responseBytes);
    this.#family('http_request_duration_highr_seconds').distribution({}).observe(exchange.seconds);
    this.#family('http_request_duration_seconds').distribution({ handler, method }).observe(exchange.seconds);
  }

  text(load: EngineLoad, figures: ProcessFigures): string {
    this.#set('vllm:num_requests_running', load.running);
    this.#set('vllm:num_requests_waiting', load.waiting);
    this.#labelled('vllm:num_requests_waiting_by_reason', 'reason', 'capacity').value = load.waiting;
    this.#set('vllm:kv_cache_usage_perc', load.kvCacheUsage);
    for (const [name, value] of figures) this.#family(name).sample({}).value = value;
    let text = '';
    for (const [name, family] of this.#families) {
      if (!isFigure(name) || figures.has(name)) text += family.text(this.#createdSeconds);
    }
    return text;
  }

  #family(name: string): Family {
    const family = this.#families.get(name);
    if (family === undefined) throw new TypeError(`no metric family ${name}`);
    return family;
  }

  #labelled(name: string, label: string, value: string): { value: number } {
    return this.#family(name).sample({ ...this.#model, [label]: value });
  }

  /** The labels of the model that a family carries beside its own. */
  #modelOf({ name, scope }: FamilySpec): Labels {
    if (scope === 'process') return {};
    return name === 'vllm:admission_rejections_total' ? { model_name: this.#model['model_name'] ?? '' } : this.#model;
  }

  #add(name: string, value: number): void {
    this.#sample(name).value += value;
  }

  #set(name: string, value: number): void {
    this.#sample(name).value = value;
  }

  #sample(name: string): Sample {
    let sample = this.#samples.get(name);
    if (sample === undefined) {
      sample = this.#family(name).sample(this.#model);
      this.#samples.set(name, sample);
    }
    return sample;
  }

  #observe(name: string, value: number): void {
    let distribution = this.#distributions.get(name);
    if (distribution === undefined) {
      distribution = this.#family(name).distribution(this.#model);
      this.#distributions.set(name, distribution);
    }
    distribution.observe(value);
  }
}
