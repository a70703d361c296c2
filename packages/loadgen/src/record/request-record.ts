import type { RequestRecord } from '@assay/contracts';
import type { DecodedResponse, RequestSample } from '../backend/backend.ts';
import type { FlightVerdict } from '../dispatch/flight.ts';
import type { Route } from '../transport/transport.ts';

const MAX_MESSAGE_LENGTH = 300;

/** Everything known about one request when it ends; times are monotonic milliseconds. */
export interface FinishedRequest {
  readonly planned: { readonly index: number; readonly phase: 'warmup' | 'measure'; readonly sample: RequestSample };
  readonly originMs: number;
  readonly dueAtMs: number;
  readonly sentAtMs: number | undefined;
  readonly connectMs: number | undefined;
  readonly connectAtMs?: number | undefined;
  readonly route?: Route | undefined;
  readonly headersAtMs: number | undefined;
  readonly httpStatus: number | undefined;
  readonly endAtMs: number | undefined;
  readonly decoded: DecodedResponse | undefined;
  /** Wins over what the decoder says. */
  readonly verdict: FlightVerdict | undefined;
}

/** Milliseconds rounded to microseconds. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** The record of one request, times relative to the run's start and rounded to microseconds. */
export function toRequestRecord(finished: FinishedRequest): RequestRecord {
  const { planned, originMs, decoded, verdict } = finished;
  const relative = (atMs: number | undefined): number | null => (atMs === undefined ? null : round(atMs - originMs));
  const message = verdict?.message ?? decoded?.message;
  const record: RequestRecord = {
    index: planned.index,
    phase: planned.phase,
    scheduledMs: round(finished.dueAtMs - originMs),
    sentMs: relative(finished.sentAtMs),
    connectMs: finished.connectMs === undefined ? null : round(finished.connectMs),
    headersMs: relative(finished.headersAtMs),
    firstTokenMs: relative(decoded?.firstTokenAtMs),
    firstAnswerMs: relative(decoded?.firstAnswerTokenAtMs),
    lastTokenMs: relative(decoded?.lastTokenAtMs),
    endMs: relative(finished.endAtMs),
    outcome: verdict?.outcome ?? decoded?.outcome ?? 'network',
    code: verdict?.code ?? decoded?.code ?? null,
    message: message === undefined ? null : message.slice(0, MAX_MESSAGE_LENGTH),
    httpStatus: finished.httpStatus ?? null,
    finishReason: decoded?.finishReason ?? null,
    inputTokensRequested: planned.sample.inputTokens ?? null,
    inputTokens: decoded?.usage?.promptTokens ?? null,
    inputTokensSource: planned.sample.inputTokensSource,
    cachedTokens: decoded?.usage?.cachedTokens ?? null,
    outputTokensRequested: planned.sample.maxOutputTokens ?? null,
    outputTokens: decoded?.outputTokens ?? null,
    outputTokensSource: decoded?.outputTokensSource ?? 'unavailable',
    contentEvents: decoded?.contentEvents ?? 0,
    arrivals: decoded === undefined ? [] : [...decoded.arrivals],
    arrivalsUnit: decoded?.arrivalsUnit ?? 'events',
  };
  const { tenant } = planned.sample;
  const systemFingerprint = decoded?.systemFingerprint;
  const optional = optionalFields(finished);
  if (tenant === undefined && systemFingerprint === undefined && optional === NO_FIELDS) return record;
  return {
    ...record,
    ...(tenant === undefined ? {} : { tenant }),
    ...(systemFingerprint === undefined ? {} : { systemFingerprint }),
    ...optional,
  };
}

type OptionalFields = Pick<
  RequestRecord,
  'connectAtMs' | 'target' | 'address' | 'reasoningTokens' | 'answeredModel' | 'tokenCounts' | 'session' | 'answer'
>;
const NO_FIELDS: OptionalFields = {};

/** Fields that most records lack: those are not written at all. */
function optionalFields({ planned, originMs, connectAtMs, route, decoded }: FinishedRequest): OptionalFields {
  const { session } = planned.sample;
  const reasoningTokens = decoded?.usage?.reasoningTokens;
  const { answeredModel, tokenCounts, answer } = decoded ?? {};
  const isBare = reasoningTokens === undefined && tokenCounts === undefined && answer === undefined;
  if (
    isBare &&
    answeredModel === undefined &&
    session === undefined &&
    connectAtMs === undefined &&
    route === undefined
  )
    return NO_FIELDS;
  return {
    ...(connectAtMs === undefined ? {} : { connectAtMs: round(connectAtMs - originMs) }),
    ...route,
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    ...(answeredModel === undefined ? {} : { answeredModel }),
    ...(tokenCounts === undefined ? {} : { tokenCounts: [...tokenCounts] }),
    ...(session === undefined
      ? {}
      : { session: { session: session.session, turn: session.turn, turns: session.turns } }),
    ...(answer === undefined ? {} : { answer }),
  };
}
