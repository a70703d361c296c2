const WORDS = [' one', ' two', ' three', ' four', ' five', ' six'];

/** A good answer of `/generate`, as bytes of HTTP/1.1: what a client can rehearse with. */
export function createGenerateExample(isStreaming: boolean): Uint8Array {
  if (!isStreaming) {
    const body = output(WORDS.length);
    return encode(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\ncontent-type: application/json\r\n\r\n${body}`);
  }
  const events = WORDS.map((_, index) => output(index + 1));
  const chunks = [...events, '[DONE]'].map(toChunk).join('');
  return encode(
    `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
  );
}

const output = (tokens: number): string =>
  JSON.stringify({
    text: WORDS.slice(0, tokens).join(''),
    output_ids: WORDS.slice(0, tokens).map((_, index) => index),
    meta_info: {
      id: '0',
      finish_reason: tokens === WORDS.length ? { type: 'length', length: tokens } : null,
      prompt_tokens: 10,
      completion_tokens: tokens,
      cached_tokens: 0,
    },
  });

function toChunk(data: string): string {
  const event = `data: ${data}\n\n`;
  return `${event.length.toString(16)}\r\n${event}\r\n`;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
