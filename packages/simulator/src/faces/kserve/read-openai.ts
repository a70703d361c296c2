import { type GenerationRequest, readGenerationRequest, readPromptTokens } from '../../api/generation-request.ts';
import type { ResolvedOptions } from '../../options.ts';
import {
  type KserveRefusal,
  refuseField,
  refuseJson,
  refuseLongPrompt,
  refuseUpstream,
  unknownModel,
} from './kserve-refusal.ts';

export type OpenAiApi = 'chat' | 'completions';

/** A request of an OpenAI route after all checks. */
export interface KserveOpenAiRequest extends GenerationRequest {
  /** The prompt came as a list, before which the engine sends an event of nothing. */
  readonly isPromptList: boolean;
}

type Body = Readonly<Record<string, unknown>>;
const COUNTS = ['max_tokens', 'max_completion_tokens', 'n'] as const;

/** Checks a body in KServe's order: JSON, schema, model; then as the engine behind does, whose limits cut answers off. */
export function readOpenAiRequest(
  bytes: Buffer,
  api: OpenAiApi,
  options: ResolvedOptions,
): KserveOpenAiRequest | KserveRefusal {
  const text = bytes.toString('utf8');
  const body = parse(text);
  if (body === undefined) return refuseJson(text);
  const missing = api === 'chat' ? 'messages' : 'prompt';
  if (body[missing] === undefined) return refuseField('missing', [missing], 'Field required', body);
  for (const name of COUNTS) {
    const value = body[name];
    if (typeof value === 'string' && !/^\s*[+-]?\d+\s*$/.test(value)) {
      const message = 'Input should be a valid integer, unable to parse string as an integer';
      return refuseField('int_parsing', [name], message, value);
    }
  }
  if (body['model'] !== undefined && body['model'] !== options.model) return unknownModel(String(body['model']));
  const prompts = readPromptTokens(body, api);
  if ('status' in prompts) return refuseUpstream(prompts.body);
  const longest = prompts.reduce((most, { length }) => Math.max(most, length), 0);
  if (longest >= options.maxModelLength) return refuseLongPrompt(longest, options.maxModelLength);
  const request = readGenerationRequest(withinContext(body, options.maxModelLength - longest), api, options);
  if ('status' in request) return refuseUpstream(request.body);
  const copies = typeof body['n'] === 'number' ? Math.max(1, Math.trunc(body['n'])) : 1;
  return {
    ...request,
    prompts: Array.from({ length: copies }, () => request.prompts).flat(),
    hasUsage: request.hasUsage || api === 'completions',
    hasContinuousUsage: false,
    isPromptList: Array.isArray(body['prompt']) && typeof body['prompt'][0] !== 'number',
  };
}

/** The engine stops at the end of its context; it minds neither stream options without a stream nor equal choices. */
function withinContext(body: Body, mostTokens: number): Body {
  const { stream_options: streamOptions, n: _, ...rest } = body;
  const clamped = { ...rest, ...(body['stream'] === true ? { stream_options: streamOptions } : {}) };
  for (const name of COUNTS) {
    const value = rest[name];
    if (typeof value === 'number') Reflect.set(clamped, name, Math.min(value, mostTokens));
  }
  return clamped;
}

function parse(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
  } catch {
    return undefined; // the caller answers as FastAPI does
  }
}
