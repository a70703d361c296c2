import { WireError } from '../wire-error.ts';
import { parseLabels } from './parse-labels.ts';

export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** NaN and the infinities are values that the format allows. */
  readonly value: number;
  /** Milliseconds since the Unix epoch, where the line has a time. */
  readonly timestampMs: number | undefined;
}

export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string | undefined;
  readonly samples: readonly MetricSample[];
}

const SUFFIXES = ['_bucket', '_sum', '_count', '_total', '_created', '_info', '_gsum', '_gcount'];
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?\s*(\S+)(?:\s+(\S+))?(?:\s+#.*)?\s*$/;

interface Family {
  readonly name: string;
  type: string;
  help: string | undefined;
  samples: MetricSample[];
}

/**
 * Reads a page of the Prometheus text format 0.0.4 or OpenMetrics 1.0. Samples join the family whose `# TYPE` they follow,
 * by name or name and suffix. OpenMetrics times are seconds, Prometheus times milliseconds. Throws `WireError` (`METRICS_INVALID`) with the line.
 */
export function parseMetrics(text: string): readonly MetricFamily[] {
  const families = new Map<string, Family>();
  const isOpenMetrics = /^# EOF\s*$/m.test(text);
  const familyOf = (name: string): Family => {
    let family = families.get(name);
    if (family === undefined) {
      family = { name, type: 'untyped', help: undefined, samples: [] };
      families.set(name, family);
    }
    return family;
  };
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '') return;
    if (line.startsWith('#')) {
      readComment(line, familyOf);
      return;
    }
    const sample = readSample(line, index + 1, isOpenMetrics);
    familyOf(familyName(sample.name, families)).samples.push(sample);
  });
  return [...families.values()];
}

function readComment(line: string, familyOf: (name: string) => Family): void {
  const [, keyword, name, rest = ''] = /^#\s+(HELP|TYPE)\s+(\S+)\s?(.*)$/.exec(line) ?? [];
  if (name === undefined) return;
  if (keyword === 'TYPE') familyOf(name).type = rest.trim();
  else familyOf(name).help = rest.replaceAll('\\n', '\n').replaceAll('\\\\', '\\');
}

function familyName(sampleName: string, families: ReadonlyMap<string, Family>): string {
  if (families.has(sampleName)) return sampleName;
  const suffix = SUFFIXES.find(
    (candidate) => sampleName.endsWith(candidate) && families.has(sampleName.slice(0, -candidate.length)),
  );
  return suffix === undefined ? sampleName : sampleName.slice(0, -suffix.length);
}

function readSample(line: string, lineNumber: number, isOpenMetrics: boolean): MetricSample {
  const [, name, labels, value, time] = SAMPLE.exec(line) ?? [];
  const number = value === undefined ? undefined : toNumber(value);
  if (name === undefined || number === undefined) {
    throw new WireError('METRICS_INVALID', `line ${lineNumber} is no sample: ${line.slice(0, 80)}`, {
      line: lineNumber,
    });
  }
  const timestamp = time === undefined ? undefined : toNumber(time);
  return {
    name,
    labels: labels === undefined ? {} : parseLabels(labels, lineNumber),
    value: number,
    timestampMs: timestamp === undefined ? undefined : timestamp * (isOpenMetrics ? 1000 : 1),
  };
}

function toNumber(text: string): number | undefined {
  const special: Readonly<Record<string, number>> = {
    nan: Number.NaN,
    '+inf': Number.POSITIVE_INFINITY,
    inf: Number.POSITIVE_INFINITY,
    '-inf': Number.NEGATIVE_INFINITY,
  };
  const known = special[text.toLowerCase()];
  if (known !== undefined) return known;
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
