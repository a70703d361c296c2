import { expect, test } from 'vitest';
import { ContractError } from './contract-error.ts';
import { formatIssues } from './issue.ts';
import { parseYamlDocument } from './parse-document.ts';

/** Code and formatted issues of a profile that cannot be read. */
function failure(text: string, file = 'p.yaml'): { code: string; lines: readonly string[] } {
  try {
    parseYamlDocument(text, file, 'profile');
  } catch (error: unknown) {
    if (error instanceof ContractError) {
      expect(error.issues.length).toBeGreaterThan(0);
      expect(error.message).toBe(formatIssues(error.issues));
      return { code: error.code, lines: error.message.split('\n') };
    }
    throw error;
  }
  throw new Error('the document was accepted');
}

test('reads YAML, JSON, a byte order mark and CRLF', () => {
  const expected = { rate: 5, slo: ['ttft_ms.p99<500'] };
  expect(parseYamlDocument('rate: 5\nslo:\n  - ttft_ms.p99<500\n', 'p.yaml', 'profile')).toEqual(expected);
  expect(parseYamlDocument('\ufeffrate: 5\r\nslo: [ttft_ms.p99<500]\r\n', 'p.yml', 'profile')).toEqual(expected);
  expect(parseYamlDocument('\ufeff{"rate": 5,\n\t"slo": ["ttft_ms.p99<500"]}', 'p.json', 'profile')).toEqual(expected);
});

test('reports every mistake at once, each with its place', () => {
  const text = [
    'rate: 0',
    'concurency: 1',
    'api: chta',
    'stream: yes',
    'requests: "5"',
    'duration: 60',
    'header: { a: 5 }',
    'slo: [1, a]',
    'inputTokens: abc',
    'seed: 99999999999999999999',
  ].join('\n');
  expect(failure(`\ufeff${text}`)).toEqual({
    code: 'DOCUMENT_INVALID',
    lines: [
      'p.yaml:1:7 /rate: out of range (expected a number above 0, got 0)',
      'p.yaml:2:1 /concurency: unknown key "concurency"; did you mean "concurrency"?',
      'p.yaml:3:6 /api: not an allowed value (expected one of chat, completions, responses, embeddings, native, v1, got "chta"); did you mean "chat"?',
      'p.yaml:4:9 /stream: wrong type (expected true or false, got "yes"); write true or false',
      'p.yaml:5:11 /requests: wrong type (expected a whole number, got "5"); write the number without quotes',
      'p.yaml:6:11 /duration: not in the right form (expected a time with a unit, such as 500ms, 60s or 2m, got 60)',
      'p.yaml:7:14 /header/a: fits none of the allowed shapes (expected text or { fromEnv } or { fromFile }, got 5)',
      'p.yaml:8:7 /slo/0: wrong type (expected text, got 1); write the value in quotes',
      'p.yaml:9:14 /inputTokens: not in the right form (expected a number of tokens, or uniform:MIN,MAX, normal:MEAN,STDDEV or lognormal:MEDIAN,SIGMA, got "abc")',
      'p.yaml:10:7 /seed: the number cannot be held exactly (expected a whole number up to 9007199254740991, got 99999999999999999999)',
    ],
  });
});

test.each([
  ['an empty file', '', 'p.yaml:1:1: the document is empty (expected a mapping of keys to values)'],
  ['comments alone', '# nothing\n', 'p.yaml:1:1: the document is empty'],
  ['a byte order mark alone', '\ufeff', 'p.yaml:1:1: the document is empty'],
  ['a key that stands twice', 'rate: 5\nrate: 6\n', 'p.yaml:2:1: a key stands twice; keep one of them'],
  ['an open list', 'slo: [1\n', 'p.yaml:2:1: Flow sequence'],
  ['a tab as indentation', 'slo:\n\t- a\n', 'p.yaml:2:1: Tabs are not allowed as indentation; indent with spaces'],
  ['two documents', 'rate: 1\n---\nrate: 2\n', 'p.yaml:2:1: a second document begins here'],
  ['an unknown tag', 'rate: !money 3', 'p.yaml:1:7: Unresolved tag: !money'],
  ['an unknown alias', 'rate: *fast', 'aliases cannot be resolved'],
  ['a key that is a list', '? [a]\n: 1\n', 'p.yaml:1:3: a key is not text'],
  ['nesting without end', `slo: ${'['.repeat(20_000)}`, 'p.yaml:1:1: the document is nested too deep'],
])('refuses %s as bad syntax', (_name, text, line) => {
  const { code, lines } = failure(text);
  expect(code).toBe('DOCUMENT_SYNTAX');
  expect(lines[0]).toContain(line);
  expect(lines.length).toBeLessThanOrEqual(20);
});

test('does not expand a bomb of aliases', () => {
  const list = (name: string, of: string): string => `${name}: &${name} [${Array(9).fill(of).join(',')}]`;
  const text = [list('a', 'x'), list('b', '*a'), list('c', '*b'), list('d', '*c'), list('e', '*d')].join('\n');
  expect(failure(text).lines[0]).toContain('aliases cannot be resolved');
});

test.each([
  ['1e400', 'a finite number, got 1e400'],
  ['.nan', 'a finite number, got .nan'],
  ['-.inf', 'a finite number, got -.inf'],
  ['9007199254740993', 'a whole number up to 9007199254740991, got 9007199254740993'],
])('refuses the number %s instead of rounding it', (number, text) => {
  expect(failure(`rate: ${number}`).lines[0]).toContain(
    `p.yaml:1:7 /rate: the number cannot be held exactly (expected ${text})`,
  );
});

test.each([
  ['a trailing comma', '{"rate": 5,}', '1:12: not valid JSON (expected a key in double quotes, got "}")'],
  ['a comment', '{"rate": 5 // fast\n}', '1:12: not valid JSON (expected a comma or }, got "/")'],
  ['single quotes', "{'rate': 5}", '1:2: not valid JSON (expected a key in double quotes'],
  ['YAML', 'rate: 5', '1:1: not valid JSON (expected a value, got "r")'],
  ['a cut file', '{"rate":\n', '2:1: not valid JSON (expected a value, got the end of the text)'],
  ['a key that stands twice', '{"rate": 5,\n "rate": 6}', '2:2: a key stands twice'],
  ['no text', '', '1:1: not valid JSON (expected a value, got the end of the text)'],
])('refuses %s in JSON', (_name, text, line) => {
  const { code, lines } = failure(text, 'p.json');
  expect(code).toBe('DOCUMENT_SYNTAX');
  expect(lines[0]).toContain(`p.json:${line}`);
});

test.each([
  ['a list', '- 1', 'p.yaml:1:1: wrong type (expected a mapping, got a list of 1)'],
  ['a text', 'fast', 'p.yaml:1:1: wrong type (expected a mapping, got "fast")'],
])('refuses %s where a mapping belongs', (_name, text, line) => {
  expect(failure(text)).toEqual({ code: 'DOCUMENT_INVALID', lines: [line] });
});

test('treats names of built-in members as unknown keys', () => {
  expect(failure('__proto__: { rate: 1 }\nconstructor: 2\n').lines).toEqual([
    expect.stringContaining('p.yaml:1:1 /__proto__: unknown key'),
    expect.stringContaining('p.yaml:2:1 /constructor: unknown key'),
  ]);
});

test('escapes pointers and finds places behind aliases and in nested mappings', () => {
  const text = 'tls: &t\n  caFile: 5\n  a/b~c: 1\n';
  expect(failure(text).lines).toEqual([
    expect.stringContaining('p.yaml:2:11 /tls/caFile: wrong type'),
    expect.stringContaining('p.yaml:3:3 /tls/a~1b~0c: unknown key "a/b~c"'),
  ]);
});
