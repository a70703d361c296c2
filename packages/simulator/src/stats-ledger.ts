import type { TruthRecord } from './truth.ts';

/** What the service saw since its start. */
export interface SimulatorStats {
  /** Inference requests that passed the checks of their body. */
  readonly requests: number;
  readonly inFlight: number;
  /** Highest number of requests in flight at one time. */
  readonly maxInFlight: number;
  readonly completed: number;
  readonly clientClosed: number;
  /** Generated tokens that were sent. */
  readonly tokens: number;
  readonly promptTokens: number;
  /** Requests per fault, by its text form. */
  readonly faults: Readonly<Record<string, number>>;
  /** Requests per expected outcome code; good requests under `ok`. */
  readonly expectedCodes: Readonly<Record<string, number>>;
  readonly acceptedConnections: number;
  readonly refusedConnections: number;
  /** Arrival of each request, nanoseconds of CLOCK_MONOTONIC as doubles, in order. */
  readonly arrivalsNs: Float64Array;
}

/** Counts; memory grows by eight bytes per request. */
export class StatsLedger {
  refusedConnections = 0;
  #arrivalsNs: Float64Array = new Float64Array(1024);
  #requests = 0;
  #inFlight = 0;
  #maxInFlight = 0;
  #completed = 0;
  #clientClosed = 0;
  #tokens = 0;
  #promptTokens = 0;
  readonly #faults = new Map<string, number>();
  readonly #expectedCodes = new Map<string, number>();

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Takes the next index. */
  arrive(arrivalNs: bigint): number {
    if (this.#requests === this.#arrivalsNs.length) {
      const grown = new Float64Array(this.#arrivalsNs.length * 2);
      grown.set(this.#arrivalsNs);
      this.#arrivalsNs = grown;
    }
    this.#arrivalsNs[this.#requests] = Number(arrivalNs);
    this.#inFlight++;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
    return this.#requests++;
  }

  end(record: TruthRecord): void {
    this.#inFlight--;
    if (record.end === 'complete') this.#completed++;
    if (record.end === 'client-closed') this.#clientClosed++;
    this.#tokens += record.tokens;
    this.#promptTokens += record.promptTokens;
    if (record.fault !== null) this.#faults.set(record.fault, (this.#faults.get(record.fault) ?? 0) + 1);
    const code = record.expectedCode ?? 'ok';
    this.#expectedCodes.set(code, (this.#expectedCodes.get(code) ?? 0) + 1);
  }

  stats(acceptedConnections: number): SimulatorStats {
    return {
      requests: this.#requests,
      inFlight: this.#inFlight,
      maxInFlight: this.#maxInFlight,
      completed: this.#completed,
      clientClosed: this.#clientClosed,
      tokens: this.#tokens,
      promptTokens: this.#promptTokens,
      faults: Object.fromEntries(this.#faults),
      expectedCodes: Object.fromEntries(this.#expectedCodes),
      acceptedConnections,
      refusedConnections: this.refusedConnections,
      arrivalsNs: this.#arrivalsNs.slice(0, this.#requests),
    };
  }
}
