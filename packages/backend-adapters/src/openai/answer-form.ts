import type { RequestSample, ToolDefinition } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import { prepareSchema } from '../answer/check-json.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether a request asks for a form of its answer: then the content is looked at, and the answer must end by itself. */
export const asksForForm = ({ responseFormat, tools }: RequestSample): boolean =>
  responseFormat !== undefined || tools !== undefined;

/**
 * Compiles the schemas of a request, so that none is compiled when answers come.
 *
 * @throws AdapterError SCHEMA_INVALID
 */
export function prepareForm({ responseFormat, tools = [] }: RequestSample): void {
  if (responseFormat?.kind === 'json-schema') {
    assertSchema(responseFormat.schema, `the schema of the response format ${responseFormat.name}`);
  }
  for (const { name, parameters } of tools) {
    if (parameters !== undefined) assertSchema(parameters, `the parameters of the tool ${name}`);
  }
}

function assertSchema(schema: Json, what: string): void {
  const problem = prepareSchema(schema);
  if (problem === undefined) return;
  throw new AdapterError('SCHEMA_INVALID', `${what}: ${problem}`, { hint: 'it must be a JSON Schema, draft 2020-12' });
}

/** Tools and form of the answer as the chat interface writes them; completions know the form only. */
export function chatFormFields({ tools, toolChoice, responseFormat }: RequestSample): Json {
  return {
    ...(tools === undefined ? {} : { tools: tools.map((tool) => ({ type: 'function', function: toFunction(tool) })) }),
    ...(toolChoice === undefined
      ? {}
      : {
          tool_choice:
            typeof toolChoice === 'string' ? toolChoice : { type: 'function', function: { name: toolChoice.name } },
        }),
    ...(responseFormat === undefined
      ? {}
      : {
          response_format:
            responseFormat.kind === 'json-object'
              ? { type: 'json_object' }
              : {
                  type: 'json_schema',
                  json_schema: { name: responseFormat.name, schema: responseFormat.schema, strict: true },
                },
        }),
  };
}

/** The same as the responses interface writes it. */
export function responsesFormFields({ tools, toolChoice, responseFormat }: RequestSample): Json {
  return {
    ...(tools === undefined
      ? {}
      : { tools: tools.map((tool) => ({ type: 'function', ...toFunction(tool), strict: false })) }),
    ...(toolChoice === undefined
      ? {}
      : { tool_choice: typeof toolChoice === 'string' ? toolChoice : { type: 'function', name: toolChoice.name } }),
    ...(responseFormat === undefined
      ? {}
      : {
          text: {
            format:
              responseFormat.kind === 'json-object'
                ? { type: 'json_object' }
                : { type: 'json_schema', name: responseFormat.name, schema: responseFormat.schema, strict: true },
          },
        }),
  };
}

function toFunction({ name, description, parameters }: ToolDefinition): Json {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}
