import type { Simulator } from '../src/simulator.ts';
import { ask, type RawAnswer, shapeOf } from './raw-client.ts';
import type { RecordedExchange } from './recorded-exchange.ts';

/** Captures that a request alone does not bring about, by name, each with its reason. */
export type LeftOut = readonly (readonly [reason: string, names: RegExp])[];

/** Where a face may differ from the captures of its server. */
export interface Likeness {
  /** Headers whose values are times, counts or lengths. Default: date and length. */
  readonly figures?: RegExp;
  /** Takes out of an error's text what a parser, a tokenizer or a plan says. Default: nothing. */
  readonly settle?: (text: string) => string;
  /** Reviver of `JSON.parse` for what is data in the place of names. Default: nothing. */
  readonly revive?: (key: string, value: unknown) => unknown;
  /** Shapes of events that may be missing. Default: none. */
  readonly passing?: RegExp;
  /** Which of several choices is ahead is a matter of the moment: each has its own order. Default: one order for all. */
  readonly areChoicesApart?: boolean;
}

/** The captures that are not left out. */
export function replayed(captures: readonly RecordedExchange[], leftOut: LeftOut): readonly RecordedExchange[] {
  return captures.filter(({ name }) => !leftOut.some(([, names]) => names.test(name)));
}

/** Reasons to leave captures out that no capture has. */
export function idleReasons(captures: readonly RecordedExchange[], leftOut: LeftOut): readonly string[] {
  return leftOut.filter(([, names]) => !captures.some(({ name }) => names.test(name))).map(([reason]) => reason);
}

/** Sends the request of a capture again, byte for byte but for the recorder's own headers. */
export function resend(simulator: Simulator, exchange: RecordedExchange): Promise<RawAnswer> {
  const { method, path, headers, requestBody } = exchange;
  const body = requestBody === '' || requestBody === 'null' ? undefined : requestBody;
  // An answer to HEAD has no end but silence: its length is that of a body which does not follow.
  return ask(simulator, method, path, body, { headers, ...(method === 'HEAD' ? { quietMs: 50 } : {}) });
}

/** What of an answer must agree: status, headers with their order and fixed values, and the shape of the body. */
export function answerShape(
  { head, body }: { readonly head: string; readonly body: string },
  likeness: Likeness = {},
): { readonly head: readonly string[]; readonly body: unknown } {
  return { head: headShape(head, likeness), body: bodyShape(head, body, likeness) };
}

/** Status line, names of the headers in their order, and the values that are no figures. */
function headShape(head: string, { figures = /^(date|content-length)$/i }: Likeness = {}): readonly string[] {
  return head.split('\r\n').map((line, at) => {
    const name = line.split(':')[0] ?? '';
    return at > 0 && figures.test(name) ? name : line;
  });
}

/** Events by name and shape, in their order; repetitions of one kind count as one. Errors and terminators stand as they are. */
function eventShapes(body: string, likeness: Likeness): readonly string[] {
  const blocks = body.split(/\n{2,}/).filter((block) => block !== '');
  const ordered = likeness.areChoicesApart === true ? blocks.toSorted((a, b) => choiceOf(a) - choiceOf(b)) : blocks;
  const shapes = ordered
    .map((block) => eventShape(block, likeness))
    .filter((shape) => likeness.passing?.test(shape) !== true);
  return shapes.filter((shape, at) => shape !== shapes[at - 1]);
}

/** Place of the choice that an event is of; what is of none comes last. */
function choiceOf(block: string): number {
  return Number(/"choices":\[\{"index":(\d+)/.exec(block)?.[1] ?? Number.MAX_SAFE_INTEGER);
}

function eventShape(block: string, { settle = asItIs, revive }: Likeness): string {
  const lines = block.split('\n').map((line) => {
    if (!line.startsWith('data:')) return line;
    const data = line.replace(/^data: ?/, '');
    return data.startsWith('{"error"') || !/^[[{]["{]/.test(data) ? `data: ${settle(data)}` : toShape(data, revive);
  });
  return lines.join(' ');
}

const toShape = (json: string, revive: Likeness['revive']): string => JSON.stringify(shapeOf(JSON.parse(json, revive)));
const asItIs = (text: string): string => text;

function bodyShape(head: string, body: string, likeness: Likeness): unknown {
  const { settle = asItIs, revive } = likeness;
  if (/content-type: text\/event-stream/i.test(head)) return eventShapes(body, likeness);
  if (body.startsWith('# HELP')) return pageShape(body);
  if (!/content-type: application\/json/i.test(head) || body === '') return settle(body);
  const value: unknown = JSON.parse(body);
  const isError = !/^HTTP\/1.1 2/.test(head) || (typeof value === 'object' && value !== null && 'error' in value);
  return isError ? JSON.parse(settle(body)) : toShape(body, revive);
}

/** A page of metrics: comments as they stand, series with their labels and without their values. */
function pageShape(page: string): readonly string[] {
  return page
    .split('\n')
    .map((line) => (line.startsWith('#') ? line : line.replace(/ \S+$/, '')))
    .filter((line) => line !== '');
}
