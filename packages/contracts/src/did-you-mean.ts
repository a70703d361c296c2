/** Edit distance with transpositions of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** Keeps a hostile document from costing time: the distance is quadratic in the lengths. */
const LONGEST_GIVEN = 64;

const normalise = (text: string): string => text.toLowerCase().replace(/[-_ ]/g, '');

/** The candidate that was probably meant, or `undefined` when none is near: at most a third of the letters may differ. */
export function didYouMean(given: string, candidates: readonly string[]): string | undefined {
  if (given.length > LONGEST_GIVEN) return undefined;
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(normalise(given), normalise(candidate));
    if (distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { candidate, distance };
  }
  return best !== undefined && best.distance <= Math.max(1, Math.floor(normalise(given).length / 3))
    ? best.candidate
    : undefined;
}
