/** What the page's charts draw; embedded as JSON. All times are milliseconds since the run's start. */
export interface ChartData {
  readonly ttft: Distribution | null;
  readonly itl: Distribution | null;
  readonly overTime: OverTime;
  readonly timeline: Timeline;
}

/** A histogram with logarithmic bins. `edges` has one more entry than `counts`. */
export interface Distribution {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly samples: number;
  readonly marks: readonly { readonly label: string; readonly value: number }[];
}

/** Latency by the time a request was due. */
export interface OverTime {
  readonly window: { readonly startMs: number; readonly endMs: number } | null;
  /** What `valueMs` is: time to first token, or whole requests where nothing was streamed. */
  readonly kind: 'ttft' | 'e2e';
  readonly points: { readonly atMs: readonly number[]; readonly valueMs: readonly number[] };
  readonly shown: number;
  readonly total: number;
  readonly bins: {
    readonly atMs: readonly number[];
    readonly p50Ms: readonly (number | null)[];
    readonly p99Ms: readonly (number | null)[];
  };
  readonly errors: readonly { readonly atMs: number; readonly label: string }[];
  readonly errorsTotal: number;
  readonly lateAtMs: readonly number[];
  readonly lateTotal: number;
}

/** Bars of single requests. */
export interface Timeline {
  readonly rows: readonly TimelineRow[];
  readonly shown: number;
  readonly total: number;
}

/** One request. */
export interface TimelineRow {
  readonly index: number;
  readonly scheduledMs: number;
  readonly sentMs: number | null;
  readonly firstTokenMs: number | null;
  readonly endMs: number | null;
  readonly label: string;
  readonly isOk: boolean;
  readonly isWarmup: boolean;
}
