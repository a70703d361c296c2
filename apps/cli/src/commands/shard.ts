import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { type HostPort, showHostPort } from '../config/host-port.ts';
import { parsePositiveDurationMs, parseWhole } from '../config/units.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { DEFAULT_PORT, TOKEN_VARIABLE } from '../machines/machine-choice.ts';
import type { Finish } from '../program.ts';
import type { Streams } from '../streams.ts';
import { readAddress } from './machine-flags.ts';

interface ShardFlags {
  readonly coordinator: string;
  readonly index?: string;
  readonly tokenFile?: string;
  readonly joinWithin: string;
}

/** Where Kubernetes tells a pod of an Indexed Job its place. */
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

const EXAMPLES = `
The machine that measures says how many workers there are, and they say which one each is:
  assay run --target http://llm:8000 --rate 500 --duration 60s --shards 2     (with ${TOKEN_VARIABLE})
  assay shard --coordinator 10.0.0.5:${DEFAULT_PORT} --index 0                       (on one machine, with the same ${TOKEN_VARIABLE})
  assay shard --coordinator 10.0.0.5:${DEFAULT_PORT} --index 1                       (on the other)
Without --index the variable ${INDEX_VARIABLE} counts, which pods of an Indexed Job have.
`;

export function addShardCommand(program: Command, streams: Streams, finish: Finish): void {
  program
    .command('shard')
    .description('Make a part of a load that assay run on another machine measures')
    .requiredOption('--coordinator <host:port>', `where assay run waits; ${DEFAULT_PORT} is the port unless given`)
    .option('--index <n>', `which of its workers this is, from 0 (default: ${INDEX_VARIABLE})`)
    .option('--token-file <file>', `file with the token of the load (default: the variable ${TOKEN_VARIABLE})`)
    .option('--join-within <time>', 'how long to try to reach it', '60s')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ShardFlags) => {
      finish(await work(flags, streams));
    });
}

async function work(flags: ShardFlags, streams: Streams): Promise<ExitCode> {
  const { environment } = streams;
  const coordinator = readAddress('--coordinator', flags.coordinator, DEFAULT_PORT);
  const withinMs = parsePositiveDurationMs(flags.joinWithin);
  if (coordinator === undefined || withinMs === undefined) {
    throw new CliError(
      'FLAG_INVALID',
      `--join-within: expected a time above 0, such as 60s, got "${flags.joinWithin}"`,
    );
  }
  const index = readIndex(flags, environment);
  const token = readToken(flags, environment);
  const leaving = new AbortController();
  // The first process of a container is not ended by a signal that it does not listen to.
  const leave = (): void => leaving.abort(new CliError('INTERRUPTED', 'interrupted', { exitCode: EXIT.aborted }));
  process.once('SIGTERM', leave);
  process.once('SIGINT', leave);
  try {
    return await join({ coordinator, index, token, withinMs, signal: leaving.signal }, streams);
  } finally {
    process.off('SIGTERM', leave);
    process.off('SIGINT', leave);
  }
}

interface Place {
  readonly coordinator: HostPort;
  readonly index: number;
  readonly token: string;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

async function join({ coordinator, signal, ...place }: Place, streams: Streams): Promise<ExitCode> {
  // Loaded late, so that help and completion answer at once.
  const { joinLoad, LoadgenError, serveShard } = await import('@assay/loadgen');
  const { CLOCK, TIMER } = await import('../run/clock.ts');
  const { buildSentParts } = await import('../machines/shard-job.ts');
  const where = showHostPort(coordinator);
  try {
    const joined = await joinLoad({ ...coordinator, ...place, name: hostname(), timer: TIMER, signal });
    streams.stderr.write(`joined ${where} as worker ${place.index}\n`);
    signal.addEventListener('abort', () => joined.leave());
    if (signal.aborted) joined.leave();
    serveShard(joined.port, {
      clock: CLOCK,
      timer: TIMER,
      build: (job, place) => buildSentParts(job, place, streams),
    });
    const end = await joined.over;
    if (end === 'told') return EXIT.ok;
    throw new CliError('COORDINATOR_LOST', `the coordinator ${where} is gone: ${end.lost}`, { exitCode: EXIT.aborted });
  } catch (error: unknown) {
    if (!(error instanceof LoadgenError) || error.code !== 'LINK_UNREACHABLE') throw error;
    const hint = 'is assay run waiting there, and does the network let this machine reach it?';
    throw new CliError('COORDINATOR_UNREACHABLE', error.message, { hint, exitCode: EXIT.unreachable, cause: error });
  }
}

function readIndex({ index }: ShardFlags, environment: NodeJS.ProcessEnv): number {
  const text = index ?? environment[INDEX_VARIABLE];
  const place = text === undefined ? undefined : parseWhole(0)(text);
  if (place !== undefined) return place;
  const where = index === undefined ? `the variable ${INDEX_VARIABLE}` : '--index';
  throw new CliError('FLAG_INVALID', `${where}: expected the worker's place from 0, got ${text ?? 'nothing'}`, {
    hint: 'add --index 0 for the first worker, --index 1 for the second',
  });
}

function readToken({ tokenFile }: ShardFlags, environment: NodeJS.ProcessEnv): string {
  const token = tokenFile === undefined ? environment[TOKEN_VARIABLE] : readFileSync(tokenFile, 'utf8');
  if (token !== undefined && token.trim() !== '') return token.trim();
  throw new CliError('CONFIG_AUTH_MISSING', `${tokenFile ?? `the variable ${TOKEN_VARIABLE}`} holds no token`, {
    hint: 'give it the token that the coordinator has',
  });
}
