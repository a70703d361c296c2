import type { Finding, RequestRecord } from '@assay/contracts';

/** What an answer says of who made it. */
const SAYINGS = [
  ['answeredModel', 'model'],
  ['systemFingerprint', 'system_fingerprint'],
] as const;
type Saying = (typeof SAYINGS)[number][0];

/** One value of a saying, and the earliest request whose answer had it. */
interface Source {
  readonly value: string;
  readonly first: Pick<RequestRecord, 'index' | 'phase' | 'scheduledMs'>;
  readonly answers: number;
}

/** Who made the answers of a run, as far as these say so. One server says the same from the first to the last of them. */
export class AnswerSources {
  readonly #asked: string;
  /** By saying, and by the place that answered: several may differ. */
  readonly #sources = new Map<string, { readonly saying: Saying; readonly values: Map<string, Source> }>();

  constructor(asked: string) {
    this.#asked = asked;
  }

  add(record: RequestRecord): void {
    if (record.outcome !== 'ok') return;
    for (const [saying] of SAYINGS) {
      // An answer that names the model asked for is recorded without a name, as is one that names none.
      const value = record[saying] ?? (saying === 'answeredModel' ? this.#asked : undefined);
      if (value !== undefined) this.#count(saying, value, record);
    }
  }

  #count(saying: Saying, value: string, record: RequestRecord): void {
    const place = `${saying} ${record.target ?? ''} ${record.address ?? ''}`;
    const { values } = this.#sources.get(place) ?? { values: new Map<string, Source>() };
    this.#sources.set(place, { saying, values });
    const source = values.get(value);
    const isFirst = source === undefined || record.scheduledMs < source.first.scheduledMs;
    values.set(value, { value, first: isFirst ? record : source.first, answers: (source?.answers ?? 0) + 1 });
  }

  findings(): readonly Finding[] {
    const found = new Map<string, Finding>();
    for (const { saying, values } of this.#sources.values()) {
      const inOrder = [...values.values()].sort((a, b) => a.first.scheduledMs - b.first.scheduledMs);
      const [was, is] = inOrder;
      const finding =
        was !== undefined && is !== undefined
          ? changed(saying, was, is, inOrder.length)
          : saying === 'answeredModel' && was !== undefined && was.value !== this.#asked
            ? otherModel(this.#asked, was)
            : undefined;
      if (finding !== undefined) found.set(finding.message, finding);
    }
    return [...found.values()];
  }
}

const nameOf = (saying: Saying): string => SAYINGS.find(([field]) => field === saying)?.[1] ?? saying;

function changed(saying: Saying, was: Source, is: Source, values: number): Finding {
  const { index, phase, scheduledMs } = is.first;
  const when = `request ${index}${phase === 'warmup' ? ' of the warm-up' : ''}, ${(scheduledMs / 1000).toFixed(1)} s`;
  const more = values > 2 ? `, and ${values - 2} more` : '';
  const message = `the ${nameOf(saying)} of the answers was ${quote(was.value)} and is ${quote(is.value)} from ${when} on${more}: the figures are of several servers or configurations (hint: measure when no roll-out is under way, and behind one address one version)`;
  return { code: 'SERVER_CHANGED', severity: 'limits', message };
}

function otherModel(asked: string, { value, answers }: Source): Finding {
  // A name that stands for the newest of several is answered with the one it stands for.
  const isAlias = value.startsWith(`${asked}-`);
  const message = `${answers} answers name the model ${quote(value)} where ${quote(asked)} was asked for (hint: ${isAlias ? 'name it to measure the same one again' : 'is that the model that was meant?'})`;
  return { code: 'MODEL_DIFFERS', severity: isAlias ? 'notes' : 'limits', message };
}

const quote = (value: string): string => JSON.stringify(value);
