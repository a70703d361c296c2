import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

/**
 * Writes what follows from the JSON Schemas: their TypeScript types, and the schemas as a module, so that a package
 * without I/O can validate. With `--check` it writes nothing and ends with 1 when a file is stale.
 */
const FOLDER = 'packages/contracts';
const HEADER = '// Generated from schemas/*.schema.json; edit those and run `npm run generate`.\n';

interface SchemaDocument extends JSONSchema {
  readonly $id: string;
  readonly title: string;
  readonly description: string;
  readonly properties: Record<string, unknown>;
  readonly $defs?: Record<string, unknown>;
}

function readSchemas(): Map<string, SchemaDocument> {
  const files = globSync(`${FOLDER}/schemas/*.v1.schema.json`).sort();
  return new Map(
    files.map((file) => [
      file.replace(/^.*\/|\.v1\.schema\.json$/g, ''),
      JSON.parse(readFileSync(file, 'utf8')) as SchemaDocument,
    ]),
  );
}

/** One synthetic schema whose definitions are all documents, so that shared definitions become one type each. */
async function toTypes(schemas: Map<string, SchemaDocument>): Promise<string> {
  const definitions: Record<string, unknown> = {};
  for (const { $schema: _dialect, $id: _id, $defs, title, ...document } of schemas.values()) {
    for (const [name, definition] of Object.entries($defs ?? {})) {
      if (
        name in definitions &&
        JSON.stringify(definitions[name]) !== JSON.stringify(definition) &&
        name !== 'RunConfig'
      ) {
        throw new Error(`two schemas define ${name} differently`);
      }
      definitions[name] ??= definition;
    }
    definitions[title] = document;
  }
  const root: JSONSchema = {
    title: 'Documents',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.keys(definitions).map((name) => [name, { $ref: `#/definitions/${name}` }])),
    definitions: JSON.parse(JSON.stringify(definitions).replaceAll('#/$defs/', '#/definitions/')) as Record<
      string,
      JSONSchema
    >,
  };
  return await compile(root, 'Documents', {
    bannerComment: HEADER.trim(),
    unreachableDefinitions: false,
    strictIndexSignatures: false,
    style: { singleQuote: true, printWidth: 120 },
  });
}

function toModule(schemas: Map<string, SchemaDocument>): string {
  const entries = [...schemas]
    .map(([name, schema]) => `  ${JSON.stringify(name)}: ${JSON.stringify(schema)},\n`)
    .join('');
  return `${HEADER}/** Every JSON Schema (2020-12) by document name. */\nexport const schemas: Readonly<Record<SchemaName, Readonly<Record<string, unknown>>>> = {\n${entries}};\n\n/** Names of the documents. */\nexport type SchemaName = ${[...schemas.keys()].map((name) => `'${name}'`).join(' | ')};\n`;
}

function toFormatDocs(schemas: Map<string, SchemaDocument>): string {
  const tables = [...schemas.values()].map(({ $id, description, properties }) => {
    const rows = Object.entries(properties).map(([name, property]) => {
      const {
        type,
        enum: values,
        description: text,
        $ref,
        oneOf,
      } = property as {
        type?: string | string[];
        enum?: string[];
        description?: string;
        $ref?: string;
        oneOf?: unknown[];
      };
      const shown =
        values?.map((value) => `\`${value}\``).join(', ') ??
        $ref?.replace('#/$defs/', '') ??
        (oneOf ? 'one of several' : [type].flat().join(' or '));
      return `| \`${name}\` | ${shown} | ${text ?? ''} |`;
    });
    return `## ${$id}\n${description}\n\n| field | type | meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# File formats\n\nGenerated from the JSON Schemas in \`packages/contracts/schemas\`.\n\n${tables.join('\n')}`;
}

const schemas = readSchemas();
const outputs: readonly (readonly [string, string])[] = [
  [`${FOLDER}/src/generated/types.ts`, await toTypes(schemas)],
  [`${FOLDER}/src/generated/schemas.ts`, toModule(schemas)],
  ['docs/formats.md', toFormatDocs(schemas)],
];
const isCheck = process.argv.includes('--check');
const current = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // a file that is not there is stale
  }
};
const stale = outputs.filter(([file, text]) => current(file) !== text);
for (const [file, text] of stale) {
  if (isCheck) console.error(`${file} is stale: run npm run generate`);
  else writeFileSync(file, text);
}
process.exitCode = isCheck && stale.length > 0 ? 1 : 0;
