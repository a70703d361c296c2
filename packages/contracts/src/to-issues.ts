import type { ErrorObject } from 'ajv/dist/2020.js';
import { didYouMean } from './did-you-mean.ts';
import { type ContractIssue, describeValue } from './issue.ts';

/** Issues of what ajv found, in the order of the document's pointers as ajv walks them, without duplicates. */
export function toIssues(errors: readonly ErrorObject[]): readonly ContractIssue[] {
  const issues = new Map<string, ContractIssue>();
  const choices = errors.filter(isChoice);
  for (const error of withoutBranchNoise(errors)) {
    const issue = withChoice(toIssue(error), error, choices);
    const key = `${issue.pointer} ${issue.message}`;
    if (!issues.has(key)) issues.set(key, issue);
  }
  return [...issues.values()];
}

const isChoice = ({ keyword }: ErrorObject): boolean => keyword === 'oneOf' || keyword === 'anyOf';

/** A key of another alternative is not unknown: it excludes the one that is there. */
function withChoice(issue: ContractIssue, error: ErrorObject, choices: readonly ErrorObject[]): ContractIssue {
  if (error.keyword !== 'additionalProperties') return issue;
  const choice = choices.find(
    ({ schemaPath, instancePath }) =>
      error.schemaPath.startsWith(`${schemaPath}/`) && error.instancePath === instancePath,
  );
  const branches: unknown = choice?.parentSchema?.[choice.keyword];
  const keys = (Array.isArray(branches) ? branches : []).flatMap((branch) => Object.keys(branch?.properties ?? {}));
  const key = String(error.params['additionalProperty']);
  if (!keys.includes(key)) return issue;
  const message = `${JSON.stringify(key)} and another key exclude each other`;
  return { ...issue, message, hint: `give either ${[...new Set(keys)].join(' or ')}` };
}

/**
 * A failed `oneOf` reports every alternative. Kept is the alternative that fits best: not one whose type is another
 * at the very place, and of the rest the one with the fewest errors.
 */
function withoutBranchNoise(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let kept = errors;
  for (const choice of errors.filter(isChoice)) {
    const prefix = `${choice.schemaPath}/`;
    const inside = kept.filter((error) => error.schemaPath.startsWith(prefix));
    const branches = new Map<string, ErrorObject[]>();
    for (const error of inside) {
      const branch = error.schemaPath.slice(prefix.length).split('/')[0] ?? '';
      branches.set(branch, [...(branches.get(branch) ?? []), error]);
    }
    const fitting = [...branches.values()].filter(
      (branch) => !branch.some((error) => error.keyword === 'type' && error.instancePath === choice.instancePath),
    );
    const best = fitting.sort((a, b) => a.length - b.length)[0];
    const dropped = new Set(best === undefined ? inside : [choice, ...inside.filter((error) => !best.includes(error))]);
    kept = kept.filter((error) => !dropped.has(error));
  }
  return kept;
}

interface Text {
  readonly pointer?: string;
  readonly message: string;
  readonly expected?: string | undefined;
  readonly got?: string | undefined;
  readonly hint?: string | undefined;
}

function toIssue(error: ErrorObject): ContractIssue {
  const text = explain(error);
  return {
    file: undefined,
    line: undefined,
    column: undefined,
    pointer: text.pointer ?? error.instancePath,
    message: text.message,
    expected: text.expected,
    got: 'got' in text ? text.got : describeValue(error.data),
    hint: text.hint,
  };
}

/** Annotation `expected` of our schemas: what a valid value looks like, in words. */
function annotated(error: ErrorObject): string | undefined {
  const text: unknown = error.parentSchema?.['expected'];
  return typeof text === 'string' ? text : undefined;
}

const BOUNDS: Readonly<Record<string, string>> = {
  minimum: 'at least',
  maximum: 'at most',
  exclusiveMinimum: 'above',
  exclusiveMaximum: 'below',
};

/** Types of JSON Schema as people read them. */
export const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

function explain(error: ErrorObject): Text {
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (error.keyword) {
    case 'additionalProperties':
      return explainUnknownKey(error, String(params['additionalProperty']));
    case 'required':
      return { message: `the key ${JSON.stringify(params['missingProperty'])} is missing`, got: undefined };
    case 'type':
      return explainType(error, params['type']);
    case 'enum':
    case 'const':
      return explainChoice(error, error.keyword === 'const' ? [params['allowedValue']] : params['allowedValues']);
    case 'discriminator':
      return explainTag(error, String(params['tag']));
    case 'pattern':
      return {
        message: 'not in the right form',
        expected: annotated(error) ?? `text that matches ${String(params['pattern'])}`,
      };
    case 'minLength':
      return { message: 'must not be empty', expected: annotated(error) };
    case 'maxLength':
      return { message: 'too long', expected: `at most ${String(params['limit'])} characters` };
    case 'oneOf':
    case 'anyOf':
      return { message: 'fits none of the allowed shapes', expected: alternatives(error) };
    default:
      return explainBound(error, BOUNDS[error.keyword], params['limit']);
  }
}

function explainBound(error: ErrorObject, bound: string | undefined, limit: unknown): Text {
  if (bound === undefined) return { message: error.message ?? `breaks the rule ${error.keyword}` };
  const isForm = annotated(error) !== undefined;
  return {
    message: isForm ? 'not in the right form' : 'out of range',
    expected: annotated(error) ?? `a number ${bound} ${String(limit)}`,
  };
}

function explainUnknownKey(error: ErrorObject, key: string): Text {
  const properties: unknown = error.parentSchema?.['properties'];
  const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const meant = didYouMean(key, known);
  const escaped = key.replaceAll('~', '~0').replaceAll('/', '~1');
  return {
    pointer: `${error.instancePath}/${escaped}`,
    message: `unknown key ${JSON.stringify(key)}`,
    got: undefined,
    hint: meant === undefined ? `known keys: ${known.join(', ')}` : `did you mean ${JSON.stringify(meant)}?`,
  };
}

const BOOLEAN_WORDS: ReadonlySet<string> = new Set(['yes', 'no', 'on', 'off', 'y', 'n']);

function explainType(error: ErrorObject, type: unknown): Text {
  const types = [type].flat().map(String);
  const expected = annotated(error) ?? types.map((name) => TYPE_NAMES[name] ?? name).join(' or ');
  const { data } = error;
  let hint: string | undefined;
  if (typeof data === 'string') {
    if (types.includes('boolean') && BOOLEAN_WORDS.has(data.toLowerCase())) hint = 'write true or false';
    else if (/^-?\d+(\.\d+)?$/.test(data) && (types.includes('number') || types.includes('integer'))) {
      hint = 'write the number without quotes';
    }
  } else if (typeof data === 'number' && types.includes('string')) hint = 'write the value in quotes';
  return { message: 'wrong type', expected, hint: annotated(error) === undefined ? hint : undefined };
}

function explainChoice(error: ErrorObject, allowed: unknown): Text {
  const values = [allowed].flat().map(String);
  const meant = typeof error.data === 'string' ? didYouMean(error.data, values) : undefined;
  return {
    message: 'not an allowed value',
    expected: values.length === 1 ? values[0] : `one of ${values.join(', ')}`,
    hint: meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`,
  };
}

/** `discriminator` says only that the tag is not known; the alternatives list the tags. */
function explainTag(error: ErrorObject, tag: string): Text {
  const value: unknown =
    typeof error.data === 'object' && error.data !== null ? Reflect.get(error.data, tag) : undefined;
  const branches: unknown = error.parentSchema?.['oneOf'];
  const tags = (Array.isArray(branches) ? branches : []).flatMap((branch) => {
    const allowed: unknown = branch?.properties?.[tag]?.const;
    return typeof allowed === 'string' ? [allowed] : [];
  });
  const meant = typeof value === 'string' ? didYouMean(value, tags) : undefined;
  return {
    pointer: `${error.instancePath}/${tag}`,
    message: 'not an allowed value',
    expected: `one of ${tags.join(', ')}`,
    got: describeValue(value),
    hint: meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`,
  };
}

function alternatives(error: ErrorObject): string | undefined {
  const branches: unknown = error.parentSchema?.[error.keyword];
  if (!Array.isArray(branches)) return undefined;
  return branches
    .map((branch: Readonly<Record<string, unknown>>) => {
      const properties: unknown = branch['properties'];
      if (typeof properties === 'object' && properties !== null) return `{ ${Object.keys(properties).join(', ')} }`;
      return TYPE_NAMES[String(branch['type'])] ?? String(branch['description'] ?? branch['type']);
    })
    .join(' or ');
}
