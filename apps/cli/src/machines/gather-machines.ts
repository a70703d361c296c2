import { randomBytes } from 'node:crypto';
import type { Finding } from '@assay/contracts';
import { LoadgenError, listenForShards, type ShardLink, type ShardListener } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import { showHostPort } from '../config/host-port.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProgressView } from '../render/progress.ts';
import { TIMER } from '../run/clock.ts';
import type { Interrupt } from '../run/interrupt.ts';
import type { LoadPods } from './load-pods.ts';
import { type MachineChoice, TOKEN_VARIABLE } from './machine-choice.ts';

export interface GatherInput {
  readonly choice: MachineChoice;
  /** Name of the run, for that of a Job. */
  readonly name: string;
  /** How long the load may take at most, ms; absent where nothing bounds it. */
  readonly longestMs: number | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly interrupt: Interrupt;
  readonly view: ProgressView;
}

/** Workers of other machines, joined and waiting. */
export interface Machines {
  readonly links: readonly ShardLink[];
  /** What the cluster says of pods that ended before their time. */
  findings(): readonly Finding[];
  /** Ends the connections and the Job. */
  release(): Promise<void>;
}

/**
 * Brings the workers of other machines together: listens, starts pods where they are asked for, and waits until every place is taken.
 * @throws LoadgenError WORKER_START_FAILED, LINK_LISTEN_FAILED, LINK_TOKEN_INVALID
 * @throws KubeError; CliError CONFIG_AUTH_MISSING, INTERRUPTED
 */
export async function gatherMachines(input: GatherInput): Promise<Machines> {
  const { choice, environment, view } = input;
  const token = choice.pods === undefined ? readToken(environment) : randomBytes(32).toString('hex');
  const listener = await listenForShards({
    ...choice.listen,
    token,
    count: choice.count,
    timer: TIMER,
    onJoined: ({ index, host }) => view.note(`worker ${index} has joined from ${host}`),
    onRefused: (address, reason) => view.note(`a connection from ${address} was refused: ${reason}`),
  });
  let pods: LoadPods | undefined;
  const release = async (): Promise<void> => {
    await listener.close();
    await pods?.stop();
  };
  try {
    if (choice.pods === undefined) {
      view.note(`waiting for ${choice.count} workers on ${showHostPort({ ...choice.listen, port: listener.port })}`);
    } else {
      const { startLoadPods } = await import('./load-pods.ts');
      pods = await startLoadPods({ ...input, pods: choice.pods, count: choice.count, token, port: listener.port });
    }
    const links = await acceptAll(listener, input, pods);
    return { links, findings: () => pods?.findings() ?? [], release };
  } catch (error: unknown) {
    const told = await explain(error, pods);
    await release();
    throw told;
  }
}

async function acceptAll(
  listener: ShardListener,
  { choice, interrupt }: GatherInput,
  pods: LoadPods | undefined,
): Promise<readonly ShardLink[]> {
  const stopped = new AbortController();
  const stop = (): void => {
    const message = 'interrupted before the load, nothing was measured';
    stopped.abort(new CliError('INTERRUPTED', message, { exitCode: EXIT.aborted }));
  };
  if (interrupt.drain.aborted) stop();
  interrupt.onFirst(stop);
  const signal = AbortSignal.any([stopped.signal, ...(pods === undefined ? [] : [pods.failed])]);
  return await listener.accept({ withinMs: choice.startWithinMs, signal });
}

/** Adds what the cluster says of the pods that are missing. */
async function explain(error: unknown, pods: LoadPods | undefined): Promise<unknown> {
  if (pods === undefined || !(error instanceof LoadgenError)) return error;
  const troubles = await pods.troubles();
  if (troubles.length === 0) return error;
  return new CliError('PODS_MISSING', error.message, {
    hint: error.hint,
    cause: error,
    exitCode: EXIT.unreachable,
    more: troubles.map((message) => ({ message, hint: undefined })),
  });
}

function readToken(environment: NodeJS.ProcessEnv): string {
  const token = environment[TOKEN_VARIABLE]?.trim() ?? '';
  if (token !== '') return token;
  throw new CliError('CONFIG_AUTH_MISSING', `the variable ${TOKEN_VARIABLE} holds no token`, {
    hint: `give the same one here and to each worker: export ${TOKEN_VARIABLE}=$(openssl rand -hex 32)`,
  });
}
