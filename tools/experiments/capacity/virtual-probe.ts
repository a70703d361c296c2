import type { RequestRecord, RunConfig } from '@assay/contracts';
import { createSchedule, ProbeJudge, type ProbeJudgeOptions, type ProbePlan, type ProbeResult } from '@assay/loadgen';
import { type SimulatorOptions, simulateVirtual, type VirtualOutcome } from '@assay/simulator';

/** A service whose capacity is known, and the load it gets. */
export interface PlantedService {
  readonly name: string;
  readonly simulator: SimulatorOptions;
  readonly arrivals: 'constant' | 'poisson';
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly objectives: readonly string[];
  /** Longest time of a probe where it is not the default, as --duration. */
  readonly longestMs?: number;
  /** Capacity in closed form, requests per second; without it the experiment finds it by very long runs. */
  readonly capacityPerSecond?: number;
}

const READING_EVERY_MS = 250;

const BLANK: Omit<RequestRecord, 'schema' | 'index'> = {
  phase: 'measure',
  requestId: null,
  connectMs: null,
  scheduledMs: 0,
  sentMs: null,
  headersMs: null,
  firstTokenMs: null,
  firstAnswerMs: null,
  lastTokenMs: null,
  endMs: null,
  outcome: 'ok',
  code: null,
  message: null,
  httpStatus: 200,
  finishReason: 'length',
  inputTokensRequested: null,
  inputTokens: null,
  inputTokensSource: 'token-ids',
  cachedTokens: null,
  outputTokensRequested: null,
  outputTokens: null,
  outputTokensSource: 'usage',
  contentEvents: 0,
  arrivals: [],
  arrivalsUnit: 'tokens',
} as unknown as Omit<RequestRecord, 'schema' | 'index'>;

function toRecord(outcome: VirtualOutcome, index: number): RequestRecord {
  const { arrivalMs, isRefused, firstTokenMs, lastTokenMs, tokens } = outcome;
  const base = {
    ...BLANK,
    schema: 'assay/request-record/v1',
    index,
    scheduledMs: arrivalMs,
    sentMs: arrivalMs,
  } as RequestRecord;
  if (isRefused || firstTokenMs === undefined || lastTokenMs === undefined) {
    return { ...base, outcome: 'http', code: 'HTTP_429', endMs: arrivalMs };
  }
  const rest = tokens > 1 ? [Math.round((lastTokenMs - firstTokenMs) * 1000), tokens - 1] : [];
  return {
    ...base,
    firstTokenMs,
    firstAnswerMs: firstTokenMs,
    lastTokenMs,
    endMs: lastTokenMs,
    outputTokens: tokens,
    arrivals: [0, 1, ...rest],
  };
}

/** Records of a planted service at one rate, in the order of their ends. */
export function virtualRecords(
  service: PlantedService,
  ratePerSecond: number,
  durationMs: number,
  seed: number,
): RequestRecord[] {
  const load: RunConfig['load'] = { kind: service.arrivals, ratePerSecond };
  const schedule = createSchedule(load, seed, { requests: undefined, durationMs });
  if (schedule.kind !== 'open') throw new Error('an open loop was asked for');
  const { promptTokens: prompt, outputTokens } = service;
  const arrivals = Array.from({ length: schedule.count }, (_, index) => ({
    atMs: schedule.offsetMsAt(index),
    prompt,
    outputTokens,
  }));
  return simulateVirtual(arrivals, { ...service.simulator, seed })
    .map(toRecord)
    .sort((a, b) => (a.endMs ?? 0) - (b.endMs ?? 0));
}

export interface VirtualProbe extends ProbeResult {
  readonly durationMs: number;
  readonly stop: string;
  readonly requests: number;
}

/** One probe in virtual time: what the command does with a real service, without waiting. */
export function probeVirtually(
  service: PlantedService,
  plan: ProbePlan,
  options: Omit<ProbeJudgeOptions, 'objectives' | 'ratePerSecond' | 'isBracketing'>,
  seed: number,
): VirtualProbe {
  const judge = new ProbeJudge({ ...options, ...plan, objectives: service.objectives });
  const records = virtualRecords(service, plan.ratePerSecond, options.longestMs, seed + plan.index);
  const starts = records.map(({ scheduledMs }) => scheduledMs).sort((a, b) => a - b);
  let ended = 0;
  let started = 0;
  let atMs = 0;
  for (; atMs < options.longestMs && judge.stop === undefined; atMs += READING_EVERY_MS) {
    while (started < starts.length && (starts[started] ?? 0) <= atMs) started++;
    for (; ended < records.length && (records[ended]?.endMs ?? 0) <= atMs; ended++) {
      const record = records[ended];
      if (record !== undefined) judge.add(record);
    }
    judge.observe(atMs, started - ended);
  }
  // Requests that were sent before the end are waited for, as in a drain.
  if (judge.stop !== 'over-saturated')
    for (const record of records.slice(ended)) if (record.scheduledMs <= atMs) judge.add(record);
  const due = starts.filter((startMs) => startMs <= atMs);
  return {
    offeredPerSecond: (1000 * (due.length - 1)) / ((due.at(-1) ?? 0) - (due[0] ?? 0)),
    pressure: judge.pressure,
    verdict: judge.conclude(),
    leansTo: judge.leansTo,
    isOverSaturated: judge.stop === 'over-saturated',
    throughputPerSecond: judge.throughputPerSecond,
    isClientLimited: false,
    isDisturbed: false,
    durationMs: atMs,
    stop: judge.stop ?? '-',
    requests: judge.requests,
  };
}
