const WORDS = [' one', ' two', ' three', ' four', ' five', ' six'];
const TEXT = WORDS.join('');
const DETAILS = { finish_reason: 'length', generated_tokens: WORDS.length, seed: null };

const token = (text: string, id: number): object => ({ id, text, logprob: -0.5, special: false });

/** A good answer of the native interface, as bytes of HTTP/1.1: what a client can rehearse with. */
export function createTgiExample(isStreaming: boolean): Uint8Array {
  return new TextEncoder().encode(isStreaming ? streamed() : whole());
}

function streamed(): string {
  const last = WORDS.length - 1;
  const chunks = WORDS.map((word, at) => {
    const end = at === last ? { generated_text: TEXT, details: { ...DETAILS, input_length: 10 } } : NOT_YET;
    const event = `data: ${JSON.stringify({ index: at + 1, token: token(word, at), ...end })}\n\n`;
    return `${event.length.toString(16).toUpperCase()}\r\n${event}\r\n`;
  });
  return `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`;
}

const NOT_YET = { generated_text: null, details: null };

function whole(): string {
  const body = JSON.stringify({ generated_text: TEXT, details: { ...DETAILS, prefill: [], tokens: WORDS.map(token) } });
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-queue-time: 0\r\nx-total-time: 9\r\nx-prompt-tokens: 10\r\nx-generated-tokens: ${WORDS.length}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
