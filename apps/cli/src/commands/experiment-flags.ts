import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Settings } from '../config/settings.ts';
import { parsePositive, parseWhole } from '../config/units.ts';

/** Flags of `assay run` that make several runs of it. */
export interface ExperimentFlags {
  readonly findCapacity?: boolean;
  readonly tolerance?: string;
  readonly maxProbes?: string;
  readonly repeats?: string;
  readonly repeatSeeds?: string;
}

/** What several runs are for. */
export type Experiment =
  | { readonly kind: 'capacity'; readonly tolerance: number; readonly mostProbes: number }
  | { readonly kind: 'repeats'; readonly count: number; readonly seeds: 'same' | 'new' };

export function addExperimentOptions(command: Command): void {
  command
    .optionsGroup('Several runs:')
    .option('--find-capacity', 'search the highest rate that meets every --slo; --rate is the first one tried')
    .option('--tolerance <percent>', 'half width of the range the search ends with (default: 5%)')
    .option('--max-probes <n>', 'runs the search may make (default: 10)')
    .option('--repeats <n>', 'this many runs under one directory, and figures with intervals over them')
    .option('--repeat-seeds <how>', 'new (default): other arrivals and prompts in each; same: the same in all');
}

const invalid = (flag: string, expected: string, got: string, hint?: string): CliError =>
  new CliError('FLAG_INVALID', `${flag}: expected ${expected}, got "${got}"`, { hint });

/** @throws CliError FLAG_INVALID, CONFIG_CONFLICT */
export function readExperiment(flags: ExperimentFlags): Experiment | undefined {
  const { findCapacity, tolerance, maxProbes, repeats, repeatSeeds } = flags;
  if (findCapacity === true && repeats !== undefined) {
    throw new CliError('CONFIG_CONFLICT', '--find-capacity and --repeats exclude each other', {
      hint: 'search first, then repeat a run at the rate that was found',
    });
  }
  if (findCapacity !== true && (tolerance !== undefined || maxProbes !== undefined)) {
    throw new CliError('CONFIG_CONFLICT', '--tolerance and --max-probes belong to --find-capacity');
  }
  if (repeats === undefined && repeatSeeds !== undefined) {
    throw new CliError('CONFIG_CONFLICT', '--repeat-seeds belongs to --repeats');
  }
  if (findCapacity === true) {
    return {
      kind: 'capacity',
      tolerance: readTolerance(tolerance),
      mostProbes: readCount('--max-probes', maxProbes, 10),
    };
  }
  if (repeats === undefined) return undefined;
  if (repeatSeeds !== undefined && repeatSeeds !== 'same' && repeatSeeds !== 'new') {
    throw invalid('--repeat-seeds', 'same or new', repeatSeeds);
  }
  return { kind: 'repeats', count: readCount('--repeats', repeats, 0), seeds: repeatSeeds ?? 'new' };
}

function readTolerance(text: string | undefined): number {
  if (text === undefined) return 0.05;
  const percent = parsePositive(text.trim().replace(/\s*%$/, ''));
  if (percent === undefined || percent < 1 || percent > 50)
    throw invalid('--tolerance', 'a percentage from 1 to 50', text);
  return percent / 100;
}

function readCount(flag: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const count = parseWhole(2)(text);
  if (count === undefined || count > 1000) throw invalid(flag, 'a whole number from 2 to 1000', text);
  return count;
}

/** Settings an experiment brings along where nobody says otherwise: a search has a first rate, random arrivals and an end of its own. */
export function defaultsOf(experiment: Experiment | undefined): Settings {
  if (experiment?.kind !== 'capacity') return {};
  return { rate: 8, arrival: { kind: 'poisson' }, duration: 60_000 };
}
