import { createNetTransport } from '../src/transport/net-transport.ts';
import { bareNet, bareUndici, netFloor, tunedUndici } from './bare-loops.ts';
import { BareScan } from './bare-scan.ts';
import { inParallel, type Loop } from './in-parallel.ts';
import { loadOpenAiBackend } from './openai-backend.ts';
import type { Workload, WorkloadShape } from './replies.ts';
import { REQUEST_BODY, REQUEST_PATH, WORKLOADS } from './replies.ts';

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

const VARIANTS: Readonly<Record<string, (port: number, shape: WorkloadShape) => Loop | Promise<Loop>>> = {
  'bare-undici': bareUndici,
  'tuned-undici': tunedUndici,
  'bare-net': bareNet,
  'net-floor': netFloor,
  'assay-transport': transportOnly,
  'assay-decoder': transportAndDecoder,
};

const [variant = '', workload = '', port = '', count] = process.argv.slice(2);
const given = WORKLOADS[workload as Workload];
const shape: WorkloadShape = { ...given, requests: Number(count ?? given.requests) };
const createLoop = VARIANTS[variant];
if (createLoop === undefined) throw new Error(`unknown variant ${variant}`);
const loop = await createLoop(Number(port), shape);
await loop.run(shape.warmupRequests);
const before = process.cpuUsage();
const beganAtMs = performance.now();
const tokens = await loop.run(shape.requests);
const cpu = process.cpuUsage(before);
const wallMs = performance.now() - beganAtMs;
await loop.close();
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
