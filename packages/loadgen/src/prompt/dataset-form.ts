import type { RequestSample, ResponseFormat, ToolDefinition } from '../backend/request-sample.ts';
import { type Fault, isObject } from './dataset-fault.ts';

/** Fields of a row that ask for a form of the answer. */
export type RowForm = Pick<RequestSample, 'tools' | 'toolChoice' | 'responseFormat'>;

type Row = Readonly<Record<string, unknown>>;

/** Reads `tools`, `tool_choice` and `response_format` in the shape of OpenAI's chat interface. Schemas themselves are not checked here. */
export function readForm(row: Row, fault: Fault): RowForm {
  const { tools, tool_choice: toolChoice, response_format: format } = row;
  return {
    ...(tools === undefined ? {} : { tools: readTools(tools, fault) }),
    ...(toolChoice === undefined ? {} : { toolChoice: readToolChoice(toolChoice, fault) }),
    ...readResponseFormat(format, fault),
  };
}

function readTools(tools: unknown, fault: Fault): readonly ToolDefinition[] {
  if (!Array.isArray(tools) || tools.length === 0) return fault('tools must be a list of at least one tool');
  return tools.map((tool: unknown): ToolDefinition => {
    const offered = isObject(tool) ? tool['function'] : undefined;
    if (!isObject(offered) || typeof offered['name'] !== 'string' || offered['name'] === '') {
      return fault('a tool is {"type":"function","function":{"name":…,"parameters":…}}');
    }
    const { name, description, parameters } = offered;
    if (parameters !== undefined && !isObject(parameters)) return fault(`the parameters of ${name} must be a schema`);
    return { name, description: typeof description === 'string' ? description : undefined, parameters };
  });
}

function readToolChoice(choice: unknown, fault: Fault): NonNullable<RequestSample['toolChoice']> {
  if (choice === 'auto' || choice === 'required' || choice === 'none') return choice;
  const named = isObject(choice) ? choice['function'] : undefined;
  if (isObject(named) && typeof named['name'] === 'string') return { name: named['name'] };
  return fault('tool_choice must be auto, required, none or {"type":"function","function":{"name":…}}');
}

function readResponseFormat(format: unknown, fault: Fault): { readonly responseFormat?: ResponseFormat } {
  if (format === undefined) return {};
  const type = isObject(format) ? format['type'] : undefined;
  if (type === 'text') return {};
  if (type === 'json_object') return { responseFormat: { kind: 'json-object' } };
  const named = isObject(format) && type === 'json_schema' ? format['json_schema'] : undefined;
  if (isObject(named) && isObject(named['schema'])) {
    const name = typeof named['name'] === 'string' ? named['name'] : 'answer';
    return { responseFormat: { kind: 'json-schema', name, schema: named['schema'] } };
  }
  return fault(
    'response_format must be {"type":"json_schema","json_schema":{"name":…,"schema":…}} or {"type":"json_object"}',
  );
}
