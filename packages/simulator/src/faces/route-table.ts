import type { Connection } from '../http/connection.ts';
import type { HttpRequest } from '../http/request-parser.ts';

/** Values of the `{name}` segments of a path. */
export type PathValues = Readonly<Record<string, string>>;

export interface Route {
  readonly method: string;
  /** `/v1/models`, or with segments that hold a value: `/v2/models/{model}/infer`. */
  readonly path: string;
  run(request: HttpRequest, connection: Connection, arrivalNs: bigint, values: PathValues): void;
}

export type RouteMatch =
  | { readonly kind: 'found'; readonly route: Route; readonly values: PathValues }
  | { readonly kind: 'wrong-method'; readonly route: Route; readonly allowed: readonly string[] }
  | { readonly kind: 'not-found' };

const NO_VALUES: PathValues = {};
const NOT_FOUND: RouteMatch = { kind: 'not-found' };

/** Finds routes by path, then by method. Paths without a value segment win over those with one. */
export class RouteTable {
  readonly #exact = new Map<string, Route[]>();
  readonly #patterns: { readonly expression: RegExp; readonly routes: Route[]; readonly path: string }[] = [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#add(route);
  }

  find(method: string, path: string): RouteMatch {
    const exact = this.#exact.get(path);
    if (exact !== undefined) return pick(exact, method, NO_VALUES);
    for (const { expression, routes } of this.#patterns) {
      const match = expression.exec(path);
      if (match !== null) return pick(routes, method, match.groups ?? NO_VALUES);
    }
    return NOT_FOUND;
  }

  #add(route: Route): void {
    const known = route.path.includes('{')
      ? this.#patterns.find(({ path }) => path === route.path)?.routes
      : this.#exact.get(route.path);
    if (known !== undefined) known.push(route);
    else if (route.path.includes('{'))
      this.#patterns.push({ expression: toExpression(route.path), routes: [route], path: route.path });
    else this.#exact.set(route.path, [route]);
  }
}

function toExpression(path: string): RegExp {
  const source = path
    .split(/(\{\w+\})/)
    .map((part) =>
      part.startsWith('{') ? `(?<${part.slice(1, -1)}>[^/:]+)` : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`);
}

function pick(routes: readonly Route[], method: string, values: PathValues): RouteMatch {
  for (const route of routes) if (route.method === method) return { kind: 'found', route, values };
  const [first] = routes;
  return first === undefined
    ? NOT_FOUND
    : { kind: 'wrong-method', route: first, allowed: routes.map((route) => route.method) };
}
