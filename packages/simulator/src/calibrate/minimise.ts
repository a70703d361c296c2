/** Where a function of several numbers was found least. */
export interface Minimum {
  readonly at: readonly number[];
  readonly value: number;
  readonly evaluations: number;
}

interface Vertex {
  readonly at: readonly number[];
  readonly value: number;
}

/** Differences of values below this share end the search. */
const VALUE_TOLERANCE = 1e-5;

/**
 * Nelder and Mead's simplex search (1965) with the usual coefficients: no derivatives, which a simulation has none of.
 * `spread` is the length of the first edges.
 */
export function minimise(
  f: (at: readonly number[]) => number,
  start: readonly number[],
  { spread, maxEvaluations }: { readonly spread: number; readonly maxEvaluations: number },
): Minimum {
  let evaluations = 0;
  const evaluate = (at: readonly number[]): Vertex => {
    evaluations += 1;
    return { at, value: f(at) };
  };
  const simplex = [start, ...start.map((_, axis) => start.map((x, k) => (k === axis ? x + spread : x)))].map(evaluate);
  for (;;) {
    simplex.sort((a, b) => a.value - b.value);
    const [best, worst] = [simplex[0], simplex.at(-1)];
    if (best === undefined || worst === undefined) throw new RangeError('minimise needs at least one number');
    const isFlat = worst.value - best.value <= VALUE_TOLERANCE * Math.abs(best.value);
    if (isFlat || evaluations >= maxEvaluations) return { ...best, evaluations };
    replaceWorst(simplex, worst, evaluate);
  }
}

/** One step of the search: reflects the worst corner through the others, and goes on from what that brings. */
function replaceWorst(simplex: Vertex[], worst: Vertex, evaluate: (at: readonly number[]) => Vertex): void {
  const others = simplex.slice(0, -1);
  const centre = worst.at.map((_, k) => others.reduce((sum, { at }) => sum + (at[k] ?? 0), 0) / others.length);
  const onLine = (share: number): Vertex => evaluate(centre.map((x, k) => x + share * (x - (worst.at[k] ?? 0))));
  const best = simplex[0] ?? worst;
  const second = others.at(-1) ?? worst;
  const reflected = onLine(1);
  let next = reflected;
  if (reflected.value < best.value) {
    const expanded = onLine(2);
    next = expanded.value < reflected.value ? expanded : reflected;
  } else if (reflected.value >= second.value) {
    next = onLine(reflected.value < worst.value ? 0.5 : -0.5);
  }
  if (next.value < worst.value) {
    simplex[simplex.length - 1] = next;
    return;
  }
  for (let index = 1; index < simplex.length; index += 1) {
    const at = (simplex[index] ?? worst).at.map((x, k) => ((best.at[k] ?? 0) + x) / 2);
    simplex[index] = evaluate(at);
  }
}
