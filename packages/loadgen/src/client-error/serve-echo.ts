import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { EchoJob } from './calibrate-reads.ts';

const MESSAGE_BYTES = 8;

/** Whether this thread was started by `calibrateReads`. */
export function isEchoThread(): boolean {
  return typeof workerData === 'object' && workerData !== null && 'assayEcho' in workerData;
}

/** The thread's side of `calibrateReads`: writes the time of each write to the first that connects, with the pauses of its job in between. */
export function serveEcho(): void {
  const { assayEcho } = workerData as { readonly assayEcho: EchoJob };
  const never = new Int32Array(new SharedArrayBuffer(4));
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    for (const gapMs of assayEcho.gapsMs) {
      Atomics.wait(never, 0, 0, gapMs);
      const message = Buffer.alloc(MESSAGE_BYTES);
      message.writeDoubleLE(Number(process.hrtime.bigint()) / 1e6);
      // The kernel takes it before `write` returns.
      socket.write(message);
    }
    socket.end();
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    parentPort?.postMessage(typeof address === 'object' && address !== null ? address.port : 0);
  });
}
