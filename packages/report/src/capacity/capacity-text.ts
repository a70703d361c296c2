import type { CapacityDocument, CapacityProbe } from '@assay/contracts';

const ENDS: Readonly<Record<CapacityDocument['end'], string>> = {
  found: 'both ends of the range are decided',
  undecided: 'a rate in the range stayed undecided; longer probes (--duration) would decide more',
  wide: 'the probes were used up before the range was narrow',
  above: 'the client could not make more load: the capacity lies above',
  below: 'no rate was shown to meet the objectives',
  aborted: 'the search was aborted',
};

/** Four digits: more than any search finds out. */
export function rateText(rate: number | null): string {
  return rate === null ? '–' : String(Number(rate.toPrecision(4)));
}

/** The result in a sentence. */
export function headlineOf({ ratePerSecond, low, high, end }: CapacityDocument): string {
  if (ratePerSecond === null) return `capacity not found: ${knownOf(low, high)}; ${ENDS[end]}`;
  const range = [
    low === null ? 'no rate was shown to meet' : `met at ${rateText(low)}/s`,
    high === null ? 'no rate was shown to miss' : `missed at ${rateText(high)}/s`,
  ];
  return `capacity ${rateText(ratePerSecond)} requests/s (${range.join(', ')}); ${ENDS[end]}`;
}

/** Where the capacity lies, as far as rates were decided. */
function knownOf(low: number | null, high: number | null): string {
  if (low === null) return high === null ? 'no rate was decided' : `below ${rateText(high)}/s (missed)`;
  if (high === null) return `above ${rateText(low)}/s (met)`;
  return `between ${rateText(low)}/s (met) and ${rateText(high)}/s (missed)`;
}

/** What the error of the search means. */
export function errorText({ error, tolerance, probes, arrivals }: CapacityDocument): string {
  return `${probes.length} probes with ${arrivals} arrivals, asked for ±${Number((100 * tolerance).toPrecision(3))} %; all decided verdicts hold together with probability ${1 - error} or more.`;
}

/** Rows of the probe table, ascending by rate. */
export function probeRows(document: CapacityDocument): readonly (readonly string[])[] {
  return [...document.probes].sort((a, b) => a.ratePerSecond - b.ratePerSecond).map(probeRow);
}

export function probeHeads({ objectives }: CapacityDocument): readonly string[] {
  const figures = objectives.flatMap((objective) => [objective, 'missed']);
  return ['rate /s', 'verdict', 'ended by', 'time s', 'requests', 'goodput /s', 'delivered /s', ...figures];
}

function probeRow(probe: CapacityProbe): readonly string[] {
  const figures = probe.objectives.flatMap(({ figure, kind, value, low, high }) => {
    const scale = kind === 'share' ? 100 : 1;
    const unit = kind === 'share' ? ' %' : '';
    const interval = low === null || high === null ? '' : ` [${short(low * scale)}, ${short(high * scale)}]`;
    return [rateText(figure), value === null ? '–' : `${short(value * scale)}${unit}${interval}`];
  });
  const verdict = probe.verdict === 'undecided' ? `undecided, leans to ${probe.leansTo}` : probe.verdict;
  return [
    rateText(probe.ratePerSecond),
    verdict,
    probe.stop,
    (probe.durationMs / 1000).toFixed(1),
    String(probe.requests),
    rateText(probe.goodputPerSecond),
    rateText(probe.deliveredPerSecond),
    ...figures,
  ];
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
