import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Clock, Timer } from '@assay/timebase';
import type { Backend } from './backend/backend.ts';
import type { RequestSample } from './backend/request-sample.ts';
import { LoadRun } from './dispatch/load-run.ts';
import { createImmediatePacer } from './dispatch/pacer.ts';
import { createNodeHealthProbe } from './health/health-probe.ts';
import { createRecorder } from './record/recorder.ts';
import { createNetTransport } from './transport/net-transport.ts';

export interface RehearsalOptions {
  readonly backend: Backend;
  /** Whether the backend's answers are streamed. */
  readonly stream: boolean;
  readonly clock: Clock;
  readonly timer: Timer;
  /** The rehearsal ends after this time at the latest. Default 100 ms. */
  readonly atMostMs?: number;
}

const CONCURRENCY = 16;
const REQUESTS = 2_000;
const DEFAULT_AT_MOST_MS = 100;
const CONNECT_TIMEOUT_MS = 1_000;
/** Answers leave in pieces of this size, as tokens do. */
const PIECE_BYTES = 600;
const END_OF_HEAD = '\r\n\r\n';

/**
 * Sends up to two thousand requests to a listener of this process through the code of a run, and throws their records away, so that the first measured
 * request meets compiled code: cold code adds milliseconds to the times of the first requests. Does nothing for a backend without an example
 * answer. Never rejects: a rehearsal that fails changes no result.
 *
 * @returns the requests that were answered
 */
export async function rehearseLoad(options: RehearsalOptions): Promise<number> {
  const answer = options.backend.exampleAnswer?.();
  if (answer === undefined) return 0;
  const server = createAnsweringServer(answer);
  try {
    const port = await listen(server);
    return await sendTo(port, options);
  } catch {
    return 0; // no loopback address, no port: the run itself does not need them
  } finally {
    server.close();
  }
}

async function sendTo(port: number, options: RehearsalOptions): Promise<number> {
  const { backend, stream, clock, timer, atMostMs = DEFAULT_AT_MOST_MS } = options;
  const origin = new URL(`http://127.0.0.1:${port}`);
  const transport = createNetTransport({ origin, connectTimeoutMs: CONNECT_TIMEOUT_MS }, { clock });
  const stop = new AbortController();
  timer.after(atMostMs, () => stop.abort());
  const run = new LoadRun({
    config: {
      stream,
      maxInFlight: null,
      timeouts: { connectMs: 1_000, firstTokenMs: 1_000, stallMs: 1_000, totalMs: 1_000 },
      drainMs: 1_000,
      warmupMs: 0,
      warmupRequests: 0,
      load: { kind: 'concurrency', concurrency: CONCURRENCY },
      seed: 0,
    },
    backend,
    transport,
    clock,
    timer,
    pacer: createImmediatePacer(),
    probe: createNodeHealthProbe(),
    schedule: { kind: 'closed', concurrency: CONCURRENCY, count: REQUESTS, durationMs: undefined },
    prompts: { sampleAt, size: undefined, inputTokensSource: 'approximate' },
    recorder: createRecorder({
      sink: { write: () => undefined, onFailure: () => undefined, close: async () => undefined },
      timer,
    }),
    requestIdPrefix: 'assay-',
    leadMs: 0,
    signal: stop.signal,
    onEvent: () => undefined,
  });
  try {
    return (await run.run()).outcomes.ok;
  } finally {
    await transport.close();
  }
}

function sampleAt(index: number): RequestSample {
  return {
    index,
    prompt: { kind: 'text', text: 'one two three four five six seven eight nine ten' },
    inputTokens: undefined,
    inputTokensSource: 'approximate',
    maxOutputTokens: 4,
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Answers every request with the same bytes, a piece per turn of the event loop. */
function createAnsweringServer(answer: Uint8Array): Server {
  return createServer({ noDelay: true }, (socket) => {
    let requestBytes = 0;
    let receivedBytes = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      // Requests differ in their number only: the first ones of a connection are counted out, the rest by size.
      requestBytes = expectedBytes(bytes) ?? requestBytes;
      receivedBytes += bytes.length;
      if (receivedBytes < requestBytes) return;
      receivedBytes = 0;
      writePieces(socket, answer, 0);
    });
  });
}

/** Size of the request that begins here; `undefined` when none does. */
function expectedBytes(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf(END_OF_HEAD);
  if (headEnd < 0) return undefined;
  const length = /content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headEnd))?.[1];
  return headEnd + END_OF_HEAD.length + Number(length ?? 0);
}

function writePieces(socket: Socket, answer: Uint8Array, start: number): void {
  if (!socket.writable) return;
  const end = start + PIECE_BYTES;
  socket.write(answer.subarray(start, end));
  if (end < answer.length) setImmediate(writePieces, socket, answer, end);
}
