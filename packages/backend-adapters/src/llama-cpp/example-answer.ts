const WORDS = [' one', ' two', ' three', ' four', ' five', ' six'];

/** A good answer of `/completion`, as bytes of HTTP/1.1: what a client can rehearse with. */
export function createCompletionExample(isStreaming: boolean): Uint8Array {
  const head = 'HTTP/1.1 200 OK\r\nServer: llama.cpp\r\n';
  if (!isStreaming) {
    const body = JSON.stringify(end(WORDS.join('')));
    return encode(
      `${head}Content-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }
  const parts = WORDS.map((content, index) => ({
    index: 0,
    content,
    tokens: [index],
    stop: false,
    id_slot: -1,
    tokens_predicted: index + 1,
    tokens_evaluated: 10,
  }));
  const chunks = [...parts, end('')].map(toChunk).join('');
  return encode(`${head}Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
}

const end = (content: string): object => ({
  index: 0,
  content,
  tokens: [],
  id_slot: 0,
  stop: true,
  model: 'example',
  tokens_predicted: WORDS.length,
  tokens_evaluated: 10,
  stop_type: 'limit',
  timings: { cache_n: 0, prompt_n: 10, prompt_ms: 1, predicted_n: WORDS.length, predicted_ms: 5 },
});

function toChunk(value: unknown): string {
  const event = `data: ${JSON.stringify(value)}\n\n`;
  return `${event.length.toString(16)}\r\n${event}\r\n`;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
