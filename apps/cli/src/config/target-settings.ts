import { parseHeaders } from './header-text.ts';
import { type SettingsNamed, SWITCH } from './setting.ts';
import { parseMetricsUrl, parseTargets } from './target-text.ts';
import { parseChoice, parseFlag, parseText, parseWhole } from './units.ts';

const TARGET = 'Target:';

/** What is measured, and how it is spoken to. */
export const TARGET_SETTINGS: SettingsNamed<
  | 'target'
  | 'metricsUrl'
  | 'simulate'
  | 'model'
  | 'backend'
  | 'api'
  | 'stream'
  | 'tokensPerEvent'
  | 'tokenizer'
  | 'cacheSalt'
  | 'priority'
  | 'header'
  | 'apiKeyEnv'
  | 'apiKeyFile'
  | 'caFile'
  | 'certFile'
  | 'keyFile'
  | 'insecure'
  | 'transport'
> = {
  target: {
    flag: '--target <url>',
    group: TARGET,
    help: 'server to measure; a path before /v1 is kept; several, with commas or repeated, share the requests',
    expected: 'an http:// or https:// address',
    isRepeatable: true,
    parse: parseTargets,
  },
  metricsUrl: {
    flag: '--metrics-url <url>',
    group: TARGET,
    help: "page of the server's own counters, where it is not /metrics at the target: http://HOST:8002/metrics of triton",
    expected: 'an http:// or https:// address without credentials and query',
    parse: parseMetricsUrl,
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
    help: 'chat (default), completions, responses, embeddings, native (the own protocol of the runtime; default of triton; of kserve the V2 or Open Inference Protocol) or v1 (predict of kserve)',
    expected: 'chat, completions, responses, embeddings, native or v1',
    parse: parseChoice(['chat', 'completions', 'responses', 'embeddings', 'native', 'v1']),
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
};
