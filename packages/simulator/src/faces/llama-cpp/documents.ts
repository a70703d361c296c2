import type { EngineLoad } from '../../engine/engine.ts';
import type { ResolvedOptions } from '../../options.ts';
import { VOCABULARY_SIZE } from '../../tokenizer.ts';
import { slotParameters } from './generation-settings.ts';

const VERSION = 'b11434-assay-simulator';

/** `/v1/models`: the list of Ollama's form, and OpenAI's. */
export const modelsDocument = ({ model, maxModelLength }: ResolvedOptions, createdSeconds: number): unknown => ({
  models: [
    {
      name: model,
      model,
      modified_at: '',
      size: '',
      digest: '',
      type: 'model',
      description: '',
      tags: [''],
      capabilities: ['completion'],
      parameters: '',
      details: {
        parent_model: '',
        format: 'gguf',
        family: '',
        families: [''],
        parameter_size: '',
        quantization_level: '',
      },
    },
  ],
  object: 'list',
  data: [
    {
      id: model,
      aliases: [model],
      tags: [],
      object: 'model',
      architecture: { input_modalities: ['text'], output_modalities: ['text'] },
      created: createdSeconds,
      owned_by: 'llamacpp',
      meta: {
        vocab_type: 2,
        n_vocab: VOCABULARY_SIZE,
        n_ctx: maxModelLength,
        n_ctx_train: maxModelLength,
        n_embd: 256,
        n_params: 1_706_240,
        size: 6_824_960,
        ftype: 'all F32',
      },
    },
  ],
});

/** `/props`, after the source of the server: no recording has it. */
export const propsDocument = (options: ResolvedOptions): unknown => ({
  default_generation_settings: {
    params: slotParameters({ maxTokens: -1, ignoresEnd: false, isStreaming: true }),
    n_ctx: options.maxModelLength,
  },
  total_slots: slotCount(options, 1),
  model_alias: options.model,
  model_path: options.model,
  modalities: { vision: false, audio: false },
  endpoint_slots: true,
  endpoint_props: false,
  endpoint_metrics: true,
  webui: false,
  chat_template: '',
  bos_token: '',
  eos_token: '',
  build_info: VERSION,
});

/** `/slots`: as many of them work as the engine has sequences running. What each of them holds is not known here. */
export function slotsDocument(options: ResolvedOptions, { running }: EngineLoad): unknown {
  return Array.from({ length: slotCount(options, running) }, (_, id) => ({
    id,
    n_ctx: options.maxModelLength,
    speculative: false,
    is_processing: id < running,
    id_task: id < running ? id : -1,
    n_prompt_tokens: 0,
    n_prompt_tokens_processed: 0,
    n_prompt_tokens_cache: 0,
    params: slotParameters({ maxTokens: -1, ignoresEnd: false, isStreaming: true }),
    next_token: [{ has_next_token: id < running, has_new_line: false, n_remain: -1, n_decoded: 0 }],
  }));
}

/** Slots of the service; one more than is needed where it has no limit. */
function slotCount({ slots }: ResolvedOptions, running: number): number {
  return Number.isFinite(slots) ? slots : Math.max(1, running);
}
