import { type Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Streams } from '../streams.ts';

interface ImportFlags {
  readonly from?: 'vllm-bench' | 'guidellm' | 'aiperf';
  readonly benchmark?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const HELP = `
The files are kept as they came, and figures are derived from them: those that the tool recorded, from the send, each of the others with the
reason why there is none. Findings say what the tool leaves out. assay diff and assay report take the directory as they take a run.

Examples:
  assay import result.json                            vllm bench serve --save-result --save-detailed
  assay import benchmarks.json --benchmark 2          GuideLLM, the third of a sweep
  assay import artifacts/my-run --out runs/aiperf     AIPerf, profile_export_aiperf.json and the requests beside it
  assay diff runs/20260101T120000Z-standard runs/aiperf
`;

export function addImportCommand(program: Command, streams: Streams): void {
  program
    .command('import')
    .description('Read the result of vllm bench serve, GuideLLM or AIPerf, to compare a run with it')
    .argument('<file>', 'result as the tool wrote it')
    .addOption(
      new Option('--from <tool>', 'tool that wrote it (default: found out)').choices([
        'vllm-bench',
        'guidellm',
        'aiperf',
      ]),
    )
    .option('--benchmark <n>', 'which benchmark of a file that holds several, from 0')
    .option('--out <directory>', 'where to put it (default: runs/TIME-NAME)')
    .option('--json', 'print the results document')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: ImportFlags) => {
      const benchmark = readPosition(flags.benchmark);
      const { renderSummary } = await import('../render/summary.ts');
      const { importResult } = await import('../imports/import-directory.ts');
      const options = { tool: flags.from, benchmark, out: flags.out, now: new Date() };
      const { directory, results } = importResult(file, options);
      streams.stdout.write(
        flags.json === true
          ? `${JSON.stringify(results, null, 2)}\n`
          : `${renderSummary(results, undefined)}\nwritten to ${directory}\n`,
      );
    });
}

function readPosition(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new CliError('FLAG_INVALID', `--benchmark: expected a whole number from 0, got "${text}"`);
}
