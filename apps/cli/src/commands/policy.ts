import { readFileSync } from 'node:fs';
import type { ManifestFinding } from '@assay/backend-adapters';
import type { Command } from 'commander';
import { CliError, type Problem } from '../cli-error.ts';
import { parsePositiveDurationMs } from '../config/units.ts';
import { EXIT } from '../exit-codes.ts';
import type { Finish } from '../program.ts';
import type { Streams } from '../streams.ts';

interface LintFlags {
  readonly json?: boolean;
  readonly allowTags?: boolean;
  readonly modelLoad?: string;
}

const EXAMPLES = `
Examples:
  assay policy lint isvc.yaml
      keys that nobody reads, images without a digest, probes too short for loading a model
  assay policy lint --model-load 30m --json manifests/*.yaml
      the same for a model that loads for half an hour, as JSON
`;

interface Linted {
  readonly findings: readonly ManifestFinding[];
  readonly problems: readonly Problem[];
}

/** Findings of one file, or why it cannot be read. */
async function lintFile(file: string, { allowTags, modelLoad }: LintFlags): Promise<Linted> {
  const { AdapterError, lintManifests } = await import('@assay/backend-adapters');
  const modelLoadMs = modelLoad === undefined ? undefined : parsePositiveDurationMs(modelLoad);
  try {
    const findings = lintManifests(readFileSync(file, 'utf8'), {
      file,
      allowTags: allowTags === true,
      ...(modelLoadMs === undefined ? {} : { modelLoadSeconds: modelLoadMs / 1000 }),
    });
    return { findings, problems: [] };
  } catch (error: unknown) {
    if (error instanceof AdapterError)
      return { findings: [], problems: [{ message: error.message, hint: error.hint }] };
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const hint = 'check the path and its permissions';
    return { findings: [], problems: [{ message: `${file}: ${error.message}`, hint }] };
  }
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

async function lint(files: readonly string[], flags: LintFlags, streams: Streams, finish: Finish): Promise<void> {
  if (flags.modelLoad !== undefined && parsePositiveDurationMs(flags.modelLoad) === undefined) {
    throw new CliError('FLAG_INVALID', `--model-load: expected a time above 0, got "${flags.modelLoad}"`, {
      hint: 'for example 600s or 30m',
    });
  }
  const { formatManifestFinding } = await import('@assay/backend-adapters');
  const linted: Linted[] = [];
  for (const file of files) linted.push(await lintFile(file, flags));
  const findings = linted.flatMap((each) => each.findings);
  const problems = linted.flatMap((each) => each.problems);
  const unreadable = problems.length;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  if (flags.json === true) {
    streams.stdout.write(`${JSON.stringify({ files, unreadable, errors, warnings, findings }, undefined, 2)}\n`);
  } else {
    for (const finding of findings) streams.stdout.write(`${formatManifestFinding(finding)}\n`);
    const counts = `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
    // Nothing was looked for in a file that was not read.
    const unread = unreadable === 0 ? '' : `, ${unreadable} not read`;
    const isAnyRead = unreadable < files.length;
    streams.stdout.write(`${count(files.length, 'file')}${unread}${isAnyRead ? `: ${counts}` : ''}\n`);
  }
  const [first, ...more] = problems;
  if (first !== undefined) {
    throw new CliError('MANIFEST_UNREADABLE', first.message, { hint: first.hint, more });
  }
  finish(errors > 0 ? EXIT.gateFailed : EXIT.ok);
}

export function addPolicyCommand(program: Command, streams: Streams, finish: Finish): void {
  program
    .command('policy')
    .description('Rules for the manifests of inference services')
    .command('lint')
    .description('Say what in manifests does nothing, or something else than it says')
    .argument('<file...>', 'files of YAML with one or more objects')
    .option('--json', 'print the findings as JSON')
    .option('--allow-tags', 'accept images that are named by a tag')
    .option('--model-load <time>', 'shortest time that probes must leave for loading a model (default: 600s)')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], flags: LintFlags) => lint(files, flags, streams, finish));
}
