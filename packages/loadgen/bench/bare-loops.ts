import { connect } from 'node:net';
import { Client, Pool } from 'undici';
import { BareScan } from './bare-scan.ts';
import { createBareWork, toHttpRequest } from './bare-work.ts';
import { inParallel, type Loop } from './in-parallel.ts';
import type { WorkloadShape } from './replies.ts';
import { REQUEST_BODY, REQUEST_PATH } from './replies.ts';

const HEADERS = { 'content-type': 'application/json' };
const NO_LIMITS = { headersTimeout: 0, bodyTimeout: 0 };

/** undici as its documentation shows it: a pool, `request`, the body as an async iterator. Does the work of a run. */
export function bareUndici(port: number, shape: WorkloadShape): Loop {
  const work = createBareWork(shape);
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: shape.inFlight, pipelining: 1, ...NO_LIMITS });
  let index = 0;
  return inParallel(
    Array(shape.inFlight).fill(pool),
    async (_slot, done) => {
      const record = work.start(index);
      const sending = pool.request({ path: REQUEST_PATH, method: 'POST', headers: HEADERS, body: work.body(index++) });
      record.onSent();
      try {
        const { statusCode, body } = await sending;
        record.status = statusCode;
        for await (const chunk of body) record.push((chunk as Buffer).toString('latin1'));
      } catch {
        // A stream that broke off or that cannot be read: its record lacks the end and says so.
      }
      done(record.end());
    },
    () => work.close(),
  );
}

/** undici at its cheapest: a client per connection and the dispatch callbacks. Does the work of a run. */
export function tunedUndici(port: number, shape: WorkloadShape): Loop {
  const work = createBareWork(shape);
  let index = 0;
  return inParallel(
    clients(port, shape),
    (client, done) => {
      const record = work.start(index);
      client.dispatch(
        { path: REQUEST_PATH, method: 'POST', headers: HEADERS, body: work.body(index++), ...NO_LIMITS },
        {
          onRequestStart: () => record.onSent(),
          onResponseStart: (_controller, statusCode) => {
            record.status = statusCode;
          },
          onResponseData: (_controller, chunk) => record.push(chunk.toString('latin1')),
          onResponseEnd: () => done(record.end()),
          onResponseError: (_controller, error) => {
            throw error;
          },
        },
      );
    },
    () => work.close(),
  );
}

/** One socket per request in flight, a static read buffer, a scan for markers. Does the work of a run. */
export function bareNet(port: number, shape: WorkloadShape): Loop {
  const work = createBareWork(shape);
  let index = 0;
  const connections = openSockets(port, shape, () => {
    let record = work.start(-1);
    let done: (tokens: number) => void = () => undefined;
    return {
      read: (bytes, length) => {
        const text = bytes.toString('latin1', 0, length);
        if (record.status === 0) record.status = Number(text.slice(9, 12));
        record.push(text);
        // The last chunk comes in the write that brings the terminator.
        if (record.isDone) done(record.end());
      },
      start: (next) => {
        record = work.start(index);
        done = next;
        const bytes = toHttpRequest(port, work.body(index++));
        record.onSent();
        return bytes;
      },
    };
  });
  return inParallel(
    connections,
    (send, done) => send(done),
    () => work.close(),
  );
}

/** The same sockets with one request made beforehand and a count of tokens: no figure can be below this one. */
export function netFloor(port: number, shape: WorkloadShape): Loop {
  const request = toHttpRequest(port, REQUEST_BODY);
  const connections = openSockets(port, shape, () => {
    let scan = new BareScan();
    let done: (tokens: number) => void = () => undefined;
    return {
      read: (bytes, length) => {
        scan.push(bytes.toString('latin1', 0, length));
        if (scan.isDone) done(scan.tokens);
      },
      start: (next) => {
        scan = new BareScan();
        done = next;
        return request;
      },
    };
  });
  return inParallel(connections, (send, done) => send(done));
}

interface SocketUse {
  read(bytes: Buffer, length: number): void;
  /** The bytes of the next request. */
  start(done: (tokens: number) => void): Buffer;
}

function openSockets(
  port: number,
  shape: WorkloadShape,
  createUse: () => SocketUse,
): readonly ((done: (tokens: number) => void) => void)[] {
  const buffer = Buffer.allocUnsafeSlow(64 * 1024);
  return Array.from({ length: shape.inFlight }, () => {
    const use = createUse();
    const socket = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer,
        callback: (length, bytes) => {
          use.read(bytes as Buffer, length);
          return true;
        },
      },
    });
    socket.setNoDelay(true);
    return (done) => {
      socket.write(use.start(done));
    };
  });
}

function clients(port: number, shape: WorkloadShape): readonly Client[] {
  return Array.from({ length: shape.inFlight }, () => new Client(`http://127.0.0.1:${port}`, NO_LIMITS));
}
