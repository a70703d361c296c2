const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads `60s`, `1500ms`, `1m30s`, `0`; a bare number above 0 has no unit and is refused. */
export function parseDurationMs(value: unknown): number | undefined {
  const text = String(value).trim();
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}

export function parsePositiveDurationMs(value: unknown): number | undefined {
  const ms = parseDurationMs(value);
  return ms !== undefined && ms > 0 ? ms : undefined;
}

/** A finite decimal number; text with anything else in it is refused. */
export function parseNumber(value: unknown): number | undefined {
  const text = String(value).trim();
  return /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

export function parsePositive(value: unknown): number | undefined {
  const number = parseNumber(value);
  return number !== undefined && number > 0 ? number : undefined;
}

/** A whole number of at least `minimum`. */
export function parseWhole(minimum: number): (value: unknown) => number | undefined {
  return (value) => {
    const number = parseNumber(value);
    return number !== undefined && Number.isSafeInteger(number) && number >= minimum ? number : undefined;
  };
}

export function parseText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

export function parseFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1') return true;
  return value === 'false' || value === '0' ? false : undefined;
}

/** One of a few words. */
export function parseChoice<const T extends string>(choices: readonly T[]): (value: unknown) => T | undefined {
  return (value) => choices.find((choice) => choice === value);
}
