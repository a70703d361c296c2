import { readFileSync } from 'node:fs';
import {
  type EngineModel,
  FACE_NAMES,
  type FaceName,
  type SimulatorOptions,
  startSimulator,
  warmUpSimulator,
} from '@assay/simulator';
import { type Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { parseDurationMs, parseNumber, parsePositive, parseWhole } from '../config/units.ts';
import { putHelperThreadsLast } from '../run/helper-threads.ts';
import { settleHeap } from '../run/settle-heap.ts';
import type { Streams } from '../streams.ts';
import { addSimCalibrateCommand } from './sim-calibrate.ts';

interface SimFlags {
  readonly [name: string]: string | boolean | undefined;
}

const milliseconds = (value: unknown): number | undefined => {
  const number = parseNumber(value) ?? parseDurationMs(value);
  return number !== undefined && number >= 0 ? number : undefined;
};

/** Flags that carry a number: option name, flag, help, reader. */
const NUMBERS = [
  ['port', '--port <n>', 'port (0: any free one)', parseWhole(0)],
  ['ttftMs', '--ttft <ms>', 'arrival to first token, fixed engine (50)', milliseconds],
  ['itlMs', '--itl <ms>', 'token to token, fixed engine (20)', milliseconds],
  ['jitterMs', '--jitter <ms>', 'half-width of a uniform error on each time, fixed engine (0)', milliseconds],
  ['tokensPerEvent', '--tokens-per-event <n>', 'tokens in one event (1)', parseWhole(1)],
  ['slots', '--slots <n>', 'requests served at once (no limit; 256 with --engine batching)', parseWhole(1)],
  ['queueLimit', '--queue <n>', 'requests that may wait for a slot; one more gets 429 (no limit)', parseWhole(0)],
  [
    'answerTokens',
    '--answer-tokens <n>',
    'natural length of an answer (as asked for; 128 when nothing is asked for)',
    parsePositive,
  ],
  ['maxModelLength', '--max-model-len <n>', 'prompt and answer together, tokens (32768)', parseWhole(2)],
  ['seed', '--seed <n>', 'seed of jitter and faults (0)', parseWhole(0)],
] as const;

const longName = (flag: string): string => flag.split(' ')[0]?.slice(2) ?? flag;
const attribute = (flag: string): string => new Option(flag).attributeName();

const isFaceName = (name: unknown): name is FaceName => typeof name === 'string' && FACE_NAMES.includes(name);

function readOptions(flags: SimFlags): SimulatorOptions {
  const numbers: Record<string, number> = {};
  for (const [name, flag, , parse] of NUMBERS) {
    const text = flags[attribute(flag)];
    if (text === undefined) continue;
    const value = parse(text);
    if (value === undefined) {
      throw new CliError('FLAG_INVALID', `--${longName(flag)}: "${String(text)}" is not a valid number`, {
        hint: 'assay sim --help lists every flag',
      });
    }
    numbers[name] = value;
  }
  const engine = flags['engine'];
  if (engine !== undefined && engine !== 'fixed' && engine !== 'batching') {
    throw new CliError('FLAG_INVALID', `--engine: expected fixed or batching, got "${String(engine)}"`, {
      hint: 'fixed has known times, batching behaves like a server under load',
    });
  }
  const model = readCalibration(flags['calibration']);
  const face = flags['face'];
  if (face !== undefined && !isFaceName(face)) {
    throw new CliError('FLAG_INVALID', `--face: there is no face "${String(face)}"`, {
      hint: `faces: ${FACE_NAMES.join(', ')}`,
    });
  }
  const text = (name: string): string | undefined => (typeof flags[name] === 'string' ? flags[name] : undefined);
  const texts = {
    host: text('host'),
    model: text('model'),
    faults: text('faults'),
    truthFile: text('truth'),
    apiKey: text('apiKey'),
  };
  const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined));
  return {
    ...(model === undefined ? {} : { engine: 'batching', slots: model.slots, batching: model.batching }),
    ...numbers,
    ...given,
    ...(engine === undefined ? {} : { engine }),
    ...(face === undefined ? {} : { face }),
    hasTokenizer: flags['tokenizer'] !== false,
  };
}

/** The engine of a file that `assay sim calibrate --out` wrote. */
function readCalibration(file: string | boolean | undefined): EngineModel | undefined {
  if (typeof file !== 'string') return undefined;
  try {
    const { schema, model } = JSON.parse(readFileSync(file, 'utf8')) as { schema: unknown; model: EngineModel };
    if (schema === 'assay/calibration/v1' && Number.isFinite(model.slots)) return model;
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('CONFIG_FILE_UNREADABLE', `--calibration ${file}: ${reason}`, {
      cause: error,
      hint: 'name a file that assay sim calibrate --out wrote',
    });
  }
  throw new CliError('CONFIG_FILE_UNREADABLE', `--calibration ${file} holds no calibration`, {
    hint: 'name a file that assay sim calibrate --out wrote',
  });
}

/** Resolves at the first of SIGINT, SIGTERM and, when asked for, the end of stdin. */
function untilStopped(isBoundToStdin: boolean): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    if (!isBoundToStdin) return;
    process.stdin.once('end', () => resolve());
    process.stdin.once('close', () => resolve());
    process.stdin.resume();
  });
}

export function addSimCommand(program: Command, streams: Streams): void {
  const command = program
    .command('sim')
    .description('Serve the embedded inference service until SIGINT or SIGTERM')
    .option('--host <address>', 'address to listen on (127.0.0.1)')
    .option('--model <name>', 'served model (assay-sim)')
    .option('--face <name>', `protocol to speak: ${FACE_NAMES.join(', ')} (vllm)`)
    .option('--engine <name>', 'fixed (times known beforehand) or batching (behaves like a server under load) (fixed)')
    .option('--calibration <file>', 'engine that assay sim calibrate found (none)')
    .option(
      '--faults <plan>',
      'faults by probability or index: error-event:0.1,cut:#3,http-429:0.05; kinds: http-STATUS, error-event, cut, cut-reset, stall, no-first-token, empty, empty-body, malformed, wrong-usage, slow-drip, reset, html-200, no-done, abort, close, refuse (none)',
    )
    .option('--truth <file>', 'write what really happened to each request, as JSON lines (not written)')
    .option('--api-key <key>', 'bearer key that requests must carry (none)')
    .option('--no-tokenizer', 'answer /tokenize with 404 (it counts tokens otherwise)');
  for (const [, flag, help] of NUMBERS) command.option(flag, help);
  // Options after the name of a subcommand are that one's.
  command.enablePositionalOptions();
  addSimCalibrateCommand(command, streams);
  command.addOption(new Option('--until-stdin-ends').hideHelp()).action(async (flags: SimFlags) => {
    const options = readOptions(flags);
    putHelperThreadsLast();
    await warmUpSimulator();
    settleHeap();
    const simulator = await startSimulator(options);
    const stopped = untilStopped(flags['untilStdinEnds'] === true);
    const { origin, host, port } = simulator;
    streams.stderr.write(`assay sim serves ${options.model ?? 'assay-sim'} on ${origin}; Ctrl-C stops it\n`);
    streams.stdout.write(
      `${JSON.stringify({ origin, host, port, model: options.model ?? 'assay-sim', pid: process.pid })}\n`,
    );
    await stopped;
    await simulator.close();
  });
}
