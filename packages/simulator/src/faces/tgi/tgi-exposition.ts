/** A family of the router's page. It shows itself with its first sample: before that it is not on the page at all. */
export interface TgiFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  /** Two families have none. */
  readonly help: string | undefined;
  readonly bounds?: readonly number[];
}

const QUANTILES = [0, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

/** One series: a number, or a distribution. */
class Series {
  readonly labels: string;
  value = 0;
  count = 0;
  sum = 0;
  /** Counts by bound, not added up. */
  readonly buckets: number[];
  /** Whole values and how often they came: quantiles of small whole numbers need no more. */
  readonly occurrences = new Map<number, number>();

  constructor(labels: string, buckets: number) {
    this.labels = labels;
    this.buckets = new Array<number>(buckets).fill(0);
  }
}

/** Series of one family by their label text (`method="decode"`, or empty). */
export class TgiSeries {
  readonly #family: TgiFamily;
  readonly #series = new Map<string, Series>();

  constructor(family: TgiFamily) {
    this.#family = family;
  }

  add(value: number, labels = ''): void {
    this.#at(labels).value += value;
  }

  set(value: number, labels = ''): void {
    this.#at(labels).value = value;
  }

  observe(value: number, labels = ''): void {
    const series = this.#at(labels);
    series.count++;
    series.sum += value;
    if (this.#family.type === 'summary') {
      series.occurrences.set(value, (series.occurrences.get(value) ?? 0) + 1);
      return;
    }
    const { bounds = [] } = this.#family;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] ?? 0)) at++;
    if (at < bounds.length) series.buckets[at] = (series.buckets[at] ?? 0) + 1;
  }

  #at(labels: string): Series {
    let series = this.#series.get(labels);
    if (series === undefined) {
      series = new Series(labels, this.#family.bounds?.length ?? 0);
      this.#series.set(labels, series);
    }
    return series;
  }

  /** The family and the empty line behind it; nothing before the first sample. */
  text(): string {
    if (this.#series.size === 0) return '';
    const { name, type, help } = this.#family;
    const lines = [...this.#series.values()].flatMap((series) => this.#lines(series));
    return `${help === undefined ? '' : `# HELP ${name} ${help}\n`}# TYPE ${name} ${type}\n${lines.join('\n')}\n\n`;
  }

  #lines(series: Series): readonly string[] {
    const { name, type, bounds = [] } = this.#family;
    const labelled = (suffix: string, extra = ''): string => {
      const labels = [series.labels, extra].filter((part) => part !== '').join(',');
      return `${name}${suffix}${labels === '' ? '' : `{${labels}}`}`;
    };
    if (type === 'counter' || type === 'gauge') return [`${labelled('')} ${series.value}`];
    const totals = [`${labelled('_sum')} ${series.sum}`, `${labelled('_count')} ${series.count}`];
    if (type === 'summary') {
      return [...QUANTILES.map((q) => `${labelled('', `quantile="${q}"`)} ${quantileOf(series, q)}`), ...totals];
    }
    let below = 0;
    const buckets = bounds.map((bound, at) => {
      below += series.buckets[at] ?? 0;
      return `${labelled('_bucket', `le="${bound}"`)} ${below}`;
    });
    return [...buckets, `${labelled('_bucket', 'le="+Inf"')} ${series.count}`, ...totals];
  }
}

/** The smallest value that at least this share of the values does not exceed. */
function quantileOf({ occurrences, count }: Series, share: number): number {
  const rank = Math.max(1, Math.ceil(share * count));
  let seen = 0;
  let last = 0;
  for (const [value, times] of [...occurrences].sort(([a], [b]) => a - b)) {
    seen += times;
    last = value;
    if (seen >= rank) break;
  }
  return last;
}
