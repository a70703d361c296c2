import type { Finding, ImportDocument, ResultsDocument } from '@assay/contracts';

/** Tool whose result was read. */
export type ImportTool = ImportDocument['tool'];

/** A request that ended ok, as the other tool recorded it. Null where it does not tell. */
export interface ImportedRequest {
  /** Start of the run to the send, ms. */
  readonly sentMs: number | null;
  /** Start of the run to when it was due, ms. */
  readonly dueMs: number | null;
  /** Send to first token, ms. */
  readonly ttftMs: number | null;
  /** Time per token after the first, ms. */
  readonly tpotMs: number | null;
  /** Send to last token, ms. */
  readonly e2eMs: number | null;
  /** Gaps before each token but the first, ms; null where the tool records something else. */
  readonly gapsMs: readonly number[] | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** A figure that the other tool computed, ms from the send. */
export interface PrintedFigure {
  readonly id: 'ttft_ms' | 'tpot_ms' | 'e2e_latency_ms';
  readonly statistic: 'mean' | 'min' | 'max' | 'stddev' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9';
  readonly value: number;
}

/** The result of another tool, in one shape for all of them. */
export interface ImportedRun {
  readonly tool: ImportTool;
  readonly toolVersion: string | null;
  readonly name: string;
  readonly startedAt: string | null;
  readonly target: string | null;
  readonly model: string | null;
  readonly api: string | null;
  readonly load: {
    readonly concurrency: number | null;
    readonly ratePerSecond: number | null;
  };
  readonly durationMs: number;
  readonly ok: number;
  /** Failed requests by kind. */
  readonly failed: Readonly<Partial<Record<Exclude<keyof ResultsDocument['outcomes'], 'offered' | 'ok'>, number>>>;
  readonly outcomeCodes: Readonly<Record<string, number>>;
  /** Ok requests in the order they were sent; null where the file holds none. */
  readonly requests: readonly ImportedRequest[] | null;
  readonly figures: readonly PrintedFigure[];
  readonly requestsPerSecond: number | null;
  readonly outputTokensPerSecond: number | null;
  readonly goodRequestsPerSecond: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** What its figures lack, besides what every import lacks. */
  readonly findings: readonly Finding[];
}

export const TOOL_NAMES: Readonly<Record<ImportTool, string>> = {
  'vllm-bench': 'vllm bench serve',
  guidellm: 'GuideLLM',
  aiperf: 'AIPerf',
};

/** Tool and version in words. */
export const toolText = ({ tool, toolVersion }: Pick<ImportedRun, 'tool' | 'toolVersion'>): string =>
  toolVersion === null ? TOOL_NAMES[tool] : `${TOOL_NAMES[tool]} ${toolVersion}`;
