import type { Command } from 'commander';
import { isDiskFull } from '../disk-full.ts';
import { readRun } from '../run/read-run.ts';
import { releaseReserve } from '../run/run-directory.ts';
import type { Streams } from '../streams.ts';

export function addReportCommand(program: Command, streams: Streams): void {
  program
    .command('report')
    .description('Rebuild results.json and the reports of a run from its records, even after a kill')
    .argument('<run...>', 'run directories, or imported results')
    .option('--json', 'print the results document instead of the summary')
    .addHelpText('after', '\nExamples:\n  assay report runs/20260101T120000Z-standard\n')
    .action(async (directories: readonly string[], flags: { readonly json?: boolean }) => {
      const { analyzeDirectory, publish, reportsMissing } = await import('../run/publish.ts');
      const { renderSummary } = await import('../render/summary.ts');
      const { isImportDirectory, publishImport, readImportDirectory } = await import('../imports/import-directory.ts');
      const runs = directories.map((directory) =>
        isImportDirectory(directory)
          ? { directory, imported: readImportDirectory(directory) }
          : { directory, run: readRun(directory) },
      );
      for (const { directory, run, imported } of runs) {
        if (imported !== undefined) {
          publishImport(directory, imported.results);
          streams.stdout.write(
            flags.json === true
              ? `${JSON.stringify(imported.results, null, 2)}\n`
              : `${renderSummary(imported.results, undefined)}\nwritten to ${directory}\n`,
          );
          continue;
        }
        const results = await analyzeDirectory(directory, run);
        releaseReserve(directory);
        let failure: unknown;
        try {
          await publish(directory, run, results);
        } catch (error: unknown) {
          if (!isDiskFull(error)) throw error;
          failure = error;
        }
        streams.stdout.write(
          flags.json === true ? `${JSON.stringify(results, null, 2)}\n` : renderSummary(results, directory),
        );
        if (failure !== undefined) throw reportsMissing(directory, failure);
      }
    });
}
