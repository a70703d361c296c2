import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { jsonHeaders } from './json-headers.ts';

const encoder = new TextEncoder();

/** The function that encodes requests whose JSON body is what `bodyOf` makes of a sample; `path` stands behind the base path. */
export function createJsonEncoder(
  options: BackendOptions,
  path: string,
  bodyOf: (sample: RequestSample) => unknown,
): (sample: RequestSample) => EncodedRequest {
  const request = { method: 'POST', path: `${options.basePath}${path}`, headers: jsonHeaders(options) } as const;
  return (sample) => ({ ...request, body: encoder.encode(JSON.stringify(bodyOf(sample))) });
}
