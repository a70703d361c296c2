import { BytePattern } from './byte-pattern.ts';
import type { OpenAiChunk } from './openai-event.ts';
import { toEvent } from './to-event.ts';

/** The bytes around the one string in which the content events of a stream differ. */
export interface ContentTemplate {
  readonly event: OpenAiChunk;
  matches(bytes: Uint8Array, start: number, end: number): boolean;
  /** Offset after a whole event `data: {...}` with its blank line at `start` that matches, else -1. */
  frameEnd(bytes: Uint8Array, start: number, end: number): number;
}

const UTF8 = new TextDecoder();
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
/** `data: ` */
const FRAME_START: readonly number[] = [0x64, 0x61, 0x74, 0x61, 0x3a, 0x20];
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
  return createMatcher(event, prefix, suffix);
}

function readWith(prefix: Uint8Array, body: string, suffix: Uint8Array): ReturnType<typeof toEvent> | undefined {
  try {
    return toEvent(JSON.parse(`${UTF8.decode(prefix)}${body}${UTF8.decode(suffix)}`));
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

/** Around the text lie, framed as a server-sent event, `data: ` with `prefix` and `suffix` with a blank line. */
function createMatcher(event: OpenAiChunk, prefix: Uint8Array, suffix: Uint8Array): ContentTemplate {
  const framedBefore = new Uint8Array(FRAME_START.length + prefix.length);
  framedBefore.set(FRAME_START);
  framedBefore.set(prefix, FRAME_START.length);
  const framedAfter = new Uint8Array(suffix.length + 2).fill(LF);
  framedAfter.set(suffix);
  const frameStart = new BytePattern(framedBefore);
  const frameTail = new BytePattern(framedAfter);
  let before: BytePattern | undefined;
  let after: BytePattern | undefined;
  return {
    event,
    matches: (bytes, start, end) => {
      before ??= new BytePattern(prefix);
      after ??= new BytePattern(suffix);
      if (!before.isAt(bytes, start, end)) return false;
      const bodyStart = start + prefix.length;
      const bodyEnd = plainTextEnd(bytes, bodyStart, end);
      return bodyEnd > bodyStart && bodyEnd + suffix.length === end && after.isAt(bytes, bodyEnd, end);
    },
    frameEnd: (bytes, start, end) => {
      if (!frameStart.isAt(bytes, start, end)) return -1;
      const bodyStart = start + frameStart.length;
      const bodyEnd = plainTextEnd(bytes, bodyStart, end);
      return bodyEnd > bodyStart && frameTail.isAt(bytes, bodyEnd, end) ? bodyEnd + frameTail.length : -1;
    },
  };
}

/** Offset of the first byte that may not stand in the text: the quote that ends it, an escape, or a byte above 0x7e, which may be broken UTF-8. */
function plainTextEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  for (; position < end; position += 1) {
    const byte = bytes[position] as number;
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20 || byte > 0x7e) break;
  }
  return position;
}
