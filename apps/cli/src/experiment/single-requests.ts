import type { RequestRecord, RunConfig } from '@assay/contracts';
import { createRecorder, createSchedule, type PromptSource, type RecordSink, runLoad } from '@assay/loadgen';
import { CLOCK, TIMER } from '../run/clock.ts';
import type { Preparation } from '../run/prepare.ts';
import { createTransport } from '../run/transport.ts';

const ONE = { requests: 1, durationMs: undefined };

/** Sends requests of a load one at a time, beside its runs: none of them is in any record. */
export class SingleRequests {
  readonly #preparation: Preparation;
  readonly #signal: AbortSignal;

  /** @param signal Aborted: an open request ends at once. */
  constructor(preparation: Preparation, signal: AbortSignal) {
    this.#preparation = preparation;
    this.#signal = signal;
  }

  /** Milliseconds from the send of one request to its last token; `undefined` where it failed or took longer than `withinMs`. */
  async send(withinMs: number): Promise<number | undefined> {
    const { config, backend, endpoint, prompts } = this.#preparation;
    const load = { kind: 'concurrency', concurrency: 1 } as const;
    const once: RunConfig = { ...config, load, warmupMs: 0, warmupRequests: 0, maxInFlight: null };
    const transport = await createTransport(endpoint, config);
    const sink = new MemorySink();
    const tooLong = new AbortController();
    const forget = TIMER.after(Math.max(0, withinMs), () => tooLong.abort());
    const signal = AbortSignal.any([this.#signal, tooLong.signal]);
    try {
      await runLoad({
        config: once,
        backend,
        transport,
        clock: CLOCK,
        timer: TIMER,
        schedule: createSchedule(load, config.seed, ONE),
        prompts: alwaysTheSame(prompts),
        recorder: createRecorder({ sink, timer: TIMER }),
        signal,
        killSignal: signal,
      });
    } finally {
      forget();
      await transport.close();
    }
    const record = sink.records[0];
    return record?.outcome === 'ok' && record.endMs !== null ? record.endMs - (record.sentMs ?? 0) : undefined;
  }
}

/** A request of the warm-up, whose text no probe sends: a cache that it warms helps none of them. */
function alwaysTheSame(prompts: PromptSource): PromptSource {
  const { inputTokensSource } = prompts;
  return { sampleAt: () => prompts.sampleAt(0, 'warmup'), size: 1, inputTokensSource };
}

class MemorySink implements RecordSink {
  readonly records: RequestRecord[] = [];

  write(text: string): void {
    for (const line of text.split('\n')) if (line !== '') this.records.push(JSON.parse(line) as RequestRecord);
  }

  onFailure(): void {
    // Memory does not fail.
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}
