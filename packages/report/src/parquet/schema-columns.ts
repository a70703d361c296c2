import type { ColumnType, StructField } from './column-type.ts';

/** A column that holds a property of a JSON document. */
export interface PropertyColumn {
  readonly name: string;
  /** Properties on the way to the value. */
  readonly path: readonly string[];
  readonly type: ColumnType;
  readonly isNullable: boolean;
  readonly description: string;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/**
 * Columns of a JSON Schema, so that a property added to it is exported without a change here. Names in snake_case; properties of an
 * object become columns of their own behind its name; what no column type fits is kept as JSON.
 */
export function columnsOfSchema(root: Readonly<Record<string, unknown>>): PropertyColumn[] {
  const schema = root as Schema;
  const definitions = schema.$defs ?? {};
  const resolve = (given: Schema): Schema => {
    const target = given.$ref === undefined ? undefined : definitions[given.$ref.replace('#/$defs/', '')];
    return target === undefined ? given : { ...target, ...given };
  };
  const columnsOf = (parent: Schema, path: readonly string[], isOptional: boolean): PropertyColumn[] =>
    Object.entries(parent.properties ?? {}).flatMap(([key, given]) => {
      const property = resolve(given);
      const isNullable = isOptional || !(parent.required ?? []).includes(key) || typesOf(property).includes('null');
      const place = [...path, key];
      if (typeOf(property) === 'object' && property.properties !== undefined)
        return columnsOf(property, place, isNullable);
      const type = columnType(property, resolve);
      return [{ name: columnName(place), path: place, type, isNullable, description: property.description ?? '' }];
    });
  return columnsOf(schema, [], false);
}

function columnType(schema: Schema, resolve: (given: Schema) => Schema): ColumnType {
  switch (typeOf(schema)) {
    case 'string':
      return { kind: 'string' };
    case 'integer':
      return { kind: 'int32' };
    case 'number':
      return { kind: 'double' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return schema.items === undefined
        ? { kind: 'json' }
        : { kind: 'list', element: columnType(resolve(schema.items), resolve) };
    case 'object': {
      if (schema.properties === undefined) return { kind: 'json' };
      const fields = Object.entries(schema.properties).map(([key, given]): StructField => {
        const property = resolve(given);
        const isNullable = !(schema.required ?? []).includes(key) || typesOf(property).includes('null');
        return { name: snakeCase(key), key, type: columnType(property, resolve), isNullable };
      });
      return { kind: 'struct', fields };
    }
    default:
      return { kind: 'json' };
  }
}

const typesOf = (schema: Schema): readonly string[] => [schema.type ?? []].flat();

/** The one type beside null; `undefined` where there are several or none. */
function typeOf(schema: Schema): string | undefined {
  const types = typesOf(schema).filter((type) => type !== 'null');
  return types.length === 1 ? types[0] : undefined;
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `session.session` is `session`, `session.turn` is `session_turn`. */
function columnName(path: readonly string[]): string {
  return path
    .filter((part, index) => part !== path[index - 1])
    .map(snakeCase)
    .join('_');
}
