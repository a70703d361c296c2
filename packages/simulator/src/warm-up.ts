import { connect } from 'node:net';
import { startSimulator } from './simulator.ts';

const CONNECTIONS = 16;
const REQUESTS_PER_CONNECTION = 25;
const TOKENS = 6;
const LAST_CHUNK = '0\r\n\r\n';
const BODY = JSON.stringify({
  model: 'assay-sim',
  messages: [{ role: 'user', content: 'one two three four five six seven' }],
  max_tokens: TOKENS,
  ignore_eos: true,
  stream: true,
  stream_options: { include_usage: true },
});
const REQUEST = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nx-request-id: warm-up\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

/**
 * Serves some hundred requests from within, on a port and with counters of their own, so that the first request of a client meets compiled
 * code: cold code is milliseconds slower, which a measurement of the client would see. Takes about a fifth of a second.
 *
 * @throws SimulatorError SIM_LISTEN_FAILED
 */
export async function warmUpSimulator(): Promise<void> {
  const simulator = await startSimulator({ ttftMs: 1, itlMs: 1 });
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => askRepeatedly(simulator.port)));
  } finally {
    await simulator.close();
  }
}

/** Resolves after the last answer, or when the connection is gone: a warm-up that fails changes nothing. */
function askRepeatedly(port: number): Promise<void> {
  return new Promise((resolve) => {
    let left = REQUESTS_PER_CONNECTION;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(REQUEST));
    socket.on('data', (bytes) => {
      if (!bytes.toString('latin1').endsWith(LAST_CHUNK)) return;
      left -= 1;
      if (left > 0) socket.write(REQUEST);
      else socket.end();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
  });
}
