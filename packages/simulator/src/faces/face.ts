import type { DueQueue } from '../engine/due-queue.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineClock } from '../engine/engine-clock.ts';
import type { ConnectionExchange, RefusalHandler, RequestHandler } from '../http/connection.ts';
import type { ResolvedOptions } from '../options.ts';
import type { TruthRecord } from '../truth.ts';

/** Names that `SimulatorOptions.face` may have; those without a factory in `create-face.ts` are refused. */
export type FaceName = 'vllm' | 'openai' | 'tgi' | 'triton' | 'sglang' | 'llama-cpp' | 'kserve';

/**
 * One runtime's protocol over the shared engine, fault plan and truth log.
 *
 * To add a face, make the folder `faces/NAME` and register its factory in `create-face.ts`:
 * 1. `NAME-face.ts`: `createNameFace(services): Face`. Put its routes into a `RouteTable` (methods, paths, `{name}` segments), answer
 *    404, 405 and a missing key in the runtime's own words, and write every head with the runtime's own headers
 *    (`respondWith` in `respond-with.ts` sends a complete answer under any head).
 * 2. A request reader: body to {@link GenerationRequest} (`api: 'native'` for what is not OpenAI's), or a refusal.
 * 3. Generations: `openAnswerContext` counts the arrival and picks the fault; then `new NameStreamAnswer(context, …).start()`.
 *    Stream answers extend `StreamAnswer` (api/stream-answer.ts) and write heads, events and endings only: when tokens leave, what
 *    a fault does and what the truth log says is the same for every face. Plain answers extend `PlainAnswer` in the same way.
 * 4. Metrics: a `JobObserver` of its own, given to `openAnswerContext`, and a page in the runtime's families.
 * 5. `refuse`: what the runtime's HTTP library does with bytes that are no request.
 * 6. `NAME-replay.test.ts`: every captured request of the real server is sent again, and status, headers, fields, events and errors
 *    agree (test/replay.ts); what is left out has its reason there.
 */
export interface Face {
  /** Answers one request through its connection; every way must end in `connection.done()` or an abandoned connection. */
  readonly handle: RequestHandler;
  /** What the runtime does with bytes that its HTTP library cannot read, or will not. */
  readonly refuse: RefusalHandler;
  /** After each complete exchange. */
  onExchange?(exchange: ConnectionExchange): void;
  /** A step of the batching engine and the tokens in it. */
  onStep?(tokens: number): void;
}

/** What every face builds on. */
export interface FaceServices {
  readonly options: ResolvedOptions;
  readonly engine: Engine;
  readonly queue: DueQueue;
  readonly clock: EngineClock;
  /** Wall time, seconds since the Unix epoch. */
  readonly wallSeconds: () => number;
  /** An inference request passed its checks; the answer is its index, which the fault plan goes by. */
  readonly onArrival: (arrivalNs: bigint) => number;
  readonly onEnd: (record: TruthRecord) => void;
}

export type FaceFactory = (services: FaceServices) => Face;
