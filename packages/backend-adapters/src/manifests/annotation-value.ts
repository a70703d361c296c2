import { didYouMean } from '@assay/contracts';
import { parseGoDuration } from './go-duration.ts';

/** What is wrong with the value of an annotation. */
interface ValueFault {
  /** Ends the sentence `KEY is "VALUE", …`. */
  readonly message: string;
  readonly hint?: string;
}

/** The fault of a value, or `undefined` where the reader of the annotation accepts it. */
export type ValueCheck = (value: string) => ValueFault | undefined;

const fault = (message: string, hint?: string): ValueFault => (hint === undefined ? { message } : { message, hint });

/** A whole number as Go's `strconv.ParseInt(value, 10, 32)` reads it. */
export function wholeNumber(min: number, max: number = 2_147_483_647): ValueCheck {
  const expected = max === 2_147_483_647 ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`;
  return (value) => {
    if (!/^[+-]?\d+$/.test(value)) return fault(`expected ${expected}`);
    const number = Number(value);
    return number < min || number > max ? fault(`expected ${expected}`) : undefined;
  };
}

const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A number; `also` is one more that is accepted. NaN and infinity, which Go reads, are refused: they mean nothing here. */
export function decimalNumber(min: number, max: number = Number.POSITIVE_INFINITY, also?: number): ValueCheck {
  const range = max === Number.POSITIVE_INFINITY ? `from ${min}` : `from ${min} to ${max}`;
  const expected = `expected a number ${range}${also === undefined ? '' : `, or ${also}`}`;
  return (value) => {
    if (!FLOAT.test(value)) {
      return fault(expected, value.endsWith('%') ? 'leave out the percent sign' : undefined);
    }
    const number = Number(value);
    return (number >= min && number <= max) || number === also ? undefined : fault(expected);
  };
}

const SECOND_NANOSECONDS = 1e9;

/** A Go duration between two bounds, in seconds. */
export function duration(
  minSeconds: number,
  maxSeconds: number,
  words: string,
  options: { readonly isWholeSeconds: boolean },
): ValueCheck {
  return (value) => {
    const nanoseconds = parseGoDuration(value);
    if (nanoseconds === undefined) {
      return fault(`expected a duration ${words}`, /^\d+$/.test(value) ? `add the unit: ${value}s` : undefined);
    }
    const seconds = nanoseconds / SECOND_NANOSECONDS;
    if (seconds < minSeconds || seconds > maxSeconds) return fault(`expected a duration ${words}`);
    if (options.isWholeSeconds && nanoseconds % SECOND_NANOSECONDS !== 0) return fault('expected whole seconds');
    return undefined;
  };
}

/** One of some words. */
export function oneOf(...words: readonly string[]): ValueCheck {
  return (value) => {
    if (words.includes(value)) return undefined;
    const meant = didYouMean(value, words);
    return fault(
      `expected ${words.length === 1 ? '' : 'one of '}${words.join(', ')}`,
      meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`,
    );
  };
}

/** `true` or `false`. */
export const TRUE_OR_FALSE: ValueCheck = oneOf('true', 'false');

/** A JSON list of texts. */
export const JSON_LIST: ValueCheck = (value) => {
  try {
    const list: unknown = JSON.parse(value);
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return undefined;
  } catch {
    // Not JSON: the same fault.
  }
  return fault('expected a JSON list of texts', 'for example ["nvidia.com/mig-1g.10gb"]');
};

export const ANY_TEXT: ValueCheck = () => undefined;
