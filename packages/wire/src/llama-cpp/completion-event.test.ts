import { describe, expect, it } from 'vitest';
import { readLlamaCppEvent, toLlamaCppEvent } from './completion-event.ts';

const read = (data: string) => {
  const bytes = new TextEncoder().encode(`..${data}..`);
  return readLlamaCppEvent(bytes, 2, bytes.length - 2);
};

describe('events of /completion', () => {
  it('a piece of the answer', () => {
    expect(
      read(
        '{"index":0,"content":"é","tokens":[7],"stop":false,"id_slot":-1,"tokens_predicted":3,"tokens_evaluated":4}',
      ),
    ).toEqual({
      kind: 'completion',
      index: 0,
      hasContent: true,
      isLast: false,
      stopType: undefined,
      predictedTokens: 3,
      promptTokens: 4,
      listedTokens: 1,
      timings: undefined,
    });
  });

  it('the last event, with its timings', () => {
    expect(
      read(
        '{"index":0,"content":"","tokens":[],"stop":true,"tokens_predicted":8,"tokens_evaluated":4,"stop_type":"eos",' +
          '"timings":{"cache_n":3,"prompt_n":1,"prompt_ms":4.5,"predicted_n":8,"predicted_ms":3.25}}',
      ),
    ).toMatchObject({
      hasContent: false,
      isLast: true,
      stopType: 'eos',
      listedTokens: undefined,
      timings: { cachedTokens: 3, processedTokens: 1, promptMs: 4.5, predictedTokens: 8, predictedMs: 3.25 },
    });
  });

  it.each([
    [{ stopped_eos: true, stopped_word: false, stopped_limit: false }, 'eos'],
    [{ stopped_eos: false, stopped_word: true, stopped_limit: false, stopping_word: 'x' }, 'word'],
    [{ stopped_eos: false, stopped_word: false, stopped_limit: true }, 'limit'],
    [{ stopped_eos: false, stopped_word: false, stopped_limit: false }, 'none'],
    [{ stopped_limit: 'true' }, undefined],
    [{ stop_type: 'eos', stopped_limit: true }, 'eos'],
  ])('the reason of an older server: %j is %s', (fields, reason) => {
    expect(toLlamaCppEvent({ content: '', stop: true, ...fields })).toMatchObject({ stopType: reason });
    expect(toLlamaCppEvent({ content: '', stop: false, ...fields })).toMatchObject({ stopType: undefined });
  });

  it('numbers that are none are missing, not 0', () => {
    expect(
      toLlamaCppEvent({
        content: 'a',
        stop: true,
        tokens_predicted: -1,
        tokens_evaluated: '4',
        timings: { prompt_ms: null },
      }),
    ).toMatchObject({
      predictedTokens: undefined,
      promptTokens: undefined,
      timings: { promptMs: undefined, predictedTokens: undefined },
    });
  });

  it.each([
    ['null', 'empty'],
    ['[DONE]', 'empty'],
    ['{"error":{"code":500,"message":"x","type":"server_error"}}', 'error'],
    ['{"choices":[]}', 'malformed'],
    ['{"content":"a"}', 'malformed'],
    ['{"content":1,"stop":false}', 'malformed'],
    ['[]', 'malformed'],
    ['{"content":"a","stop":fal', 'malformed'],
    ['', 'malformed'],
  ])('%s is %s', (data, kind) => {
    expect(read(data).kind).toBe(kind);
  });

  it('bytes that are no UTF-8 are malformed', () => {
    expect(readLlamaCppEvent(Uint8Array.from([0x22, 0xff, 0x22]), 0, 3).kind).toBe('malformed');
  });
});
