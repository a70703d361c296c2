import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock, createSystemTimer } from '@assay/timebase';
import { createFileSink } from '../src/record/file-sink.ts';
import { createRecorder } from '../src/record/recorder.ts';
import { runLoad } from '../src/run.ts';
import { createNetTransport } from '../src/transport/net-transport.ts';
import { loadOpenAiBackend } from './openai-backend.ts';
import type { Workload } from './replies.ts';
import { WORKLOADS } from './replies.ts';

/** The whole path of a run in a closed loop: encoding, dispatch, transport, decoder, limits, records on disk. */
const [, workload = '', port = '', count] = process.argv.slice(2);
const given = WORKLOADS[workload as Workload];
const shape = { ...given, requests: Number(count ?? given.requests) };
const directory = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const path = join(directory, 'requests.jsonl');
const clock = createSystemClock(performance);
const timer = createSystemTimer({ setTimeout, clearTimeout });
const transport = createNetTransport(
  { origin: new URL(`http://127.0.0.1:${port}`), connectTimeoutMs: 5_000 },
  { clock },
);
const text = 'word '.repeat(64);

let before = process.cpuUsage();
let beganAtMs = performance.now();
const summary = await runLoad({
  config: {
    stream: true,
    maxInFlight: null,
    timeouts: { connectMs: 5_000, firstTokenMs: 60_000, stallMs: 60_000, totalMs: 60_000 },
    drainMs: 60_000,
    warmupMs: 0,
    warmupRequests: shape.warmupRequests,
    load: { kind: 'concurrency', concurrency: shape.inFlight },
    seed: 0,
  },
  backend: await loadOpenAiBackend(),
  transport,
  clock,
  timer,
  schedule: { kind: 'closed', concurrency: shape.inFlight, count: shape.requests, durationMs: undefined },
  prompts: {
    sampleAt: (index) => ({
      index,
      prompt: { kind: 'text', text },
      inputTokens: 64,
      inputTokensSource: 'approximate',
      maxOutputTokens: shape.tokensPerReply,
    }),
    size: undefined,
    inputTokensSource: 'approximate',
  },
  recorder: createRecorder({ sink: await createFileSink(path), timer }),
  onEvent: (event) => {
    if (event.kind !== 'phase-changed' || event.phase !== 'measure') return;
    before = process.cpuUsage();
    beganAtMs = performance.now();
  },
});
const cpu = process.cpuUsage(before);
const wallMs = performance.now() - beganAtMs;
const recordBytes = statSync(path).size / (shape.requests + shape.warmupRequests);
rmSync(directory, { recursive: true });
await transport.close();
if (summary.outcomes.ok !== shape.requests) throw new Error(`not all ok: ${JSON.stringify(summary.outcomeCodes)}`);
console.log(
  JSON.stringify({
    tokens: shape.requests * shape.tokensPerReply,
    requests: shape.requests,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    wallSeconds: wallMs / 1e3,
    recordBytes,
  }),
);
process.exit(0);
