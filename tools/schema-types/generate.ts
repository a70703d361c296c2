import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

/**
 * Writes what follows from the JSON Schemas: their TypeScript types, the schemas as a module, so that a package
 * without I/O can validate, and the tables of docs/formats.md. With `--check` it writes nothing and ends with 1 when a
 * file is stale.
 */
const FOLDER = 'packages/contracts';
const HEADER = '// Generated from schemas/*.schema.json; edit those and run `npm run generate`.\n';

interface SchemaDocument {
  readonly $schema: string;
  readonly $id: string;
  readonly title: string;
  readonly description: string;
  readonly properties: Record<string, unknown>;
  readonly required?: string[];
  readonly $defs?: Record<string, unknown>;
}

function readSchemas(): Map<string, SchemaDocument> {
  const files = globSync(`${FOLDER}/schemas/*.v1.schema.json`).sort();
  const nameOf = (file: string): string => file.replace(/^.*\/|\.v1\.schema\.json$/g, '');
  return new Map(files.map((file) => [nameOf(file), JSON.parse(readFileSync(file, 'utf8')) as SchemaDocument]));
}

/** ajv needs the tag and its parent type stated beside `oneOf`; for the types the alternatives say all. */
function withoutTags(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTags);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutTags(inner)] as const);
  if (!('discriminator' in value) && !('anyOf' in value)) return Object.fromEntries(entries);
  return Object.fromEntries(entries.filter(([key]) => !['discriminator', 'type', 'required'].includes(key)));
}

/** Data is read-only, and json-schema-to-typescript has no option for it; the root that held all documents is left out. */
function asReadonly(types: string): string {
  return types
    .replace(/^export interface Documents \{\n[\s\S]*?^\}\n/m, '')
    .replaceAll(/^(\s+)((?:\[k: string\]|[a-zA-Z]+\??):)/gm, '$1readonly $2')
    .replaceAll(/: ([A-Za-z]+)\[\]/g, ': readonly $1[]');
}

/** One synthetic schema whose definitions are all documents, so that shared definitions become one type each. */
async function toTypes(schemas: Map<string, SchemaDocument>): Promise<string> {
  const definitions: Record<string, unknown> = {};
  const define = (name: string, definition: unknown): void => {
    const known = JSON.stringify(definitions[name]);
    if (known !== undefined && known !== JSON.stringify(definition)) {
      throw new Error(`two schemas define ${name} differently`);
    }
    definitions[name] = definition;
  };
  for (const { $schema: _dialect, $id: _id, $defs, title, ...document } of schemas.values()) {
    for (const [name, definition] of Object.entries($defs ?? {})) define(name, definition);
    define(title, document);
  }
  const moved = JSON.stringify(withoutTags(definitions)).replaceAll('#/$defs/', '#/definitions/');
  const root: JSONSchema = {
    title: 'Documents',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.keys(definitions).map((name) => [name, { $ref: `#/definitions/${name}` }])),
    definitions: JSON.parse(moved) as Record<string, JSONSchema>,
  };
  const types = await compile(root, 'Documents', {
    bannerComment: HEADER.trim(),
    unreachableDefinitions: false,
    style: { singleQuote: true, printWidth: 120 },
  });
  return asReadonly(types);
}

function toModule(schemas: Map<string, SchemaDocument>): string {
  const names = [...schemas.keys()];
  const entries = [...schemas].map(([name, schema]) => `  ${JSON.stringify(name)}: ${JSON.stringify(schema)},\n`);
  const documents = [...schemas].map(([name, { title }]) => `  readonly ${JSON.stringify(name)}: ${title};\n`);
  return [
    HEADER,
    `import type { ${[...schemas.values()].map(({ title }) => title).join(', ')} } from './documents.ts';\n`,
    '\n/** Every JSON Schema (2020-12) by document name. */\n',
    `export const schemas: Readonly<Record<SchemaName, Readonly<Record<string, unknown>>>> = {\n${entries.join('')}};\n`,
    `\n/** Names of the documents. */\nexport type SchemaName = ${names.map((name) => `'${name}'`).join(' | ')};\n`,
    `\n/** Type of each document. */\nexport interface DocumentTypes {\n${documents.join('')}}\n`,
  ].join('');
}

interface Property {
  readonly type?: string | string[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly $ref?: string;
  readonly oneOf?: readonly Property[];
}

function shownType(property: Property): string {
  if (property.const !== undefined) return `\`${property.const}\``;
  if (property.enum !== undefined) return property.enum.map((value) => `\`${value}\``).join(', ');
  if (property.$ref !== undefined) return property.$ref.replace('#/$defs/', '');
  if (property.oneOf !== undefined) return [...new Set(property.oneOf.map(shownType))].join(' or ');
  return [property.type ?? 'any'].flat().join(' or ');
}

function toFormatDocs(schemas: Map<string, SchemaDocument>): string {
  const sections = [...schemas.values()].map(({ $id, description, properties, required = [] }) => {
    const rows = Object.entries(properties as Record<string, Property>).map(([name, property]) => {
      const text = property.description ?? property.oneOf?.[0]?.description ?? '';
      return `| \`${name}\` | ${shownType(property)} | ${required.includes(name) ? 'yes' : 'no'} | ${text.replaceAll('|', '\\|')} |`;
    });
    return `## ${$id}\n\n${description}\n\n| field | type | required | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# File formats\n\nGenerated from the JSON Schemas in \`packages/contracts/schemas\`.\n\n${sections.join('\n')}`;
}

function currentText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // a file that is not there is stale
  }
}

const schemas = readSchemas();
const outputs: readonly (readonly [string, string])[] = [
  [`${FOLDER}/src/generated/documents.ts`, await toTypes(schemas)],
  [`${FOLDER}/src/generated/schemas.ts`, toModule(schemas)],
  ['docs/formats.md', toFormatDocs(schemas)],
];
const isCheck = process.argv.includes('--check');
const stale = outputs.filter(([file, text]) => currentText(file) !== text);
for (const [file, text] of stale) {
  if (isCheck) console.error(`${file} is stale: run npm run generate`);
  else writeFileSync(file, text);
}
process.exitCode = isCheck && stale.length > 0 ? 1 : 0;
