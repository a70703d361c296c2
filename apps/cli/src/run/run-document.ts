import { join } from 'node:path';
import type { Finding, RunConfig, RunDocument } from '@assay/contracts';
import type { BackendCapabilities, ReadCalibration, ReadDelayHealth, RunSummary, Schedule } from '@assay/loadgen';
import type { Origin } from '../config/layers.ts';
import { VERSION } from '../version.ts';
import { RUN_FILES, writeAtomically } from './run-directory.ts';

export interface RunDocumentInput {
  readonly config: RunConfig;
  readonly origins: Readonly<Record<string, Origin>>;
  readonly schedule: Schedule;
  readonly capabilities: BackendCapabilities;
  readonly findings: readonly Finding[];
}

/** Two readings of the same moment: CLOCK_MONOTONIC in nanoseconds and the wall clock. */
function readAnchor(): RunDocument['clock'] {
  return { monotonicNs: String(process.hrtime.bigint()), wall: new Date().toISOString() };
}

/** The anchor of a moment on `performance.now()`, the clock of the records, which may lie ahead. */
export function anchorOf(originMs: number): RunDocument['clock'] {
  const aheadMs = originMs - performance.now();
  const nowNs = process.hrtime.bigint();
  return {
    monotonicNs: String(nowNs + BigInt(Math.round(aheadMs * 1e6))),
    wall: new Date(Date.now() + aheadMs).toISOString(),
  };
}

/** run.json as it is before the load: readable, and reportable after a kill. */
export function startDocument(input: RunDocumentInput): RunDocument {
  const { config, schedule } = input;
  const clock = readAnchor();
  return {
    schema: 'assay/run/v1',
    recordSchema: 'assay/request-record/v1',
    name: config.name,
    startedAt: clock.wall,
    clock,
    versions: { assay: VERSION, node: process.versions.node, platform: `${process.platform}-${process.arch}` },
    config,
    origins: input.origins,
    seed: config.seed,
    schedule: { offered: schedule.count ?? null, measureFromMs: 0 },
    capabilities: capabilitiesOf(input.capabilities),
    window: null,
    clientHealth: null,
    findings: input.findings,
    status: 'running',
    connections: { opened: 0, reused: 0, failed: 0 },
  };
}

/** run.json once the load is over. */
export function endDocument(
  document: RunDocument,
  summary: RunSummary,
  calibration: ReadCalibration | undefined,
): RunDocument {
  const health = summary.clientHealth;
  return {
    ...document,
    schedule: { ...document.schedule, measureFromMs: summary.measureFromMs ?? document.schedule.measureFromMs },
    window: summary.window ?? null,
    clientHealth: {
      eventLoopDelayP99Ms: health.loopDelayP99Ms ?? null,
      cpuRatio: health.cpuRatio ?? null,
      lateDispatchRatio: health.lateDispatchRatio ?? null,
      sendLagP99Ms: health.dispatchLagP99Ms ?? null,
      ...readDelayOf(health.readDelay, calibration),
      ...(health.gcPauses === undefined ? {} : { gcPauses: { ...health.gcPauses } }),
      maxRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      findings: health.findings.map((finding) => ({ ...finding })),
    },
    status: summary.status,
    connections: { ...summary.connections },
    ...(summary.workers === undefined ? {} : { workers: summary.workers.map((worker) => ({ ...worker })) }),
  };
}

function readDelayOf(
  seen: ReadDelayHealth | undefined,
  calibration: ReadCalibration | undefined,
): Pick<NonNullable<RunDocument['clientHealth']>, 'readDelay'> {
  if (seen === undefined) return {};
  return {
    readDelay: {
      calibration: calibration ?? null,
      reads: seen.reads ?? null,
      firstTokens: seen.firstTokens ?? null,
      spans: seen.spans ?? null,
      isCoreTimeKnown: seen.isCoreTimeKnown,
    },
  };
}

/** JSON has no `undefined`: what is not known is null. */
function capabilitiesOf(capabilities: BackendCapabilities): RunDocument['capabilities'] {
  return Object.fromEntries(
    Object.entries(capabilities).map(([key, value]: [string, unknown]) => [key, value ?? null]),
  );
}

export function writeRunDocument(directory: string, document: RunDocument): void {
  writeAtomically(join(directory, RUN_FILES.run), `${JSON.stringify(document, null, 2)}\n`);
}
