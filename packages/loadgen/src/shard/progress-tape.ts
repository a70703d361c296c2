import type { RequestRecord } from '@assay/contracts';
import { createHistogram, type Histogram } from '@assay/stats';
import type { PlannedRequest } from '../dispatch/look-ahead.ts';
import { createLiveStats, type LiveStats } from '../health/live-stats.ts';
import { toRecordLine } from '../record/record-line.ts';
import type { Recorder, RecordFailure } from '../record/recorder.ts';
import type { ShardCounters, ShardProgress } from './protocol.ts';

/** Characters after which news are sent at once. */
const BATCH_LENGTH = 65_536;

/** Collects what a worker has to tell: lines, indices and values since the last time, counters of the whole run. */
export class ProgressTape {
  readonly stats: LiveStats;
  readonly recorder: Recorder;
  readonly #send: (progress: ShardProgress) => void;
  #lines: string[] = [];
  #length = 0;
  #started: { warmup: number[]; measure: number[] } = { warmup: [], measure: [] };
  #ended: { warmup: number[]; measure: number[] } = { warmup: [], measure: [] };
  #ttftUs: number[] = [];
  #dispatchLagUs: number[] = [];
  #inFlight = 0;
  #records = 0;
  #fail: ((failure: RecordFailure) => void)[] = [];

  constructor(send: (progress: ShardProgress) => void) {
    this.#send = send;
    this.stats = {
      ...createLiveStats(),
      ttftUs: taped((value) => this.#ttftUs.push(value)),
      dispatchLagUs: taped((value) => this.#dispatchLagUs.push(value)),
    };
    const records = (): number => this.#records;
    this.recorder = {
      record: (record) => this.#add(record),
      get count() {
        return records();
      },
      onFailure: (listener) => {
        this.#fail.push(listener);
      },
      close: () => {
        this.flush();
        return Promise.resolve();
      },
    };
  }

  start({ phase, index }: PlannedRequest): void {
    this.#started[phase].push(index);
    this.#inFlight++;
  }

  /** Records cannot be kept any more. */
  fail(failure: RecordFailure): void {
    for (const listener of this.#fail) listener(failure);
  }

  /** Tells what is new; the counters go along even when nothing is. */
  flush(): void {
    const progress: ShardProgress = {
      lines: this.#lines.join(''),
      started: this.#started,
      ended: this.#ended,
      ttftUs: this.#ttftUs,
      dispatchLagUs: this.#dispatchLagUs,
      counters: countersOf(this.stats, this.#inFlight),
    };
    this.#lines = [];
    this.#length = 0;
    this.#started = { warmup: [], measure: [] };
    this.#ended = { warmup: [], measure: [] };
    this.#ttftUs = [];
    this.#dispatchLagUs = [];
    this.#send(progress);
  }

  #add(record: RequestRecord): void {
    const line = toRecordLine(record);
    this.#lines.push(line);
    this.#length += line.length;
    this.#ended[record.phase].push(record.index);
    // What was dropped had not begun.
    if (record.outcome !== 'dropped') this.#inFlight--;
    this.#records++;
    if (this.#length < BATCH_LENGTH) return;
    // The record is counted after it is written; the counters of this batch are to have it.
    this.#length = Number.NEGATIVE_INFINITY;
    queueMicrotask(() => this.flush());
  }
}

function countersOf(stats: LiveStats, inFlight: number): ShardCounters {
  const { outcomes, outcomeCodes, offered, warmupRequests, sent, sentMeasured, sentInTime, lateDispatches } = stats;
  return {
    outcomes: { ...outcomes },
    outcomeCodes: { ...outcomeCodes },
    offered,
    warmupRequests,
    sent,
    sentMeasured,
    sentInTime,
    lateDispatches,
    inFlight,
  };
}

/** A histogram of which the coordinator keeps the counts: here values only pass through. */
function taped(keep: (value: number) => void): Histogram {
  const empty = createHistogram({ lowest: 1, highest: 2, digits: 1 });
  return Object.assign(Object.create(empty) as Histogram, { record: keep });
}
