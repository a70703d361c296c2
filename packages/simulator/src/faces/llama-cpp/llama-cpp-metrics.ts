import type { JobObserver, JobSummary } from '../../api/choice-job.ts';
import type { EngineLoad } from '../../engine/engine.ts';

/** llama.cpp's page. Answers are counted when they end; prompt tokens leave out those from the cache. */
export class LlamaCppMetrics implements JobObserver {
  #promptTokens = 0;
  #cachedTokens = 0;
  #promptSeconds = 0;
  #predictedTokens = 0;
  #predictedSeconds = 0;
  #decodes = 0;
  #longest = 0;

  onStart(): void {
    // Counted when the answer ends.
  }

  onTokens(): void {
    this.#decodes++;
  }

  onFinish({ promptTokens, cachedTokens, outputTokens, prefillSeconds, decodeSeconds }: JobSummary): void {
    this.#promptTokens += promptTokens - cachedTokens;
    this.#cachedTokens += cachedTokens;
    this.#promptSeconds += prefillSeconds;
    this.#predictedTokens += outputTokens;
    this.#predictedSeconds += decodeSeconds;
    this.#longest = Math.max(this.#longest, promptTokens + outputTokens - 1);
  }

  text({ running, waiting }: EngineLoad): string {
    const rate = (tokens: number, seconds: number): number => (seconds > 0 ? tokens / seconds : 0);
    return [
      counter('prompt_tokens_total', 'Number of prompt tokens processed, excluding cached tokens', this.#promptTokens),
      counter('prompt_tokens_cached_total', 'Number of prompt tokens reused from the cache', this.#cachedTokens),
      counter('prompt_seconds_total', 'Total time spent processing prompts', this.#promptSeconds),
      counter('tokens_predicted_total', 'Number of generation tokens processed', this.#predictedTokens),
      counter('tokens_predicted_seconds_total', 'Total time spent generating tokens', this.#predictedSeconds),
      counter(
        'n_decode_total',
        'Total number of llama_decode() calls, excluding speculative decoding and multimodal decoding',
        this.#decodes,
      ),
      counter('n_tokens_max', 'Largest observed sequence length (prompt + generation)', this.#longest),
      counter('spec_decode_num_draft_tokens_total', 'Speculative: Total draft tokens generated', 0),
      counter(
        'spec_decode_num_accepted_tokens_total',
        'Speculative: Total draft tokens accepted by the target model',
        0,
      ),
      counter('spec_decode_num_drafts_total', 'Speculative: Total speculative decoding verification steps', 0),
      gauge(
        'prompt_tokens_seconds',
        'Average prompt throughput in tokens/s',
        rate(this.#promptTokens, this.#promptSeconds),
      ),
      gauge(
        'predicted_tokens_seconds',
        'Average generation throughput in tokens/s',
        rate(this.#predictedTokens, this.#predictedSeconds),
      ),
      gauge('requests_processing', 'Number of requests processing', running),
      gauge('requests_deferred', 'Number of requests deferred', waiting),
      gauge('n_busy_slots_per_decode', 'Average number of busy slots per llama_decode() call', Math.min(1, running)),
    ].join('');
  }
}

const family = (name: string, type: string, help: string, value: number): string =>
  `# HELP llamacpp:${name} ${help}\n# TYPE llamacpp:${name} ${type}\nllamacpp:${name} ${sampleText(value)}\n`;

const counter = (name: string, help: string, value: number): string => family(name, 'counter', help, value);
const gauge = (name: string, help: string, value: number): string => family(name, 'gauge', help, value);

/** Whole numbers as they are, others with six digits. */
const sampleText = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
