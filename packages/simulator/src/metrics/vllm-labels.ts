import type { ResolvedOptions } from '../options.ts';
import type { Labels } from './exposition.ts';

/** The interpreter of the server whose page this is. */
export const PYTHON_INFO: Labels = {
  implementation: 'CPython',
  major: '3',
  minor: '11',
  patchlevel: '7',
  version: '3.11.7',
};

/** Every series of `tool_call_parser_invocations_total`: all are there from the start. */
export function toolParserLabels(model: string): readonly Labels[] {
  return ['streaming', 'non_streaming'].flatMap((mode) =>
    ['tool_call', 'no_tool_call'].flatMap((outcome) =>
      ['chat_completions', 'responses', 'other'].map((kind) => ({
        mode,
        model_name: model,
        outcome,
        request_type: kind,
      })),
    ),
  );
}

/** Labels of `cache_config_info`: those with a meaning here have their value, the others vLLM's default. */
export function cacheLabels(options: ResolvedOptions): Labels {
  const { blockTokens, kvBlocks, hasPrefixCache } = options.batching;
  const isBatching = options.engine === 'batching';
  const blocks = isBatching ? String(kvBlocks) : 'None';
  const labels = { ...CACHE_DEFAULTS };
  return Object.assign(labels, {
    block_size: String(blockTokens),
    effective_attention_block_size: String(blockTokens),
    enable_prefix_caching: isBatching && hasPrefixCache ? 'True' : 'False',
    kv_cache_size_tokens: isBatching ? String(blockTokens * kvBlocks) : 'None',
    num_gpu_blocks: blocks,
  });
}

/** In the order of the page. */
const CACHE_DEFAULTS: Labels = {
  _block_size_resolved: 'True',
  block_size: '',
  cache_dtype: 'auto',
  cache_hit_alignment_tokens: 'None',
  effective_attention_block_size: '',
  enable_mamba_shared_prefix_checkpoint: 'False',
  enable_prefix_caching: '',
  engine: '0',
  gpu_memory_utilization: '0.92',
  hash_block_size: 'None',
  is_attention_free: 'False',
  kv_cache_dtype_skip_layers: '[]',
  kv_cache_layout: 'None',
  kv_cache_max_concurrency: 'None',
  kv_cache_memory_bytes: 'None',
  kv_cache_size_tokens: '',
  kv_offloading_backend: 'native',
  kv_offloading_size: 'None',
  kv_sharing_fast_prefill: 'False',
  mamba_block_size: 'None',
  mamba_cache_dtype: 'auto',
  mamba_cache_mode: 'none',
  mamba_page_size_padded: 'None',
  mamba_ssm_cache_dtype: 'float32',
  num_cpu_blocks: 'None',
  num_gpu_blocks: '',
  num_gpu_blocks_override: 'None',
  prefix_cache_retention_interval: '0',
  prefix_caching_hash_algo: 'sha256',
  prefix_match_unit: 'None',
  replayssm_buffer_len: '16',
  skip_page_size_padded: 'None',
  sliding_window: 'None',
  swa_bounded_replay: 'True',
  use_kda_recoverssm: 'False',
  use_replayssm: 'False',
  user_specified_block_size: 'False',
};
