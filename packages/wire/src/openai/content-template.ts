import { BytePattern } from './byte-pattern.ts';
import { jsonTextEnd } from './json-text.ts';
import type { OpenAiChunk } from './openai-event.ts';

/** The bytes around the one string in which the content events of a stream differ. */
export interface ContentTemplate {
  readonly event: OpenAiChunk;
  /** Offset after a whole event `data: {...}` with its blank line at `start` that matches, else -1. */
  frameEnd(bytes: Uint8Array, start: number, end: number): number;
}

const LF = 0x0a;
/** `data: ` */
const FRAME_START: readonly number[] = [0x64, 0x61, 0x74, 0x61, 0x3a, 0x20];

/**
 * The template of an event whose only content stands at `[contentStart, contentEnd)` of its data. Any other text that is valid in a JSON string may
 * stand between these very bytes, and the event says the same (see `createEventShape`, of which this is the narrower and faster form).
 */
export function createContentTemplate(
  data: Uint8Array,
  contentStart: number,
  contentEnd: number,
  event: OpenAiChunk,
): ContentTemplate {
  const framedBefore = new Uint8Array(FRAME_START.length + contentStart);
  framedBefore.set(FRAME_START);
  framedBefore.set(data.subarray(0, contentStart), FRAME_START.length);
  const framedAfter = new Uint8Array(data.length - contentEnd + 2).fill(LF);
  framedAfter.set(data.subarray(contentEnd));
  const frameStart = new BytePattern(framedBefore);
  const frameTail = new BytePattern(framedAfter);
  return {
    event,
    frameEnd: (bytes, start, end) => {
      if (!frameStart.isAt(bytes, start, end)) return -1;
      const bodyStart = start + frameStart.length;
      const bodyEnd = jsonTextEnd(bytes, bodyStart, end);
      return bodyEnd > bodyStart && frameTail.isAt(bytes, bodyEnd, end) ? bodyEnd + frameTail.length : -1;
    },
  };
}
