/** Runs a callback on the next turn of the event loop, after sockets were polled. */
export interface Pacer {
  soon(callback: () => void): void;
}

/** Pacer on `setImmediate`: between two turns pending reads are served, so polling does not delay answers. */
export function createImmediatePacer(): Pacer {
  return {
    soon: (callback) => {
      setImmediate(callback);
    },
  };
}
