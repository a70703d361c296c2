import { ReportError } from '../errors.ts';

/** A value of a JSON document and where it stands, so that what does not fit is told with its place. */
export class JsonPlace {
  readonly #value: unknown;
  readonly #file: string;
  readonly #pointer: string;

  constructor(value: unknown, file: string, pointer = '') {
    this.#value = value;
    this.#file = file;
    this.#pointer = pointer;
  }

  get isMissing(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  /** The property, or a missing value. @throws ReportError IMPORT_INVALID where this is no object */
  at(...keys: readonly string[]): JsonPlace {
    let place: JsonPlace = this;
    for (const key of keys) place = place.#property(key);
    return place;
  }

  #property(key: string): JsonPlace {
    if (this.isMissing) return new JsonPlace(undefined, this.#file, `${this.#pointer}/${key}`);
    if (typeof this.#value !== 'object' || Array.isArray(this.#value)) throw this.fault('an object');
    const properties = this.#value as Readonly<Record<string, unknown>>;
    return new JsonPlace(
      Object.hasOwn(properties, key) ? properties[key] : undefined,
      this.#file,
      `${this.#pointer}/${key}`,
    );
  }

  number(): number {
    if (typeof this.#value !== 'number') throw this.fault('a number');
    return this.#value;
  }

  /** A time, a rate or a length: none is below 0. */
  amount(): number {
    const value = this.number();
    if (!(value >= 0 && Number.isFinite(value))) throw this.fault('a number from 0');
    return value;
  }

  amountOrNull(): number | null {
    return this.isMissing ? null : this.amount();
  }

  count(): number {
    const value = this.number();
    if (!Number.isInteger(value) || value < 0) throw this.fault('a whole number from 0');
    return value;
  }

  numberOrNull(): number | null {
    return this.isMissing ? null : this.number();
  }

  textOrNull(): string | null {
    if (this.isMissing) return null;
    if (typeof this.#value !== 'string') throw this.fault('a text');
    return this.#value;
  }

  list(): JsonPlace[] {
    if (!Array.isArray(this.#value)) throw this.fault('a list');
    return this.#value.map((value: unknown, index) => new JsonPlace(value, this.#file, `${this.#pointer}/${index}`));
  }

  listOrEmpty(): JsonPlace[] {
    return this.isMissing ? [] : this.list();
  }

  /** The number, where this is one; for fields that are a number or a word. */
  numberIfAny(): number | null {
    return typeof this.#value === 'number' ? this.#value : null;
  }

  fault(expected: string): ReportError {
    const got = this.#value === undefined ? 'nothing' : JSON.stringify(this.#value).slice(0, 40);
    const place = this.#pointer === '' ? this.#file : `${this.#file} ${this.#pointer}`;
    return new ReportError(
      'IMPORT_INVALID',
      `${place}: expected ${expected}, got ${got}`,
      'the file is damaged, or comes from a version of the tool that is not known',
    );
  }
}
