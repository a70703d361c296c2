/** An answer that is not a generation: vLLM's error object. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** vLLM's error body: `{"error":{"message","type","param","code"}}`. */
export function refuse(status: number, type: string, message: string, param: string | null): Refusal {
  return { status, body: JSON.stringify({ error: { message, type, param, code: status } }) };
}

/** A value out of range or a rule of the model broken. */
export function refuseValue(param: string, value: unknown, message: string): Refusal {
  return refuse(400, 'BadRequestError', `${message} (parameter=${param}, value=${value})`, param);
}

/** A body that does not fit the schema; `Bad Request` has its space in vLLM too. */
export function refuseSchema(kind: string, location: string, message: string, input: string): Refusal {
  const detail = `1 validation error:\n  {'type': '${kind}', 'loc': '${location}', 'msg': '${message}', 'input': '${input}'}`;
  return refuse(400, 'Bad Request', detail, location);
}
