import type { Exchange, ExchangeHandler, PreparedRequest, Transport } from '../src/transport/transport.ts';
import type { FakeWorld } from './fake-world.ts';

const encoder = new TextEncoder();

interface SentRequest {
  readonly atMs: number;
  readonly requestId: string;
  readonly handler: ExchangeHandler;
  isAborted: boolean;
}

export interface FakeTransport extends Transport {
  readonly sends: SentRequest[];
  inFlight: number;
  maxInFlight: number;
}

export type Behaviour = (request: SentRequest, world: FakeWorld, end: () => void) => void;

export function body(handler: ExchangeHandler, text: string, atMs: number): void {
  const bytes = encoder.encode(text);
  handler.onBody(bytes, 0, bytes.length, atMs);
}

/** Answers 200 with one token after `latencyMs`. */
export function answerAfter(latencyMs: number): Behaviour {
  return (request, world, end) => {
    world.timer.after(latencyMs, () => {
      if (request.isAborted) return;
      const nowMs = world.clock.nowMs();
      request.handler.onHeaders(200, new Map(), nowMs);
      body(request.handler, 'data: x\ndata: [DONE]\n', nowMs);
      end();
      request.handler.onComplete(nowMs);
    });
  };
}

export function createFakeTransport(world: FakeWorld, behaviour: Behaviour): FakeTransport {
  const sends: SentRequest[] = [];
  const transport: FakeTransport = {
    name: 'fake',
    sends,
    inFlight: 0,
    maxInFlight: 0,
    prepare: (encoded) => ({ encoded, bytes: undefined }),
    preconnect: (count) => Promise.resolve(count),
    send: (request: PreparedRequest, handler: ExchangeHandler): Exchange => {
      const nowMs = world.clock.nowMs();
      const requestId = request.encoded.headers['x-request-id'] ?? '';
      const sent: SentRequest = { atMs: nowMs, requestId, handler, isAborted: false };
      sends.push(sent);
      transport.inFlight++;
      transport.maxInFlight = Math.max(transport.maxInFlight, transport.inFlight);
      let isOpen = true;
      const end = (): void => {
        if (isOpen) transport.inFlight--;
        isOpen = false;
      };
      handler.onSent(nowMs, 0);
      behaviour(sent, world, end);
      return {
        abort: () => {
          sent.isAborted = true;
          end();
        },
      };
    },
    connections: { opened: 0, reused: 0, failed: 0 },
    close: () => Promise.resolve(),
  };
  return transport;
}
