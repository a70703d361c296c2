import type { LlamaCppRequest } from './llama-cpp-request.ts';

/** `generation_settings` of a native answer, key for key; all but lengths and switches stand at their defaults. */
export function generationSettings(request: LlamaCppRequest): Readonly<Record<string, unknown>> {
  return {
    ...sampling(),
    dry_sequence_breakers: ['\n', ':', '"', '*'],
    ...mirostat(),
    stop: [],
    ...lengths(request),
    logit_bias: [],
    n_probs: request.candidates,
    min_keep: 0,
    grammar: '',
    grammar_lazy: false,
    grammar_triggers: [],
    preserved_tokens: [],
    ...formats(request.hasTimingsPerToken),
  };
}

/** `params` of a slot: the same without what may be long. */
export function slotParameters(request: SlotRequest): Readonly<Record<string, unknown>> {
  return { ...sampling(), ...mirostat(), ...lengths(request), n_probs: 0, min_keep: 0, ...formats(false) };
}

export interface SlotRequest {
  readonly maxTokens: number;
  readonly ignoresEnd: boolean;
  readonly isStreaming: boolean;
}

const sampling = (): Readonly<Record<string, unknown>> => ({
  seed: 4294967295,
  temperature: 0,
  dynatemp_range: 0,
  dynatemp_exponent: 1,
  top_k: 40,
  top_p: 0.949999988079071,
  min_p: 0.05000000074505806,
  top_n_sigma: -1,
  xtc_probability: 0,
  xtc_threshold: 0.10000000149011612,
  typical_p: 1,
  repeat_last_n: 64,
  repeat_penalty: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  dry_multiplier: 0,
  dry_base: 1.75,
  dry_allowed_length: 2,
  dry_penalty_last_n: 64,
});

const mirostat = (): Readonly<Record<string, unknown>> => ({
  mirostat: 0,
  mirostat_tau: 5,
  mirostat_eta: 0.10000000149011612,
  adaptive_target: -1,
  adaptive_decay: 0.8999999761581421,
});

const lengths = ({ maxTokens, ignoresEnd, isStreaming }: SlotRequest): Readonly<Record<string, unknown>> => ({
  max_tokens: maxTokens,
  n_predict: maxTokens,
  n_keep: 0,
  n_discard: 0,
  ignore_eos: ignoresEnd,
  stream: isStreaming,
});

const formats = (hasTimingsPerToken: boolean): Readonly<Record<string, unknown>> => ({
  chat_format: 'Content-only',
  reasoning_format: 'deepseek',
  reasoning_in_content: false,
  generation_prompt: '',
  samplers: ['penalties', 'dry', 'top_n_sigma', 'top_k', 'typ_p', 'top_p', 'min_p', 'xtc', 'temperature'],
  'speculative.types': 'none',
  timings_per_token: hasTimingsPerToken,
  post_sampling_probs: false,
  backend_sampling: false,
  lora: [],
});
