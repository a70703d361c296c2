import type { OpenAiUsage } from './openai-event.ts';

/** A value of an event in which events of one kind differ, and its place in the event's data: a string without its quotes, or a whole number. */
export interface EventValue {
  readonly kind: 'identity' | 'content' | 'count';
  readonly start: number;
  readonly end: number;
  /** The usage figure that a count is; `undefined` for counts that are not read. */
  readonly field: keyof OpenAiUsage | undefined;
}

/** One JSON token: a string with its quotes, a structural character, or a number, `true`, `false`, `null`. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
/** Such an event lists more than text, and seldom the same twice. */
const MAX_DATA_BYTES = 4096;
const WHOLE_NUMBER = /^(?:0|[1-9]\d{0,14})$/;
/** What a path could be mistaken by. */
const UNCLEAR_KEY = /[\\.*]/;

/**
 * Paths of the values that vary, list places written as `*`. Usage is read from these places alone (see `readUsage`), so a number that varies
 * there is read anew and one that varies elsewhere changes nothing.
 */
const VARYING: ReadonlyMap<string, Pick<EventValue, 'kind' | 'field'>> = new Map([
  ['id', { kind: 'identity', field: undefined }],
  ['created', { kind: 'count', field: undefined }],
  ['choices.*.text', { kind: 'content', field: undefined }],
  ['choices.*.delta.content', { kind: 'content', field: undefined }],
  ['choices.*.delta.reasoning', { kind: 'content', field: undefined }],
  ['choices.*.delta.reasoning_content', { kind: 'content', field: undefined }],
  ['choices.*.token_ids.*', { kind: 'count', field: undefined }],
  ['usage.prompt_tokens', { kind: 'count', field: 'promptTokens' }],
  ['usage.completion_tokens', { kind: 'count', field: 'completionTokens' }],
  ['usage.total_tokens', { kind: 'count', field: undefined }],
  ['usage.prompt_tokens_details.cached_tokens', { kind: 'count', field: 'cachedTokens' }],
  ['usage.completion_tokens_details.reasoning_tokens', { kind: 'count', field: 'reasoningTokens' }],
]);

interface OpenValue {
  readonly isList: boolean;
  /** The key under way, `*` in a list. */
  key: string;
  readonly keys: Set<string>;
}

/**
 * Finds the varying values of an event's data, which must be valid JSON. None are reported where a key is named twice in an object or could be
 * mistaken, and of data above {@link MAX_DATA_BYTES}.
 */
export function findEventValues(data: Uint8Array): readonly EventValue[] {
  if (data.length > MAX_DATA_BYTES) return [];
  const values: EventValue[] = [];
  const open: OpenValue[] = [];
  let isKeyNext = false;
  for (const match of toOneByteText(data).matchAll(TOKEN)) {
    const [token] = match;
    const inner = open.at(-1);
    if (token === '{' || token === '[') {
      open.push({ isList: token === '[', key: '*', keys: new Set() });
      isKeyNext = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      isKeyNext = false;
    } else if (token === ',') {
      isKeyNext = inner?.isList === false;
    } else if (isKeyNext && inner !== undefined && token !== ':') {
      inner.key = token.slice(1, -1);
      if (UNCLEAR_KEY.test(inner.key) || inner.keys.has(inner.key)) return [];
      inner.keys.add(inner.key);
      isKeyNext = false;
    } else if (token !== ':') {
      const value = toValue(open.map(({ key }) => key).join('.'), token, match.index);
      if (value !== undefined) values.push(value);
    }
  }
  return values;
}

/** One character per byte, so that offsets are those of the bytes; structure is ASCII. */
function toOneByteText(data: Uint8Array): string {
  let text = '';
  for (const byte of data) text += String.fromCharCode(byte);
  return text;
}

function toValue(path: string, token: string, at: number): EventValue | undefined {
  const varying = VARYING.get(path);
  if (varying === undefined) return undefined;
  if (varying.kind === 'count') {
    return WHOLE_NUMBER.test(token) ? { ...varying, start: at, end: at + token.length } : undefined;
  }
  // An empty string stays as it is: whether there is content must not vary.
  const isFilledString = token.startsWith('"') && token.length > 2;
  return isFilledString ? { ...varying, start: at + 1, end: at + token.length - 1 } : undefined;
}
