import { connect } from 'node:tls';
import type { Timer } from '@assay/timebase';
import { LoadgenError } from '../errors.ts';
import { type Join, readAdmission } from './introduction.ts';
import type { ShardPort } from './link.ts';
import { LINK_IDENTITY, LINK_TLS, linkKeyOf } from './link-secret.ts';
import { type Liveness, MessageSocket } from './message-socket.ts';
import { SHARD_PROTOCOL, type ToShard } from './protocol.ts';

export interface JoinOptions extends Liveness {
  /** Where the coordinator waits. */
  readonly host: string;
  readonly port: number;
  readonly token: string;
  /** This worker's place. */
  readonly index: number;
  /** Name of this machine or pod, for the coordinator's messages and run.json. */
  readonly name: string;
  readonly timer: Timer;
  /** How long to try, ms: a coordinator may come later than its workers. */
  readonly withinMs: number;
  /** Gives up before; its reason is what is thrown. */
  readonly signal?: AbortSignal;
}

export interface JoinedLoad {
  readonly port: ShardPort;
  /** Resolves when the connection is over: `told` when this worker had told everything and closed the port, otherwise why. */
  readonly over: Promise<'told' | { readonly lost: string }>;
  /** Leaves at once; what was not told is lost. */
  leave(): void;
}

const TRY_EVERY_MS = 500;
const ANSWER_WITHIN_MS = 5000;

/**
 * Joins a load of several machines as one of its workers; `serveShard(joined.port, …)` does the rest.
 * @throws LoadgenError LINK_UNREACHABLE, LINK_REFUSED (another token, a load that has begun, a place that does not exist), LINK_TOKEN_INVALID
 */
export async function joinLoad(options: JoinOptions): Promise<JoinedLoad> {
  const key = linkKeyOf(options.token);
  const { timer, signal, withinMs } = options;
  let isLate = false;
  const forget = timer.after(withinMs, () => {
    isLate = true;
  });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const attempt = await tryToJoin(options, key);
      if ('port' in attempt) return attempt;
      if (attempt.isFinal || isLate) throw attempt.error;
      await new Promise<void>((resolve) => {
        timer.after(TRY_EVERY_MS, resolve);
      });
    }
  } finally {
    forget();
  }
}

interface FailedAttempt {
  readonly error: LoadgenError;
  /** No later attempt ends otherwise. */
  readonly isFinal: boolean;
}

async function tryToJoin(options: JoinOptions, key: Buffer): Promise<JoinedLoad | FailedAttempt> {
  const { host, port, index, name, timer, signal } = options;
  const where = `${host}:${port}`;
  const socket = connect({
    host,
    port,
    ...LINK_TLS,
    pskCallback: () => ({ psk: key, identity: LINK_IDENTITY }),
    // The key is the proof of who the coordinator is; it has no certificate.
    checkServerIdentity: () => undefined,
  });
  let isStranger = false;
  // Heard before the channel hears it, which only knows that the connection failed.
  socket.once('error', ({ message }) => {
    // The alert of a key that does not fit (RFC 8446 §4.2.11.2); a read and a write give it different codes.
    isStranger = message.includes('alert decrypt error');
  });
  const channel = new MessageSocket(socket, timer, options);
  const join: Join = { type: 'join', protocol: SHARD_PROTOCOL, index, host: name };
  socket.once('secureConnect', () => channel.send(join));
  return await new Promise((resolve) => {
    const fail = (error: LoadgenError, isFinal: boolean): void => {
      forget();
      channel.destroy();
      resolve({ error, isFinal });
    };
    const unreachable = (reason: string): void =>
      fail(new LoadgenError('LINK_UNREACHABLE', `no coordinator at ${where}: ${reason}`), false);
    const forget = timer.after(ANSWER_WITHIN_MS, () => unreachable(`no answer within ${ANSWER_WITHIN_MS} ms`));
    signal?.addEventListener('abort', () => unreachable('given up'), { once: true });
    channel.onGone((reason) => {
      if (!isStranger) unreachable(reason);
      else {
        const hint = 'give both the token of this run';
        fail(new LoadgenError('LINK_REFUSED', `the coordinator at ${where} has another token`, { hint }), true);
      }
    });
    channel.onMessage((message) => {
      channel.onMessage(undefined);
      const admission = readAdmission(message);
      if (admission?.type === 'welcome') {
        forget();
        channel.trust();
        resolve(joinedBy(channel));
      } else {
        const why = admission?.message ?? 'it speaks another language';
        const error = new LoadgenError('LINK_REFUSED', `the coordinator at ${where} refused worker ${index}: ${why}`);
        fail(error, admission?.code !== 'PLACE_TAKEN');
      }
    });
  });
}

function joinedBy(channel: MessageSocket): JoinedLoad {
  let isTold = false;
  const over = new Promise<Awaited<JoinedLoad['over']>>((resolve) => {
    channel.onGone((lost) => resolve(isTold ? 'told' : { lost }));
  });
  const port: ShardPort = {
    send: (message) => channel.send(message),
    onMessage: (listener) => channel.onMessage((message) => listener(message as ToShard)),
    close: () => {
      isTold = true;
      channel.end();
    },
  };
  return { port, over, leave: () => channel.destroy() };
}
