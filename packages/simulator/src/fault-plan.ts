import { noiseAt } from './engine/noise.ts';
import { SimulatorError } from './errors.ts';

const PLAIN_KINDS = [
  'error-event',
  'cut',
  'cut-reset',
  'stall',
  'no-first-token',
  'empty',
  'empty-body',
  'malformed',
  'wrong-usage',
  'slow-drip',
  'reset',
  'html-200',
  'no-done',
  'abort',
  'close',
  'refuse',
] as const;

/** What goes wrong. `http` carries a status; `slow-drip` and `close` are odd but good. `refuse` counts connections, not requests. */
export type FaultKind = (typeof PLAIN_KINDS)[number] | 'http';

/** One fault of one request. */
export interface Fault {
  readonly kind: FaultKind;
  /** HTTP status of kind `http`. */
  readonly status: number | undefined;
  /** The text form without its condition: `cut`, `http-429`. */
  readonly name: string;
}

/** First and last, both inside. */
type Range = readonly [number, number];

/** When a fault strikes: at given indexes (0-based, order of arrival), or with a probability. */
interface FaultRule {
  readonly fault: Fault;
  readonly probability: number;
  readonly ranges: readonly Range[];
  /** Milliseconds since the start; `refuse` only. */
  readonly windows: readonly Range[];
}

/** A parsed plan: a pure function of the index. */
export interface FaultPlan {
  readonly text: string;
  /** The fault of inference request `index`, by order of arrival. */
  requestFaultAt(index: number): Fault | undefined;
  /** True when connection `index`, by order of acceptance, is reset at once. */
  isConnectionRefusedAt(index: number): boolean;
  /** Times, milliseconds since the start, at which the port closes and opens again. */
  readonly closedWindowsMs: readonly Range[];
}

const REQUEST_STREAM = 101;
const CONNECTION_STREAM = 102;

function invalid(part: string, why: string): SimulatorError {
  return new SimulatorError('SIM_FAULT_PLAN_INVALID', `fault "${part}": ${why}`, {
    hint: `write KIND:PROBABILITY or KIND:#INDEX, comma separated, for example error-event:0.1,cut:#3; kinds: http-STATUS, ${PLAIN_KINDS.join(', ')}`,
  });
}

function parseKind(name: string, part: string): Fault {
  const status = /^http-([45]\d\d)$/.exec(name)?.[1];
  if (status !== undefined) return { kind: 'http', status: Number(status), name };
  const kind = PLAIN_KINDS.find((candidate) => candidate === name);
  if (kind === undefined) throw invalid(part, `unknown kind "${name}"`);
  return { kind, status: undefined, name };
}

function parseRule(part: string): FaultRule {
  const colon = part.indexOf(':');
  if (colon < 0) throw invalid(part, 'expected KIND:PROBABILITY or KIND:#INDEX');
  const fault = parseKind(part.slice(0, colon), part);
  const when = part.slice(colon + 1);
  if (when.startsWith('@')) {
    if (fault.kind !== 'refuse') throw invalid(part, 'only refuse takes a time window');
    return { fault, probability: 0, ranges: [], windows: parseRanges(when, '@', part) };
  }
  if (when.startsWith('#')) return { fault, probability: 0, ranges: parseRanges(when, '#', part), windows: [] };
  const probability = Number(when);
  if (when === '' || !(probability >= 0 && probability <= 1)) {
    throw invalid(part, `"${when}" is not a probability from 0 to 1`);
  }
  return { fault, probability, ranges: [], windows: [] };
}

function parseRanges(text: string, sign: string, part: string): Range[] {
  return text.split('+').map((range) => {
    const match = /^([#@])(\d+)(?:-(\d+))?$/.exec(range);
    if (match === null || match[1] !== sign) throw invalid(part, `"${range}" is not one of ${sign}3 or ${sign}3-9`);
    const from = Number(match[2]);
    const to = match[3] === undefined ? from : Number(match[3]);
    if (to < from) throw invalid(part, `range ${range} ends before it starts`);
    return [from, to] as const;
  });
}

function pick(rules: readonly FaultRule[], seed: number, stream: number, index: number): Fault | undefined {
  for (const rule of rules) {
    if (rule.ranges.some(([from, to]) => index >= from && index <= to)) return rule.fault;
  }
  let u = noiseAt(seed, stream, index);
  for (const rule of rules) {
    if (u < rule.probability) return rule.fault;
    u -= rule.probability;
  }
  return undefined;
}

/**
 * Reads the text form: `error-event:0.1,cut:0.1,http-429:#3,stall:#10-19+#40`. Indexes win over probabilities, which are
 * disjoint (they may not add up to more than 1). `refuse:0.1` resets connections as they are accepted;
 * `refuse:@2000-4000` closes the port from 2 to 4 seconds after the start. Empty text is a plan without faults.
 *
 * @throws SimulatorError SIM_FAULT_PLAN_INVALID
 */
export function parseFaultPlan(text: string, seed = 0): FaultPlan {
  const parts = text.split(',').map((part) => part.trim());
  const rules = parts.filter((part) => part !== '').map(parseRule);
  const requestRules = rules.filter((rule) => rule.fault.kind !== 'refuse');
  const connectionRules = rules.filter((rule) => rule.fault.kind === 'refuse');
  for (const group of [requestRules, connectionRules]) {
    const total = group.reduce((sum, rule) => sum + rule.probability, 0);
    if (total > 1 + 1e-9) throw invalid(text, `probabilities add up to ${total}, more than 1`);
  }
  return {
    text,
    requestFaultAt: (index) => pick(requestRules, seed, REQUEST_STREAM, index),
    closedWindowsMs: connectionRules.flatMap((rule) => rule.windows),
    isConnectionRefusedAt: (index) => pick(connectionRules, seed, CONNECTION_STREAM, index) !== undefined,
  };
}

/**
 * The outcome code a correct client reports for a fault; `null` for a good request.
 * `isUsageShown` tells whether the response carries usage at all: without it wrong usage cannot be seen.
 */
export function expectedCodeOf(fault: Fault | undefined, isStreaming: boolean, isUsageShown: boolean): string | null {
  switch (fault?.kind) {
    case undefined:
    case 'slow-drip':
    case 'close':
    case 'refuse':
      return null;
    case 'http':
      return `HTTP_${fault.status}`;
    case 'error-event':
      return isStreaming ? 'STREAM_ERROR_EVENT' : 'ERROR_BODY';
    case 'cut':
      return 'STREAM_TRUNCATED';
    case 'no-done':
      return isStreaming ? 'STREAM_TRUNCATED' : null;
    case 'cut-reset':
    case 'reset':
      return 'SOCKET_RESET';
    case 'stall':
      return isStreaming ? 'STREAM_STALLED' : 'TIMEOUT_TOTAL';
    case 'no-first-token':
      return isStreaming ? 'TIMEOUT_FIRST_TOKEN' : 'TIMEOUT_TOTAL';
    case 'empty':
    case 'empty-body':
      return 'STREAM_EMPTY';
    case 'malformed':
      return 'STREAM_MALFORMED';
    case 'wrong-usage':
      return isUsageShown ? 'USAGE_MISMATCH' : null;
    case 'html-200':
      return 'ERROR_BODY';
    case 'abort':
      return 'SERVER_ABORTED';
  }
}
