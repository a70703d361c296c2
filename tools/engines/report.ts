import type { ServerCount } from './engine.ts';

/** One count of the server beside ours. */
export interface CountPair {
  readonly server: number | undefined;
  readonly ours: number | undefined;
  /** Why the two are not compared. */
  readonly notCompared?: string;
}

/** One run of the command line against a real server. */
export interface CaseResult {
  readonly engine: string;
  readonly version: string;
  readonly backend: string;
  readonly api: string;
  readonly streaming: boolean;
  readonly name: string;
  readonly requests: number;
  readonly ok: number;
  readonly tokensBySource: Readonly<Record<string, number>>;
  readonly outcomeCodes: Readonly<Record<string, number>>;
  readonly counts?: Readonly<Record<keyof ServerCount, CountPair>>;
  readonly figures?: Readonly<Record<string, number | undefined>>;
  readonly disagreements: readonly string[];
}

export interface EngineReason {
  readonly engine: string;
  readonly reason: string;
}

/** What `--json` writes. */
export interface ConformanceOutcome {
  readonly results: readonly CaseResult[];
  /** Engines that this machine cannot have. */
  readonly skipped: readonly EngineReason[];
  /** Engines that were installed and could not be run to the end. */
  readonly failed: readonly EngineReason[];
}

const COUNT_NAMES = ['requests', 'promptTokens', 'generatedTokens'] as const;

function describeCounts(counts: CaseResult['counts']): string {
  if (counts === undefined) return '';
  return COUNT_NAMES.map((name) => {
    const { server, ours, notCompared } = counts[name];
    const mark = notCompared === undefined ? '=' : '·';
    return server === ours && server !== undefined
      ? `${server}`
      : `${server ?? '?'}${mark === '=' && server !== ours ? '≠' : mark}${ours ?? '?'}`;
  }).join(' / ');
}

const describe = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');

/** The results as a Markdown table. */
export function toTable(results: readonly CaseResult[]): string {
  const head = [
    ...['engine', 'version', 'backend', 'api', 'streaming', 'case', 'requests', 'ok', 'tokens by source', 'codes'],
    ...['server/ours: requests / prompt / generated', 'verdict'],
  ];
  const rows = results.map((result) => [
    ...[result.engine, result.version, result.backend, result.api, result.streaming ? 'yes' : 'no', result.name],
    ...[String(result.requests), String(result.ok), describe(result.tokensBySource), describe(result.outcomeCodes)],
    ...[describeCounts(result.counts), result.disagreements.length === 0 ? 'agrees' : 'DISAGREES'],
  ]);
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
