import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { parseTarget } from '../config/target-text.ts';
import { EXIT } from '../exit-codes.ts';
import type { Finish } from '../program.ts';
import { type Check, checkMachine } from '../run/machine-checks.ts';
import { preflight } from '../run/preflight.ts';
import type { Streams } from '../streams.ts';

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
