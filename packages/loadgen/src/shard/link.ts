import type { FromShard, ToShard } from './protocol.ts';

/** The coordinator's end of a connection to one worker. */
export interface ShardLink {
  /** For messages and run.json; `remote` is on a machine of its own, as far as anybody knows. */
  readonly kind: 'thread' | 'process' | 'remote';
  send(message: ToShard): void;
  onMessage(listener: (message: FromShard) => void): void;
  /** Called once when the worker is gone, whether or not it had ended; `reason` says how. */
  onGone(listener: (reason: string) => void): void;
  /** Ends the worker; resolves when it is gone. */
  close(): Promise<void>;
  /** Permits in shared memory, where there is any. */
  readonly permitWords?: Int32Array<SharedArrayBuffer> | undefined;
  /** Of a process of this machine. */
  readonly pid?: number | undefined;
  /** Name of the machine or pod of a remote worker, as it says itself. */
  readonly host?: string | undefined;
}

/** The worker's end. */
export interface ShardPort {
  send(message: FromShard): void;
  onMessage(listener: (message: ToShard) => void): void;
  /** Closes the connection after what was sent has left. */
  close(): void;
  readonly permitWords?: Int32Array<SharedArrayBuffer> | undefined;
}
