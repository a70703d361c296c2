import { writeFileSync } from 'node:fs';
import { calibrateEngine, judgePrediction, type PredictionError, type RunFigures } from '@assay/simulator';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { parseWhole } from '../config/units.ts';
import { type ObservedDirectory, readObservedRun } from '../run/observed-run.ts';
import type { Streams } from '../streams.ts';

interface CalibrateFlags {
  readonly heldOut?: readonly string[];
  readonly slots?: string;
  readonly maxBatchedTokens?: string;
  readonly out?: string;
  readonly json?: boolean;
}

interface JudgedRun extends PredictionError {
  readonly directory: string;
  readonly isHeldOut: boolean;
  readonly requests: number;
  readonly leftOut: number;
}

const EXAMPLES = `
Examples:
  assay sim calibrate runs/20260101T120000Z-low --held-out runs/20260101T121000Z-high --slots 4
  assay sim calibrate runs/20260101T120000Z-low --out engine.json
  assay sim --calibration engine.json
`;

function wholeFlag(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = parseWhole(1)(text);
  if (value !== undefined) return value;
  throw new CliError('FLAG_INVALID', `--${name}: "${text}" is not a whole number of at least 1`, {
    hint: 'assay sim calibrate --help lists every flag',
  });
}

export function addSimCalibrateCommand(sim: Command, streams: Streams): void {
  sim
    .command('calibrate')
    .description('Fit the batching engine to runs against a real one, and say how well it predicts others')
    .argument('<run...>', 'directories of streamed runs; different loads tell the costs apart')
    .option('--held-out <run...>', 'directories of runs that the fit does not see, predicted as they were made (none)')
    .option('--slots <n>', 'sequences that the real engine runs at once (256)')
    .option('--max-batched-tokens <n>', 'tokens that the real engine takes into one step (2048)')
    .option('--out <file>', 'write the engine, for assay sim --calibration (not written)')
    .option('--json', 'print the document instead of the table')
    .addHelpText('after', EXAMPLES)
    .action(async (directories: readonly string[], flags: CalibrateFlags) => {
      const slots = wholeFlag('slots', flags.slots);
      const maxBatchedTokens = wholeFlag('max-batched-tokens', flags.maxBatchedTokens);
      const fitted = await Promise.all(directories.map(readObservedRun));
      const calibration = calibrateEngine(
        fitted.map(({ observed }) => observed),
        {
          ...(slots === undefined ? {} : { slots }),
          ...(maxBatchedTokens === undefined ? {} : { maxBatchedTokens }),
        },
      );
      const judge = ({ directory: name, observed, leftOut }: ObservedDirectory, isHeldOut: boolean): JudgedRun => ({
        directory: name,
        isHeldOut,
        requests: observed.requests.length,
        leftOut,
        ...judgePrediction(observed, calibration.model),
      });
      const heldOut = await Promise.all((flags.heldOut ?? []).map(readObservedRun));
      const runs = [...fitted.map((run) => judge(run, false)), ...heldOut.map((run) => judge(run, true))];
      const document = { schema: 'assay/calibration/v1', ...calibration, runs };
      if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(document, null, 2)}\n`);
      streams.stdout.write(flags.json === true ? `${JSON.stringify(document, null, 2)}\n` : renderTable(document));
    });
}

interface CalibrationDocument extends ReturnType<typeof calibrateEngine> {
  readonly runs: readonly JudgedRun[];
}

function renderTable({ model, requests, loss, runs }: CalibrationDocument): string {
  const { stepMs, prefillMsPerToken, decodeMsPerSequence } = model.batching;
  const costs = `step ${number(stepMs)} ms, prompt token ${number(prefillMsPerToken)} ms, sequence ${number(decodeMsPerSequence)} ms`;
  const lines = [
    `${costs}; ${model.slots} slots; fitted to ${requests} requests, mean error ${percent(Math.expm1(loss))}`,
    '',
    `${'predicted / observed (error)'.padEnd(40)}${['ttft_ms p50', 'itl_ms p50', 'output tokens/s'].map((name) => name.padStart(28)).join('')}`,
    ...runs.map((run) => `${label(run).padEnd(40)}${FIGURES.map((name) => cell(run, name).padStart(28)).join('')}`),
  ];
  return `${lines.join('\n')}\n`;
}

const FIGURES = ['ttftMs', 'itlMs', 'outputTokensPerSecond'] as const satisfies readonly (keyof RunFigures)[];

const number = (value: number): string => value.toPrecision(3);
const percent = (share: number): string => `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;

function label({ directory, isHeldOut }: JudgedRun): string {
  const name = directory.replace(/\/+$/, '').split('/').at(-1) ?? directory;
  return `${isHeldOut ? 'held out' : 'fitted'} ${name}`.slice(0, 39);
}

function cell({ predicted, observed, relativeError }: JudgedRun, name: keyof RunFigures): string {
  return `${number(predicted[name])} / ${number(observed[name])} (${percent(relativeError[name])})`;
}
