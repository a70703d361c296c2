import type { AnswerContext } from '../api/answer.ts';
import type { JobObserver } from '../api/choice-job.ts';
import type { GenerationRequest, RequestApi } from '../api/generation-request.ts';
import type { Connection } from '../http/connection.ts';
import type { HttpRequest } from '../http/request-parser.ts';
import type { FaceServices } from './face.ts';

/** One request on its way into the engine. */
export interface OpenAnswer {
  readonly http: HttpRequest;
  readonly connection: Connection;
  readonly arrivalNs: bigint;
  /** The body after all checks. */
  readonly request: GenerationRequest<RequestApi>;
  /** The face's own counters. */
  readonly observer: JobObserver;
  /** The queue was full: the answer is a refusal. */
  readonly onQueueFull?: () => void;
}

/** Counts a request that passed its checks and picks its fault: what an answer needs to start. */
export function openAnswerContext(services: FaceServices, open: OpenAnswer): AnswerContext {
  const { options, engine, queue, clock, wallSeconds, onArrival, onEnd } = services;
  const { http, connection, arrivalNs, request, observer } = open;
  const requestIndex = onArrival(arrivalNs);
  return {
    options,
    engine,
    queue,
    observer,
    connection,
    request,
    requestIndex,
    clientId: http.headers.get('x-request-id') ?? null,
    arrivalNs,
    arrivalMs: clock.nowMs() - Number(process.hrtime.bigint() - arrivalNs) / 1e6,
    createdSeconds: Math.floor(wallSeconds()),
    fault: options.faults.requestFaultAt(requestIndex),
    onEnd,
    onQueueFull: open.onQueueFull ?? (() => undefined),
  };
}
