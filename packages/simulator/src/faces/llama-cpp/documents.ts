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

/** `/props`. */
export const propsDocument = (options: ResolvedOptions): unknown => ({
  default_generation_settings: {
    params: slotParameters({ maxTokens: -1, ignoresEnd: false, isStreaming: false }),
    n_ctx: options.maxModelLength,
  },
  total_slots: slotCount(options, 1),
  model_alias: options.model,
  model_ftype: 'all F32',
  model_path: options.model,
  modalities: { vision: false, video: false, audio: false },
  media_marker: '',
  endpoint_slots: true,
  endpoint_props: false,
  endpoint_metrics: true,
  ui: false,
  ui_settings: {},
  chat_template: '',
  chat_template_caps: {
    supports_object_arguments: false,
    supports_parallel_tool_calls: false,
    supports_preserve_reasoning: false,
    supports_reasoning_effort: false,
    supports_string_content: true,
    supports_system_role: true,
    supports_tool_calls: false,
    supports_tools: false,
    supports_typed_content: false,
  },
  bos_token: '',
  eos_token: '',
  build_info: VERSION,
  is_sleeping: false,
  cors_proxy_enabled: false,
});

/** `/slots`: as many of them work as the engine has sequences running. What each of them holds is not known here. */
export function slotsDocument(options: ResolvedOptions, { running }: EngineLoad): unknown {
  return Array.from({ length: slotCount(options, running) }, (_, id) => ({
    id,
    n_ctx: options.maxModelLength,
    speculative: false,
    is_processing: id < running,
    ...(id < running ? workOf(id) : {}),
  }));
}

/** What a slot tells beside, once it works. */
const workOf = (id: number): Readonly<Record<string, unknown>> => ({
  id_task: id,
  n_prompt_tokens: 0,
  n_prompt_tokens_processed: 0,
  n_prompt_tokens_cache: 0,
  params: slotParameters({ maxTokens: -1, ignoresEnd: false, isStreaming: true }),
  next_token: [{ has_next_token: true, has_new_line: false, n_remain: -1, n_decoded: 0 }],
});

/** Slots of the service; as many as are needed where it has no limit. */
function slotCount({ slots }: ResolvedOptions, running: number): number {
  return Number.isFinite(slots) ? slots : Math.max(1, running);
}
