import type { Timer } from '@assay/timebase';
import type { ShardLink } from './link.ts';
import type { MessageSocket } from './message-socket.ts';
import type { FromShard } from './protocol.ts';

/** How long what was sent may take to leave, ms. */
const CLOSE_WITHIN_MS = 2000;

/** The coordinator's end of a worker that has joined over the network. */
export function linkTo(channel: MessageSocket, host: string, timer: Timer): ShardLink {
  let goneReason: string | undefined;
  let onGone: ((reason: string) => void) | undefined;
  let tellGone: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    tellGone = resolve;
  });
  channel.onGone((reason) => {
    goneReason = reason;
    onGone?.(reason);
    tellGone();
  });
  return {
    kind: 'remote',
    host,
    send: (message) => channel.send(message),
    onMessage: (listener) => channel.onMessage((message) => listener(message as FromShard)),
    // The last one who asks is told: whoever keeps the place until the load begins, then the load.
    onGone: (listener) => {
      onGone = listener;
      if (goneReason !== undefined) listener(goneReason);
    },
    close: async () => {
      channel.end();
      const forget = timer.after(CLOSE_WITHIN_MS, () => channel.destroy());
      await gone;
      forget();
    },
  };
}
