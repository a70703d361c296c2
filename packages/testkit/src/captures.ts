import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from './shared-data.ts';

/** What is known to be true of a captured answer. */
export interface CaptureTruth {
  readonly status?: number;
  readonly end?: string;
  readonly content_type?: string;
  readonly events?: number;
  readonly content_events?: number;
  readonly usage?: Readonly<Record<string, unknown>> | null;
  readonly finish_reasons?: readonly string[];
  readonly [key: string]: unknown;
}

/** One answer of a real server, every byte of it. */
export interface Capture {
  /** `ENGINE-VERSION/CASE`. */
  readonly name: string;
  readonly engine: string;
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  /** What a correct client reports: `ok`, `http_404`, `error_event`, `truncated`, ... */
  readonly mustReport: string;
  readonly truth: CaptureTruth;
  /** Status line, headers and body as they came. */
  readonly bytes: Uint8Array;
  /** Reads of the recording client: nanoseconds since the request was sent, and the range of bytes. */
  readonly reads: readonly { readonly ns: number; readonly start: number; readonly end: number }[];
}

interface IndexEntry {
  readonly case: string;
  readonly engine: string;
  readonly dir: string;
  readonly client_must_report: string;
  readonly truth: CaptureTruth;
}

/** Every HTTP capture of real servers; empty where the shared data is absent. */
export function loadCaptures(): readonly Capture[] {
  const folder = sharedData('engines');
  if (folder === undefined) return [];
  const { cases } = JSON.parse(readFileSync(join(folder, 'INDEX.json'), 'utf8')) as { cases: readonly IndexEntry[] };
  return cases.flatMap((entry) => {
    const stem = join(folder, entry.dir, entry.case);
    if (!existsSync(`${stem}.response.raw`)) return [];
    return [readCapture(stem, entry)];
  });
}

function readCapture(stem: string, entry: IndexEntry): Capture {
  const bytes = new Uint8Array(readFileSync(`${stem}.response.raw`));
  const lines = existsSync(`${stem}.timing.jsonl`)
    ? readFileSync(`${stem}.timing.jsonl`, 'utf8').split('\n').filter(Boolean)
    : [];
  const reads = lines
    .map((line) => JSON.parse(line) as { ns: number; off?: number; offset?: number; len?: number; length?: number })
    .flatMap(({ ns, off, offset = off, len, length = len }) =>
      offset === undefined || length === undefined ? [] : [{ ns, start: offset, end: offset + length }],
    );
  return {
    name: `${entry.dir}/${entry.case}`,
    engine: entry.engine,
    request: JSON.parse(readFileSync(`${stem}.request.json`, 'utf8')) as Capture['request'],
    mustReport: entry.client_must_report,
    truth: entry.truth,
    bytes,
    reads,
  };
}
