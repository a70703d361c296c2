import { join } from 'node:path';
import type { RequestRecord, RunDocument } from '@assay/contracts';
import { readRecords } from '@assay/loadgen';
import type { ObservedRequest, ObservedRun } from '@assay/simulator';
import { readRun } from './read-run.ts';
import { RUN_FILES } from './run-directory.ts';

/** A run directory as a calibration sees it. */
export interface ObservedDirectory {
  readonly directory: string;
  readonly run: RunDocument;
  readonly observed: ObservedRun;
  /** Records without an answer or without a count, which the model cannot follow. */
  readonly leftOut: number;
}

/**
 * Answered requests of a run directory, warm-up included: all of them are load on the engine.
 *
 * @throws CliError RUN_NOT_FOUND, RUN_INVALID
 * @throws LoadgenError RECORD_UNREADABLE, RECORD_INVALID
 */
export async function readObservedRun(directory: string): Promise<ObservedDirectory> {
  const run = readRun(directory);
  const requests: ObservedRequest[] = [];
  let leftOut = 0;
  for await (const record of readRecords(join(directory, RUN_FILES.requests))) {
    const request = toObserved(record);
    if (request === undefined) leftOut += 1;
    else requests.push(request);
  }
  requests.sort((a, b) => a.sentMs - b.sentMs);
  const { load } = run.config;
  const closed = load.kind === 'concurrency' ? { concurrency: load.concurrency } : {};
  return { directory, run, observed: { requests, ...closed }, leftOut };
}

function toObserved(record: RequestRecord): ObservedRequest | undefined {
  const { outcome, sentMs, firstTokenMs, lastTokenMs, inputTokens, outputTokens, cachedTokens } = record;
  const isWhole = outcome === 'ok' && sentMs !== null && firstTokenMs !== null && lastTokenMs !== null;
  const promptTokens = inputTokens ?? record.inputTokensRequested;
  if (!isWhole || promptTokens === null || outputTokens === null || outputTokens < 1) return undefined;
  return { sentMs, firstTokenMs, lastTokenMs, promptTokens: promptTokens - (cachedTokens ?? 0), outputTokens };
}
