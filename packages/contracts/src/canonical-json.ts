import { ContractError } from './contract-error.ts';

/**
 * The JSON Canonicalization Scheme, RFC 8785: members sorted by UTF-16 code units, numbers and strings as ECMAScript
 * writes them, no white space. Throws `ContractError` (`CANONICAL_JSON`) for what JSON cannot hold: numbers that are not finite, lone
 * surrogates, functions, symbols, big integers, `undefined` in arrays, and cycles. Members that are `undefined` are left out.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '', new Set());
}

const refuse = (pointer: string, what: string): never => {
  throw new ContractError('CANONICAL_JSON', `${pointer === '' ? '/' : pointer}: ${what} has no canonical JSON form`);
};

function write(value: unknown, pointer: string, ancestors: Set<object>): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      // ECMAScript's shortest form is what RFC 8785 §3.2.2.3 asks for; minus zero is written as 0.
      return Number.isFinite(value) ? JSON.stringify(value) : refuse(pointer, `the number ${value}`);
    case 'string':
      return isWellFormed(value) ? JSON.stringify(value) : refuse(pointer, 'a lone surrogate');
    case 'object':
      return value === null ? 'null' : writeObject(value, pointer, ancestors);
    default:
      return refuse(pointer, `a value of type ${typeof value}`);
  }
}

function writeObject(value: object, pointer: string, ancestors: Set<object>): string {
  if (ancestors.has(value)) refuse(pointer, 'a cycle');
  ancestors.add(value);
  const text = Array.isArray(value)
    ? `[${Array.from(value, (item, index) => write(item, `${pointer}/${index}`, ancestors)).join(',')}]`
    : `{${Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, member]) => `${write(key, pointer, ancestors)}:${write(member, `${pointer}/${key}`, ancestors)}`)
        .join(',')}}`;
  ancestors.delete(value);
  return text;
}

/** True when every surrogate stands in a pair. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
