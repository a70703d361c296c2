import { connect } from 'node:net';
import { Client } from 'undici';
import { createNetTransport } from '../src/transport/net-transport.ts';
import { BareScan } from './bare-scan.ts';
import { loadOpenAiBackend } from './openai-backend.ts';
import type { Workload, WorkloadShape } from './replies.ts';
import { REQUEST_BODY, REQUEST_PATH, WORKLOADS } from './replies.ts';

/** Runs `count` requests with `inFlight` at a time and resolves with the tokens seen. */
type Loop = (count: number) => Promise<number>;

function bareUndici(port: number, shape: WorkloadShape): Loop {
  const clients = Array.from(
    { length: shape.inFlight },
    () => new Client(`http://127.0.0.1:${port}`, { headersTimeout: 0, bodyTimeout: 0 }),
  );
  return inParallel(clients, (client, done) => {
    const scan = new BareScan();
    client.dispatch(
      {
        path: REQUEST_PATH,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: REQUEST_BODY,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_controller, chunk) => scan.push(chunk.toString('latin1')),
        onResponseEnd: () => done(scan.isDone ? scan.tokens : Number.NaN),
        onResponseError: (_controller, error) => {
          throw error;
        },
      },
    );
  });
}

function bareNet(port: number, shape: WorkloadShape): Loop {
  const request = Buffer.from(
    `POST ${REQUEST_PATH} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${REQUEST_BODY.length}\r\n\r\n${REQUEST_BODY}`,
  );
  const buffer = Buffer.allocUnsafeSlow(64 * 1024);
  const connections = Array.from({ length: shape.inFlight }, () => {
    let scan = new BareScan();
    let done: (tokens: number) => void = () => undefined;
    const socket = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer,
        callback: (length, bytes) => {
          scan.push((bytes as Buffer).toString('latin1', 0, length));
          // The last chunk comes in the write that brings the terminator.
          if (scan.isDone) done(scan.tokens);
          return true;
        },
      },
    });
    socket.setNoDelay(true);
    return (next: (tokens: number) => void): void => {
      scan = new BareScan();
      done = next;
      socket.write(request);
    };
  });
  return inParallel(connections, (send, done) => send(done));
}

/** The net transport alone, with the scan of the bare loops instead of a decoder. */
function transportOnly(port: number, shape: WorkloadShape): Loop {
  return overTransport(port, shape, () => {
    const scan = new BareScan();
    return {
      onBody: (bytes, start, end) => scan.push((bytes as Buffer).toString('latin1', start, end)),
      finish: () => (scan.isDone ? scan.tokens : Number.NaN),
    };
  });
}

async function transportAndDecoder(port: number, shape: WorkloadShape): Promise<Loop> {
  const backend = await loadOpenAiBackend();
  return overTransport(port, shape, () => {
    const decoder = backend.createDecoder();
    return {
      onHeaders: (status, headers, atMs) => decoder.onHeaders(status, headers, atMs),
      onBody: (bytes, start, end, atMs) => decoder.onBody(bytes, start, end, atMs),
      finish: () => {
        const decoded = decoder.finish({ kind: 'complete' });
        return decoded.outcome === 'ok' ? (decoded.outputTokens ?? Number.NaN) : Number.NaN;
      },
    };
  });
}

interface Sink {
  onHeaders?(status: number, headers: ReadonlyMap<string, string>, atMs: number): void;
  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void;
  finish(): number;
}

function overTransport(port: number, shape: WorkloadShape, createSink: () => Sink): Loop {
  const clock = { nowMs: (): number => performance.now() };
  const transport = createNetTransport(
    { origin: new URL(`http://127.0.0.1:${port}`), connectTimeoutMs: 5_000 },
    { clock },
  );
  const encoded = {
    method: 'POST',
    path: REQUEST_PATH,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(REQUEST_BODY),
  } as const;
  return inParallel(Array(shape.inFlight).fill(transport), (_slot, done) => {
    const sink = createSink();
    transport.send(transport.prepare(encoded), {
      onConnect: () => undefined,
      onSent: () => undefined,
      onHeaders: (status, headers, atMs) => sink.onHeaders?.(status, headers, atMs),
      onBody: (bytes, start, end, atMs) => sink.onBody(bytes, start, end, atMs),
      onComplete: () => done(sink.finish()),
      onFailure: (code, message) => {
        throw new Error(`${code}: ${message}`);
      },
    });
  });
}

function inParallel<T>(slots: readonly T[], start: (slot: T, done: (tokens: number) => void) => void): Loop {
  return (count) =>
    new Promise((resolve) => {
      let begun = 0;
      let ended = 0;
      let tokens = 0;
      const next = (slot: T): void => {
        if (begun === count) return;
        begun += 1;
        start(slot, (seen) => {
          tokens += seen;
          ended += 1;
          if (ended === count) resolve(tokens);
          else next(slot);
        });
      };
      for (const slot of slots) next(slot);
    });
}

const VARIANTS: Readonly<Record<string, (port: number, shape: WorkloadShape) => Loop | Promise<Loop>>> = {
  'bare-undici': bareUndici,
  'bare-net': bareNet,
  'assay-transport': transportOnly,
  'assay-decoder': transportAndDecoder,
};

const [variant = '', workload = '', port = '', count] = process.argv.slice(2);
const given = WORKLOADS[workload as Workload];
const shape: WorkloadShape = { ...given, requests: Number(count ?? given.requests) };
const createLoop = VARIANTS[variant];
if (createLoop === undefined) throw new Error(`unknown variant ${variant}`);
const loop = await createLoop(Number(port), shape);
await loop(shape.warmupRequests);
const before = process.cpuUsage();
const beganAtMs = performance.now();
const tokens = await loop(shape.requests);
const cpu = process.cpuUsage(before);
const wallMs = performance.now() - beganAtMs;
if (tokens !== shape.requests * shape.tokensPerReply)
  throw new Error(`${variant} saw ${tokens} tokens instead of ${shape.requests * shape.tokensPerReply}`);
console.log(
  JSON.stringify({
    tokens,
    requests: shape.requests,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    wallSeconds: wallMs / 1e3,
  }),
);
process.exit(0);
