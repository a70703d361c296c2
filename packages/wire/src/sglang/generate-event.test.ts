import { describe, expect, it } from 'vitest';
import { readSglangEvent, toSglangEvent } from './generate-event.ts';

const read = (data: string) => {
  const bytes = new TextEncoder().encode(`..${data}..`);
  return readSglangEvent(bytes, 2, bytes.length - 2);
};

// Field names after `TokenizerManager._handle_batch_output` of sglang 0.5.23.
describe('events of /generate', () => {
  it('an output that goes on', () => {
    expect(
      read(
        '{"text":"Hi","output_ids":[11],"meta_info":{"id":"r","finish_reason":null,"prompt_tokens":12,"weight_version":"default",' +
          '"num_retractions":0,"reasoning_tokens":0,"completion_tokens":1,"cached_tokens":8}}',
      ),
    ).toEqual({
      kind: 'output',
      index: 0,
      text: 'Hi',
      tokenIds: [11],
      finish: undefined,
      usage: { promptTokens: 12, completionTokens: 1, cachedTokens: 8, reasoningTokens: 0 },
      times: { queueMs: undefined, prefillMs: undefined, totalMs: undefined },
    });
  });

  it.each([
    [
      { type: 'stop', matched: 2 },
      { type: 'stop', message: undefined },
    ],
    [
      { type: 'abort', message: 'queue full', status_code: 503 },
      { type: 'abort', message: 'queue full' },
    ],
    ['length', { type: 'length', message: undefined }],
    [{}, undefined],
    [7, undefined],
  ])('finish reason %j', (reason, finish) => {
    expect(toSglangEvent({ text: '', meta_info: { finish_reason: reason } })).toMatchObject({ finish });
  });

  it('seconds become milliseconds; an end before its start is no duration', () => {
    const meta = { queue_time: 0.5, e2e_latency: 2, forward_entry_time: 10, prefill_finished_time: 9 };
    expect(toSglangEvent({ meta_info: meta })).toMatchObject({
      text: undefined,
      times: { queueMs: 500, prefillMs: undefined, totalMs: 2000 },
    });
  });

  it.each([
    ['[DONE]', 'done'],
    ['null', 'empty'],
    ['{"error":{"message":"too long","code":400}}', 'error'],
    ['{"object":"error","message":"full","code":503}', 'error'],
    ['{"text":"a"}', 'malformed'],
    ['{"text":1,"meta_info":{}}', 'malformed'],
    ['{"embedding":[1],"meta_info":7}', 'malformed'],
    ['[{"text":"a","meta_info":{}}]', 'malformed'],
    ['{"text"', 'malformed'],
  ])('%s is %s', (data, kind) => {
    expect(read(data).kind).toBe(kind);
  });
});
