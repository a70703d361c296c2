import { isRecord, readInferBody } from '@assay/wire';
import type { ContentCollector } from '../answer/answer-content.ts';
import { createTextCollector } from '../answer/text-collector.ts';

/** Fields under which models of V1 return the text of an answer. */
const TEXT_FIELDS = ['generated_text', 'text'] as const;

/**
 * Collects the text of V2's and V1's answers: the BYTES output, `text_output` where there are several, or the prediction, where that is a text or
 * holds one. Other answers have no text that a tokenizer could count.
 */
export const createInferCollector = (): ContentCollector => createTextCollector(textOf);

function textOf(value: Readonly<Record<string, unknown>>): string | undefined {
  const body = readInferBody(value);
  if (body.kind === 'predictions') return joined(body.predictions.map(predictedText));
  if (body.kind !== 'tensors') return undefined;
  const texts = body.outputs.filter(({ datatype }) => datatype === 'BYTES');
  const output = texts.find(({ name }) => name === 'text_output') ?? texts[0];
  return joined(output?.data?.flat(8) ?? []);
}

function predictedText(prediction: unknown): unknown {
  if (!isRecord(prediction)) return prediction;
  return TEXT_FIELDS.map((field) => prediction[field]).find((text) => typeof text === 'string');
}

const joined = (texts: readonly unknown[]): string | undefined =>
  texts.length > 0 && texts.every((text) => typeof text === 'string') ? texts.join('') : undefined;
