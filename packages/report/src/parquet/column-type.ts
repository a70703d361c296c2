import type { SchemaElement } from 'hyparquet-writer';

/** Type of a column, by what SQL and data frames make of it. */
export type ColumnType =
  | { readonly kind: 'string' | 'int32' | 'double' | 'boolean' | 'json' }
  | { readonly kind: 'list'; readonly element: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] };

export interface StructField {
  readonly name: string;
  /** Property of the value. */
  readonly key: string;
  readonly type: ColumnType;
  readonly isNullable: boolean;
}

/** The type as DuckDB writes it. */
export function typeText(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'VARCHAR';
    case 'int32':
      return 'INTEGER';
    case 'double':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'json':
      return 'JSON';
    case 'list':
      return `${typeText(type.element)}[]`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${field.name} ${typeText(field.type)}`).join(', ')})`;
  }
}

/** Nodes of the Parquet schema, depth first; lists in the three levels of the specification. */
export function schemaElements(name: string, type: ColumnType, isNullable: boolean): SchemaElement[] {
  const base = { name, repetition_type: isNullable ? 'OPTIONAL' : 'REQUIRED' } as const;
  switch (type.kind) {
    case 'string':
      return [{ ...base, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    case 'json':
      return [{ ...base, type: 'BYTE_ARRAY', converted_type: 'JSON' }];
    case 'int32':
      return [{ ...base, type: 'INT32' }];
    case 'double':
      return [{ ...base, type: 'DOUBLE' }];
    case 'boolean':
      return [{ ...base, type: 'BOOLEAN' }];
    case 'list':
      return [
        { ...base, num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...schemaElements('element', type.element, false),
      ];
    case 'struct':
      return [
        { ...base, num_children: type.fields.length },
        ...type.fields.flatMap((field) => schemaElements(field.name, field.type, field.isNullable)),
      ];
  }
}

const INT32_MAX = 2_147_483_647;

/** The value as it is written; `undefined` for one that is not of the type. */
export function toCell(value: unknown, type: ColumnType): unknown {
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'int32':
      return Number.isInteger(value) && Math.abs(value as number) <= INT32_MAX ? value : undefined;
    case 'double':
      return typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'json':
      return value;
    case 'list': {
      if (!Array.isArray(value)) return undefined;
      const cells = value.map((each: unknown) => toCell(each, type.element));
      return cells.includes(undefined) ? undefined : cells;
    }
    case 'struct':
      return toStruct(value, type.fields);
  }
}

function toStruct(value: unknown, fields: readonly StructField[]): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const cells: Record<string, unknown> = {};
  for (const { name, key, type, isNullable } of fields) {
    const inner = (value as Readonly<Record<string, unknown>>)[key] ?? null;
    const cell = inner === null ? (isNullable ? null : undefined) : toCell(inner, type);
    if (cell === undefined) return undefined;
    cells[name] = cell;
  }
  return cells;
}
