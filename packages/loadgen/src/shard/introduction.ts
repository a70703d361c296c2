import { SHARD_PROTOCOL } from './protocol.ts';

/** The first message of a worker that comes over the network. */
export interface Join {
  readonly type: 'join';
  readonly protocol: number;
  /** Its place, where somebody gave it one: the index of its pod. */
  readonly index: number;
  readonly host: string;
}

/** Why a worker may not take part. Only a taken place may become free again. */
type DenialCode = 'PROTOCOL_DIFFERS' | 'PLACE_INVALID' | 'PLACE_TAKEN' | 'LOAD_BEGUN';

/** The coordinator's answer. */
export type Admission =
  | { readonly type: 'welcome' }
  | { readonly type: 'denied'; readonly code: DenialCode; readonly message: string };

const LONGEST_HOST = 253;

/** Reads a worker's first message; `undefined` when it is none. */
export function readJoin(message: object): Join | undefined {
  const { type, protocol, index, host } = message as Partial<Record<keyof Join, unknown>>;
  if (type !== 'join' || typeof protocol !== 'number' || typeof index !== 'number') return undefined;
  if (typeof host !== 'string' || !/^[\w.:-]*$/.test(host) || host.length > LONGEST_HOST) return undefined;
  return { type, protocol, index, host };
}

/** Whether a worker may have a place of `count`; `isTaken` says so of places. */
export function judgeJoin(
  { protocol, index }: Join,
  { count, isTaken }: { readonly count: number; isTaken(index: number): boolean },
): Admission {
  const deny = (code: DenialCode, message: string): Admission => ({ type: 'denied', code, message });
  if (protocol !== SHARD_PROTOCOL) {
    return deny('PROTOCOL_DIFFERS', `it speaks protocol ${protocol}, the coordinator ${SHARD_PROTOCOL}`);
  }
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    return deny('PLACE_INVALID', `there is no place ${index} in a load of ${count}`);
  }
  return isTaken(index) ? deny('PLACE_TAKEN', `another worker has place ${index}`) : { type: 'welcome' };
}

/** Reads the coordinator's answer; `undefined` when it is none. */
export function readAdmission(message: object): Admission | undefined {
  const { type, code, message: text } = message as { type?: unknown; code?: DenialCode; message?: unknown };
  if (type === 'welcome') return { type };
  return type === 'denied' && typeof code === 'string' ? { type, code, message: String(text) } : undefined;
}
