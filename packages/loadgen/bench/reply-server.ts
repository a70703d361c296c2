import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Workload } from './replies.ts';
import { createReply, WORKLOADS } from './replies.ts';

/** Writes the prebuilt reply for every request, as fast as the socket takes it. Prints its port. */
const reply = createReply(WORKLOADS[process.argv[2] as Workload].tokensPerReply);
const HEAD_END = Buffer.from('\r\n\r\n');

const server = createServer({ noDelay: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const headEnd = pending.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(pending.latin1Slice(0, headEnd))?.[1] ?? 0);
      const end = headEnd + 4 + length;
      if (pending.length < end) return;
      pending = pending.subarray(end);
      socket.write(reply);
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
