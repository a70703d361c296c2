import type { EncodedRequest } from '../backend/backend.ts';
import { AddressBook } from './address-book.ts';
import type {
  ConnectionCounts,
  Exchange,
  ExchangeHandler,
  PreparedRequest,
  Route,
  Transport,
  TransportTarget,
} from './transport.ts';

/** How requests are spread: by their position in the schedule, or each to the place with the fewest requests that are not over. */
export type Balance = 'round-robin' | 'least-in-flight';

/** What the transport of one place is made of. */
export interface PlaceOptions {
  readonly address?: string;
  readonly onConnectFailure?: () => void;
}

export interface SpreadOptions {
  readonly balance: Balance;
  /** The transport of one target, or of one address of it. */
  readonly create: (target: TransportTarget, options: PlaceOptions) => Transport;
  /** Spreads over the addresses of each target's name; resolves it to them, rejects where it cannot. */
  readonly resolve?: ((hostname: string) => Promise<readonly string[]>) | undefined;
  readonly nowMs: () => number;
}

interface Place {
  readonly route: Route;
  readonly transport: Transport;
}

interface Destination {
  readonly target: TransportTarget;
  readonly name: string | undefined;
  readonly book: AddressBook | undefined;
  /** Where requests go, one for each address; those of addresses that the name lost stay in `places`. */
  current: readonly Place[];
  readonly places: Place[];
}

/**
 * One transport over several targets, over the addresses behind their names, or both. Round robin goes by the index of a request, so that any
 * number of workers together spread as one does: over all targets, and over the addresses of each, even within 1.
 *
 * Rejects with what `resolve` rejects with.
 */
export async function createSpreadTransport(
  targets: readonly TransportTarget[],
  options: SpreadOptions,
): Promise<Transport> {
  const destinations = await Promise.all(
    targets.map((target) => createDestination(target, targets.length > 1, options)),
  );
  return new SpreadTransport(destinations, options.balance);
}

async function createDestination(
  target: TransportTarget,
  isNamed: boolean,
  { create, resolve, nowMs }: SpreadOptions,
): Promise<Destination> {
  const name = isNamed ? target.origin.host : undefined;
  const placeOf = (address?: string, onConnectFailure?: () => void): Place => ({
    route: { ...(name === undefined ? {} : { target: name }), ...(address === undefined ? {} : { address }) },
    transport: create(target, {
      ...(address === undefined ? {} : { address }),
      ...(onConnectFailure === undefined ? {} : { onConnectFailure }),
    }),
  });
  if (resolve === undefined) {
    const place = placeOf();
    return { target, name, book: undefined, current: [place], places: [place] };
  }
  const host = target.origin.hostname.replace(/^\[|\]$/g, '');
  const book = await AddressBook.open(() => resolve(host), nowMs);
  const places: Place[] = [];
  const update = (): readonly Place[] =>
    book.addresses.map((address) => {
      const known = places.find(({ route }) => route.address === address);
      if (known !== undefined) return known;
      const place = placeOf(address, () => book.renew());
      places.push(place);
      return place;
    });
  const destination: Destination = { target, name, book, current: update(), places };
  book.onChange(() => {
    destination.current = update();
  });
  return destination;
}

class SpreadTransport implements Transport {
  readonly name: string;
  readonly #destinations: readonly Destination[];
  readonly #balance: Balance;
  #turn = 0;

  constructor(destinations: readonly Destination[], balance: Balance) {
    this.#destinations = destinations;
    this.#balance = balance;
    this.name = this.#places()[0]?.transport.name ?? 'spread';
  }

  get connections(): ConnectionCounts {
    const all = this.#places().map(({ transport }) => transport.connections);
    const sum = (key: 'opened' | 'reused' | 'failed'): number => all.reduce((total, counts) => total + counts[key], 0);
    // `shortages` of the first are those of all: they share one tally.
    return { ...all[0], opened: sum('opened'), reused: sum('reused'), failed: sum('failed') };
  }

  get inFlight(): number {
    return this.#places().reduce((total, { transport }) => total + transport.inFlight, 0);
  }

  /** Made for the target whose turn it is; a request that goes to another one is made again when it is sent. */
  prepare(request: EncodedRequest, index = 0): PreparedRequest {
    const { current } = this.#destinationOf(index);
    return { ...(current[0] as Place).transport.prepare(request, index), index };
  }

  async preconnect(count: number): Promise<number> {
    const places = this.#interleaved();
    const standing = await Promise.all(
      places.map(({ transport }, at) => {
        const share = Math.floor(count / places.length) + (at < count % places.length ? 1 : 0);
        return share === 0 ? 0 : transport.preconnect(share);
      }),
    );
    return standing.reduce((total, each) => total + each, 0);
  }

  send(request: PreparedRequest, handler: ExchangeHandler): Exchange {
    const { index = 0 } = request;
    const turned = this.#destinationOf(index);
    if (this.#balance === 'round-robin') {
      const { current } = turned;
      const place = current[Math.floor(index / this.#destinations.length) % current.length] as Place;
      handler.onRoute?.(place.route);
      return place.transport.send(request, handler);
    }
    const place = this.#leastInFlight();
    handler.onRoute?.(place.route);
    const isMadeForIt = place.route.target === turned.name;
    return place.transport.send(isMadeForIt ? request : place.transport.prepare(request.encoded, index), handler);
  }

  async close(): Promise<void> {
    for (const { book } of this.#destinations) book?.close();
    await Promise.all(this.#places().map(({ transport }) => transport.close()));
  }

  #destinationOf(index: number): Destination {
    return this.#destinations[index % this.#destinations.length] as Destination;
  }

  #places(): readonly Place[] {
    return this.#destinations.flatMap(({ places }) => places);
  }

  /** In the order in which round robin comes to them. */
  #interleaved(): readonly Place[] {
    const most = Math.max(...this.#destinations.map(({ current }) => current.length));
    return Array.from({ length: most }, (_, at) =>
      this.#destinations.flatMap(({ current }) => current[at] ?? []),
    ).flat();
  }

  /** Equal ones take turns. */
  #leastInFlight(): Place {
    const places = this.#interleaved();
    const start = this.#turn++ % places.length;
    const inTurn = [...places.slice(start), ...places.slice(0, start)];
    return inTurn.reduce((least, place) => (place.transport.inFlight < least.transport.inFlight ? place : least));
  }
}
