/** An answer that is no generation: what the JSON layer says, plain text whatever the route, or an error of the router. */
export type TgiRefusal = TgiError | { readonly kind: 'text'; readonly status: number; readonly text: string };

/** An error of the router: an object, or an event of a stream. */
export interface TgiError {
  readonly kind: 'error';
  readonly status: number;
  readonly message: string;
  readonly errorType: string;
}

export const isTgiRefusal = (value: object): value is TgiRefusal => 'kind' in value && 'status' in value;

/** A body that is no JSON. */
export const notJson = (why: string): TgiRefusal => ({
  kind: 'text',
  status: 400,
  text: `Failed to parse the request body as JSON: ${why}`,
});

/** A body that does not fit the type of the route. */
export const wrongType = (why: string): TgiRefusal => ({
  kind: 'text',
  status: 422,
  text: `Failed to deserialize the JSON body into the target type: ${why}`,
});

/** A value that the router checks itself. */
export const invalid = (why: string): TgiError => ({
  kind: 'error',
  status: 422,
  message: `Input validation error: ${why}`,
  errorType: 'validation',
});

export const OVERLOADED: TgiError = {
  kind: 'error',
  status: 429,
  message: 'Model is overloaded',
  errorType: 'overloaded',
};

export const PLANNED_FAILURE: TgiError = {
  kind: 'error',
  status: 424,
  message: 'Request failed during generation: Server error: planned fault',
  errorType: 'generation',
};

/** The object of an error, on native streams also the event. */
export function errorObject(refusal: { readonly message: string; readonly errorType: string }): string {
  return JSON.stringify({ error: refusal.message, error_type: refusal.errorType });
}

/** The event of an error on the OpenAI routes: the status is 422 whatever happened. */
export function openAiErrorEvent(message: string): string {
  return JSON.stringify({ error: { message, http_status_code: 422 } });
}
