import { LoadgenError } from '../errors.ts';

/** A message longer than this is no message of a load: files that travel with a job are bounded far below. */
export const LONGEST_MESSAGE_BYTES: number = 64 * 2 ** 20;
/** What a peer may say before it is known. */
export const LONGEST_INTRODUCTION_BYTES = 4096;

const HEAD_BYTES = 4;

/** Says nothing but that the peer is there. */
export const HEARTBEAT: Buffer = Buffer.alloc(HEAD_BYTES);

/**
 * One message as bytes: its length in four bytes, big end first, and its JSON.
 * @throws LoadgenError LINK_BROKEN when it is longer than {@link LONGEST_MESSAGE_BYTES}
 */
export function toFrame(message: unknown): Buffer {
  const json = JSON.stringify(message);
  const length = Buffer.byteLength(json);
  if (length > LONGEST_MESSAGE_BYTES) throw tooLong(length, LONGEST_MESSAGE_BYTES);
  const frame = Buffer.allocUnsafe(HEAD_BYTES + length);
  frame.writeUInt32BE(length);
  frame.write(json, HEAD_BYTES);
  return frame;
}

/** Cuts arriving bytes into messages. A length is judged before a byte of it is kept. */
export class FrameReader {
  limitBytes: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #neededBytes = HEAD_BYTES;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /**
   * Messages that are complete with these bytes; heartbeats are not among them.
   * @throws LoadgenError LINK_BROKEN for a length above the limit, for bytes that are no JSON, and for what is no message
   */
  *read(chunk: Buffer): Generator<object, void, undefined> {
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    while (this.#keptBytes >= this.#neededBytes) {
      // Joined once per message, however many reads it took.
      const bytes = this.#kept.length === 1 ? (this.#kept[0] ?? HEARTBEAT) : Buffer.concat(this.#kept);
      const length = bytes.readUInt32BE();
      if (length > this.limitBytes) throw tooLong(length, this.limitBytes);
      const end = HEAD_BYTES + length;
      const isWhole = bytes.length >= end;
      const rest = isWhole ? bytes.subarray(end) : bytes;
      this.#kept = rest.length === 0 ? [] : [rest];
      this.#keptBytes = rest.length;
      this.#neededBytes = isWhole ? HEAD_BYTES : end;
      if (isWhole && length > 0) yield parse(bytes.toString('utf8', HEAD_BYTES, end));
    }
  }
}

function parse(json: string): object {
  let message: unknown;
  try {
    message = JSON.parse(json);
  } catch (cause: unknown) {
    throw new LoadgenError('LINK_BROKEN', 'the peer sent something that is no JSON', { cause });
  }
  if (typeof message === 'object' && message !== null && 'type' in message) return message;
  throw new LoadgenError('LINK_BROKEN', 'the peer sent something that is no message');
}

function tooLong(length: number, limit: number): LoadgenError {
  return new LoadgenError('LINK_BROKEN', `a message of ${length} bytes is longer than the ${limit} that are allowed`, {
    hint: 'is the peer a part of this load?',
  });
}
