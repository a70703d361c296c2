import type { OpenAiChunk } from './openai-event.ts';
import { toEvent } from './to-event.ts';

/** The bytes around the one string in which the content events of a stream differ. */
export interface ContentTemplate {
  readonly event: OpenAiChunk;
  matches(bytes: Uint8Array, start: number, end: number): boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const KEYS = ['"content":', '"text":', '"reasoning_content":', '"reasoning":'];
const PROBE = 'probe';

/**
 * Learns from one fully parsed content event. The string that looks like the content is replaced by a probe and the event parsed
 * again: when it reads the same, any text without quotes, backslashes and control characters may stand between these very bytes and the event
 * still says the same. So a match proves what a parse would find. `undefined` when the event carries more than plain content.
 */
export function createContentTemplate(data: Uint8Array, event: OpenAiChunk): ContentTemplate | undefined {
  if (
    event.usage !== undefined ||
    event.listedTokens !== undefined ||
    event.finishReasons.length > 0 ||
    event.hasToolCall
  )
    return undefined;
  if (event.choiceIndexes.length !== 1) return undefined;
  const body = findContentBody(data);
  if (body === undefined) return undefined;
  const prefix = data.slice(0, body.start);
  const suffix = data.slice(body.end);
  const probed = readProbe(prefix, suffix);
  if (probed === undefined || JSON.stringify(probed) !== JSON.stringify(event)) return undefined;
  // With an empty string in its place the content must vanish, otherwise the string is not what makes the event a content event.
  const emptied = readWith(prefix, '', suffix);
  if (emptied === undefined || emptied.kind !== 'chunk' || emptied.hasContent) return undefined;
  return { event, matches: (bytes, start, end) => matchesAround(prefix, suffix, bytes, start, end) };
}

function readWith(prefix: Uint8Array, body: string, suffix: Uint8Array): ReturnType<typeof toEvent> | undefined {
  const decoder = new TextDecoder();
  try {
    return toEvent(JSON.parse(`${decoder.decode(prefix)}${body}${decoder.decode(suffix)}`));
  } catch {
    return undefined; // the string was not a whole JSON string: no template
  }
}

const readProbe = (prefix: Uint8Array, suffix: Uint8Array): ReturnType<typeof toEvent> | undefined =>
  readWith(prefix, PROBE, suffix);

/** Range of the string body behind the last content key that holds a non-empty string. */
function findContentBody(data: Uint8Array): { readonly start: number; readonly end: number } | undefined {
  for (const key of KEYS) {
    const at = lastIndexOf(data, key);
    if (at < 0) continue;
    let start = at + key.length;
    while (data[start] === 0x20) start += 1;
    if (data[start] !== QUOTE) continue;
    start += 1;
    let end = start;
    while (end < data.length && data[end] !== QUOTE) end += data[end] === BACKSLASH ? 2 : 1;
    if (end > start && end < data.length) return { start, end };
  }
  return undefined;
}

function lastIndexOf(data: Uint8Array, text: string): number {
  for (let at = data.length - text.length; at >= 0; at--) {
    let i = 0;
    while (i < text.length && data[at + i] === text.charCodeAt(i)) i += 1;
    if (i === text.length) return at;
  }
  return -1;
}

function matchesAround(prefix: Uint8Array, suffix: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const bodyStart = start + prefix.length;
  const bodyEnd = end - suffix.length;
  if (bodyEnd <= bodyStart) return false;
  for (let i = 0; i < suffix.length; i++) if (bytes[bodyEnd + i] !== suffix[i]) return false;
  for (let i = bodyStart; i < bodyEnd; i++) {
    const byte = bytes[i] as number;
    // Bytes above 0x7f may be broken UTF-8, which a full parse reports.
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20 || byte > 0x7e) return false;
  }
  for (let i = prefix.length - 1; i >= 0; i--) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}
