import type { ResolvedOptions } from '../../options.ts';
import { tokenize } from '../../tokenizer.ts';
import { type Fields, isFields, type JsonBody, missingField, placeOf, readUnsigned } from './read-fields.ts';
import { invalid, isTgiRefusal, type TgiRefusal, wrongType } from './tgi-refusal.ts';
import { checkSampling, checkStops, LIMITS, readLengths, type TgiRequest } from './tgi-request.ts';

/** The seed of a request that samples and names none. */
const DRAWN_SEED = 1_234_567_890_123;

/** Reads the body of `/generate`, `/generate_stream` and `/`; the latter returns the prompt with the answer unless told not to. */
export function readNativeRequest(
  body: JsonBody,
  isStreaming: boolean,
  isFullTextDefault: boolean,
  options: ResolvedOptions,
): TgiRequest | TgiRefusal {
  const { inputs, parameters = {} } = body.fields;
  if (inputs === undefined) return missingField(body, 'inputs');
  if (typeof inputs !== 'string')
    return wrongType(`inputs: invalid type, expected a string ${placeOf(body.text, 'inputs')}`);
  const fields = isFields(parameters) ? parameters : {};
  const counts = readCounts(body, fields);
  if (isTgiRefusal(counts)) return counts;
  const refusal = checkParameters(fields, counts, isStreaming) ?? checkSampling(fields) ?? checkStops(fields['stop']);
  if (refusal !== undefined) return refusal;
  const whole = tokenize(inputs);
  const prompt = counts.truncate === undefined ? whole : whole.slice(-counts.truncate);
  if (prompt.length === 0) return invalid('`inputs` cannot be empty');
  const lengths = readLengths(counts.maxNewTokens, prompt.length, options);
  if (isTgiRefusal(lengths)) return lengths;
  const hasDetails = fields['details'] === true;
  const isFullText = fields['return_full_text'] ?? isFullTextDefault;
  return {
    api: 'native',
    model: options.model,
    // Each candidate is a generation of its own; the first one is the answer.
    prompts: Array.from({ length: counts.bestOf ?? 1 }, () => prompt),
    isStreaming,
    hasUsage: !isStreaming || hasDetails,
    hasContinuousUsage: false,
    ...lengths,
    characters: inputs.length,
    hasDetails,
    hasPrefill: fields['decoder_input_details'] === true,
    topTokens: counts.topTokens ?? 0,
    seed: readSeed(fields),
    before: isFullText === true ? inputs : '',
    tool: undefined,
  };
}

interface Counts {
  readonly maxNewTokens: number | undefined;
  readonly bestOf: number | undefined;
  readonly topTokens: number | undefined;
  readonly truncate: number | undefined;
}

function readCounts(body: JsonBody, fields: Fields): Counts | TgiRefusal {
  const read = (name: string): number | undefined | TgiRefusal =>
    readUnsigned(body, fields, name, `parameters.${name}`);
  const maxNewTokens = read('max_new_tokens');
  const bestOf = read('best_of');
  const topTokens = read('top_n_tokens');
  const truncate = read('truncate');
  for (const value of [maxNewTokens, bestOf, topTokens, truncate]) if (typeof value === 'object') return value;
  return { maxNewTokens, bestOf, topTokens, truncate } as Counts;
}

function checkParameters(fields: Fields, counts: Counts, isStreaming: boolean): TgiRefusal | undefined {
  const { bestOf = 1, topTokens = 0 } = counts;
  if (isStreaming && bestOf !== 1) return invalid('`best_of` != 1 is not supported when streaming tokens');
  if (isStreaming && fields['decoder_input_details'] === true)
    return invalid('`decoder_input_details` == true is not supported when streaming tokens');
  if (bestOf === 0 || bestOf > LIMITS.bestOf)
    return invalid(`\`best_of\` must be > 0 and <= ${LIMITS.bestOf}. Given: ${bestOf}`);
  if (topTokens > LIMITS.topTokens)
    return invalid(`\`top_n_tokens\` must be >= 0 and <= ${LIMITS.topTokens}. Given: ${topTokens}`);
  const { grammar } = fields;
  const schema = isFields(grammar) && grammar['type'] === 'json' ? grammar['value'] : undefined;
  if (isFields(schema) && schema['properties'] === undefined)
    return invalid("grammar is not valid: Grammar must have a 'properties' field");
  return undefined;
}

function readSeed(fields: Fields): number | null {
  const { seed } = fields;
  if (typeof seed === 'number') return seed;
  const isSampling =
    fields['do_sample'] === true || ['temperature', 'top_k', 'top_p'].some((name) => fields[name] != null);
  return isSampling ? DRAWN_SEED : null;
}
