import { join } from 'node:path';
import type { Finding, RunConfig, RunDocument } from '@assay/contracts';
import {
  type Alarm,
  createAlarmPacer,
  createFileSink,
  createNodeReadDelays,
  createRecorder,
  permitsOfLoad,
  type RecordSink,
  type RunEvent,
  type RunSummary,
  rehearseLoad,
  runLoad,
  runShards,
  type Schedule,
  type ShardLink,
  startAlarm,
  startProcesses,
  startThreads,
} from '@assay/loadgen';
import type { MachineChoice } from '../machines/machine-choice.ts';
import type { ProgressView } from '../render/progress.ts';
import { CLOCK, TIMER } from './clock.ts';
import { putHelperThreadsLast } from './helper-threads.ts';
import type { Interrupt } from './interrupt.ts';
import type { Preparation } from './prepare.ts';
import { type Redact, withoutSecrets } from './redact.ts';
import { RUN_FILES } from './run-directory.ts';
import { anchorOf } from './run-document.ts';
import { settleHeap } from './settle-heap.ts';
import { createTransport, preconnectOf } from './transport.ts';
import { type Workers, workersOf } from './worker-count.ts';
import { threadEntry, workerEntry } from './worker-entry.ts';
import type { WorkerJob } from './worker-job.ts';

export interface LoadInput {
  /** With the target and the model that were found. */
  readonly config: RunConfig;
  readonly preparation: Preparation;
  readonly schedule: Schedule;
  readonly directory: string;
  readonly interrupt: Interrupt;
  readonly view: ProgressView;
  /** Other machines that make the load; absent where this one does. */
  readonly machines?: MachineChoice | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly redact: Redact;
}

export interface Load {
  readonly summary: RunSummary;
  /** The run's origin on both clocks; `undefined` when it never started. */
  readonly clock: RunDocument['clock'] | undefined;
  /** What others say of the machines that made the load. */
  readonly findings: readonly Finding[];
}

/** Makes the load of a run, with this thread or with several workers, and writes its records. */
export async function load(input: LoadInput): Promise<Load> {
  const workers = workersOf(input.config, input.schedule);
  let clock: RunDocument['clock'] | undefined;
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'run-started') clock = anchorOf(event.originMs);
    input.view.onEvent(event);
  };
  putHelperThreadsLast();
  settleHeap();
  const openSink = async (): Promise<RecordSink> =>
    withoutSecrets(await createFileSink(join(input.directory, RUN_FILES.requests)), input.redact);
  if (input.machines !== undefined) {
    const { loadWithMachines } = await import('../machines/load-with-machines.ts');
    const job = workerJob(input);
    const ports = { clock: CLOCK, timer: TIMER, onEvent, openSink, prompts: input.preparation.prompts };
    const made = await loadWithMachines({ ...input, ...ports, choice: input.machines, job });
    return { ...made, clock };
  }
  const summary =
    workers === undefined
      ? await loadAlone(input, openSink, onEvent)
      : await loadTogether(input, workers, await openSink(), onEvent);
  return { summary, clock, findings: [] };
}

const MAX_REHEARSAL_MS = 400;

/** The more requests begin at once, the more of them cold code would hold up. */
function rehearsalMsOf(schedule: Schedule): number {
  return schedule.kind === 'closed' ? Math.min(MAX_REHEARSAL_MS, 60 + 0.4 * schedule.concurrency) : 100;
}

/** Below some hundred requests a second there are waits that timers of a millisecond would have to poll for the most part. */
const MAX_ALARM_RATE = 1_000;

async function alarmFor(schedule: Schedule): Promise<Alarm | undefined> {
  if (schedule.kind === 'closed' || schedule.ratePerSecond > MAX_ALARM_RATE) return undefined;
  try {
    return await startAlarm(threadEntry(), CLOCK);
  } catch {
    return undefined; // timers do as well, at the price of polling
  }
}

async function loadAlone(
  { config, preparation, schedule, interrupt }: LoadInput,
  openSink: () => Promise<RecordSink>,
  onEvent: (event: RunEvent) => void,
): Promise<RunSummary> {
  const { backend, endpoint, prompts } = preparation;
  const atMostMs = rehearsalMsOf(schedule);
  await rehearseLoad({ backend, stream: config.stream, clock: CLOCK, timer: TIMER, atMostMs });
  const alarm = await alarmFor(schedule);
  const readDelays = createNodeReadDelays();
  const transport = await createTransport(endpoint, config, readDelays);
  const preconnect = preconnectOf(config.connections);
  const sink = await openSink();
  try {
    return await runLoad({
      config,
      backend,
      transport,
      clock: CLOCK,
      timer: TIMER,
      schedule,
      prompts,
      recorder: createRecorder({ sink, timer: TIMER }),
      signal: interrupt.drain,
      killSignal: interrupt.kill,
      onEvent,
      ...(preconnect === undefined ? {} : { preconnect }),
      readDelays: config.transport === 'net' ? readDelays : undefined,
      ...(alarm === undefined ? {} : { pacer: createAlarmPacer(alarm) }),
    });
  } finally {
    await alarm?.close();
    await transport.close();
  }
}

function workerJob({ config, preparation }: LoadInput): WorkerJob {
  const { serverVersion, promptTensor } = preparation.capabilities;
  return { config, promptPlan: preparation.promptPlan, told: { serverVersion, promptTensor } };
}

async function loadTogether(
  input: LoadInput,
  workers: Workers,
  sink: RecordSink,
  onEvent: (event: RunEvent) => void,
): Promise<RunSummary> {
  const { config, preparation, schedule, interrupt, view } = input;
  view.note(`${workers.count} ${workers.kind === 'thread' ? 'threads' : 'processes'} make the load`);
  return await runShards({
    config,
    schedule,
    prompts: preparation.prompts,
    links: startWorkers(workers, permitsOfLoad(schedule, config.maxInFlight)),
    job: workerJob(input),
    clock: CLOCK,
    timer: TIMER,
    sink,
    signal: interrupt.drain,
    killSignal: interrupt.kill,
    onEvent,
  });
}

function startWorkers({ kind, count }: Workers, permits: number | undefined): ShardLink[] {
  const entry = workerEntry();
  const flags = entry.pathname.endsWith('.ts') ? { execArgv: ['--conditions=@assay/source'] } : {};
  return kind === 'thread'
    ? startThreads({ entry, count, permits, ...flags })
    : startProcesses({ entry, count, ...flags });
}
