import { expect, test } from 'vitest';
import { ask } from '../../test/raw-client.ts';
import { startSimulator } from '../simulator.ts';
import type { FaceName } from './face.ts';

// As seen on the servers' own HTTP libraries: uvicorn 0.54 with httptools, cpp-httplib 0.53, hyper 1.12 below axum 0.7.9.
// Triton's (libevhtp) is after its source: it frees the connection.
const UVICORN = [
  'HTTP/1.1 400 Bad Request',
  'date',
  'server: uvicorn',
  'content-type: text/plain; charset=utf-8',
  'content-length: 30',
  'connection: close',
];

test.each<[FaceName, readonly string[], string]>([
  ['vllm', UVICORN, 'Invalid HTTP request received.'],
  ['kserve', UVICORN, 'Invalid HTTP request received.'],
  ['sglang', UVICORN, 'Invalid HTTP request received.'],
  ['llama-cpp', ['HTTP/1.1 400 Bad Request', 'Server: llama.cpp', 'Connection: close', 'Content-Length: 0'], ''],
  ['tgi', ['HTTP/1.1 400 Bad Request', 'connection: close', 'content-length: 0', 'date'], ''],
  ['triton', [''], ''],
])('%s: what is no request ends the connection in the words of its server', async (face, head, body) => {
  const simulator = await startSimulator({ face });
  // Four words in its first line.
  const answer = await ask(simulator, 'NO REQUEST', '/', undefined, { quietMs: 500 });
  const reads = new Promise<boolean>((resolve) => {
    const probe = ask(simulator, 'GET', '/health', undefined, { quietMs: 500 });
    void probe.then(({ end }) => resolve(end === 'complete'));
  });
  expect(answer.head.split('\r\n').map((line) => line.replace(/^(date):.*/, '$1'))).toEqual(head);
  expect(answer.body).toBe(body);
  expect(answer.end).toBe(face === 'triton' ? 'fin' : 'complete');
  expect(await reads).toBe(true);
  await simulator.close();
});
