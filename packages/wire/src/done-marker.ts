/** `[DONE]` in ASCII. */
const DONE_BYTES = [0x5b, 0x44, 0x4f, 0x4e, 0x45, 0x5d];

/** Whether the data of an event is `[DONE]`, which is no JSON. */
export const isDoneMarker = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === DONE_BYTES.length && DONE_BYTES.every((byte, i) => bytes[start + i] === byte);
