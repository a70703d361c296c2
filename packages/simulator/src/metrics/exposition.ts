/** Label names and values. */
export type Labels = Readonly<Record<string, string>>;

/** Labels in the order of their names, `le` among them. */
function labelText(labels: Labels): string {
  const quoted = (value: string): string => value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.map(([name, value]) => `${name}="${quoted(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** A number as prometheus_client writes it: whole numbers with `.0`, those of seven digits or more with an exponent. */
function toSampleText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  const text = Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
  const dot = text.indexOf('.');
  if (dot <= 6 || value < 0) return text;
  const mantissa = `${text[0]}.${text.slice(1, dot)}${text.slice(dot + 1)}`.replace(/\.?0+$/, '');
  return `${mantissa}e+0${dot - 1}`;
}

/** A counter or gauge with one set of labels. */
export class Sample {
  value = 0;
  readonly labels: Labels;

  constructor(labels: Labels) {
    this.labels = labels;
  }
}

/** A histogram with one set of labels; buckets hold their own counts and are added up when written. */
export class Histogram {
  readonly labels: Labels;
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels;
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] ?? 0)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  text(name: string): string {
    let total = 0;
    let text = '';
    this.#counts.forEach((count, at) => {
      total += count;
      const bound = this.#bounds[at] ?? Number.POSITIVE_INFINITY;
      text += `${name}_bucket${labelText({ ...this.labels, le: toSampleText(bound) })} ${toSampleText(total)}\n`;
    });
    const labels = labelText(this.labels);
    return `${text}${name}_count${labels} ${toSampleText(total)}\n${name}_sum${labels} ${toSampleText(this.#sum)}\n`;
  }
}

/** Count and sum without quantiles, as the HTTP size families are. */
export class Summary {
  readonly labels: Labels;
  #count = 0;
  #sum = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  observe(value: number): void {
    this.#count++;
    this.#sum += value;
  }

  text(name: string): string {
    const labels = labelText(this.labels);
    return `${name}_count${labels} ${toSampleText(this.#count)}\n${name}_sum${labels} ${toSampleText(this.#sum)}\n`;
  }
}

/** One family: its series by label values, made when first used. */
export class Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #samples = new Map<string, Sample>();
  readonly #distributions = new Map<string, Histogram | Summary>();

  constructor(name: string, type: Family['type'], help: string, bounds: readonly number[] = []) {
    this.name = name;
    this.type = type;
    this.help = help;
    this.#bounds = bounds;
  }

  sample(labels: Labels): Sample {
    const key = labelText(labels);
    let sample = this.#samples.get(key);
    if (sample === undefined) {
      sample = new Sample(labels);
      this.#samples.set(key, sample);
    }
    return sample;
  }

  distribution(labels: Labels): Histogram | Summary {
    const key = labelText(labels);
    let distribution = this.#distributions.get(key);
    if (distribution === undefined) {
      distribution = this.type === 'summary' ? new Summary(labels) : new Histogram(labels, this.#bounds);
      this.#distributions.set(key, distribution);
    }
    return distribution;
  }

  /**
   * The family and, for everything but a gauge, its `_created` companion, as prometheus_client writes them: none for what it collects
   * at the time of the scrape, and none without a series.
   */
  text(createdSeconds: number): string {
    let text = `# HELP ${this.name} ${this.help}\n# TYPE ${this.name} ${this.type}\n`;
    for (const sample of this.#samples.values())
      text += `${this.name}${labelText(sample.labels)} ${toSampleText(sample.value)}\n`;
    for (const distribution of this.#distributions.values()) text += distribution.text(this.name);
    const hasSeries = this.#samples.size > 0 || this.#distributions.size > 0;
    if (this.type === 'gauge' || !hasSeries || /^(process|python)_/.test(this.name)) return text;
    const created = `${this.type === 'counter' ? this.name.replace(/_total$/, '') : this.name}_created`;
    text += `# HELP ${created} ${this.help}\n# TYPE ${created} gauge\n`;
    for (const { labels } of [...this.#samples.values(), ...this.#distributions.values()]) {
      text += `${created}${labelText(labels)} ${toSampleText(createdSeconds)}\n`;
    }
    return text;
  }
}
