import type { Finding } from '@assay/contracts';
import type { ImportedRun } from './imported-run.ts';

/** Failures of another tool, sorted as far as what it says of them goes. */
export class Failures {
  readonly failed: Record<string, number> = {};
  readonly codes: Record<string, number> = {};
  /** Failures of which nothing is known. */
  unknown = 0;

  /** @param status HTTP status, where the tool tells one; otherwise the text is searched for it. */
  add(text: string, status: number | null = null): void {
    const found =
      status ?? Number(/\b(?:HTTP |error '|status(?: code)?[ :=]+)([45]\d\d)\b/i.exec(text)?.[1] ?? Number.NaN);
    if (found >= 400 && found <= 599 && found !== 499) this.#count('http', `HTTP_${found}`);
    else if (/timed? ?out|timeout/i.test(text)) this.#count('timeout', 'TIMEOUT_TOTAL');
    else if (/cancel/i.test(text)) this.#count('aborted', 'ABORTED');
    else if (/refused/i.test(text)) this.#count('network', 'CONNECT_REFUSED');
    else if (/payload is not completed|decoding response body|incomplete chunked|without sending complete/i.test(text))
      this.#count('protocol', 'STREAM_TRUNCATED');
    else if (/reset|broken pipe|disconnected/i.test(text)) this.#count('network', 'SOCKET_RESET');
    else this.addUnknown(1);
  }

  /** The kind `protocol` stands for what is not known; the code tells that it is not. */
  addUnknown(count: number): void {
    if (count <= 0) return;
    this.unknown += count;
    this.#count('protocol', 'UNKNOWN_FAILURE', count);
  }

  #count(kind: keyof ImportedRun['failed'], code: string, count = 1): void {
    this.failed[kind] = (this.failed[kind] ?? 0) + count;
    this.codes[code] = (this.codes[code] ?? 0) + count;
  }
}

export function unknownKind(count: number): Finding[] {
  if (count === 0) return [];
  const message = `the tool does not say how ${count} failed requests ended: they are counted as protocol`;
  return [{ code: 'IMPORTED_FAILURES_UNKNOWN', severity: 'notes', message }];
}
