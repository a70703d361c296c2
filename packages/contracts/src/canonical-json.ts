import { ContractError } from './contract-error.ts';
import { toPointer } from './issue.ts';

const MAX_DEPTH = 1000;
/** In a `u` expression a surrogate pair is one character, so only lone surrogates match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Canonical JSON after RFC 8785 (JCS): no white space, keys in the order of their UTF-16 code units, numbers and
 * strings as ECMAScript writes them. Members that are `undefined` are left out. Equal data gives equal text, whatever the order of keys.
 *
 * @throws ContractError CANONICAL_JSON for what JSON cannot hold: NaN and infinities, lone surrogates, `undefined` in arrays,
 * bigint, functions, symbols, objects of a class, cycles, and nesting deeper than 1,000.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

type Path = (string | number)[];

function write(value: unknown, path: Path): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      // Number::toString of ECMAScript is the number format of RFC 8785, 3.2.2.3; -0 becomes 0.
      if (!Number.isFinite(value)) throw refuse(path, String(value));
      return String(value);
    case 'string':
      return writeText(value, path);
    case 'object':
      return value === null ? 'null' : writeContainer(value, path);
    default:
      throw refuse(path, typeof value);
  }
}

function writeText(text: string, path: Path): string {
  if (LONE_SURROGATE.test(text)) throw refuse(path, 'a lone surrogate');
  return JSON.stringify(text);
}

function writeContainer(container: object, path: Path): string {
  if (path.length >= MAX_DEPTH) throw refuse(path.slice(0, 3), 'a cycle, or nesting deeper than 1,000');
  const at = (key: string | number): string => {
    path.push(key);
    const text = write(Reflect.get(container, key), path);
    path.pop();
    return text;
  };
  if (Array.isArray(container)) return `[${Array.from(container, (_, index) => at(index)).join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(container);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw refuse(path, 'an object of a class');
  // Default sort order is by UTF-16 code units, which RFC 8785, 3.2.3 asks for.
  const keys = Object.keys(container)
    .filter((key) => Reflect.get(container, key) !== undefined)
    .sort();
  return `{${keys.map((key) => `${writeText(key, path)}:${at(key)}`).join(',')}}`;
}

function refuse(path: Path, what: string): ContractError {
  const pointer = toPointer(path);
  return new ContractError('CANONICAL_JSON', `${pointer === '' ? 'the value' : pointer} holds ${what}`, {
    hint: 'canonical JSON holds null, booleans, finite numbers, well-formed strings, arrays and plain objects',
    details: { pointer },
  });
}
