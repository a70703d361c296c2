import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { parseTarget } from '../config/target-text.ts';
import { EXIT } from '../exit-codes.ts';
import type { Finish } from '../program.ts';
import { preflight } from '../run/preflight.ts';
import type { Streams } from '../streams.ts';

interface Check {
  readonly state: 'ok' | 'warn' | 'unknown';
  readonly what: string;
  readonly detail: string;
}

const LOOP_SAMPLE_MS = 500;
const FILES_WANTED = 4096;

/** What this machine can do as a load generator. */
async function checkMachine(): Promise<readonly Check[]> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await sleep(LOOP_SAMPLE_MS);
  delay.disable();
  const lateMs = delay.percentile(99) / 1e6 - 5;
  const cores = availableParallelism();
  return [
    { state: 'ok', what: 'node', detail: process.versions.node },
    {
      state: cores >= 2 ? 'ok' : 'warn',
      what: 'cores',
      detail: `${cores}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    },
    {
      state: lateMs < 5 ? 'ok' : 'warn',
      what: 'timers',
      detail: `p99 ${Math.max(0, lateMs).toFixed(1)} ms late at rest`,
    },
    checkOpenFiles(),
    checkPorts(),
  ];
}

function checkOpenFiles(): Check {
  const text = readText('/proc/self/limits');
  const limit = /Max open files\s+(\d+)/.exec(text ?? '')?.[1];
  if (limit === undefined) return { state: 'unknown', what: 'open files', detail: 'this system does not say' };
  const isEnough = Number(limit) >= FILES_WANTED;
  const detail = isEnough ? limit : `${limit}; more streams than that fail (hint: ulimit -n ${FILES_WANTED})`;
  return { state: isEnough ? 'ok' : 'warn', what: 'open files', detail };
}

function checkPorts(): Check {
  const [low, high] = (readText('/proc/sys/net/ipv4/ip_local_port_range') ?? '').trim().split(/\s+/).map(Number);
  if (low === undefined || high === undefined)
    return { state: 'unknown', what: 'ports', detail: 'this system does not say' };
  return {
    state: high - low > 10_000 ? 'ok' : 'warn',
    what: 'ports',
    detail: `${high - low + 1} for outgoing connections`,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not Linux: the check says that it does not know.
    return undefined;
  }
}

interface DoctorFlags {
  readonly target?: string;
  readonly model?: string;
  readonly apiKeyEnv?: string;
  readonly insecure?: boolean;
}

async function checkTarget(
  flags: DoctorFlags,
  target: string,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Check[]> {
  const { createEndpoint, createEndpointFetch, createProbeBackend } = await import('../run/ports.ts');
  const endpoint = createEndpoint(
    target,
    {
      tls: { caFile: null, isVerified: flags.insecure !== true },
      timeouts: { connectMs: 5000, firstTokenMs: 5000, stallMs: 5000, totalMs: 5000 },
      headers: {},
      auth: flags.apiKeyEnv === undefined ? null : { fromEnv: flags.apiKeyEnv },
    },
    environment,
  );
  const fetchText = createEndpointFetch(endpoint);
  const model = await preflight(fetchText, { ...endpoint, model: flags.model ?? null, timeoutMs: 5000 });
  const found = await createProbeBackend(endpoint, model).capabilities(fetchText);
  const say = (what: string, value: boolean | undefined, yes: string, no: string): Check =>
    value === undefined
      ? { state: 'unknown', what, detail: 'the server does not tell' }
      : { state: value ? 'ok' : 'warn', what, detail: value ? yes : no };
  return [
    { state: 'ok', what: 'target', detail: target },
    { state: 'ok', what: 'model', detail: model },
    {
      state: found.serverVersion === undefined ? 'unknown' : 'ok',
      what: 'version',
      detail: found.serverVersion ?? 'the server does not tell',
    },
    say('tokenizer', found.hasTokenizer, 'prompts of exact length', 'none: lengths of prompts are approximate'),
    say('metrics', found.hasMetrics, 'the server publishes its own counters', 'none'),
  ];
}

export function addDoctorCommand(program: Command, streams: Streams, finish: Finish): void {
  program
    .command('doctor')
    .description('Say whether this machine and a server are ready for a measurement')
    .option('--target <url>', 'server to look at')
    .option('--model <name>', 'model to look for')
    .option('--api-key-env <variable>', 'environment variable that holds the bearer key')
    .option('--insecure', 'do not verify the certificate of the server')
    .action(async (flags: DoctorFlags) => {
      const target = flags.target === undefined ? undefined : parseTarget(flags.target);
      if (flags.target !== undefined && target === undefined) {
        throw new CliError('FLAG_INVALID', `--target: expected an http:// or https:// address, got "${flags.target}"`, {
          hint: 'for example http://127.0.0.1:8000',
        });
      }
      const print = ({ state, what, detail }: Check): unknown =>
        streams.stdout.write(`${state.padEnd(8)}${what.padEnd(12)}${detail}\n`);
      (await checkMachine()).forEach(print);
      if (target !== undefined) (await checkTarget(flags, target, streams.environment)).forEach(print);
      finish(EXIT.ok);
    });
}
