const ORIGIN_STEPS_PER_MS = 2 ** 10;
const OFFSET_STEPS_PER_MS = 2 ** 20;

/**
 * Times on a grid whose sums and differences are exact in a double: an origin in steps of about a microsecond, offsets in steps of about a
 * nanosecond. So a request's offset comes back from its due time to the last bit, wherever the run's origin lies on a worker's clock.
 */
export function alignOriginMs(ms: number): number {
  return Math.ceil(ms * ORIGIN_STEPS_PER_MS) / ORIGIN_STEPS_PER_MS;
}

/** An offset from an aligned origin. */
export function alignOffsetMs(ms: number): number {
  return Math.round(ms * OFFSET_STEPS_PER_MS) / OFFSET_STEPS_PER_MS;
}
