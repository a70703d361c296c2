import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResponsesEvent } from './read-responses-event.ts';
import type { ResponsesEvent } from './responses-event.ts';

const encoder = new TextEncoder();

function read(data: unknown, eventName = ''): ResponsesEvent {
  const bytes = encoder.encode(`##${typeof data === 'string' ? data : JSON.stringify(data)}##`);
  return readResponsesEvent(bytes, 2, bytes.length - 2, eventName);
}

const noTokens = { listedTokens: undefined };
const nothing = { usage: undefined, timings: undefined, message: undefined, channels: [] };

describe('events of the responses interface', () => {
  it.each<[string, unknown, string, ResponsesEvent]>([
    ['text', { type: 'response.output_text.delta', delta: 'a' }, '', { kind: 'delta', channel: 'answer', ...noTokens }],
    [
      'a type in the name only',
      { delta: 'a' },
      'response.refusal.delta',
      { kind: 'delta', channel: 'answer', ...noTokens },
    ],
    [
      'listed log-probabilities',
      { type: 'response.output_text.delta', delta: 'ab', logprobs: [{}, {}] },
      '',
      { kind: 'delta', channel: 'answer', listedTokens: 2 },
    ],
    ['no text', { type: 'response.output_text.delta', delta: '', logprobs: [] }, '', { kind: 'empty' }],
    [
      'reasoning',
      { type: 'response.reasoning_summary_text.delta', delta: 'a' },
      '',
      { kind: 'delta', channel: 'reasoning', ...noTokens },
    ],
    [
      'the name of a tool',
      { type: 'response.output_item.added', item: { type: 'function_call', name: 'f' } },
      '',
      { kind: 'delta', channel: 'tool-call', ...noTokens },
    ],
    ['a message that begins', { type: 'response.output_item.added', item: { type: 'message' } }, '', { kind: 'empty' }],
    ['a whole part', { type: 'response.output_text.done', text: 'ab' }, '', { kind: 'whole', channel: 'answer' }],
    ['an event of tomorrow', { type: 'response.hologram.delta', delta: 'x' }, '', { kind: 'empty' }],
    ['an error', { type: 'error', message: 'boom' }, '', { kind: 'error', message: 'boom' }],
    ['an error by name, no JSON', 'boom', 'error', { kind: 'error', message: 'boom' }],
    ['a list', '[1]', '', { kind: 'malformed' }],
    ['half of an event', '{"type":"response.outp', '', { kind: 'malformed' }],
    ['an end without its response', { type: 'response.completed' }, '', { kind: 'malformed' }],
    [
      'a limit',
      { type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } },
      '',
      { kind: 'end', status: 'incomplete', reason: 'max_output_tokens', ...nothing },
    ],
    [
      'a status that corrects the name',
      { type: 'response.completed', response: { status: 'failed', error: { message: 'boom' } } },
      '',
      { kind: 'end', status: 'failed', reason: 'failed', ...nothing, message: 'boom' },
    ],
  ])('%s', (_name, data, eventName, expected) => {
    expect(read(data, eventName)).toEqual(expected);
  });

  it('is malformed where the bytes are no UTF-8', () => {
    const bytes = Uint8Array.from([0x22, 0xff, 0x22]);
    expect(readResponsesEvent(bytes, 0, 3, '')).toEqual({ kind: 'malformed' });
  });

  it('throws for no bytes whatever', () => {
    const kinds = ['empty', 'done', 'malformed', 'delta', 'whole', 'error', 'end'];
    const data = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => encoder.encode(text)),
    );
    fc.assert(
      fc.property(
        data,
        fc.constantFrom('', 'error', 'response.completed', 'response.output_text.delta'),
        (bytes, name) => {
          expect(kinds).toContain(readResponsesEvent(bytes, 0, bytes.length, name).kind);
        },
      ),
    );
  });
});
