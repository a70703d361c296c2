import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RepeatedRun, RepeatsDocument, ResultsDocument } from '@assay/contracts';
import { combineRuns, findSteadyState, readRecords } from '@assay/loadgen';
import { renderRepeatsHtml, renderRepeatsMarkdown, summarizeRepeats } from '@assay/report';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { ExecuteOptions } from '../run/execute.ts';
import { planRunDirectory, RUN_FILES, writeAtomically } from '../run/run-directory.ts';
import { PARENT_FILES } from './parent-files.ts';
import { executeChild } from './run-parent.ts';

export interface RepeatsOptions extends ExecuteOptions {
  readonly count: number;
  readonly seeds: 'same' | 'new';
}

/** Several runs of one configuration under one parent, and their figures together. Ends with the worst exit code of the runs. */
export async function executeRepeats(options: RepeatsOptions): Promise<ExitCode> {
  const { config, count, seeds, streams } = options;
  const parent = planRunDirectory(options.out, `${config.name}-repeats`, new Date());
  const startedAt = new Date().toISOString();
  const runs: RepeatedRun[] = [];
  const results: ResultsDocument[] = [];
  const exitCodes: ExitCode[] = [];
  for (let index = 0; index < count; index++) {
    const directory = `run-${String(index + 1).padStart(2, '0')}`;
    const seed = seeds === 'same' ? config.seed : config.seed + index;
    streams.stderr.write(`run ${index + 1} of ${count}, seed ${seed}\n`);
    const child = await executeChild({ ...options, config: { ...config, seed } }, join(parent, directory));
    if (child === undefined) {
      exitCodes.push(EXIT.aborted);
      break;
    }
    exitCodes.push(strictCode(child.exitCode, child.results, options.isStrict));
    results.push(child.results);
    runs.push({
      directory,
      seed,
      status: child.run.status,
      validity: child.results.validity.verdict,
      steadyState: await findSteadyState(readRecords(join(parent, directory, RUN_FILES.requests))),
    });
    if (child.run.status === 'aborted') break;
  }
  const metrics = combineRuns(results);
  const document: RepeatsDocument = { schema: 'assay/repeats/v1', name: config.name, startedAt, seeds, runs, metrics };
  mkdirSync(parent, { recursive: true });
  writeAtomically(join(parent, PARENT_FILES.repeats), `${JSON.stringify(document, null, 2)}\n`);
  writeAtomically(join(parent, PARENT_FILES.html), renderRepeatsHtml(document));
  writeAtomically(join(parent, PARENT_FILES.markdown), renderRepeatsMarkdown(document));
  streams.stdout.write(options.isJson ? `${JSON.stringify(document, null, 2)}\n` : summarizeRepeats(document, parent));
  return worstOf(exitCodes);
}

function strictCode(exitCode: ExitCode, { validity }: ResultsDocument, isStrict: boolean): ExitCode {
  return exitCode === EXIT.ok && isStrict && validity.verdict !== 'trustworthy' ? EXIT.notTrustworthy : exitCode;
}

/** From what hides everything else to what hides nothing. */
const ORDER: readonly ExitCode[] = [EXIT.aborted, EXIT.gateFailed, EXIT.gateUnknown, EXIT.notTrustworthy, EXIT.ok];

const worstOf = (codes: readonly ExitCode[]): ExitCode => ORDER.find((code) => codes.includes(code)) ?? EXIT.ok;
