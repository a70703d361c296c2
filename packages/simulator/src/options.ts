import { SimulatorError } from './errors.ts';
import type { FaceName } from './faces/face.ts';
import { resolveVllmFlags, type VllmFlags } from './faces/vllm/vllm-flags.ts';
import { type FaultPlan, parseFaultPlan } from './fault-plan.ts';
import type { TruthRecord } from './truth.ts';

/** How the batching engine spends time and memory. All costs are milliseconds. */
export interface BatchingOptions {
  /** Cost of a step whatever it holds. Default 4. */
  readonly stepMs?: number;
  /** Cost of one prompt token that is not cached. Default 0.02. */
  readonly prefillMsPerToken?: number;
  /** Cost of one running sequence in a step. Default 0.05. */
  readonly decodeMsPerSequence?: number;
  /** Tokens (prompt and output) in one step; longer prompts are prefilled in parts. Default 2048. */
  readonly maxBatchedTokens?: number;
  /** Tokens per KV block. Default 16. */
  readonly blockTokens?: number;
  /** KV blocks. A request enters when all it can need is free, so nothing is ever preempted. Default 8192. */
  readonly kvBlocks?: number;
  /** Default true. */
  readonly hasPrefixCache?: boolean;
}

/** Everything about a simulated service. Every field may be left out. */
export interface SimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Protocol that is spoken. Default `vllm`. */
  readonly face?: FaceName;
  /** Served model name. Default `assay-sim`. */
  readonly model?: string;
  /** Prompt and answer together, tokens. Default 32768; never more than the KV blocks of the batching engine hold. */
  readonly maxModelLength?: number;
  /** Bearer key that `/v1` routes ask for. Default none. */
  readonly apiKey?: string;
  /** Seed of jitter and of faults by probability. Default 0. */
  readonly seed?: number;
  /** `fixed` (default): timing known beforehand. `batching`: continuous batching with KV blocks and prefix cache. */
  readonly engine?: 'fixed' | 'batching';
  /** Fixed engine: arrival (or slot) to first token. Default 50. */
  readonly ttftMs?: number;
  /** Fixed engine: token to token. With 0 here and for `ttftMs` an answer leaves in one write, as fast as possible. Default 20. */
  readonly itlMs?: number;
  /** Fixed engine: half-width of a uniform error on every due time. Default 0. */
  readonly jitterMs?: number;
  /** Tokens per event after the first. Default 1. */
  readonly tokensPerEvent?: number;
  /** Requests served at once. Default no limit (fixed), 256 (batching). */
  readonly slots?: number;
  /** Requests that may wait for a slot; one more gets 429. Default no limit. */
  readonly queueLimit?: number;
  readonly batching?: BatchingOptions;
  /** Natural length of an answer, tokens; `ignore_eos` and `min_tokens` go beyond it. Default: as long as `max_tokens` says, 128 without it. */
  readonly answerTokens?: number;
  /** Text form (see {@link parseFaultPlan}) or a parsed plan. Default no fault. */
  readonly faults?: string | FaultPlan;
  /** JSONL file of ground truth; created or emptied. Default none. */
  readonly truthFile?: string;
  /** Called for each truth record as it is complete. */
  readonly onTruth?: (record: TruthRecord) => void;
  /** False: `/tokenize` and `/detokenize` are 404. Default true. */
  readonly hasTokenizer?: boolean;
  /** Flags of the server that the face of vLLM stands for. */
  readonly vllm?: VllmFlags;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly host: string;
  readonly port: number;
  readonly face: FaceName;
  readonly model: string;
  readonly maxModelLength: number;
  readonly apiKey: string | undefined;
  readonly seed: number;
  readonly engine: 'fixed' | 'batching';
  readonly ttftMs: number;
  readonly itlMs: number;
  readonly jitterMs: number;
  readonly tokensPerEvent: number;
  readonly slots: number;
  readonly queueLimit: number;
  readonly batching: Required<BatchingOptions>;
  readonly answerTokens: number | undefined;
  readonly faults: FaultPlan;
  readonly truthFile: string | undefined;
  readonly onTruth: ((record: TruthRecord) => void) | undefined;
  readonly hasTokenizer: boolean;
  readonly vllm: Required<VllmFlags>;
}

function numberOption(name: string, value: number, minimum: number, isInteger: boolean): number {
  const isValid = value >= minimum && (!isInteger || Number.isInteger(value) || value === Number.POSITIVE_INFINITY);
  if (isValid) return value;
  throw new SimulatorError('SIM_OPTION_INVALID', `${name} is ${value}`, {
    hint: `${name} must be ${isInteger ? 'a whole number' : 'a number'} of at least ${minimum}`,
  });
}

function resolveBatching(batching: BatchingOptions): Required<BatchingOptions> {
  return {
    stepMs: numberOption('batching.stepMs', batching.stepMs ?? 4, 0.001, false),
    prefillMsPerToken: numberOption('batching.prefillMsPerToken', batching.prefillMsPerToken ?? 0.02, 0, false),
    decodeMsPerSequence: numberOption('batching.decodeMsPerSequence', batching.decodeMsPerSequence ?? 0.05, 0, false),
    maxBatchedTokens: numberOption('batching.maxBatchedTokens', batching.maxBatchedTokens ?? 2048, 1, true),
    blockTokens: numberOption('batching.blockTokens', batching.blockTokens ?? 16, 1, true),
    kvBlocks: numberOption('batching.kvBlocks', batching.kvBlocks ?? 8192, 1, true),
    hasPrefixCache: batching.hasPrefixCache ?? true,
  };
}

/**
 * Fills in defaults and checks ranges.
 *
 * @throws SimulatorError SIM_OPTION_INVALID, SIM_FAULT_PLAN_INVALID
 */
export function resolveOptions(options: SimulatorOptions): ResolvedOptions {
  const seed = options.seed ?? 0;
  const engine = options.engine ?? 'fixed';
  const isFixed = engine === 'fixed';
  const batching = resolveBatching(options.batching ?? {});
  const maxModelLength = numberOption('maxModelLength', options.maxModelLength ?? 32768, 2, true);
  const port = numberOption('port', options.port ?? 0, 0, true);
  if (port > 65535) throw new SimulatorError('SIM_OPTION_INVALID', `port is ${port}`, { hint: 'ports end at 65535' });
  return {
    host: options.host ?? '127.0.0.1',
    port,
    face: options.face ?? 'vllm',
    model: options.model ?? 'assay-sim',
    maxModelLength: isFixed ? maxModelLength : Math.min(maxModelLength, batching.blockTokens * batching.kvBlocks),
    apiKey: options.apiKey,
    seed,
    engine,
    ttftMs: numberOption('ttftMs', options.ttftMs ?? 50, 0, false),
    itlMs: numberOption('itlMs', options.itlMs ?? 20, 0, false),
    jitterMs: numberOption('jitterMs', options.jitterMs ?? 0, 0, false),
    tokensPerEvent: numberOption('tokensPerEvent', options.tokensPerEvent ?? 1, 1, true),
    slots: numberOption('slots', options.slots ?? (isFixed ? Number.POSITIVE_INFINITY : 256), 1, true),
    queueLimit: numberOption('queueLimit', options.queueLimit ?? Number.POSITIVE_INFINITY, 0, true),
    batching,
    answerTokens:
      options.answerTokens === undefined ? undefined : numberOption('answerTokens', options.answerTokens, 1, true),
    faults: typeof options.faults === 'object' ? options.faults : parseFaultPlan(options.faults ?? '', seed),
    truthFile: options.truthFile,
    onTruth: options.onTruth,
    hasTokenizer: options.hasTokenizer ?? true,
    vllm: resolveVllmFlags(options.vllm ?? {}),
  };
}
