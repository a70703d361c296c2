import { closeSync, openSync, writeSync } from 'node:fs';
import type { RequestApi } from './api/generation-request.ts';
import { SimulatorError } from './errors.ts';

/** How an answer ended, seen from the server; `drained`: the service stopped first. */
export type TruthEnd = 'complete' | 'cut' | 'reset' | 'client-closed' | 'refused' | 'drained';

/**
 * What really happened to one inference request. Times are nanoseconds of CLOCK_MONOTONIC (`process.hrtime.bigint()`),
 * taken right before the write that carries the token; `null` where it did not happen.
 */
export interface TruthRecord {
  /** Order of arrival, from 0. */
  readonly requestIndex: number;
  /** The client's `x-request-id`. */
  readonly id: string | null;
  readonly api: RequestApi;
  readonly isStreaming: boolean;
  /** The socket read that completed the request. */
  readonly arrivalNs: bigint;
  readonly headersNs: bigint | null;
  /** Out of the queue, in a slot. */
  readonly startNs: bigint | null;
  readonly firstTokenNs: bigint | null;
  /** Last write that carried content. */
  readonly lastTokenNs: bigint | null;
  readonly endNs: bigint;
  /** Generated tokens that left, an end token without text included. */
  readonly tokens: number;
  /** Of these, tokens with text. */
  readonly contentTokens: number;
  readonly contentEvents: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly finishReason: string | null;
  readonly status: number | null;
  /** Text form of the fault; `null` for a good request. */
  readonly fault: string | null;
  /** Outcome code a correct client reports; `null` for ok. */
  readonly expectedCode: string | null;
  readonly end: TruthEnd;
}

/** One line of JSON. Nanoseconds are plain integers: exact in the file, exact as doubles for 104 days of uptime. */
export function toTruthLine(record: TruthRecord): string {
  let line = '';
  for (const [key, value] of Object.entries(record)) {
    line += `${line === '' ? '{' : ','}"${key}":${typeof value === 'bigint' ? value : JSON.stringify(value)}`;
  }
  return `${line}}\n`;
}

const FLUSH_CHARS = 64 * 1024;
const FLUSH_AFTER_MS = 100;

/** Where truth records go, buffered: a file that is complete after `close()` and at most 100 ms behind before. */
export interface TruthLog {
  append(record: TruthRecord): void;
  close(): void;
}

/**
 * Opens (and empties) the file.
 *
 * @throws SimulatorError SIM_TRUTH_FAILED when it cannot be opened or written
 */
export function openTruthLog(file: string): TruthLog {
  const failed = (cause: unknown): SimulatorError =>
    new SimulatorError('SIM_TRUTH_FAILED', `cannot write ${file}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
      hint: 'give a file in an existing, writable directory',
    });
  let descriptor: number;
  try {
    descriptor = openSync(file, 'w');
  } catch (error: unknown) {
    throw failed(error);
  }
  let buffer = '';
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = buffer;
    buffer = '';
    try {
      if (text !== '') writeSync(descriptor, text);
    } catch (error: unknown) {
      throw failed(error);
    }
  };
  return {
    append(record) {
      if (isClosed) return;
      buffer += toTruthLine(record);
      if (buffer.length >= FLUSH_CHARS) flush();
      else timer ??= setTimeout(flush, FLUSH_AFTER_MS);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      flush();
      closeSync(descriptor);
    },
  };
}
