import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Workload } from './replies.ts';
import { createReply, WORKLOADS } from './replies.ts';

/** Writes the prebuilt reply for every request, as fast as the socket takes it. Prints its port. */
const reply = createReply(WORKLOADS[process.argv[2] as Workload].tokensPerReply);

/** All requests of a run are equal, so after the first one counting bytes is enough: the server must not be what limits. */
let requestBytes = 0;

function firstRequestBytes(bytes: Buffer): number {
  const headEnd = bytes.indexOf('\r\n\r\n');
  return headEnd + 4 + Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headEnd))?.[1] ?? 0);
}

const server = createServer({ noDelay: true }, (socket) => {
  let receivedBytes = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    if (receivedBytes === 0) requestBytes = firstRequestBytes(chunk);
    receivedBytes += chunk.length;
    while (receivedBytes > requestBytes) {
      receivedBytes -= requestBytes;
      socket.write(reply);
    }
    if (receivedBytes === requestBytes) {
      receivedBytes = 0;
      socket.write(reply);
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
