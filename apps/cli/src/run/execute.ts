import type { RunConfig, RunDocument } from '@assay/contracts';
import { createSchedule, planSchedule, type RunSummary, type ScheduleBounds } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import type { Origin } from '../config/layers.ts';
import { isDiskFull } from '../disk-full.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { MachineChoice } from '../machines/machine-choice.ts';
import { createView } from '../render/create-view.ts';
import { messageLine } from '../render/message-line.ts';
import type { ProgressView } from '../render/progress.ts';
import { renderSummary } from '../render/summary.ts';
import { warnNothing } from '../render/warn-nothing.ts';
import type { Streams } from '../streams.ts';
import { createEndpoint } from './endpoint.ts';
import { createInterrupt, type Interrupt, unlessInterrupted, unlessKilled } from './interrupt.ts';
import { load } from './load.ts';
import { concludedBy, type LoadWatch, watchedInterrupt, watchedView } from './load-watch.ts';
import { prepareRun } from './prepare.ts';
import { analyzeDirectory, publish, reportsMissing } from './publish.ts';
import { readCalibration } from './read-calibration.ts';
import { createRunDirectory, planRunDirectory, releaseReserve } from './run-directory.ts';
import { endDocument, startDocument, writeRunDocument } from './run-document.ts';
import { watchServer } from './server-watch.ts';
import { type EmbeddedService, startEmbeddedService } from './simulate.ts';
import { exitCodeOf } from './verdict.ts';

export interface ExecuteOptions {
  readonly config: RunConfig;
  readonly origins: Readonly<Record<string, Origin>>;
  readonly out: string | undefined;
  readonly isJson: boolean;
  readonly isLogJson: boolean;
  readonly isStrict: boolean;
  readonly streams: Streams;
  /** Follows the load and may end it before its time. */
  readonly watch?: LoadWatch;
  /** Other machines that make the load. */
  readonly machines?: MachineChoice | undefined;
}

const interrupted = (): CliError =>
  new CliError('INTERRUPTED', 'interrupted before the load, nothing was measured', { exitCode: EXIT.aborted });

/** One benchmark from its configuration to its report. */
export async function executeRun(options: ExecuteOptions): Promise<ExitCode> {
  // Everything that can be wrong without asking the server is found here, before anything starts or is written.
  const { config } = options;
  createSchedule(config.load, config.seed, boundsOf(config));
  const directory = planRunDirectory(options.out, config.name, new Date());
  if (config.target !== null) createEndpoint(config.target, config, options.streams);

  const interrupt = watchedInterrupt(createInterrupt(), options.watch);
  const view = watchedView(createView(options.streams, options.isLogJson), options.watch);
  let service: EmbeddedService | undefined;
  try {
    if (config.simulate) {
      service = await startEmbeddedService(config.seed);
      view.note(`embedded service on ${service.origin}`);
    }
    const target = config.target ?? service?.origin ?? '';
    return await measure({ ...options, directory, target, interrupt, view });
  } finally {
    releaseReserve(directory);
    view.close();
    interrupt.dispose();
    await service?.stop();
  }
}

const boundsOf = ({ requests, durationMs }: RunConfig): ScheduleBounds => ({
  requests: requests ?? undefined,
  durationMs: durationMs ?? undefined,
});

interface Measurement extends ExecuteOptions {
  readonly directory: string;
  readonly target: string;
  readonly interrupt: Interrupt;
  readonly view: ProgressView;
}

async function measure(options: Measurement): Promise<ExitCode> {
  const { directory, target, interrupt, view, streams } = options;
  const preparing = prepareRun({ ...options, surroundings: streams });
  const preparation = await unlessInterrupted(interrupt, preparing, interrupted);
  const { config, origins, model, capabilities, findings, reading } = preparation;
  const resolved = { ...config, target, model };
  const schedule = planSchedule(config, boundsOf(config), preparation.prompts);
  createRunDirectory(directory);
  // The second transport does not stamp reads itself: there is nothing that a calibration would complete.
  const isBounded = resolved.transport === 'net';
  const calibration = isBounded ? await readCalibration(streams.environment, (text) => view.note(text)) : undefined;
  const { redact } = streams.secrets;
  const document = redact.document(startDocument({ config: resolved, origins, schedule, capabilities, findings }));
  writeRunDocument(directory, document);
  const watch = watchServer({ ...preparation, directory, before: reading, redact });
  view.note(`measuring ${model} on ${target}, writing to ${directory}`);
  interrupt.onFirst(() => view.note('stopping: waiting for open requests, Ctrl-C again to stop at once'));
  const { machines } = options;
  const { environment } = streams;
  const input = { config: resolved, preparation, schedule, directory, interrupt, view, machines, environment, redact };
  const loading = await load(input);
  const { clock } = loading;
  const summary = concludedBy(options.watch, loading.summary);
  view.close();
  // A second Ctrl-C means at once: then the server is not asked again.
  const after = (await unlessKilled(interrupt, () => watch.finish())) ?? [];
  const loaded = {
    ...document,
    clock: clock ?? document.clock,
    findings: [...findings, ...loading.findings, ...after],
  };
  return await conclude(options, redact.document(endDocument(loaded, summary, calibration)), summary);
}

/** Analysis and reports. A full disk does not take the figures away: they go to stdout, and the error says what is missing. */
async function conclude(options: Measurement, document: RunDocument, summary: RunSummary): Promise<ExitCode> {
  const { directory, streams } = options;
  const results = await analyzeDirectory(directory, document);
  let failure: unknown;
  releaseReserve(directory);
  try {
    writeRunDocument(directory, document);
    await publish(directory, document, results);
  } catch (error: unknown) {
    if (!isDiskFull(error)) throw error;
    failure = error;
  }
  streams.stdout.write(options.isJson ? `${JSON.stringify(results, null, 2)}\n` : renderSummary(results, directory));
  const warning = warnNothing(results);
  if (warning !== undefined) streams.stderr.write(`${messageLine(warning, options.isLogJson)}\n`);
  if (summary.status !== 'failed' && failure === undefined) {
    return exitCodeOf(document.status, results, options.isStrict);
  }
  throw reportsMissing(directory, failure, summary.failure?.message);
}
