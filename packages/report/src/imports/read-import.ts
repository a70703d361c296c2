import { ReportError } from '../errors.ts';
import { readAiperf } from './aiperf.ts';
import { readGuidellm } from './guidellm.ts';
import { type ImportedRun, type ImportTool, TOOL_NAMES } from './imported-run.ts';
import type { JsonPlace } from './json-place.ts';
import { parseJson } from './parse-json.ts';
import { readVllmBench } from './vllm-bench.ts';

export interface ImportFile {
  readonly name: string;
  readonly text: string;
}

export interface ImportChoice {
  /** Tool that wrote the file; found out when left out. */
  readonly tool?: ImportTool | undefined;
  /** Which benchmark of a file that holds several, from 0. */
  readonly benchmark?: number | undefined;
}

type FileKind = ImportTool | 'aiperf-requests' | undefined;

/**
 * Result of another tool from its files: the main one first, and for AIPerf its `profile_export.jsonl`.
 * @throws ReportError IMPORT_FORMAT_UNKNOWN, IMPORT_INVALID
 */
export function readImport(files: readonly ImportFile[], { tool, benchmark }: ImportChoice = {}): ImportedRun {
  const [main, ...others] = files.map(({ name, text }) => ({ name, places: parseJson(text, name) }));
  if (main === undefined) throw new ReportError('IMPORT_FORMAT_UNKNOWN', 'there is no file to read');
  const kind = kindOf(main.places[0]);
  if (kind === undefined || kind === 'aiperf-requests' || (tool !== undefined && kind !== tool)) {
    throw unknownFormat(main.name, kind, tool);
  }
  const name = main.name.replace(/\.[^.]*$/, '');
  const summaries = kind === 'guidellm' ? (main.places[0]?.at('benchmarks').list() ?? []) : main.places;
  const summary = choose(summaries, benchmark, main.name);
  switch (kind) {
    case 'vllm-bench':
      return readVllmBench(summary, name);
    case 'guidellm':
      return readGuidellm(main.places[0] ?? summary, summary, name);
    case 'aiperf': {
      const requests = others.find(({ places }) => kindOf(places[0]) === 'aiperf-requests');
      return readAiperf(summary, requests?.places ?? [], name);
    }
  }
}

function choose(benchmarks: readonly JsonPlace[], wanted: number | undefined, file: string): JsonPlace {
  const count = benchmarks.length;
  const chosen = wanted === undefined && count > 1 ? undefined : benchmarks[wanted ?? 0];
  if (chosen !== undefined) return chosen;
  const message = `${file} holds ${count === 0 ? 'no benchmark' : count === 1 ? 'one benchmark' : `${count} benchmarks`}`;
  const hint = count > 1 ? `choose one by its position, 0 to ${count - 1} (--benchmark)` : 'leave the choice away';
  throw new ReportError('IMPORT_INVALID', message, hint);
}

function kindOf(place: JsonPlace | undefined): FileKind {
  if (place === undefined) return undefined;
  try {
    const has = (...keys: readonly string[]): boolean => !place.at(...keys).isMissing;
    if (has('completed') && has('request_throughput')) return 'vllm-bench';
    if (has('benchmarks')) return 'guidellm';
    if (has('aiperf_version') || has('input_config')) return 'aiperf';
    return has('metadata') && has('metrics') ? 'aiperf-requests' : undefined;
  } catch {
    return undefined; // a list or a plain value is none of them
  }
}

function unknownFormat(file: string, kind: FileKind, tool: ImportTool | undefined): ReportError {
  const code = 'IMPORT_FORMAT_UNKNOWN';
  if (kind === 'aiperf-requests') {
    return new ReportError(
      code,
      `${file} holds the requests of AIPerf, not its figures`,
      'name profile_export_aiperf.json; the requests beside it are read too',
    );
  }
  const known = `a result of ${Object.values(TOOL_NAMES).join(', ')}`;
  if (kind === undefined) return new ReportError(code, `${file} is not ${known}`, 'name the JSON file the tool wrote');
  const [found, wanted] = [TOOL_NAMES[kind], tool === undefined ? known : `a result of ${TOOL_NAMES[tool]}`];
  return new ReportError(code, `${file} is not ${wanted}: it looks like one of ${found}`, 'leave --from away');
}
