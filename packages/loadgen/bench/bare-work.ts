import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REQUEST_PATH, type WorkloadShape } from './replies.ts';

/**
 * What a run does for a request, written down plainly: a body of its own, stamps, tokens per read, usage and finish, and a record in a file. For the
 * bare loops that are held against `assay-run`.
 */
export interface BareWork {
  /** JSON body of request `index`. */
  body(index: number): string;
  start(index: number): BareRecord;
  /** Records are complete on disk after this. */
  close(): Promise<void>;
}

const BATCH_LENGTH = 65_536;
const text = 'word '.repeat(64);

export function createBareWork({ tokensPerReply, recordFile }: WorkloadShape): BareWork {
  const directory = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const file = createWriteStream(recordFile ?? join(directory, 'requests.jsonl'));
  let batch = '';
  return {
    body: () =>
      JSON.stringify({
        model: 'bench',
        messages: [{ role: 'user', content: text }],
        max_tokens: tokensPerReply,
        stream: true,
        stream_options: { include_usage: true },
      }),
    start: (index) =>
      new BareRecord(index, (line) => {
        batch += line;
        if (batch.length < BATCH_LENGTH) return;
        file.write(batch);
        batch = '';
      }),
    close: async () => {
      await new Promise<void>((resolve) => file.end(batch, resolve));
      rmSync(directory, { recursive: true });
    },
  };
}

/** Reads one streamed answer as text and writes its record. */
export class BareRecord {
  status = 0;
  isDone = false;
  tokens = 0;
  readonly #index: number;
  readonly #write: (line: string) => void;
  readonly #arrivals: number[] = [];
  #sentAtMs = 0;
  #firstAtMs = 0;
  #lastAtMs = 0;
  #finishReason: string | null = null;
  #usage: unknown = null;
  #rest = '';

  constructor(index: number, write: (line: string) => void) {
    this.#index = index;
    this.#write = write;
  }

  onSent(): void {
    this.#sentAtMs = performance.now();
  }

  push(text: string): void {
    const atMs = performance.now();
    const all = this.#rest === '' ? text : this.#rest + text;
    let start = 0;
    let tokens = 0;
    for (let end = all.indexOf('\n\n', start); end >= 0; end = all.indexOf('\n\n', start)) {
      const content = all.indexOf('"content":"', start);
      if (content >= 0 && content < end) {
        if (all.charCodeAt(content + 11) !== 34) tokens += 1;
      } else if (all.startsWith('data: [DONE]', end - 12)) this.isDone = true;
      else this.#onRareEvent(all.slice(all.indexOf('data: ', start) + 6, end));
      start = end + 2;
    }
    this.#rest = start === all.length ? '' : all.slice(start);
    if (tokens === 0) return;
    if (this.tokens === 0) this.#firstAtMs = atMs;
    this.#arrivals.push(Math.round((atMs - (this.tokens === 0 ? atMs : this.#lastAtMs)) * 1000), tokens);
    this.#lastAtMs = atMs;
    this.tokens += tokens;
  }

  /** Usage and finish; chunk heads of the transfer coding end up behind the JSON and are left out. */
  #onRareEvent(data: string): void {
    const event = JSON.parse(data.slice(0, data.lastIndexOf('}') + 1));
    this.#finishReason = event.choices[0]?.finish_reason ?? this.#finishReason;
    this.#usage = event.usage ?? this.#usage;
  }

  /** @returns the tokens of a good answer, else NaN */
  end(): number {
    const isOk = this.status === 200 && this.isDone && this.#finishReason !== null && this.#usage !== null;
    this.#write(
      `${JSON.stringify({
        index: this.#index,
        sentMs: this.#sentAtMs,
        firstTokenMs: this.#firstAtMs,
        lastTokenMs: this.#lastAtMs,
        endMs: performance.now(),
        outcome: isOk ? 'ok' : 'protocol',
        httpStatus: this.status,
        finishReason: this.#finishReason,
        usage: this.#usage,
        outputTokens: this.tokens,
        arrivals: this.#arrivals,
      })}\n`,
    );
    return isOk ? this.tokens : Number.NaN;
  }
}

export function toHttpRequest(port: number, body: string): Buffer {
  return Buffer.from(
    `POST ${REQUEST_PATH} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}
