import type { Connection } from '../../http/connection.ts';
import { VllmHeads } from '../vllm/vllm-heads.ts';

/** A name of the error for programs, by the status; the reference has none for others. */
const CODES: Readonly<Record<number, string>> = { 404: 'model_not_found', 429: 'rate_limit_exceeded' };

/** Heads that name no server, and errors in the object of OpenAI's reference. */
export class OpenAiHeads extends VllmHeads {
  constructor(wallSeconds: () => number) {
    super(wallSeconds, '', { server: '', vary: '' });
  }

  override respond(connection: Connection, status: number, type: string | null, body: string, extra = ''): void {
    super.respond(connection, status, type, status < 400 ? body : toOpenAiError(status, body), extra);
  }
}

/** The error object with OpenAI's words for its sort, whichever words it had. */
function toOpenAiError(status: number, body: string): string {
  const { error } = JSON.parse(body) as {
    readonly error: { readonly message: string; readonly param?: string | null };
  };
  return openAiError(error.message, { status, param: error.param ?? null, code: CODES[status] ?? null });
}

export function openAiError(
  message: string,
  what: { readonly status: number; readonly param?: string | null; readonly code?: string | null },
): string {
  const { status, param = null, code = null } = what;
  const type = status >= 500 ? 'server_error' : status === 429 ? 'requests' : 'invalid_request_error';
  return JSON.stringify({ error: { message, type, param, code } });
}
