import type { TritonMetrics } from './triton-metrics.ts';

/** An input of the simulated model, which has the shape of the vLLM backend's. */
interface Tensor {
  readonly name: string;
  readonly type: 'STRING' | 'INT32' | 'UINT32' | 'BOOL';
  readonly isOptional: boolean;
}

const input = (name: string, type: Tensor['type'], isOptional = true): Tensor => ({ name, type, isOptional });

const INPUTS: readonly Tensor[] = [
  input('text_input', 'STRING', false),
  input('max_tokens', 'INT32'),
  input('stream', 'BOOL'),
  input('sampling_parameters', 'STRING'),
  input('exclude_input_in_output', 'BOOL'),
  input('return_finish_reason', 'BOOL'),
  input('return_num_input_tokens', 'BOOL'),
  input('return_num_output_tokens', 'BOOL'),
];
const OUTPUTS: readonly Tensor[] = [
  input('text_output', 'STRING'),
  input('finish_reason', 'STRING'),
  input('num_input_tokens', 'UINT32'),
  input('num_output_tokens', 'UINT32'),
];

const datatypeOf = ({ type }: Tensor): string => (type === 'STRING' ? 'BYTES' : type);

/** `/v2`. */
export const serverDocument = (): unknown => ({
  name: 'triton',
  version: '2.51.0',
  extensions: [
    'classification',
    'sequence',
    'model_repository',
    'model_repository(unload_dependents)',
    'schedule_policy',
    'model_configuration',
    'system_shared_memory',
    'cuda_shared_memory',
    'binary_tensor_data',
    'parameters',
    'statistics',
    'trace',
    'logging',
  ],
});

/** `/v2/models/M`. */
export function metadataDocument(model: string): unknown {
  const toEntry = (tensor: Tensor): unknown => ({ name: tensor.name, datatype: datatypeOf(tensor), shape: [1] });
  return {
    name: model,
    versions: ['1'],
    platform: 'python',
    inputs: INPUTS.map(toEntry),
    outputs: OUTPUTS.map(toEntry),
  };
}

/** `/v2/models/M/config`. */
export function configDocument(model: string): unknown {
  return {
    name: model,
    platform: '',
    backend: 'python',
    runtime: '',
    version_policy: { latest: { num_versions: 1 } },
    max_batch_size: 0,
    input: INPUTS.map(({ name, type, isOptional }) => ({
      name,
      data_type: `TYPE_${type}`,
      format: 'FORMAT_NONE',
      dims: [1],
      is_shape_tensor: false,
      allow_ragged_batch: false,
      optional: isOptional,
      is_non_linear_format_io: false,
    })),
    output: OUTPUTS.map(({ name, type }) => ({
      name,
      data_type: `TYPE_${type}`,
      dims: [1],
      label_filename: '',
      is_shape_tensor: false,
      is_non_linear_format_io: false,
    })),
    batch_input: [],
    batch_output: [],
    optimization: {
      priority: 'PRIORITY_DEFAULT',
      input_pinned_memory: { enable: true },
      output_pinned_memory: { enable: true },
      gather_kernel_buffer_threshold: 0,
      eager_batching: false,
    },
    instance_group: [instanceGroup(model)],
    default_model_filename: 'model.py',
    cc_model_filenames: {},
    metric_tags: {},
    parameters: {},
    model_warmup: [],
    model_transaction_policy: { decoupled: true },
  };
}

const instanceGroup = (model: string): unknown => ({
  name: `${model}_0`,
  kind: 'KIND_CPU',
  count: 1,
  gpus: [],
  secondary_devices: [],
  profile: [],
  passive: false,
  host_policy: '',
});

/** `/v2/models/M/stats`. */
export function statsDocument(model: string, { totals }: TritonMetrics): unknown {
  const { count, lastMs, queueNs, inferNs } = totals;
  const of = (ns: number): unknown => ({ count, ns: Math.round(ns) });
  const none = { count: 0, ns: 0 };
  return {
    model_stats: [
      {
        name: model,
        version: '1',
        last_inference: lastMs,
        inference_count: count,
        execution_count: count,
        inference_stats: {
          success: of(queueNs + inferNs),
          fail: none,
          queue: of(queueNs),
          compute_input: of(0),
          compute_infer: of(inferNs),
          compute_output: of(0),
          cache_hit: none,
          cache_miss: none,
        },
        response_stats: {},
        batch_stats:
          count === 0
            ? []
            : [{ batch_size: 1, compute_input: of(0), compute_infer: of(inferNs), compute_output: of(0) }],
        memory_usage: [],
      },
    ],
  };
}
