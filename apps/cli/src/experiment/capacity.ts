import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityDocument, CapacityProbe, RunConfig } from '@assay/contracts';
import {
  errorPerProbe,
  fewestArrivals,
  findCapacity,
  type IdleWait,
  longestProbeMs,
  ProbeJudge,
  type ProbePlan,
  type ProbeResult,
  toCapacityObjective,
} from '@assay/loadgen';
import { renderCapacityHtml, renderCapacityMarkdown, summarizeCapacity } from '@assay/report';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { ExecuteOptions } from '../run/execute.ts';
import { planRunDirectory, RUN_FILES, writeAtomically } from '../run/run-directory.ts';
import { type IdleService, meetService } from './idle-service.ts';
import { PARENT_FILES } from './parent-files.ts';
import { ProbeWatch } from './probe-watch.ts';
import { RecordTail } from './record-tail.ts';
import { type ChildRun, executeChild } from './run-parent.ts';

export interface CapacityOptions extends ExecuteOptions {
  readonly tolerance: number;
  readonly mostProbes: number;
  /** Longest time of a probe; found from objectives and arrivals where it is not given. */
  readonly longestMs: number | undefined;
}

/** Findings of a client that cannot make the rate. */
const MAKES_NO_LOAD: ReadonlySet<string> = new Set(['OFFERED_SHORTFALL', 'CLIENT_CPU', 'WORKER_LOST']);

/** Share of the offered rate: a service that delivers less is behind whatever the client does. */
const KEPT_UP = 0.75;

/** Chance that any verdict of a search is wrong. */
const ERROR = 0.05;

type ProbeOutcome = ProbeResult & { readonly document: CapacityProbe; readonly child: ChildRun };

/** The highest rate that meets the objectives, a run directory per probe under one parent. */
export async function executeCapacity(options: CapacityOptions): Promise<ExitCode> {
  const { config, streams } = options;
  const load = randomness(config);
  for (const objective of config.slo) toCapacityObjective(objective);
  const parent = planRunDirectory(options.out, `${config.name}-capacity`, new Date());
  const startedAt = new Date().toISOString();
  const made: (ProbeOutcome & ProbePlan)[] = [];
  let service: IdleService | undefined;
  const document = (estimate: Pick<CapacityDocument, 'end' | 'ratePerSecond' | 'low' | 'high'>): CapacityDocument => ({
    schema: 'assay/capacity/v1',
    name: config.name,
    startedAt,
    target: made[0]?.child.run.config.target ?? config.target,
    model: made[0]?.child.run.config.model ?? config.model,
    objectives: [...config.slo],
    arrivals: load.kind,
    tolerance: options.tolerance,
    error: ERROR,
    ...estimate,
    probes: made.map((probe) => probe.document),
  });
  const search = { startPerSecond: load.ratePerSecond, tolerance: options.tolerance, mostProbes: options.mostProbes };
  try {
    const { estimate } = await findCapacity<ProbeOutcome>(search, async (plan) => {
      service ??= orAborted(await meetService(options));
      const isAfterLoad = made.length > 0 && made.at(-1)?.verdict !== 'pass';
      const idleWait = !isAfterLoad ? undefined : orAborted(await service.wait());
      const outcome = await probe(options, parent, plan, idleWait);
      if (outcome === undefined) throw new SearchAborted();
      made.push({ ...outcome, ...plan });
      streams.stderr.write(`${probeLine(plan.index, outcome.document)}\n`);
      if (outcome.child.exitCode === EXIT.aborted) throw new SearchAborted();
      return outcome;
    });
    const done = document(estimate);
    publishCapacity(parent, done);
    streams.stdout.write(options.isJson ? `${JSON.stringify(done, null, 2)}\n` : summarizeCapacity(done, parent));
    return exitCodeOfSearch(done.end);
  } catch (error: unknown) {
    if (!(error instanceof SearchAborted)) throw error;
    publishCapacity(parent, document({ end: 'aborted', ratePerSecond: null, low: null, high: null }));
    return EXIT.aborted;
  }
}

class SearchAborted extends Error {}

function orAborted<T>(result: T | 'interrupted'): T {
  if (result === 'interrupted') throw new SearchAborted();
  return result;
}

type OpenLoad = Extract<RunConfig['load'], { readonly ratePerSecond: number }>;

/** @throws CliError CONFIG_CONFLICT */
function randomness({ load, slo, sessions }: RunConfig): OpenLoad {
  if (slo.length === 0) {
    throw new CliError('CONFIG_CONFLICT', '--find-capacity needs an objective', {
      hint: "add --slo 'ttft_ms.p99<500'",
    });
  }
  if (sessions === 'whole') {
    throw new CliError(
      'CONFIG_CONFLICT',
      '--find-capacity searches a rate of requests, and whole conversations have none of their own',
      {
        hint: 'add --sessions split to send their turns as requests of their own',
      },
    );
  }
  if ('ratePerSecond' in load) return load;
  throw new CliError('CONFIG_CONFLICT', `--find-capacity searches a rate, and the load is ${load.kind}`, {
    hint: 'leave the load away, or give a first rate and its arrivals: --rate 10 --arrival poisson',
  });
}

async function probe(
  options: CapacityOptions,
  parent: string,
  plan: ProbePlan,
  idleWait: IdleWait | undefined,
): Promise<ProbeOutcome | undefined> {
  const { tolerance, mostProbes, config } = options;
  const load = randomness(config);
  const isRandom = load.kind !== 'constant';
  const longestMs =
    options.longestMs ??
    longestProbeMs({ objectives: config.slo, ratePerSecond: plan.ratePerSecond, tolerance, isRandom });
  const judge = new ProbeJudge({
    objectives: config.slo,
    ratePerSecond: plan.ratePerSecond,
    tolerance,
    alpha: errorPerProbe(ERROR, mostProbes),
    longestMs,
    leastRequests: isRandom ? fewestArrivals(tolerance) : 0,
    isBracketing: plan.isBracketing,
  });
  const name = `probe-${String(plan.index + 1).padStart(2, '0')}`;
  const directory = join(parent, name);
  const watch = new ProbeWatch(judge, new RecordTail(join(directory, RUN_FILES.requests)));
  const probeConfig: RunConfig = {
    ...config,
    load: { ...load, ratePerSecond: plan.ratePerSecond },
    requests: null,
    durationMs: longestMs,
    // Prompts of their own, so that no probe finds those of another in a cache.
    seed: config.seed + plan.index,
  };
  const child = await executeChild({ ...options, config: probeConfig, watch }, directory);
  if (child === undefined) return undefined;
  watch.catchUp();
  return outcomeOf({ child, judge, watch, name, plan, longestMs, idleWait });
}

interface Probed {
  readonly child: ChildRun;
  readonly judge: ProbeJudge;
  readonly watch: ProbeWatch;
  readonly name: string;
  readonly plan: ProbePlan;
  readonly longestMs: number;
  readonly idleWait: IdleWait | undefined;
}

function outcomeOf({ child, judge, watch, name, plan, longestMs, idleWait }: Probed): ProbeOutcome {
  const { results, run } = child;
  const durationMs = judge.stop === undefined ? Math.max(watch.durationMs, longestMs) : watch.durationMs;
  const decided = judge.conclude();
  const invalidating = (run.clientHealth?.findings ?? []).filter(({ severity }) => severity === 'invalidates');
  // Only what the client did not send says that it cannot make this load.
  const isClientLimited = decided !== 'pass' && invalidating.some(({ code }) => MAKES_NO_LOAD.has(code));
  const offeredPerSecond = watch.offeredPerSecond ?? plan.ratePerSecond;
  // Where the service roughly kept up, a late client may have made misses and backlog itself: it proves nothing.
  const keptUp = (judge.throughputPerSecond ?? 0) > KEPT_UP * offeredPerSecond;
  const isDoubtful = decided === 'fail' && invalidating.length > 0 && keptUp;
  // What an earlier probe left behind may have made the misses, too.
  const isBusyBefore = idleWait?.isIdle === false;
  const isUnproven = isClientLimited || isDoubtful || (isBusyBefore && decided === 'fail');
  const verdict = isUnproven ? 'undecided' : decided;
  const figures = new Map(results.slo.map(({ objective, value }) => [objective, value]));
  const document: CapacityProbe = {
    directory: name,
    plannedPerSecond: plan.ratePerSecond,
    ratePerSecond: offeredPerSecond,
    verdict,
    leansTo: judge.leansTo,
    stop: run.status === 'aborted' ? 'aborted' : (judge.stop ?? 'time'),
    durationMs,
    requests: judge.requests,
    goodputPerSecond: durationMs > 0 ? (1000 * judge.goodRequests) / durationMs : null,
    deliveredPerSecond: judge.throughputPerSecond ?? null,
    validity: results.validity.verdict,
    ...(idleWait === undefined ? {} : { idleWait }),
    objectives: judge.estimates().map((each) => ({ ...each, figure: figures.get(each.objective) ?? null })),
  };
  return {
    child,
    document,
    verdict,
    leansTo: judge.leansTo,
    isOverSaturated: judge.stop === 'over-saturated',
    throughputPerSecond: judge.throughputPerSecond,
    pressure: judge.pressure,
    offeredPerSecond,
    isClientLimited,
    isDisturbed: verdict === 'undecided' && (invalidating.length > 0 || isBusyBefore),
  };
}

function probeLine(index: number, probe: CapacityProbe): string {
  const { ratePerSecond, verdict, leansTo, stop, durationMs, requests, validity } = probe;
  const said = verdict === 'undecided' ? `undecided, leans to ${leansTo}` : verdict;
  const doubt = validity === 'untrustworthy' ? ', untrustworthy: see its report' : '';
  return `probe ${index + 1}: ${ratePerSecond.toFixed(2)}/s ${said} (${stop}) after ${(durationMs / 1000).toFixed(1)} s, ${requests} requests${doubt}`;
}

function publishCapacity(parent: string, document: CapacityDocument): void {
  mkdirSync(parent, { recursive: true });
  writeAtomically(join(parent, PARENT_FILES.capacity), `${JSON.stringify(document, null, 2)}\n`);
  writeAtomically(join(parent, PARENT_FILES.html), renderCapacityHtml(document));
  writeAtomically(join(parent, PARENT_FILES.markdown), renderCapacityMarkdown(document));
}

function exitCodeOfSearch(end: CapacityDocument['end']): ExitCode {
  if (end === 'found') return EXIT.ok;
  if (end === 'below') return EXIT.gateFailed;
  return end === 'above' ? EXIT.notTrustworthy : EXIT.gateUnknown;
}
