import type { TritonRequest } from './triton-request.ts';

/** What a response says beside its text. */
export interface ResponseFields {
  readonly text: string;
  readonly tokens: number;
  readonly promptTokens: number;
  /** `undefined` while the model goes on. */
  readonly finishReason: string | undefined;
}

/** One response of the model as JSON: keys in alphabetical order, tensors of one element as bare values. ASCII but for an echoed prompt. */
export function responseJson(request: TritonRequest, fields: ResponseFields): string {
  const { hasFinishReason, hasInputCount, hasOutputCount, model } = request;
  return toAscii(
    JSON.stringify({
      ...(hasFinishReason ? { finish_reason: fields.finishReason ?? 'None' } : {}),
      model_name: model,
      model_version: '1',
      ...(hasInputCount ? { num_input_tokens: fields.promptTokens } : {}),
      ...(hasOutputCount ? { num_output_tokens: fields.tokens } : {}),
      text_output: fields.text,
    }),
  );
}

/** Triton's error object. */
export const errorJson = (message: string): string => toAscii(JSON.stringify({ error: message }));

/** One server-sent event. */
export const toEvent = (json: string): string => `data: ${json}\n\n`;

/** JSON without a byte above 0x7f, so that its length is its length in bytes. */
function toAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
