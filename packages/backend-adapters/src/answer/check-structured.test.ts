import { describe, expect, it } from 'vitest';
import { prepareSchema } from './check-json.ts';
import { checkStructured } from './check-structured.ts';

const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { age: { type: 'integer' } },
  required: ['age'],
};
const format = { kind: 'json-schema', name: 'person', schema } as const;

describe('structured answers', () => {
  it.each([
    ['{"age":3}', { structured: 'valid' }],
    [' {"age":3}\n', { structured: 'valid' }],
    ['{"age":"3"}', { structured: 'schema-invalid', structuredProblem: '/age must be integer' }],
    ['{}', { structured: 'schema-invalid', structuredProblem: "/ must have required property 'age'" }],
    ['```json\n{"age":3}\n```', { structured: 'repaired', repair: 'code-fence' }],
    ['Sure! {"age":3} Anything else?', { structured: 'repaired', repair: 'surrounding-text' }],
    ['```json\n{"age":"3"}\n```', { structured: 'not-json' }],
    ['{"age":', { structured: 'not-json' }],
    ['', { structured: 'not-json' }],
  ])('%j', (text, facts) => {
    expect(checkStructured(text, format)).toMatchObject(facts);
  });

  it('takes any object where no schema was given, and nothing else', () => {
    expect(checkStructured('{"a":1}', { kind: 'json-object' })).toEqual({ structured: 'valid' });
    expect(checkStructured('[1]', { kind: 'json-object' })).toMatchObject({ structured: 'schema-invalid' });
  });

  it('says what is wrong with a schema, and never calls an answer valid by it', () => {
    const broken = { type: 'objekt' };
    expect(prepareSchema(broken)).toContain('type');
    expect(checkStructured('{}', { kind: 'json-schema', name: 'x', schema: broken })).toMatchObject({
      structured: 'schema-invalid',
      structuredProblem: expect.stringContaining('the schema is wrong'),
    });
  });
});
