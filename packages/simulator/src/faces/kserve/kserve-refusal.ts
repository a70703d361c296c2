/** An answer that is no generation. */
export interface KserveRefusal {
  readonly status: number;
  readonly body: unknown;
}

/** An error of KServe itself: one text. */
export const refuse = (status: number, message: string): KserveRefusal => ({ status, body: { error: message } });

/** FastAPI's word for what is wrong with a field. */
export function refuseField(
  kind: string,
  place: readonly (string | number)[],
  message: string,
  input: unknown,
): KserveRefusal {
  return { status: 422, body: { detail: [{ type: kind, loc: ['body', ...place], msg: message, input }] } };
}

/** A body that is no JSON, on the routes that FastAPI reads. */
export function refuseJson(text: string): KserveRefusal {
  const error = text.trimEnd() === '{' ? 'Expecting property name enclosed in double quotes' : 'Expecting value';
  const detail = {
    type: 'json_invalid',
    loc: ['body', text.length],
    msg: 'JSON decode error',
    input: {},
    ctx: { error },
  };
  return { status: 422, body: { detail: [detail] } };
}

/** The same on V1's routes, which are read by hand. */
export const refuseV1Json = (text: string): KserveRefusal =>
  refuse(
    400,
    `Unrecognized request format: unexpected end of data: line 1 column ${text.length + 1} (char ${text.length})`,
  );

/** Unknown to KServe, on all of its routes. */
export const unknownModel = (name: string): KserveRefusal => refuse(404, `Model with name ${name} does not exist.`);

/** A refusal of the engine behind: to KServe a bad gateway, with the engine's body in the message. */
export function refuseUpstream(upstreamBody: string): KserveRefusal {
  const message = `Received invalid response from upstream: ${upstreamBody}`;
  return { status: 502, body: { error: { code: '502', message, param: '', type: 'BadGateway' } } };
}

/** A prompt that the engine behind has no room for. */
export function refuseLongPrompt(promptTokens: number, contextTokens: number): KserveRefusal {
  const message = `request (${promptTokens} tokens) exceeds the available context size (${contextTokens} tokens), try increasing it`;
  const error = {
    code: 400,
    message,
    type: 'exceed_context_size_error',
    n_prompt_tokens: promptTokens,
    n_ctx: contextTokens,
  };
  return refuseUpstream(JSON.stringify({ error }));
}
