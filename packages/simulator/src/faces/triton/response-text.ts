import { jsonAscii } from '../../api/event-text.ts';
import type { TritonRequest } from './triton-request.ts';

/** What a response says beside its text. */
export interface ResponseFields {
  readonly text: string;
  readonly tokens: number;
  readonly promptTokens: number;
  /** `undefined` while the model goes on. */
  readonly finishReason: string | undefined;
}

/** One response of the model as JSON: keys in alphabetical order, tensors of one element as bare values. ASCII. */
export function responseJson(request: TritonRequest, fields: ResponseFields): string {
  const { hasFinishReason, hasInputCount, hasOutputCount, model } = request;
  return jsonAscii({
    ...(hasFinishReason ? { finish_reason: fields.finishReason ?? 'None' } : {}),
    model_name: model,
    model_version: '1',
    ...(hasInputCount ? { num_input_tokens: fields.promptTokens } : {}),
    ...(hasOutputCount ? { num_output_tokens: fields.tokens } : {}),
    text_output: fields.text,
  });
}

/** Triton's error object. */
export const errorJson = (message: string): string => jsonAscii({ error: message });

/** One server-sent event. */
export const toEvent = (json: string): string => `data: ${json}\n\n`;
