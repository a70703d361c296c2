import type { RequestRecord } from '@assay/contracts';
import type { Timer } from '@assay/timebase';
import { toRecordLine } from './record-line.ts';

/** Where lines go. Writes keep their order; `write` never throws, a failure is told once through `onFailure`. */
export interface RecordSink {
  write(text: string): void;
  onFailure(listener: (failure: RecordFailure) => void): void;
  /** Resolves when everything handed over is written, or the sink has failed. */
  close(): Promise<void>;
}

export interface RecordFailure {
  readonly code: 'RECORD_WRITE_FAILED';
  readonly message: string;
}

/** Takes records one by one and hands lines over in batches. */
export interface Recorder {
  record(record: RequestRecord): void;
  readonly count: number;
  onFailure(listener: (failure: RecordFailure) => void): void;
  /** Writes what is left and closes the sink. */
  close(): Promise<void>;
}

export interface RecorderOptions {
  readonly sink: RecordSink;
  readonly timer: Timer;
  /** Longest time a record waits in memory. */
  readonly flushEveryMs?: number;
  /** Characters after which a batch is written at once. */
  readonly batchLength?: number;
}

/** Recorder that batches by time and size: after a kill at most `flushEveryMs` of records are missing. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { sink, timer, flushEveryMs = 200, batchLength = 65_536 } = options;
  let batch: string[] = [];
  let length = 0;
  let count = 0;
  /** Half of the longest wait is over: the batch leaves with the next record, when an answer has just ended, rather than by a timer in the middle of a send. */
  let isDue = false;
  let cancelTimer: (() => void) | undefined;

  function flush(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    isDue = false;
    if (batch.length === 0) return;
    sink.write(batch.join(''));
    batch = [];
    length = 0;
  }

  function startTimer(): void {
    const halfMs = flushEveryMs / 2;
    cancelTimer = timer.after(halfMs, () => {
      isDue = true;
      cancelTimer = timer.after(halfMs, flush);
    });
  }

  return {
    get count() {
      return count;
    },
    record: (record) => {
      const line = toRecordLine(record);
      batch.push(line);
      count++;
      length += line.length;
      if (length >= batchLength || isDue) flush();
      else if (cancelTimer === undefined) startTimer();
    },
    onFailure: (listener) => sink.onFailure(listener),
    close: () => {
      flush();
      return sink.close();
    },
  };
}
