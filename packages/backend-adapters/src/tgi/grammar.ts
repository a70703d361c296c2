import type { ResponseFormat } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import { prepareForm } from '../openai/answer-form.ts';

/**
 * The JSON Schema that TGI holds an answer to. The router takes no form without a schema, and none whose schema has no `properties`.
 *
 * @throws AdapterError PROMPT_KIND_UNSUPPORTED for a form without a schema
 */
function schemaOf(format: ResponseFormat): Readonly<Record<string, unknown>> {
  if (format.kind === 'json-schema') return format.schema;
  throw new AdapterError('PROMPT_KIND_UNSUPPORTED', 'TGI holds answers to a JSON Schema, not to JSON alone', {
    hint: 'give the schema of the answer',
  });
}

/** `response_format` of the chat interface, in TGI's own form: it refuses OpenAI's. */
export function chatFormat(format: ResponseFormat | undefined): Readonly<Record<string, unknown>> {
  return format === undefined ? {} : { response_format: { type: 'json_object', value: schemaOf(format) } };
}

/** `grammar` of the native parameters, with a comma before it; empty for no form. Schemas are compiled here, before the load. */
export function grammarField(format: ResponseFormat | undefined, sample: Parameters<typeof prepareForm>[0]): string {
  if (format === undefined) return '';
  const value = schemaOf(format);
  prepareForm(sample);
  return `,"grammar":${JSON.stringify({ type: 'json', value })}`;
}
