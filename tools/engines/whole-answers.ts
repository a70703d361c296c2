/** The data of each event of a recorded stream. */
function dataOf(body: string): string[] {
  return [...body.matchAll(/^data: ?(.*)$/gm)].map(([, data = '']) => data);
}

/** A recorded OpenAI stream that ended well: terminator seen, no error object, no aborted choice. */
export function isWholeOpenAi(body: string): boolean {
  const events = dataOf(body);
  return (
    events.includes('[DONE]') &&
    !events.some((data) => data.startsWith('{"error"') || /"finish_reason": ?"abort"/.test(data))
  );
}

/** A recorded stream of OpenAI's Responses interface: the response is completed, or stopped at its limit. */
export function isWholeResponses(body: string): boolean {
  return dataOf(body).some((data) => /"type": ?"response\.(completed|incomplete)"/.test(data));
}

/** The same where lengths are forced: vLLM says `completed` of streams that a SIGTERM aborts, after a few of the tokens asked for. */
export function isWholeForcedResponses(body: string): boolean {
  return isWholeResponses(body) && /"reason": ?"max_output_tokens"/.test(dataOf(body).at(-1) ?? '');
}

/** llama.cpp's `/completion`: the last event says `stop`. */
export function isWholeCompletion(body: string): boolean {
  return /"stop": ?true/.test(dataOf(body).at(-1) ?? '');
}

/** TGI's `/generate_stream`: the last event holds the whole text. */
export function isWholeGenerateStream(body: string): boolean {
  return /"generated_text": ?"/.test(dataOf(body).at(-1) ?? '');
}

/** Triton's `generate_stream` has no terminator of its own: the end of the HTTP body is all there is. */
export function isWholeTriton(body: string, isEnded: boolean): boolean {
  return isEnded && !dataOf(body).some((data) => data.startsWith('{"error"'));
}
