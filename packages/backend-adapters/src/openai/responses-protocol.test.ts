import type { DecodedResponse } from '@assay/loadgen';
import { describe, expect, it } from 'vitest';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { ResponsesProtocol } from './responses-protocol.ts';

const encoder = new TextEncoder();
const event = (type: string, fields: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const text = (delta: string): string => event('response.output_text.delta', { delta });
const ended = (status: string, fields: object = {}, type = `response.${status}`): string =>
  event(type, { response: { status, output: [], usage: { input_tokens: 3, output_tokens: 2 }, ...fields } });

/** One read per event, 10 ms apart. */
function decode(events: readonly string[]): DecodedResponse {
  const decoder = new ProtocolDecoder(new ResponsesProtocol());
  decoder.onHeaders(200, new Map([['content-type', 'text/event-stream']]));
  events.forEach((one, i) => {
    const bytes = encoder.encode(one);
    decoder.onBody(bytes, 0, bytes.length, i * 10);
  });
  return decoder.finish({ kind: 'complete' });
}

describe('what ends well and what does not', () => {
  it.each([
    ['completed', [text('a'), text('b'), ended('completed')], undefined],
    ['incomplete', [text('a'), ended('incomplete')], undefined],
    ['completed, then [DONE]', [text('a'), ended('completed'), 'data: [DONE]\n\n'], undefined],
    ['nothing but [DONE] behind the content', [text('a'), 'data: [DONE]\n\n'], 'STREAM_TRUNCATED'],
    ['failed', [text('a'), ended('failed', { error: { message: 'boom' } })], 'STREAM_ERROR_EVENT'],
    ['failed under the name completed', [text('a'), ended('failed', {}, 'response.completed')], 'STREAM_ERROR_EVENT'],
    ['cancelled under the name completed', [text('a'), ended('cancelled', {}, 'response.completed')], 'SERVER_ABORTED'],
    ['an error event', [text('a'), event('error', { message: 'boom' }), ended('completed')], 'STREAM_ERROR_EVENT'],
    ['an error object in the data', [text('a'), 'data: {"error":{"message":"boom"}}\n\n'], 'STREAM_ERROR_EVENT'],
    [
      'a delta that is no text',
      [event('response.output_text.delta', { delta: 5 }), ended('completed')],
      'STREAM_MALFORMED',
    ],
    ['content behind the end', [text('a'), ended('completed'), text('b')], 'STREAM_MALFORMED'],
    ['more events than tokens', [text('a'), text('b'), text('c'), ended('completed')], 'USAGE_MISMATCH'],
    ['no end', [text('a')], 'STREAM_TRUNCATED'],
    ['an end whose blank line is missing', [text('a'), ended('completed').trimEnd()], 'STREAM_TRUNCATED'],
    ['nothing at all', [event('response.created', { response: { status: 'in_progress' } })], 'STREAM_EMPTY'],
  ] as const)('%s', (_name, events, code) => {
    const decoded = decode(events);
    expect(decoded.code).toBe(code);
    expect(decoded.outcome === 'ok').toBe(code === undefined);
  });

  it('tells reasoning, answer and tool calls apart', () => {
    const decoded = decode([
      event('response.reasoning_text.delta', { delta: 'hm' }),
      event('response.reasoning_summary_text.delta', { delta: 'so' }),
      text(''),
      event('response.output_item.added', { item: { type: 'function_call', name: 'add', arguments: '' } }),
      event('response.function_call_arguments.delta', { delta: '{}' }),
      event('response.function_call_arguments.done', { arguments: '{}' }),
      ended('completed', {
        usage: { input_tokens: 3, output_tokens: 9, output_tokens_details: { reasoning_tokens: 4 } },
      }),
    ]);
    expect(decoded).toMatchObject({
      outcome: 'ok',
      firstTokenAtMs: 0,
      firstAnswerTokenAtMs: 30,
      lastTokenAtMs: 40,
      contentEvents: 4,
      outputTokens: 9,
      usage: { reasoningTokens: 4 },
    });
  });

  it('counts several tokens of an event as several, where every event lists its own', () => {
    const listed = (delta: string, tokens: number): string =>
      event('response.output_text.delta', { delta, logprobs: Array(tokens).fill({ token: 'x' }) });
    const end = ended('completed', { usage: { input_tokens: 3, output_tokens: 7 } });
    expect(decode([listed('a', 1), listed('bcdef', 5), end])).toMatchObject({
      arrivals: [0, 1, 10_000, 5],
      arrivalsUnit: 'tokens',
      outputTokens: 7,
      outputTokensSource: 'usage',
    });
    const unsaid = ended('completed', { usage: null });
    expect(decode([listed('a', 1), listed('bcdef', 5), unsaid])).toMatchObject({
      outputTokens: 6,
      outputTokensSource: 'token-ids',
    });
    const reasoning = event('response.reasoning_text.delta', { delta: 'hm' });
    const mixed = decode([reasoning, listed('bcdef', 5), end]);
    expect(mixed).toMatchObject({ arrivals: [0, 1, 10_000, 1], arrivalsUnit: 'events' });
  });

  it('takes the whole text of a part for its first content where no delta came', () => {
    const decoded = decode([event('response.output_text.done', { text: 'ab' }), ended('completed')]);
    expect(decoded).toMatchObject({ outcome: 'ok', firstTokenAtMs: 0, contentEvents: 1 });
  });

  it('says why an answer is incomplete', () => {
    const reason = { incomplete_details: { reason: 'max_output_tokens' } };
    expect(decode([text('a'), ended('incomplete', reason)]).finishReason).toBe('max_output_tokens');
  });
});
