// As fast as possible: keep-alive clients ask for answers of 100 tokens that leave in one write each.
// Usage: node --conditions=@assay/source packages/simulator/bench/coalesced.ts [connections] [requests] [tokens]
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

const [connections = 16, requests = 20_000, tokens = 100] = process.argv.slice(2).map(Number);
const serve = fileURLToPath(new URL('./serve.ts', import.meta.url));
const child = spawn(process.execPath, ['--conditions=@assay/source', serve, JSON.stringify({ ttftMs: 0, itlMs: 0 })], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const output = child.stdout[Symbol.asyncIterator]();
const { hostname, port } = new URL(String((await output.next()).value).trim());
const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], stream: true, max_tokens: tokens });
const request = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const buffer = Buffer.alloc(256 * 1024);
let asked = 0;
const startedMs = performance.now();

await Promise.all(
  Array.from({ length: connections }, () => {
    return new Promise<void>((resolve, reject) => {
      const socket = connect({
        host: hostname,
        port: Number(port),
        noDelay: true,
        onread: {
          buffer,
          callback(count) {
            if (buffer.toString('latin1', Math.max(0, count - 5), count) === '0\r\n\r\n') next();
            return true;
          },
        },
      });
      const next = (): void => {
        if (asked++ < requests) socket.write(request);
        else {
          socket.destroy();
          resolve();
        }
      };
      socket.on('connect', next);
      socket.on('error', reject);
    });
  }),
);
const wallMs = performance.now() - startedMs;
child.kill('SIGTERM');
const { cpuMs, tokens: sent } = JSON.parse(String((await output.next()).value));
console.log(
  `${requests} requests of ${tokens} tokens on ${connections} connections in ${(wallMs / 1000).toFixed(1)} s`,
);
console.log(
  `server: ${cpuMs.toFixed(0)} ms CPU, ${((1000 * cpuMs) / requests).toFixed(1)} us/request, ${((1000 * cpuMs) / sent).toFixed(2)} us/token`,
);
console.log(
  `        ${((1000 * sent) / cpuMs / 1e6).toFixed(2)} million tokens and ${((1000 * requests) / cpuMs / 1000).toFixed(1)} thousand requests per CPU-second`,
);
