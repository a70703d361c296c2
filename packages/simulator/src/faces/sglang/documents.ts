import type { ResolvedOptions } from '../../options.ts';

const VERSION = '0.5.23+assay.simulator';

/** `/v1/models`. */
export const modelsDocument = ({ model, maxModelLength }: ResolvedOptions, createdSeconds: number): unknown => ({
  object: 'list',
  data: [
    {
      id: model,
      object: 'model',
      created: createdSeconds,
      owned_by: 'sglang',
      root: model,
      parent: null,
      max_model_len: maxModelLength,
    },
  ],
});

/** `/model_info`, key for key after the source of sglang 0.5.23. */
export const modelDocument = ({ model, hasTokenizer }: ResolvedOptions): unknown => ({
  model_path: model,
  served_model_name: model,
  tokenizer_path: hasTokenizer ? model : '',
  is_generation: true,
  preferred_sampling_params: null,
  weight_version: 'default',
  load_format: 'auto',
  reasoning_parser: null,
  tool_call_parser: null,
  disaggregation_mode: 'null',
  has_image_understanding: false,
  has_audio_understanding: false,
  model_type: null,
  architectures: null,
});

/** `/server_info`: of the arguments only those that tell a client something. */
export const serverDocument = (options: ResolvedOptions): unknown => ({
  model_path: options.model,
  served_model_name: options.model,
  context_length: options.maxModelLength,
  skip_tokenizer_init: !options.hasTokenizer,
  stream_interval: options.tokensPerEvent,
  incremental_streaming_output: false,
  enable_cache_report: false,
  enable_metrics: true,
  internal_states: [],
  version: VERSION,
  frontend: 'python',
});
