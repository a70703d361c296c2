import { createServer, type Server } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createEngine } from './engine/create-engine.ts';
import { DueQueue } from './engine/due-queue.ts';
import { createRealClock } from './engine/engine-clock.ts';
import { TurnQueue } from './engine/turn-queue.ts';
import { SimulatorError } from './errors.ts';
import { createFace } from './faces/create-face.ts';
import { Connection } from './http/connection.ts';
import { type ResolvedOptions, resolveOptions, type SimulatorOptions } from './options.ts';
import { type SimulatorStats, StatsLedger } from './stats-ledger.ts';
import { openTruthLog } from './truth.ts';

/** A running service. */
export interface Simulator {
  /** `http://host:port`. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  stats(): SimulatorStats;
  /** Closes the port: a new connection is refused; open ones end when they are idle. */
  closePort(): Promise<void>;
  /** Opens the same port again after {@link closePort}. */
  reopenPort(): Promise<void>;
  /** Stops: new connections are refused, running answers may end within `drainMs` (default 0), then everything is cut. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

function listen(server: Server, options: ResolvedOptions, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(
        new SimulatorError('SIM_LISTEN_FAILED', `cannot listen on ${options.host}:${port}: ${error.message}`, {
          cause: error,
          hint:
            error.code === 'EADDRINUSE'
              ? 'another program has this port; take port 0 for a free one'
              : 'check host and port',
        }),
      );
    };
    server.once('error', onError);
    server.listen({ host: options.host, port, backlog: 4096 }, () => {
      server.off('error', onError);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Longest work between two looks at the sockets, roughly: arrivals are stamped that late at most. */
const SLICE_MS = 0.1;

/** How long a request may wait for the end of a burst: a fifth of the time to its first token, which counts from its arrival. */
function holdMsOf({ engine, ttftMs }: ResolvedOptions): number {
  return engine === 'fixed' ? ttftMs / 5 : 0;
}

/** Closes and opens the port at the times of the fault plan. */
function scheduleWindows(
  options: ResolvedOptions,
  queue: DueQueue,
  startMs: number,
  closePort: () => Promise<void>,
  reopenPort: () => Promise<void>,
): void {
  for (const [fromMs, toMs] of options.faults.closedWindowsMs) {
    queue.schedule(startMs + fromMs, { isCancelled: false, run: () => void closePort() });
    // A port that another program took in the meantime stays closed: for a client that is the same refusal.
    queue.schedule(startMs + toMs, { isCancelled: false, run: () => void reopenPort().catch(() => undefined) });
  }
}

/**
 * Starts a simulated inference service in this process.
 *
 * @throws SimulatorError SIM_OPTION_INVALID, SIM_FAULT_PLAN_INVALID, SIM_LISTEN_FAILED, SIM_TRUTH_FAILED
 */
export async function startSimulator(simulatorOptions: SimulatorOptions = {}): Promise<Simulator> {
  const options = resolveOptions(simulatorOptions);
  const clock = createRealClock();
  const queue = new DueQueue(clock, SLICE_MS);
  const turns = new TurnQueue(() => clock.nowMs(), SLICE_MS, holdMsOf(options));
  const engine = createEngine(options, queue, clock, (tokens) => face.onStep?.(tokens));
  const ledger = new StatsLedger();
  const face = createFace({
    options,
    engine,
    queue,
    clock,
    wallSeconds: () => (performance.timeOrigin + performance.now()) / 1000,
    onArrival: (arrivalNs) => ledger.arrive(arrivalNs),
    onEnd(record) {
      ledger.end(record);
      truth?.append(record);
      options.onTruth?.(record);
    },
  });
  const truth = options.truthFile === undefined ? undefined : openTruthLog(options.truthFile);
  const connections = new Set<Connection>();
  let accepted = 0;
  const createListener = (): Server =>
    createServer({ noDelay: true }, (socket) => {
      if (options.faults.isConnectionRefusedAt(accepted++)) {
        ledger.refusedConnections++;
        socket.on('error', () => socket.destroy());
        socket.resetAndDestroy();
        return;
      }
      const connection = new Connection(socket, turns, face);
      connections.add(connection);
      socket.on('close', () => connections.delete(connection));
    });
  let server = createListener();
  let port: number;
  try {
    port = await listen(server, options, options.port);
  } catch (error: unknown) {
    truth?.close();
    throw error;
  }
  const closePort = async (): Promise<void> => {
    // `close` stops listening at once; its callback waits for connections, which may live on.
    server.close();
    for (const connection of connections) connection.closeWhenIdle();
  };
  const reopenPort = async (): Promise<void> => {
    server = createListener();
    await listen(server, options, port);
  };
  scheduleWindows(options, queue, clock.nowMs(), closePort, reopenPort);
  const closeServer = (): Promise<void> =>
    new Promise((resolve) => (server.listening ? server.close(() => resolve()) : resolve()));
  return {
    origin: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    host: options.host,
    port,
    stats: () => ledger.stats(accepted),
    closePort,
    reopenPort,
    async close({ drainMs = 0 } = {}) {
      const closed = closeServer();
      for (const connection of connections) connection.closeWhenIdle();
      const untilMs = performance.now() + drainMs;
      while (ledger.inFlight > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 5));
      for (const connection of connections) connection.cut();
      await closed;
      queue.clear();
      truth?.close();
    },
  };
}
