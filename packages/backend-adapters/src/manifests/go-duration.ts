const UNIT_NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Reads a duration as Go's `time.ParseDuration` does; nanoseconds, or `undefined` for anything else. */
export function parseGoDuration(text: string): number | undefined {
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  let total = 0;
  let offset = 0;
  const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
  while (offset < rest.length) {
    part.lastIndex = offset;
    const match = part.exec(rest);
    if (match === null) return undefined;
    total += Number(match[1]) * (UNIT_NANOSECONDS[match[2] ?? ''] ?? 0);
    offset = part.lastIndex;
  }
  if (rest === '') return undefined;
  const nanoseconds = Math.round(total);
  return sign === '-' ? -nanoseconds : nanoseconds;
}
