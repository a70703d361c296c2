/** Holds no state between whole decodes, and is dear to create. */
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON value of bytes `[start, end)`; `undefined` when they are no UTF-8 or no JSON. */
export function parseJsonBytes(bytes: Uint8Array, start: number, end: number): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(STRICT_UTF8.decode(bytes.subarray(start, end))) };
  } catch {
    return undefined; // the caller reports a malformed event
  }
}
