import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { explainSlos, parseSlos } from '../config/objective-text.ts';
import { parsePositive } from '../config/units.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Finish } from '../program.ts';
import { renderDiff } from '../render/diff-table.ts';
import type { Streams } from '../streams.ts';

interface DiffFlags {
  readonly json?: boolean;
  readonly force?: boolean;
  readonly margin?: string;
  readonly failOn?: string;
  readonly slo?: readonly string[];
}

const HELP = `
faster, slower: the difference is real and not shown to be within the margin; equivalent: it is shown to lie within the margin;
undecided: neither, more or longer runs would tell. All at an error of 5 % over the whole table (Holm).
Two single runs are compared by the errors within them, request by request where seed, load and prompts are the same; directories
of --repeats by their runs, which also counts what changes from run to run. Against an imported result latencies start at the
send. Goodput is counted anew from the records; an undecided figure says what is missing.

Examples:
  assay diff runs/before runs/after
  assay diff runs/before-repeats runs/after-repeats --margin 3% --fail-on slower
  assay diff runs/before runs/after --slo 'ttft_ms<300,itl_ms<40'
`;

export function addDiffCommand(program: Command, streams: Streams, finish: Finish): void {
  program
    .command('diff')
    .description('Compare two runs, or two directories of repeated runs: faster, slower, equivalent or undecided')
    .argument('<first>', 'run directory, directory of --repeats, or imported result')
    .argument('<second>', 'the one that is compared with it')
    .option('--margin <percent>', 'relative difference that does not matter (default: 5%)')
    .option('--fail-on <verdict>', 'slower: exit code 4 when any figure is slower, 3 when any is undecided')
    .option(
      '--slo <objective>',
      'count goodput by these objectives instead of those of the runs (repeatable)',
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option('--force', 'compare although load, prompts or model differ')
    .option('--json', 'print the comparison as JSON (assay/diff/v1)')
    .addHelpText('after', HELP)
    .action(async (first: string, second: string, flags: DiffFlags) => {
      const margin = readMargin(flags.margin);
      if (flags.failOn !== undefined && flags.failOn !== 'slower') {
        throw new CliError('FLAG_INVALID', `--fail-on: expected slower, got "${flags.failOn}"`);
      }
      const { compareDirectories } = await import('../experiment/compare-directories.ts');
      const slo = readObjectives(flags.slo);
      const comparison = await compareDirectories(first, second, { margin, isForced: flags.force === true, slo });
      streams.stdout.write(flags.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : renderDiff(comparison));
      finish(
        flags.failOn === undefined ? EXIT.ok : exitCodeOfVerdicts(comparison.changes.map(({ verdict }) => verdict)),
      );
    });
}

function readMargin(text: string | undefined): number {
  if (text === undefined) return 0.05;
  const percent = parsePositive(text.trim().replace(/\s*%$/, ''));
  if (percent !== undefined && percent <= 100) return percent / 100;
  throw new CliError('FLAG_INVALID', `--margin: expected a percentage above 0, up to 100, got "${text}"`);
}

function readObjectives(texts: readonly string[] | undefined): readonly string[] | undefined {
  if (texts === undefined) return undefined;
  const objectives = parseSlos(texts);
  if (objectives !== undefined) return objectives;
  throw new CliError('FLAG_INVALID', `--slo: ${explainSlos(texts)}`);
}

function exitCodeOfVerdicts(verdicts: readonly string[]): ExitCode {
  if (verdicts.includes('slower')) return EXIT.gateFailed;
  return verdicts.includes('undecided') ? EXIT.gateUnknown : EXIT.ok;
}
