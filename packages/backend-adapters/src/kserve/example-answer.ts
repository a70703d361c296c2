import type { KserveProtocol } from './infer-body.ts';

/** A good answer of V1 or V2, as bytes of HTTP/1.1: what a client can rehearse with. */
export function createInferExample(protocol: KserveProtocol): Uint8Array {
  const data = [' one two three four five six'];
  const body = JSON.stringify(
    protocol === 'v1'
      ? { predictions: data }
      : {
          model_name: 'example',
          model_version: null,
          id: '0',
          parameters: null,
          outputs: [{ name: 'text_output', shape: [1], datatype: 'BYTES', parameters: null, data }],
        },
  );
  return new TextEncoder().encode(
    `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\ncontent-type: application/json\r\n\r\n${body}`,
  );
}
