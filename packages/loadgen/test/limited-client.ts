import { createSystemClock, createSystemTimer } from '@assay/timebase';
import { createNetTransport, createRecorder, createSchedule, runLoad } from '../src/index.ts';
import { createFakeBackend } from './fake-backend.ts';
import { BASE_CONFIG } from './run-harness.ts';
import { startTinyServer } from './tiny-server.ts';

/**
 * A closed loop on a machine that lacks ports or descriptors, as a process of its own: `PORT CONNECTIONS CONCURRENCY REQUESTS`; port 0 brings its
 * server along. Prints what the run came to as JSON.
 */
const [port = '0', connections, concurrency, requests] = process.argv.slice(2);
const tiny = port === '0' ? await startTinyServer() : undefined;
const clock = createSystemClock(performance);
const timer = createSystemTimer({ setTimeout, clearTimeout });
const load = { kind: 'concurrency', concurrency: Number(concurrency) } as const;
const transport = createNetTransport(
  { origin: new URL(`http://127.0.0.1:${tiny?.port ?? port}`), connectTimeoutMs: 2_000 },
  { clock, connections: connections === 'per-request' ? 'per-request' : 'keep-alive' },
);
const lines: string[] = [];
const summary = await runLoad({
  config: { ...BASE_CONFIG, load },
  backend: createFakeBackend(),
  transport,
  clock,
  timer,
  schedule: createSchedule(load, 0, { requests: Number(requests), durationMs: undefined }),
  prompts: {
    size: undefined,
    inputTokensSource: 'approximate',
    sampleAt: (index) => ({
      index,
      prompt: { kind: 'text', text: 'x' },
      inputTokens: 1,
      inputTokensSource: 'approximate',
      maxOutputTokens: 1,
    }),
  },
  recorder: createRecorder({
    sink: { write: (text) => void lines.push(text), onFailure: () => undefined, close: () => Promise.resolve() },
    timer,
  }),
  preconnect: 0,
});
await transport.close();
tiny?.server.close();
const { outcomes, outcomeCodes, clientHealth, connections: counts } = summary;
process.stdout.write(JSON.stringify({ outcomes, outcomeCodes, findings: clientHealth.findings, counts }));
process.exit(0);
