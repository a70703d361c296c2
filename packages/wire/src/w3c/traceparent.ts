import { WireError } from '../wire-error.ts';

/** W3C Trace Context level 2, `traceparent`. IDs are lower-case hexadecimal. */
export interface TraceParent {
  readonly traceId: string;
  readonly parentId: string;
  readonly isSampled: boolean;
  readonly isRandomTraceId: boolean;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads the header; `undefined` for one that the specification tells to ignore. A higher version is read by the rules of version 00. */
export function parseTraceParent(header: string): TraceParent | undefined {
  const [, version, traceId = '', parentId = '', flags = '', rest] = FORM.exec(header.trim()) ?? [];
  if (version === undefined || version === 'ff') return undefined;
  if (version === '00' && rest !== undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  const bits = Number.parseInt(flags, 16);
  return { traceId, parentId, isSampled: (bits & 1) !== 0, isRandomTraceId: (bits & 2) !== 0 };
}

/** Writes the header, version 00; throws `WireError` (`TRACEPARENT_INVALID`) for IDs that it would ignore. */
export function formatTraceParent({ traceId, parentId, isSampled, isRandomTraceId }: TraceParent): string {
  const flags = ((isSampled ? 1 : 0) | (isRandomTraceId ? 2 : 0)).toString(16).padStart(2, '0');
  const header = `00-${traceId}-${parentId}-${flags}`;
  if (parseTraceParent(header) === undefined)
    throw new WireError('TRACEPARENT_INVALID', `${header} is no valid traceparent`);
  return header;
}
