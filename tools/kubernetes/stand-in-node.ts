import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly [{ readonly args: readonly string[] }];
    readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
  };
}

const INDEX_KEY = 'batch.kubernetes.io/job-completion-index';
const LOOK_EVERY_MS = 200;

/**
 * Plays the kubelet for the pods of one namespace: each becomes a process of this machine with the arguments, the completion index and the Secret that
 * the cluster gives it, and its end is told to the cluster. Images, networks and limits have no part in it.
 */
export class StandInNode {
  readonly #api: ApiClient;
  readonly #namespace: string;
  readonly #command: readonly [string, ...string[]];
  readonly #folder: string;
  readonly #processes = new Map<string, ChildProcess>();
  #isOver = false;

  constructor(api: ApiClient, namespace: string, command: readonly [string, ...string[]], folder: string) {
    this.#api = api;
    this.#namespace = namespace;
    this.#command = command;
    this.#folder = folder;
    void this.#look();
  }

  /** Ends the process of a pod as the kernel does it when memory runs out. */
  kill(index: number): string | undefined {
    const found = [...this.#processes].find(([name, { exitCode }]) => exitCode === null && name.includes(`-${index}-`));
    found?.[1].kill('SIGKILL');
    return found?.[0];
  }

  stop(): void {
    this.#isOver = true;
    for (const child of this.#processes.values()) child.kill('SIGKILL');
  }

  async #look(): Promise<void> {
    const path = `/api/v1/namespaces/${this.#namespace}/pods`;
    while (!this.#isOver) {
      const pods = await this.#api.ask<{ items?: readonly Pod[] }>('GET', path).catch(() => undefined);
      const items = pods?.body.items;
      if (items !== undefined) {
        for (const pod of items) if (!this.#processes.has(pod.metadata.name)) await this.#start(pod);
        const names = new Set(items.map(({ metadata }) => metadata.name));
        for (const [name, child] of this.#processes) if (!names.has(name)) child.kill('SIGTERM');
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #start({ metadata, spec }: Pod): Promise<void> {
    const [program, ...before] = this.#command;
    const [container] = spec.containers;
    const tokenFile = await this.#writeToken(metadata.name, spec);
    const args = container.args.map((arg) => (arg.startsWith('/var/run/assay/') ? tokenFile : arg));
    const env = { ...process.env, JOB_COMPLETION_INDEX: metadata.annotations?.[INDEX_KEY] ?? '' };
    const child = spawn(program, [...before, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    this.#processes.set(metadata.name, child);
    child.once('exit', (code, signal) => {
      const exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
      void this.#tell(metadata.name, exitCode === 0 ? 'Succeeded' : 'Failed', {
        terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : exitCode === 137 ? 'OOMKilled' : 'Error' },
      });
    });
    await this.#tell(metadata.name, 'Running', { running: {} });
  }

  async #writeToken(pod: string, { volumes }: Pod['spec']): Promise<string> {
    const name = volumes.find(({ secret }) => secret !== undefined)?.secret?.secretName;
    const path = `/api/v1/namespaces/${this.#namespace}/secrets/${name}`;
    const { body } = await this.#api.ask<{ data?: { token?: string } }>('GET', path);
    mkdirSync(this.#folder, { recursive: true });
    const file = join(this.#folder, pod);
    writeFileSync(file, Buffer.from(body.data?.token ?? '', 'base64'), { mode: 0o600 });
    return file;
  }

  async #tell(pod: string, phase: string, state: object): Promise<void> {
    const container = { name: 'shard', image: '-', imageID: '-', ready: phase === 'Running', restartCount: 0, state };
    const ready = { type: 'Ready', status: phase === 'Running' ? 'True' : 'False' };
    const status = { phase, containerStatuses: [container], conditions: [ready] };
    const path = `/api/v1/namespaces/${this.#namespace}/pods/${pod}/status`;
    await this.#api.ask('PATCH', path, { status }).catch(() => undefined);
  }
}
