import { renderChat } from '../../api/generation-request.ts';
import type { ResolvedOptions } from '../../options.ts';
import { tokenize, tokenText } from '../../tokenizer.ts';
import { type Fields, type JsonBody, missingField } from './read-fields.ts';
import type { TgiRefusal } from './tgi-refusal.ts';
import { LIMITS } from './tgi-request.ts';
import { VERSION } from './tgi-usage.ts';

/** What `/info` says where nothing limits the requests at once. */
const NO_LIMIT = 2_147_483_647;

/** `/info`: the model and the limits. */
export function infoBody({ model, maxModelLength, slots, queueLimit }: ResolvedOptions): string {
  const atOnce = slots + queueLimit;
  return JSON.stringify({
    model_id: model,
    model_sha: null,
    model_pipeline_tag: null,
    max_concurrent_requests: Number.isFinite(atOnce) ? atOnce : NO_LIMIT,
    max_best_of: LIMITS.bestOf,
    max_stop_sequences: LIMITS.stopSequences,
    max_input_tokens: maxModelLength - 1,
    max_total_tokens: maxModelLength,
    validation_workers: 2,
    max_client_batch_size: LIMITS.prompts,
    router: 'text-generation-router',
    version: VERSION,
    sha: null,
    docker_label: null,
  });
}

export function modelsBody(model: string): string {
  return JSON.stringify({ object: 'list', data: [{ id: model, object: 'model', created: 0, owned_by: model }] });
}

/** `/tokenize`: the tokens and their places. */
export function answerTokenize(body: JsonBody): string | TgiRefusal {
  const { inputs } = body.fields;
  return typeof inputs === 'string' ? JSON.stringify(tokensOf(inputs)) : missingField(body, 'inputs');
}

/** `/chat_tokenize`: the same for messages, with the text that the template made of them. */
export function answerChatTokenize(fields: Fields): string {
  const text = renderChat(Array.isArray(fields['messages']) ? fields['messages'] : []);
  return JSON.stringify({ tokenize_response: tokensOf(text), templated_text: text });
}

function tokensOf(text: string): readonly Record<string, unknown>[] {
  let start = 0;
  return tokenize(text).map((id) => {
    const stop = start + tokenText(id).length;
    const token = { id, text: tokenText(id), start, stop };
    start = stop;
    return token;
  });
}
