/** A family of vLLM 0.32.0's `/metrics` page, names, types, help and buckets as captured from the real server. */
export interface FamilySpec {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  /** Who labels it: the model's families carry `engine` and `model_name`, HTTP's what they need, the process's nothing. */
  readonly scope: 'model' | 'http' | 'process';
  readonly help: string;
  /** Upper bounds; `length`: 1, 2, 5, 10, ... up to the model's maximum length. */
  readonly bounds?: readonly number[] | 'length';
  /** A further label and every value it has from the start. */
  readonly values?: readonly [label: string, values: readonly string[]];
}

const STEP_BOUNDS = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];
const CHOICE_BOUNDS = [1, 2, 5, 10, 20];
const TTFT_BOUNDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
];
const ITL_BOUNDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
const LATENCY_BOUNDS = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
const PREEMPTION_BOUNDS = [1, 2, 3, 4, 5, 10, 20];
const HTTP_FINE_BOUNDS = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60,
];
const HTTP_BOUNDS = [0.1, 0.5, 1];

const GENERATIONS: FamilySpec['values'] = ['generation', ['0', '1', '2']];

/** In the order of the page. Nothing here is Python's: its collector counts nothing. */
export const FAMILY_SPECS: readonly FamilySpec[] = [
  {
    name: 'python_gc_objects_collected_total',
    type: 'counter',
    scope: 'process',
    help: 'Objects collected during gc',
    values: GENERATIONS,
  },
  {
    name: 'python_gc_objects_uncollectable_total',
    type: 'counter',
    scope: 'process',
    help: 'Uncollectable objects found during GC',
    values: GENERATIONS,
  },
  {
    name: 'python_gc_collections_total',
    type: 'counter',
    scope: 'process',
    help: 'Number of times this generation was collected',
    values: GENERATIONS,
  },
  { name: 'python_info', type: 'gauge', scope: 'process', help: 'Python platform information' },
  { name: 'process_virtual_memory_bytes', type: 'gauge', scope: 'process', help: 'Virtual memory size in bytes.' },
  { name: 'process_resident_memory_bytes', type: 'gauge', scope: 'process', help: 'Resident memory size in bytes.' },
  {
    name: 'process_start_time_seconds',
    type: 'gauge',
    scope: 'process',
    help: 'Start time of the process since unix epoch in seconds.',
  },
  {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    scope: 'process',
    help: 'Total user and system CPU time spent in seconds.',
  },
  { name: 'process_open_fds', type: 'gauge', scope: 'process', help: 'Number of open file descriptors.' },
  { name: 'process_max_fds', type: 'gauge', scope: 'process', help: 'Maximum number of open file descriptors.' },
  {
    name: 'vllm:estimated_flops_per_gpu_total',
    type: 'counter',
    scope: 'model',
    help: 'Estimated number of floating point operations per GPU (for Model Flops Utilization calculations).',
  },
  {
    name: 'vllm:estimated_read_bytes_per_gpu_total',
    type: 'counter',
    scope: 'model',
    help: 'Estimated number of bytes read from memory per GPU (for Model Flops Utilization calculations).',
  },
  {
    name: 'vllm:estimated_write_bytes_per_gpu_total',
    type: 'counter',
    scope: 'model',
    help: 'Estimated number of bytes written to memory per GPU (for Model Flops Utilization calculations).',
  },
  {
    name: 'vllm:num_requests_running',
    type: 'gauge',
    scope: 'model',
    help: 'Number of requests in model execution batches.',
  },
  {
    name: 'vllm:num_requests_waiting',
    type: 'gauge',
    scope: 'model',
    help: 'Number of requests waiting to be processed.',
  },
  {
    name: 'vllm:num_requests_waiting_by_reason',
    type: 'gauge',
    scope: 'model',
    help: "Number of waiting requests by reason. Reason labels: 'capacity' = waiting for scheduling capacity; 'deferred' = deferred by transient constraints (LoRA budget, KV transfer, blocked status). Sum of all reasons equals vllm:num_requests_waiting.",
    values: ['reason', ['capacity', 'deferred']],
  },
  {
    name: 'vllm:engine_sleep_state',
    type: 'gauge',
    scope: 'model',
    help: 'Engine sleep state; awake = 0 means engine is sleeping; awake = 1 means engine is awake; weights_offloaded = 1 means sleep level 1; discard_all = 1 means sleep level 2.',
    values: ['sleep_state', ['awake', 'weights_offloaded', 'discard_all']],
  },
  {
    name: 'vllm:kv_cache_usage_perc',
    type: 'gauge',
    scope: 'model',
    help: 'KV-cache usage. 1 means 100 percent usage.',
  },
  {
    name: 'vllm:prefix_cache_queries_total',
    type: 'counter',
    scope: 'model',
    help: 'Prefix cache queries, in terms of number of queried tokens.',
  },
  {
    name: 'vllm:prefix_cache_hits_total',
    type: 'counter',
    scope: 'model',
    help: 'Prefix cache hits, in terms of number of cached tokens.',
  },
  {
    name: 'vllm:external_prefix_cache_queries_total',
    type: 'counter',
    scope: 'model',
    help: 'External prefix cache queries from KV connector cross-instance cache sharing, in terms of number of queried tokens.',
  },
  {
    name: 'vllm:external_prefix_cache_hits_total',
    type: 'counter',
    scope: 'model',
    help: 'External prefix cache hits from KV connector cross-instance cache sharing, in terms of number of cached tokens.',
  },
  {
    name: 'vllm:mm_cache_queries_total',
    type: 'counter',
    scope: 'model',
    help: 'Multi-modal cache queries, in terms of number of queried items.',
  },
  {
    name: 'vllm:mm_cache_hits_total',
    type: 'counter',
    scope: 'model',
    help: 'Multi-modal cache hits, in terms of number of cached items.',
  },
  {
    name: 'vllm:num_preemptions_total',
    type: 'counter',
    scope: 'model',
    help: 'Cumulative number of preemption from the engine.',
  },
  { name: 'vllm:prompt_tokens_total', type: 'counter', scope: 'model', help: 'Number of prefill tokens processed.' },
  {
    name: 'vllm:prompt_tokens_by_source_total',
    type: 'counter',
    scope: 'model',
    help: 'Number of prompt tokens by source.',
    values: ['source', ['local_compute', 'local_cache_hit', 'external_kv_transfer']],
  },
  {
    name: 'vllm:prompt_tokens_cached_total',
    type: 'counter',
    scope: 'model',
    help: 'Number of cached prompt tokens (local + external).',
  },
  {
    name: 'vllm:prompt_tokens_cached_by_source_total',
    type: 'counter',
    scope: 'model',
    help: 'Prefix-cache hit tokens by the cache tier that supplied them: device (local HBM), host (offloaded to DRAM), disk, p2p (transferred from another vLLM instance) or external_unspecified. Counted at admission; sums to vllm:prefix_cache_hits + vllm:external_prefix_cache_hits.',
    values: ['source', ['device', 'host', 'p2p', 'disk', 'external_unspecified']],
  },
  {
    name: 'vllm:generation_tokens_total',
    type: 'counter',
    scope: 'model',
    help: 'Number of generation tokens processed.',
  },
  {
    name: 'vllm:request_success_total',
    type: 'counter',
    scope: 'model',
    help: 'Count of successfully processed requests.',
    values: ['finished_reason', ['stop', 'length', 'abort', 'error', 'repetition']],
  },
  {
    name: 'vllm:admission_rejections_total',
    type: 'counter',
    scope: 'model',
    help: 'Number of admission attempts rejected by a queue limit, by reason.',
    values: ['reason', ['max_num_queued_reqs', 'max_num_queued_tokens']],
  },
  {
    name: 'vllm:request_prompt_tokens',
    type: 'histogram',
    scope: 'model',
    help: 'Number of prefill tokens processed.',
    bounds: 'length',
  },
  {
    name: 'vllm:request_generation_tokens',
    type: 'histogram',
    scope: 'model',
    help: 'Number of generation tokens processed.',
    bounds: 'length',
  },
  {
    name: 'vllm:iteration_tokens_total',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of number of tokens per engine_step.',
    bounds: STEP_BOUNDS,
  },
  {
    name: 'vllm:request_max_num_generation_tokens',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of maximum number of requested generation tokens.',
    bounds: 'length',
  },
  {
    name: 'vllm:request_params_n',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of the n request parameter.',
    bounds: CHOICE_BOUNDS,
  },
  {
    name: 'vllm:request_params_max_tokens',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of the max_tokens request parameter.',
    bounds: 'length',
  },
  {
    name: 'vllm:time_to_first_token_seconds',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of time to first token in seconds.',
    bounds: TTFT_BOUNDS,
  },
  {
    name: 'vllm:inter_token_latency_seconds',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of inter-token latency in seconds.',
    bounds: ITL_BOUNDS,
  },
  {
    name: 'vllm:request_time_per_output_token_seconds',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of time_per_output_token_seconds per request.',
    bounds: ITL_BOUNDS,
  },
  {
    name: 'vllm:e2e_request_latency_seconds',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of e2e request latency in seconds.',
    bounds: LATENCY_BOUNDS,
  },
  {
    name: 'vllm:request_queue_time_seconds',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of time spent in WAITING phase for request.',
    bounds: LATENCY_BOUNDS,
  },
  {
    name: 'vllm:request_inference_time_seconds',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of time spent in RUNNING phase for request.',
    bounds: LATENCY_BOUNDS,
  },
  {
    name: 'vllm:request_prefill_time_seconds',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of time spent in PREFILL phase for request.',
    bounds: LATENCY_BOUNDS,
  },
  {
    name: 'vllm:request_decode_time_seconds',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of time spent in DECODE phase for request.',
    bounds: LATENCY_BOUNDS,
  },
  {
    name: 'vllm:request_num_preemptions',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of the number of times a request was preempted.',
    bounds: PREEMPTION_BOUNDS,
  },
  {
    name: 'vllm:request_prefill_kv_computed_tokens',
    type: 'histogram',
    scope: 'model',
    help: 'Histogram of new KV tokens computed during prefill (excluding cached tokens).',
    bounds: 'length',
  },
  { name: 'vllm:cache_config_info', type: 'gauge', scope: 'model', help: 'Information of the LLMEngine CacheConfig' },
  {
    name: 'http_requests_total',
    type: 'counter',
    scope: 'http',
    help: 'Total number of requests by method, status and handler.',
  },
  {
    name: 'http_request_size_bytes',
    type: 'summary',
    scope: 'http',
    help: 'Content length of incoming requests by handler. Only value of header is respected. Otherwise ignored. No percentile calculated. ',
  },
  {
    name: 'http_response_size_bytes',
    type: 'summary',
    scope: 'http',
    help: 'Content length of outgoing responses by handler. Only value of header is respected. Otherwise ignored. No percentile calculated. ',
  },
  {
    name: 'http_request_duration_highr_seconds',
    type: 'histogram',
    scope: 'http',
    help: 'Latency with many buckets but no API specific labels. Made for more accurate percentile calculations. ',
    bounds: HTTP_FINE_BOUNDS,
  },
  {
    name: 'http_request_duration_seconds',
    type: 'histogram',
    scope: 'http',
    help: 'Latency with only few buckets by handler. Made to be only used if aggregation by handler is important. ',
    bounds: HTTP_BOUNDS,
  },
  {
    name: 'vllm:tool_call_parser_invocations_total',
    type: 'counter',
    scope: 'model',
    help: 'Total number of ToolParser invocations. Non-streaming increments once per choice; streaming increments once per delta.',
  },
];
