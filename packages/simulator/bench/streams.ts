// 1,000 concurrent streams at 50 tokens/s against a simulator in a process of its own: CPU share and lateness from its truth.
// Usage: node --conditions=@assay/source packages/simulator/bench/streams.ts [streams] [tokensPerSecond] [seconds]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [streams = 1000, rate = 50, seconds = 10] = process.argv.slice(2).map(Number);
const ttftMs = 500;
const itlMs = 1000 / rate;
const tokens = seconds * rate;
const folder = mkdtempSync(join(tmpdir(), 'assay-sim-'));
const truthFile = join(folder, 'truth.jsonl');

const child = spawn(
  process.execPath,
  [
    '--conditions=@assay/source',
    fileURLToPath(new URL('./serve.ts', import.meta.url)),
    JSON.stringify({ ttftMs, itlMs, truthFile }),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const lines: string[] = [];
let onLine = (): void => undefined;
child.stdout.on('data', (bytes: Buffer) => {
  lines.push(
    ...bytes
      .toString()
      .split('\n')
      .filter((line) => line !== ''),
  );
  onLine();
});
async function line(at: number): Promise<string> {
  while (lines.length <= at)
    await new Promise<void>((resolve) => {
      onLine = resolve;
    });
  return lines[at] ?? '';
}

const { hostname, port } = new URL(await line(0));
const body = JSON.stringify({
  model: 'assay-sim',
  messages: [{ role: 'user', content: 'Hello' }],
  stream: true,
  max_tokens: tokens,
});
const request = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const buffer = Buffer.alloc(64 * 1024);
const startedMs = performance.now();
const cpuBefore = process.cpuUsage();
let bytesRead = 0;

function one(): Promise<void> {
  return new Promise((resolve, reject) => {
    const tail = Buffer.alloc(5);
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer,
        callback(count) {
          bytesRead += count;
          buffer.copy(tail, 0, Math.max(0, count - 5), count);
          if (tail.toString('latin1') === '0\r\n\r\n') {
            socket.destroy();
            resolve();
          }
          return true;
        },
      },
    });
    socket.on('connect', () => socket.write(request));
    socket.on('error', reject);
  });
}

await Promise.all(Array.from({ length: streams }, one));
const wallMs = performance.now() - startedMs;
const clientCpu = process.cpuUsage(cpuBefore);
child.kill('SIGTERM');
const figures = JSON.parse(await line(1));

const quantile = (values: Float64Array, q: number): number =>
  values[Math.min(values.length - 1, Math.floor(q * values.length))] ?? Number.NaN;
const records = readFileSync(truthFile, 'utf8')
  .trim()
  .split('\n')
  .map((text) => JSON.parse(text));
const late = (key: string, dueMs: number): Float64Array =>
  Float64Array.from(records, (record) => (record[key] - record.arrivalNs) / 1e6 - dueMs).sort();
const first = late('firstTokenNs', ttftMs);
const last = late('lastTokenNs', ttftMs + (tokens - 1) * itlMs);
const show = (values: Float64Array): string =>
  `p50 ${quantile(values, 0.5).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms`;
console.log(
  `${streams} streams, ${rate} tokens/s each, ${tokens} tokens, ${(wallMs / 1000).toFixed(1)} s, ${bytesRead} bytes`,
);
console.log(
  `complete: ${records.filter((record) => record.end === 'complete' && record.tokens === tokens).length} of ${streams}, most in flight ${figures.maxInFlight}`,
);
console.log(
  `server: ${figures.cpuMs.toFixed(0)} ms CPU = ${((100 * figures.cpuMs) / wallMs).toFixed(0)} % of a core, ${((1000 * figures.cpuMs) / (streams * tokens)).toFixed(1)} us/token, RSS ${figures.maxRssMb.toFixed(0)} MB`,
);
console.log(`client: ${((clientCpu.user + clientCpu.system) / 10 / wallMs).toFixed(0)} % of a core`);
console.log(`lateness of the first token: ${show(first)}`);
console.log(`lateness of the last token:  ${show(last)}`);
rmSync(folder, { recursive: true });
