const WORDS = [' one', ' two', ' three', ' four', ' five', ' six'];

/** A good answer of the generate extension, as bytes of HTTP/1.1: what a client can rehearse with. */
export function createTritonExample(isStreaming: boolean): Uint8Array {
  const responses = isStreaming
    ? WORDS.map((word, index) => `data: ${response(word, 1, index === WORDS.length - 1)}\n\n`)
    : [response(WORDS.join(''), WORDS.length, true)];
  const type = isStreaming ? 'text/event-stream; charset=utf-8' : 'application/json';
  const chunks = responses.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('');
  return new TextEncoder().encode(
    `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
  );
}

const response = (text: string, tokens: number, isLast: boolean): string =>
  JSON.stringify({
    finish_reason: isLast ? 'length' : 'None',
    model_name: 'example',
    model_version: '1',
    num_input_tokens: 10,
    num_output_tokens: tokens,
    text_output: text,
  });
