import type { RunConfig } from '@assay/contracts';
import { parseDurationMs, parseNumber, parsePositive, parsePositiveDurationMs, parseWhole } from './units.ts';

/** The shape of an open loop as the user writes it; rates that stand elsewhere are not part of it. */
export type Arrival =
  | { readonly kind: 'constant' }
  | { readonly kind: 'poisson' }
  | { readonly kind: 'gamma'; readonly shape: number }
  | { readonly kind: 'ramp'; readonly from: number; readonly to: number; readonly rampMs: number | undefined }
  | Extract<RunConfig['load'], { kind: 'mmpp' | 'diurnal' }>
  | { readonly kind: 'burst'; readonly burstRate: number; readonly burstMs: number; readonly periodMs: number };

export const ARRIVAL_EXPECTED: string =
  'constant, poisson, gamma:SHAPE, ramp:FROM-TO or ramp:FROM-TO/TIME, burst:RATExTIME/PERIOD such as burst:50x200ms/5s, ' +
  'mmpp:RATExTIME,RATExTIME such as mmpp:50x2s,5x10s, diurnal:LOW-HIGH/PERIOD or diurnal:RATE,RATE,RATE/PERIOD such as diurnal:5-50/24h';

export function parseArrival(value: unknown): Arrival | undefined {
  const [kind = '', rest = ''] = String(value).split(/:(.*)/s);
  switch (kind) {
    case 'constant':
    case 'poisson':
      return rest === '' ? { kind } : undefined;
    case 'gamma': {
      const shape = parsePositive(rest);
      return shape === undefined ? undefined : { kind, shape };
    }
    case 'ramp':
      return parseRamp(rest);
    case 'burst':
      return parseBurst(rest);
    case 'mmpp':
      return parseMmpp(rest);
    case 'diurnal':
      return parseDiurnal(rest);
    default:
      return undefined;
  }
}

function parseRamp(text: string): Arrival | undefined {
  const match = /^([\d.]+)-([\d.]+)(?:\/(.+))?$/.exec(text);
  const from = parseNumber(match?.[1]);
  const to = parseNumber(match?.[2]);
  const rampMs = match?.[3] === undefined ? undefined : parsePositiveDurationMs(match[3]);
  if (from === undefined || to === undefined || from + to <= 0) return undefined;
  if (match?.[3] !== undefined && rampMs === undefined) return undefined;
  return { kind: 'ramp', from, to, rampMs };
}

function parseBurst(text: string): Arrival | undefined {
  const match = /^([\d.]+)x([^/]+)\/(.+)$/.exec(text);
  const burstRate = parsePositive(match?.[1]);
  const burstMs = parsePositiveDurationMs(match?.[2]);
  const periodMs = parseDurationMs(match?.[3]);
  if (burstRate === undefined || burstMs === undefined || periodMs === undefined || periodMs < burstMs)
    return undefined;
  return { kind: 'burst', burstRate, burstMs, periodMs };
}

/** States with their mean stays, and behind a slash the probabilities of the state after each: `50x2s,5x10s,0x30s/0:1:0|.5:0:.5|1:0:0`. */
function parseMmpp(text: string): Arrival | undefined {
  const [stateText = '', matrixText] = text.split('/');
  const states = stateText.split(',').flatMap((state) => {
    const match = /^([\d.]+)x(.+)$/.exec(state);
    const ratePerSecond = parseNumber(match?.[1]);
    const meanMs = parsePositiveDurationMs(match?.[2]);
    return ratePerSecond === undefined || meanMs === undefined ? [] : [{ ratePerSecond, meanMs }];
  });
  if (states.length < 2 || states.length !== stateText.split(',').length) return undefined;
  if (matrixText === undefined) return { kind: 'mmpp', states };
  const transitions = matrixText.split('|').map((row) => row.split(':').map((p) => parseNumber(p) ?? Number.NaN));
  const isWhole = transitions.length === states.length && transitions.flat().every((p) => p >= 0 && p <= 1);
  return isWhole ? { kind: 'mmpp', states, transitions } : undefined;
}

/** `5-50/24h`: a sine between two rates; `5,20,50/24h`: each rate for an equal part of the period. */
function parseDiurnal(text: string): Arrival | undefined {
  const match = /^([\d.]+)-([\d.]+)\/(.+)$|^([\d.,]+)\/(.+)$/.exec(text);
  const periodMs = parsePositiveDurationMs(match?.[3] ?? match?.[5]);
  const given = match?.[4]?.split(',') ?? [match?.[1], match?.[2]];
  const ratesPerSecond = given.map(parseNumber).filter((rate) => rate !== undefined);
  if (periodMs === undefined || ratesPerSecond.length !== given.length || ratesPerSecond.every((rate) => rate === 0))
    return undefined;
  return { kind: 'diurnal', curve: match?.[4] === undefined ? 'sine' : 'steps', ratesPerSecond, periodMs };
}

type Dataset = RunConfig['dataset'];
/** A distribution of lengths in tokens. */
export type Lengths = Extract<Dataset, { kind: 'synthetic' }>['inputTokens'];

export const LENGTHS_EXPECTED: string =
  'a whole number of tokens, uniform:MIN,MAX, normal:MEAN,STDDEV[,MIN,MAX] or lognormal:MEDIAN,SIGMA[,MIN,MAX]';

const wholeTokens = parseWhole(1);

export function parseLengths(value: unknown): Lengths | undefined {
  const single = wholeTokens(value);
  if (single !== undefined) return { kind: 'fixed', value: single };
  const [kind = '', rest = ''] = String(value).split(/:(.*)/s);
  const numbers = rest.split(',').map(parseNumber);
  if (rest === '' || numbers.some((number) => number === undefined || number < 0)) return undefined;
  const [a = 0, b = 0, c, d] = numbers as readonly number[];
  switch (kind) {
    case 'fixed':
      return numbers.length === 1 && wholeTokens(a) !== undefined ? { kind, value: a } : undefined;
    case 'uniform':
      return numbers.length === 2 && wholeTokens(a) !== undefined && wholeTokens(b) !== undefined && a <= b
        ? { kind, min: a, max: b }
        : undefined;
    case 'normal': {
      const limits = parseLimits(numbers.length, c, d, a + 4 * b);
      return limits === undefined || a < 1 ? undefined : { kind, mean: a, stddev: b, ...limits };
    }
    case 'lognormal': {
      const limits = parseLimits(numbers.length, c, d, a * Math.exp(4 * b));
      return limits === undefined || a < 1 ? undefined : { kind, median: a, sigma: b, ...limits };
    }
    default:
      return undefined;
  }
}

function parseLimits(
  given: number,
  min: number | undefined,
  max: number | undefined,
  highest: number,
): { min: number; max: number } | undefined {
  if (given === 2) return { min: 1, max: Math.ceil(highest) };
  if (given !== 4 || wholeTokens(min) === undefined || wholeTokens(max) === undefined) return undefined;
  return min !== undefined && max !== undefined && min <= max ? { min, max } : undefined;
}

/** `synthetic`, `trace`, or a file with the way to read it. */
export type DatasetChoice =
  | { readonly kind: 'synthetic' | 'trace' }
  | { readonly kind: 'jsonl' | 'agentic' | 'sharegpt'; readonly file: string };

export const DATASET_EXPECTED: string = 'synthetic, trace, jsonl:FILE, agentic:FILE or sharegpt:FILE';

export function parseDataset(value: unknown): DatasetChoice | undefined {
  const text = String(value);
  if (text === 'synthetic' || text === 'trace') return { kind: text };
  const [kind = '', file = ''] = text.split(/:(.*)/s);
  if ((kind === 'jsonl' || kind === 'agentic' || kind === 'sharegpt') && file !== '') return { kind, file };
  if (text.endsWith('.jsonl')) return { kind: 'jsonl', file: text };
  return text.endsWith('.json') ? { kind: 'sharegpt', file: text } : undefined;
}

/** Prompts that begin alike: `TOKENS` or `TOKENSxCOUNT`. */
export function parseSharedPrefix(value: unknown): { readonly tokens: number; readonly count: number } | undefined {
  const match = /^(\d+)(?:x(\d+))?$/.exec(String(value));
  const tokens = Number(match?.[1]);
  const count = Number(match?.[2] ?? 1);
  return match === null || count < 1 ? undefined : { tokens, count };
}

/** Token IDs from LOW to HIGH, both of them used. */
export function parseIdRange(value: unknown): { readonly min: number; readonly max: number } | undefined {
  const match = /^(\d{1,9})-(\d{1,9})$/.exec(String(value));
  const [min, max] = [Number(match?.[1]), Number(match?.[2]) + 1];
  return match === null || max - min < 2 ? undefined : { min, max };
}

export const TENANTS_EXPECTED: string = 'NAME:WEIGHT,NAME:WEIGHT such as acme:3,other:1';

/** Tenants with their weights, 1 where none is given; no name twice. */
export function parseTenants(value: unknown): NonNullable<RunConfig['tenants']> | undefined {
  const parts = String(value).split(',');
  const shares = parts.flatMap((part) => {
    const match = /^([^:]+)(?::(.+))?$/.exec(part.trim());
    const weight = match?.[2] === undefined ? 1 : parsePositive(match[2]);
    return match?.[1] === undefined || weight === undefined ? [] : [{ name: match[1].trim(), weight }];
  });
  const names = new Set(shares.map(({ name }) => name));
  return shares.length === parts.length && names.size === parts.length && !names.has('') ? shares : undefined;
}
