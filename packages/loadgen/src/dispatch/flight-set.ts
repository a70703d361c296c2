import type { Flight } from './flight.ts';

/**
 * The requests in flight, in no order. A `Set` would do, but each time a churning one is rehashed the old table goes on
 * pointing to the new one: once one table is in the old generation, all later ones and the requests in them outlive every
 * minor collection. Here nothing points to a request that has left.
 */
export class FlightSet {
  readonly #flights: Flight[] = [];

  get size(): number {
    return this.#flights.length;
  }

  /** Adds a request that is in no set. */
  add(flight: Flight): void {
    flight.slot = this.#flights.length;
    this.#flights.push(flight);
  }

  /** Removes a request; nothing happens when it is not in the set. */
  delete(flight: Flight): void {
    const { slot } = flight;
    if (this.#flights[slot] !== flight) return;
    const last = this.#flights.pop();
    if (last === undefined || last === flight) return;
    this.#flights[slot] = last;
    last.slot = slot;
  }

  /** Those in flight now, apart from later changes. */
  snapshot(): readonly Flight[] {
    return this.#flights.slice();
  }
}
