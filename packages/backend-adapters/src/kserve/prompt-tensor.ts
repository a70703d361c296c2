import type { FetchText, PromptTensor } from '@assay/loadgen';
import { isRecord } from '@assay/wire';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { get } from '../openai/capabilities.ts';

/** Where the prompt goes when the model does not say: the name that the backends of vLLM and TensorRT-LLM use. */
export const DEFAULT_PROMPT_TENSOR: PromptTensor = { name: 'text_input', shape: [1] };

/** The input of a model that takes texts, or why none is known. */
export type FoundTensor = { readonly tensor: PromptTensor } | { readonly reason: string };

/**
 * Asks the metadata of the model (`/v2/models/M`, Open Inference Protocol) for its inputs. The one that takes the prompt is the BYTES
 * input named `text_input`, else the first BYTES input that one text fills; sizes that are open (-1) are 1.
 */
export async function askPromptTensor(options: BackendOptions, fetchText: FetchText): Promise<FoundTensor> {
  const path = `/v2/models/${encodeURIComponent(options.model)}`;
  const { status, body } = await fetchText(get(options, path));
  if (status !== 200) return { reason: `GET ${path} answers ${status}` };
  const inputs = parseObject(body)?.['inputs'];
  const listed = Array.isArray(inputs) ? inputs.filter(isRecord) : [];
  if (listed.length === 0) return { reason: `GET ${path} lists no inputs` };
  const fitting = listed.flatMap(toPromptTensor);
  const tensor = fitting.find(({ name }) => name === DEFAULT_PROMPT_TENSOR.name) ?? fitting[0];
  return tensor === undefined ? { reason: `GET ${path} lists no BYTES input that one text fills` } : { tensor };
}

function toPromptTensor({ name, datatype, shape }: Readonly<Record<string, unknown>>): readonly PromptTensor[] {
  if (typeof name !== 'string' || datatype !== 'BYTES' || !Array.isArray(shape)) return [];
  // Servers write open sizes as -1, and some write every number as a text.
  const sizes = shape.map((size) => (Number(size) === -1 ? 1 : Number(size)));
  return sizes.every((size) => size === 1) ? [{ name, shape: sizes.length === 0 ? [1] : sizes }] : [];
}
