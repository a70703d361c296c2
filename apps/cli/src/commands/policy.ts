import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestFinding, ManifestLinter } from '@assay/backend-adapters';
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
  readonly crds?: string;
}

const EXAMPLES = `
Fields, types and API versions are checked of KServe's and Knative's kinds that serve models, of Deployments, Services and ConfigMaps, down to where a slip is likely;
--crds checks them in whole, and every other kind that it has a definition of.

Examples:
  assay policy lint isvc.yaml
      keys that nobody reads, fields that do not exist, images without a digest, probes too short for loading a model
  assay policy lint --model-load 30m --json manifests/*.yaml
      the same for a model that loads for half an hour, as JSON
  kubectl get crds -o yaml > crds/all.yaml && assay policy lint --crds crds isvc.yaml
      the same by the definitions of the cluster that it is for
`;

/** What was not looked at; not wrong, but not right either. */
interface Note {
  readonly file: string;
  /** `apiVersion Kind` without a schema; absent where the file holds nothing at all. */
  readonly kind?: string;
}

interface Linted {
  readonly findings: readonly ManifestFinding[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

/** Findings of one file, or why it cannot be read. */
async function lintFile(file: string, linter: ManifestLinter): Promise<Linted> {
  const { AdapterError } = await import('@assay/backend-adapters');
  try {
    const { findings, objects, unchecked } = linter.lint(readFileSync(file, 'utf8'), file);
    return { findings, problems: [], notes: objects === 0 ? [{ file }] : unchecked.map((kind) => ({ file, kind })) };
  } catch (error: unknown) {
    if (error instanceof AdapterError)
      return { findings: [], problems: [{ message: error.message, hint: error.hint }], notes: [] };
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const hint = 'check the path and its permissions';
    return { findings: [], problems: [{ message: `${file}: ${error.message}`, hint }], notes: [] };
  }
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

const noteLine = ({ file, kind }: Note): string =>
  kind === undefined
    ? `${file} note EMPTY there is no object in it`
    : `${file} note KIND_UNCHECKED no schema of ${JSON.stringify(kind)} is at hand: its fields and types were not checked; --crds DIR has its definition?`;

async function createLinter({ allowTags, modelLoad, crds }: LintFlags): Promise<ManifestLinter> {
  const modelLoadMs = modelLoad === undefined ? undefined : parsePositiveDurationMs(modelLoad);
  if (modelLoad !== undefined && modelLoadMs === undefined) {
    throw new CliError('FLAG_INVALID', `--model-load: expected a time above 0, got "${modelLoad}"`, {
      hint: 'for example 600s or 30m',
    });
  }
  const definitions = crds === undefined ? [] : readDefinitions(crds);
  const { createManifestLinter } = await import('@assay/backend-adapters');
  return createManifestLinter(definitions, {
    allowTags: allowTags === true,
    ...(modelLoadMs === undefined ? {} : { modelLoadSeconds: modelLoadMs / 1000 }),
  });
}

/** Texts with CustomResourceDefinitions below a folder. */
function readDefinitions(folder: string): readonly string[] {
  let texts: readonly string[];
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    texts = files
      .filter(({ name }) => /\.(ya?ml|json)$/.test(name))
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
      .filter((text) => text.includes('CustomResourceDefinition'));
  } catch (cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('CONFIG_FILE_UNREADABLE', `--crds: ${why}`, { cause, hint: 'it is a folder of YAML files' });
  }
  if (texts.length > 0) return texts;
  throw new CliError('CONFIG_FILE_UNREADABLE', `--crds: no file below ${folder} has a CustomResourceDefinition`, {
    hint: 'for those of a cluster: kubectl get crds -o yaml',
  });
}

async function lint(files: readonly string[], flags: LintFlags, streams: Streams, finish: Finish): Promise<void> {
  const linter = await createLinter(flags);
  const { formatManifestFinding } = await import('@assay/backend-adapters');
  const linted: Linted[] = [];
  for (const file of files) linted.push(await lintFile(file, linter));
  const findings = linted.flatMap((each) => each.findings);
  const problems = linted.flatMap((each) => each.problems);
  const notes = linted.flatMap((each) => each.notes);
  const unreadable = problems.length;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  if (flags.json === true) {
    streams.stdout.write(`${JSON.stringify({ files, unreadable, errors, warnings, findings, notes }, undefined, 2)}\n`);
  } else {
    for (const finding of findings) streams.stdout.write(`${formatManifestFinding(finding)}\n`);
    for (const note of notes) streams.stdout.write(`${noteLine(note)}\n`);
    const noted = notes.length === 0 ? '' : `, ${count(notes.length, 'note')}`;
    const counts = `${count(errors, 'error')}, ${count(warnings, 'warning')}${noted}`;
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
    .option('--crds <dir>', 'folder with CustomResourceDefinitions, whose kinds are checked in whole')
    .option('--model-load <time>', 'shortest time that probes must leave for loading a model (default: 600s)')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], flags: LintFlags) => lint(files, flags, streams, finish));
}
