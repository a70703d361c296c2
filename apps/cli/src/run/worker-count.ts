import { availableParallelism } from 'node:os';
import type { RunConfig } from '@assay/contracts';
import { type Schedule, usefulWorkers } from '@assay/loadgen';

export interface Workers {
  readonly kind: 'thread' | 'process';
  readonly count: number;
}

/** Cost of a request and of an event that comes in a read of its own, µs of a core. */
const REQUEST_US = 60;
const EVENT_US = 12;
/** Events per second of one stream, where only the number of streams is known. */
const STREAM_EVENTS_PER_SECOND = 50;
const ANSWER_EVENTS = 200;
/** How much of its core a worker may need: more, and it delays its own reads. */
const FILL = 0.6;

/** Who makes a load; `undefined` where this thread does, alone. */
export function workersOf(config: RunConfig, schedule: Schedule): Workers | undefined {
  const useful = (count: number): number => usefulWorkers(count, schedule, config.maxInFlight);
  if (config.processes !== undefined) return { kind: 'process', count: useful(config.processes) };
  const count = useful(config.workers ?? neededWorkers(config, schedule, availableParallelism()));
  return count > 1 ? { kind: 'thread', count } : undefined;
}

/** Threads a load needs by what requests and events cost, at most one less than there are cores: the server, or the system, has one too. */
export function neededWorkers(
  config: Pick<RunConfig, 'dataset' | 'stream'>,
  schedule: Schedule,
  cores: number,
): number {
  const events = config.stream ? answerEvents(config.dataset) : 1;
  const requestsPerSecond =
    schedule.kind === 'closed'
      ? (schedule.concurrency * STREAM_EVENTS_PER_SECOND) / Math.max(1, events)
      : schedule.ratePerSecond;
  const coresNeeded = (requestsPerSecond * (REQUEST_US + events * EVENT_US)) / 1e6;
  return Math.max(1, Math.min(cores - 1, Math.ceil(coresNeeded / FILL)));
}

/** Mean events of an answer. */
function answerEvents(dataset: RunConfig['dataset']): number {
  if (dataset.kind !== 'synthetic') return ANSWER_EVENTS;
  const length = dataset.outputTokens;
  switch (length.kind) {
    case 'fixed':
      return length.value;
    case 'uniform':
      return (length.min + length.max) / 2;
    default:
      return ANSWER_EVENTS;
  }
}
