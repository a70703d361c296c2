import type { RunConfig } from '@assay/contracts';
import { Option } from 'commander';
import { type HeaderValue, parseHeaders } from './header-text.ts';
import {
  ARRIVAL_EXPECTED,
  type Arrival,
  DATASET_EXPECTED,
  type DatasetChoice,
  LENGTHS_EXPECTED,
  type Lengths,
  parseArrival,
  parseDataset,
  parseLengths,
  parseSharedPrefix,
} from './load-text.ts';
import { parseSlos } from './objective-text.ts';
import { parseTarget } from './target-text.ts';
import {
  parseChoice,
  parseDurationMs,
  parseFlag,
  parsePositive,
  parsePositiveDurationMs,
  parseText,
  parseWhole,
} from './units.ts';

/** What a user can say about a run, in a profile, the environment or a flag; the names are those of the profile. */
export interface Settings {
  readonly target?: string;
  readonly simulate?: boolean;
  readonly backend?: RunConfig['backend'];
  readonly model?: string;
  readonly api?: RunConfig['api'];
  readonly stream?: boolean;
  readonly tokensPerEvent?: NonNullable<RunConfig['tokensPerEvent']>;
  readonly cacheSalt?: string;
  readonly tokenizer?: string;
  readonly priority?: number;
  readonly header?: Readonly<Record<string, HeaderValue>>;
  readonly apiKeyEnv?: string;
  readonly apiKeyFile?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly insecure?: boolean;
  readonly transport?: 'net' | 'undici';
  readonly requests?: number;
  readonly duration?: number;
  readonly warmup?: number;
  readonly warmupRequests?: number;
  readonly rate?: number;
  readonly arrival?: Arrival;
  readonly concurrency?: number;
  readonly trace?: string;
  readonly timeScale?: number;
  readonly maxInFlight?: number;
  readonly inputTokens?: Lengths;
  readonly outputTokens?: Lengths;
  readonly sharedPrefix?: { readonly tokens: number; readonly count: number };
  readonly dataset?: DatasetChoice;
  readonly seed?: number;
  readonly timeout?: number;
  readonly connectTimeout?: number;
  readonly firstTokenTimeout?: number;
  readonly stallTimeout?: number;
  readonly drain?: number;
  readonly slo?: readonly string[];
  readonly verifyStream?: boolean;
  readonly workers?: number | 'auto';
  readonly processes?: number;
  readonly name?: string;
}

export type SettingName = keyof Settings;

export interface Setting<T> {
  readonly flag: string;
  readonly group: string;
  readonly help: string;
  /** What a valid value looks like; the second half of the sentence "expected …". */
  readonly expected: string;
  readonly isRepeatable?: boolean;
  readonly parse: (value: unknown) => T | undefined;
}

const TARGET = 'Target:';
const LOAD = 'Load:';
const PROMPTS = 'Prompts:';
const LIMITS = 'Limits:';
const RESULT = 'Result:';
const DURATION = 'a time with a unit, such as 500ms, 60s or 2m';
const POSITIVE_DURATION = `${DURATION}, above 0`;
const COUNT = 'a whole number of at least 1';
const SWITCH = 'true or false';

/** Every setting of `assay run`, in the order of the help. */
export const SETTINGS: { readonly [Name in SettingName]-?: Setting<NonNullable<Settings[Name]>> } = {
  target: {
    flag: '--target <url>',
    group: TARGET,
    help: 'server to measure; a path before /v1 is kept',
    expected: 'an http:// or https:// address',
    parse: parseTarget,
  },
  simulate: {
    flag: '--simulate',
    group: TARGET,
    help: 'start the embedded service and measure that',
    expected: SWITCH,
    parse: parseFlag,
  },
  model: {
    flag: '--model <name>',
    group: TARGET,
    help: 'model to ask for (default: the one the server serves)',
    expected: 'a model name',
    parse: parseText,
  },
  backend: {
    flag: '--backend <name>',
    group: TARGET,
    help: 'kind of server: the one that it says it is by default, else openai (anything that speaks it); vllm, tgi, triton, sglang, llama-cpp or kserve',
    expected: 'openai, vllm, tgi, triton, sglang, llama-cpp or kserve',
    parse: parseChoice(['openai', 'vllm', 'tgi', 'triton', 'sglang', 'llama-cpp', 'kserve']),
  },
  api: {
    flag: '--api <name>',
    group: TARGET,
    help: 'chat (default), completions, responses, embeddings or native (the own protocol of the runtime; default of triton)',
    expected: 'chat, completions, responses, embeddings or native',
    parse: parseChoice(['chat', 'completions', 'responses', 'embeddings', 'native']),
  },
  stream: {
    flag: '--no-stream',
    group: TARGET,
    help: 'ask for whole answers instead of streams',
    expected: SWITCH,
    parse: parseFlag,
  },
  tokensPerEvent: {
    flag: '--tokens-per-event <how>',
    group: TARGET,
    help: 'have every event of a stream tell its tokens: continuous-usage (vllm, sglang, llama-cpp) or token-ids (vllm)',
    expected: 'continuous-usage or token-ids',
    parse: parseChoice(['continuous-usage', 'token-ids']),
  },
  tokenizer: {
    flag: '--tokenizer <file>',
    group: TARGET,
    help: "the model's tokenizer.json: counts answers whose server does not, checks those that do",
    expected: 'a file name',
    parse: parseText,
  },
  cacheSalt: {
    flag: '--cache-salt <text>',
    group: TARGET,
    help: 'vllm: share the prefix cache only with requests of the same salt',
    expected: 'a text',
    parse: parseText,
  },
  priority: {
    flag: '--priority <n>',
    group: TARGET,
    help: 'vllm: priority of the requests, lower is earlier; needs a server that schedules by priority',
    expected: 'a whole number',
    parse: parseWhole(Number.MIN_SAFE_INTEGER),
  },
  header: {
    flag: '--header <name:value>',
    group: TARGET,
    help: 'further request header, repeatable; a secret one as name:{fromEnv: VARIABLE} or name:{fromFile: FILE}',
    expected: 'NAME:VALUE, and no credential in plain text',
    isRepeatable: true,
    parse: parseHeaders,
  },
  apiKeyEnv: {
    flag: '--api-key-env <variable>',
    group: TARGET,
    help: 'environment variable that holds the bearer key',
    expected: 'the name of a variable',
    parse: parseText,
  },
  apiKeyFile: {
    flag: '--api-key-file <file>',
    group: TARGET,
    help: 'file that holds the bearer key',
    expected: 'a file name',
    parse: parseText,
  },
  caFile: {
    flag: '--ca-file <file>',
    group: TARGET,
    help: 'certificate authority to trust (PEM)',
    expected: 'a file name',
    parse: parseText,
  },
  certFile: {
    flag: '--cert-file <file>',
    group: TARGET,
    help: 'certificate of this client (PEM), with --key-file',
    expected: 'a file name',
    parse: parseText,
  },
  keyFile: {
    flag: '--key-file <file>',
    group: TARGET,
    help: 'key of that certificate (PEM)',
    expected: 'a file name',
    parse: parseText,
  },
  insecure: {
    flag: '--insecure',
    group: TARGET,
    help: 'do not verify the certificate of the server',
    expected: SWITCH,
    parse: parseFlag,
  },
  transport: {
    flag: '--transport <name>',
    group: TARGET,
    help: 'net (fast, exact) or undici',
    expected: 'net or undici',
    parse: parseChoice(['net', 'undici']),
  },
  rate: {
    flag: '--rate <n>',
    group: LOAD,
    help: 'open loop: requests per second, sent whether or not answers come',
    expected: 'a number of requests per second above 0',
    parse: parsePositive,
  },
  arrival: {
    flag: '--arrival <shape>',
    group: LOAD,
    help: `open loop: ${ARRIVAL_EXPECTED}`,
    expected: ARRIVAL_EXPECTED,
    parse: parseArrival,
  },
  concurrency: {
    flag: '--concurrency <n>',
    group: LOAD,
    help: 'closed loop: this many requests at once',
    expected: COUNT,
    parse: parseWhole(1),
  },
  trace: {
    flag: '--trace <file>',
    group: LOAD,
    help: 'replay arrivals and lengths of an Azure (CSV) or Mooncake (JSONL) trace',
    expected: 'a file name',
    parse: parseText,
  },
  timeScale: {
    flag: '--time-scale <x>',
    group: LOAD,
    help: 'speed of the trace: 2 replays twice as fast',
    expected: 'a number above 0',
    parse: parsePositive,
  },
  requests: {
    flag: '--requests <n>',
    group: LOAD,
    help: 'stop after this many measured requests',
    expected: COUNT,
    parse: parseWhole(1),
  },
  duration: {
    flag: '--duration <time>',
    group: LOAD,
    help: 'stop sending after this time: 60s, 5m',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  warmup: {
    flag: '--warmup <time>',
    group: LOAD,
    help: 'load for this time before the measurement',
    expected: DURATION,
    parse: parseDurationMs,
  },
  warmupRequests: {
    flag: '--warmup-requests <n>',
    group: LOAD,
    help: 'or this many requests before it',
    expected: 'a whole number of at least 0',
    parse: parseWhole(0),
  },
  seed: {
    flag: '--seed <n>',
    group: LOAD,
    help: 'same seed, same arrivals and prompts',
    expected: 'a whole number of at least 0',
    parse: parseWhole(0),
  },
  inputTokens: {
    flag: '--input-tokens <n>',
    group: PROMPTS,
    help: `length of prompts: ${LENGTHS_EXPECTED}`,
    expected: LENGTHS_EXPECTED,
    parse: parseLengths,
  },
  outputTokens: {
    flag: '--output-tokens <n>',
    group: PROMPTS,
    help: 'length of answers, written the same way',
    expected: LENGTHS_EXPECTED,
    parse: parseLengths,
  },
  sharedPrefix: {
    flag: '--shared-prefix <n[xk]>',
    group: PROMPTS,
    help: 'first n tokens of a prompt are one of k shared prefixes: 256x4',
    expected: 'TOKENS or TOKENSxCOUNT such as 256x4',
    parse: parseSharedPrefix,
  },
  dataset: {
    flag: '--dataset <source>',
    group: PROMPTS,
    help: DATASET_EXPECTED,
    expected: DATASET_EXPECTED,
    parse: parseDataset,
  },
  timeout: {
    flag: '--timeout <time>',
    group: LIMITS,
    help: 'whole request',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  connectTimeout: {
    flag: '--connect-timeout <time>',
    group: LIMITS,
    help: 'opening a connection',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  firstTokenTimeout: {
    flag: '--first-token-timeout <time>',
    group: LIMITS,
    help: 'until the first token (default: --timeout)',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  stallTimeout: {
    flag: '--stall-timeout <time>',
    group: LIMITS,
    help: 'between two events of a stream',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  drain: {
    flag: '--drain <time>',
    group: LIMITS,
    help: 'wait for open requests at the end (default: --timeout)',
    expected: DURATION,
    parse: parseDurationMs,
  },
  maxInFlight: {
    flag: '--max-in-flight <n>',
    group: LIMITS,
    help: 'open loop: requests beyond this many open ones are dropped and counted',
    expected: COUNT,
    parse: parseWhole(1),
  },
  workers: {
    flag: '--workers <n>',
    group: LIMITS,
    help: 'threads that make the load, or auto: as many as it needs, at most one less than there are cores (default: auto)',
    expected: 'auto, or a whole number of at least 1',
    parse: (value) => (value === 'auto' ? value : parseWhole(1)(value)),
  },
  processes: {
    flag: '--processes <n>',
    group: LIMITS,
    help: 'processes that make the load, instead of threads',
    expected: COUNT,
    parse: parseWhole(1),
  },
  slo: {
    flag: '--slo <objective>',
    group: RESULT,
    help: "objective such as 'ttft_ms.p99<500', repeatable; decides the exit code",
    expected: "METRIC.STATISTIC<NUMBER such as 'ttft_ms.p99<500' or 'error_ratio<0.01'",
    isRepeatable: true,
    parse: parseSlos,
  },
  verifyStream: {
    flag: '--verify-stream',
    group: RESULT,
    help: 'parse every event in full and check the fast path against it',
    expected: SWITCH,
    parse: parseFlag,
  },
  name: {
    flag: '--name <name>',
    group: RESULT,
    help: 'name of the run, part of its directory',
    expected: 'letters, digits, dot, dash and underscore',
    parse: (value) => (typeof value === 'string' && /^[\w][\w.-]{0,63}$/.test(value) ? value : undefined),
  },
};

/** What a command needs that only talks to a server. */
export const CONNECTION_NAMES: readonly SettingName[] = [
  'target',
  'model',
  'backend',
  'api',
  'header',
  'apiKeyEnv',
  'apiKeyFile',
  'caFile',
  'certFile',
  'keyFile',
  'insecure',
  'timeout',
  'connectTimeout',
  'firstTokenTimeout',
  'stallTimeout',
];

/** Names in the order of the table. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(
  (name): name is SettingName => name in SETTINGS,
);

/** Name of the parsed option: `stream` of `--no-stream`. */
export function attributeNameOf(name: SettingName): string {
  return new Option(SETTINGS[name].flag).attributeName();
}

/** `--input-tokens` of `inputTokens`, without its argument. */
export function flagNameOf(name: SettingName): string {
  return SETTINGS[name].flag.split(' ')[0] ?? name;
}

/** `ASSAY_INPUT_TOKENS` of `inputTokens`. */
export function environmentNameOf(name: SettingName): string {
  return `ASSAY_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
