const WORDS = [' one', ' two', ' three', ' four', ' five', ' six'];
const ENVELOPE = { id: 'chatcmpl-0', created: 0, model: 'example' };
const USAGE = { prompt_tokens: 10, completion_tokens: WORDS.length, total_tokens: 10 + WORDS.length };

/** A good answer of the chat or completions interface, as bytes of HTTP/1.1: what a client can rehearse with. */
export function createExampleAnswer(api: 'chat' | 'completions', isStreaming: boolean): Uint8Array {
  return new TextEncoder().encode(isStreaming ? streamed(api) : whole(api));
}

function streamed(api: 'chat' | 'completions'): string {
  const choice = (content: string, more: object): object =>
    api === 'chat' ? { index: 0, delta: { content }, ...more } : { index: 0, text: content, ...more };
  const event = (choices: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ ...ENVELOPE, choices, ...more })}\n\n`;
  const events = [
    ...(api === 'chat' ? [event([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }])] : []),
    ...WORDS.map((word) => event([choice(word, { finish_reason: null })])),
    event([choice('', { finish_reason: 'length' })]),
    event([], { usage: USAGE }),
    'data: [DONE]\n\n',
  ];
  const chunks = events.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('');
  return `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
}

function whole(api: 'chat' | 'completions'): string {
  const text = WORDS.join('');
  const content = api === 'chat' ? { message: { role: 'assistant', content: text } } : { text };
  const body = JSON.stringify({
    ...ENVELOPE,
    choices: [{ index: 0, ...content, finish_reason: 'length' }],
    usage: USAGE,
  });
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
