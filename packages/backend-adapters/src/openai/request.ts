import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';
import { jsonHeaders } from '../encoding/json-headers.ts';
import { plainPrompt } from '../encoding/plain-prompt.ts';

const encoder = new TextEncoder();

/** Bodies lie side by side in blocks of this size: an array buffer of its own costs each request more than its encoding. */
const BLOCK_BYTES = 64 * 1024;
const MAX_UTF8_BYTES_PER_UNIT = 3;
let block = new Uint8Array(BLOCK_BYTES);
let blockUsedBytes = 0;

/** UTF-8 of a text, at a place of a block that is written once only. */
function toBytes(text: string): Uint8Array {
  const mostBytes = text.length * MAX_UTF8_BYTES_PER_UNIT;
  if (mostBytes > BLOCK_BYTES / 4) return encoder.encode(text);
  if (blockUsedBytes + mostBytes > BLOCK_BYTES) {
    block = new Uint8Array(BLOCK_BYTES);
    blockUsedBytes = 0;
  }
  const { written } = encoder.encodeInto(text, block.subarray(blockUsedBytes));
  const start = blockUsedBytes;
  blockUsedBytes += written;
  return block.subarray(start, blockUsedBytes);
}

/**
 * Creates the function that encodes requests; what all of them have in common is written once. `extraOf` gives a runtime's own
 * parameters, whose names must not be among those of the interface. The function throws `AdapterError`
 * (`PROMPT_KIND_UNSUPPORTED`) for token IDs on the chat interface, which has no place for them.
 *
 * @throws AdapterError API_UNSUPPORTED
 */
export function createRequestEncoder(
  options: BackendOptions,
  extraOf?: (sample: RequestSample) => Readonly<Record<string, unknown>>,
): (sample: RequestSample) => EncodedRequest {
  const { api, model, isStreaming, includeUsage, basePath } = options;
  if (api !== 'chat' && api !== 'completions') {
    throw new AdapterError('API_UNSUPPORTED', `${options.backend} has no interface ${api}`, {
      hint: 'use --api chat or --api completions',
    });
  }
  const modelField = `"model":${JSON.stringify(model)}`;
  const commonFields = JSON.stringify({
    temperature: 0,
    ...(isStreaming ? { stream: true } : {}),
    ...(isStreaming && includeUsage ? { stream_options: { include_usage: true } } : {}),
  }).slice(1, -1);
  const path = `${basePath}/v1/${api === 'chat' ? 'chat/completions' : 'completions'}`;
  const headers = jsonHeaders(options);
  return (sample) => {
    const { maxOutputTokens } = sample;
    const limit = maxOutputTokens === undefined ? '' : `"max_tokens":${JSON.stringify(maxOutputTokens)},`;
    const extra = extraOf === undefined ? '' : JSON.stringify(extraOf(sample)).slice(1, -1);
    const last = extra === '' ? '' : `,${extra}`;
    const body = toBytes(`{${modelField},${promptField(api, sample)},${limit}${commonFields}${last}}`);
    return { method: 'POST', path, headers, body };
  };
}

function promptField(api: BackendOptions['api'], sample: RequestSample): string {
  const prompt = plainPrompt(sample.prompt, `the ${api} interface`);
  if (api === 'completions')
    return `"prompt":${JSON.stringify(prompt.kind === 'text' ? prompt.text : prompt.tokenIds)}`;
  if (prompt.kind === 'text') return `"messages":[{"role":"user","content":${JSON.stringify(prompt.text)}}]`;
  throw new AdapterError('PROMPT_KIND_UNSUPPORTED', 'the chat interface takes no token IDs', {
    hint: 'use --api completions',
  });
}
