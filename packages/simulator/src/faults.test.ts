import { expect, test } from 'vitest';
import { ask, eventsOf, type RawAnswer } from '../test/raw-client.ts';
import { startSimulator } from './simulator.ts';
import type { TruthRecord } from './truth.ts';

async function strike(fault: string, isStreaming: boolean): Promise<{ answer: RawAnswer; truth: TruthRecord }> {
  const records: TruthRecord[] = [];
  const simulator = await startSimulator({
    ttftMs: 1,
    itlMs: 0.5,
    faults: `${fault}:#0`,
    onTruth: (record) => records.push(record),
  });
  const body = {
    messages: [{ role: 'user', content: 'x' }],
    max_tokens: 6,
    ...(isStreaming ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  try {
    const answer = await ask(simulator, 'POST', '/v1/chat/completions', body, { quietMs: 250 });
    // The fault struck the first request only.
    expect((await ask(simulator, 'POST', '/v1/chat/completions', body)).end).toBe('complete');
    return { answer, truth: records.find((record) => record.requestIndex === 0)! };
  } finally {
    await simulator.close();
  }
}

const CASES: [fault: string, isStreaming: boolean, end: RawAnswer['end'], code: string | null, contains: string][] = [
  ['http-503', true, 'complete', 'HTTP_503', 'retry-after: 1'],
  ['http-404', false, 'complete', 'HTTP_404', '"error"'],
  ['error-event', true, 'complete', 'STREAM_ERROR_EVENT', 'data: {"error":'],
  ['error-event', false, 'complete', 'ERROR_BODY', '{"error":'],
  ['cut', true, 'fin', 'STREAM_TRUNCATED', 'content'],
  ['cut', false, 'fin', 'STREAM_TRUNCATED', 'content'],
  ['cut-reset', true, 'reset', 'SOCKET_RESET', ''],
  ['cut-reset', false, 'reset', 'SOCKET_RESET', ''],
  ['stall', true, 'quiet', 'STREAM_STALLED', 'content'],
  ['stall', false, 'quiet', 'TIMEOUT_TOTAL', ''],
  ['no-first-token', false, 'quiet', 'TIMEOUT_TOTAL', ''],
  ['no-first-token', true, 'quiet', 'TIMEOUT_FIRST_TOKEN', '200 OK'],
  ['empty', true, 'complete', 'STREAM_EMPTY', '[DONE]'],
  ['empty-body', true, 'complete', 'STREAM_EMPTY', '200 OK'],
  ['malformed', true, 'complete', 'STREAM_MALFORMED', '[DONE]'],
  ['malformed', false, 'complete', 'STREAM_MALFORMED', '"choices"'],
  ['wrong-usage', true, 'complete', 'USAGE_MISMATCH', '"completion_tokens":0'],
  ['wrong-usage', false, 'complete', 'USAGE_MISMATCH', '"completion_tokens":0'],
  ['reset', true, 'reset', 'SOCKET_RESET', ''],
  ['html-200', true, 'complete', 'ERROR_BODY', '<html>'],
  ['no-done', true, 'complete', 'STREAM_TRUNCATED', 'finish_reason":"length"'],
  ['abort', true, 'complete', 'SERVER_ABORTED', '"finish_reason":"abort"'],
  ['abort', false, 'complete', 'SERVER_ABORTED', '"finish_reason":"abort"'],
  ['slow-drip', true, 'complete', null, '[DONE]'],
  ['slow-drip', false, 'complete', null, '"choices"'],
  ['close', true, 'complete', null, 'connection: close'],
];

test.each(CASES)('%s, streamed %s', async (fault, isStreaming, end, code, contains) => {
  const { answer, truth } = await strike(fault, isStreaming);
  expect(answer.end).toBe(end);
  expect(answer.raw).toContain(contains);
  expect(truth).toMatchObject({ fault, expectedCode: code });
});

test('a stream in the middle of which a fault strikes has content first', async () => {
  for (const fault of ['cut', 'stall', 'error-event', 'malformed']) {
    const { answer, truth } = await strike(fault, true);
    expect(eventsOf(answer.body).filter((data) => data.includes('"content":" ')).length).toBeGreaterThanOrEqual(3);
    expect(truth.contentTokens).toBeGreaterThanOrEqual(3);
    expect(truth.firstTokenNs).not.toBeNull();
  }
});

test('a broken frame is broken and the rest is whole', async () => {
  const { answer } = await strike('malformed', true);
  const broken = eventsOf(answer.body).filter((data) => {
    if (data === '[DONE]') return false;
    try {
      JSON.parse(data);
      return false;
    } catch {
      return true;
    }
  });
  expect(broken).toHaveLength(1);
});

test('no [DONE] where the plan says so', async () => {
  const { answer } = await strike('no-done', true);
  expect(answer.raw).not.toContain('[DONE]');
});

test('a refused connection is reset before a request', async () => {
  const simulator = await startSimulator({ faults: 'refuse:#0' });
  expect((await ask(simulator, 'GET', '/health')).end).toBe('reset');
  expect((await ask(simulator, 'GET', '/health')).status).toBe(200);
  expect(simulator.stats()).toMatchObject({ acceptedConnections: 2, refusedConnections: 1 });
  await simulator.close();
});

test('a closed window refuses connections and ends', async () => {
  const simulator = await startSimulator({ faults: 'refuse:@0-60' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await ask(simulator, 'GET', '/health')).end).toBe('reset');
  expect(simulator.stats().acceptedConnections).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect((await ask(simulator, 'GET', '/health')).status).toBe(200);
  await simulator.close();
});
