import type { FetchText } from '@assay/loadgen';
import { loadCaptures } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { fetchCaptures } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';
import { askPromptTensor } from './prompt-tensor.ts';

const OPTIONS: BackendOptions = {
  ...PLAIN_OPTIONS,
  backend: 'kserve',
  api: 'native',
  isStreaming: false,
};

const answering =
  (body: string, status = 200): FetchText =>
  async () => ({ status, headers: new Map(), body });
const inputs = (...list: readonly unknown[]): FetchText => answering(JSON.stringify({ name: 'm', inputs: list }));
const bytes = (name: string, shape: unknown): object => ({ name, datatype: 'BYTES', shape });
const LIMIT = { name: 'limit', datatype: 'INT32', shape: [1] };

describe('the input that takes the prompt', () => {
  it.each([
    ['the only one of texts', [LIMIT, bytes('PROMPT', [1])], { name: 'PROMPT', shape: [1] }],
    ['open sizes are one', [bytes('q', [-1, 1])], { name: 'q', shape: [1, 1] }],
    ['sizes written as texts', [bytes('q', ['-1'])], { name: 'q', shape: [1] }],
    ['no sizes at all', [bytes('q', [])], { name: 'q', shape: [1] }],
    ['text_input before others', [bytes('stop', [-1]), bytes('text_input', [1])], { name: 'text_input', shape: [1] }],
    ['one that a text fills', [bytes('pair', [2]), bytes('q', [1])], { name: 'q', shape: [1] }],
  ])('%s', async (_, list, tensor) => {
    expect(await askPromptTensor(OPTIONS, inputs(...list))).toEqual({ tensor });
  });

  it.each([
    ['GET /v2/models/m lists no inputs', inputs()],
    ['GET /v2/models/m lists no inputs', answering('[]')],
    ['GET /v2/models/m lists no BYTES input that one text fills', inputs(LIMIT, bytes('pair', [2]))],
    ['GET /v2/models/m answers 404', answering('', 404)],
  ])('%s', async (reason, fetchText) => {
    expect(await askPromptTensor(OPTIONS, fetchText)).toEqual({ reason });
  });

  const captures = loadCaptures();
  const captured = (name: string) => captures.find((capture) => capture.name === name);
  it.skipIf(captures.length === 0)(
    'of captured metadata: Triton lists inputs, a Python model of KServe none',
    async () => {
      const meta = captured('triton-2.51.0/model_meta');
      const none = captured('kserve-0.21.0/v2_meta');
      const ask = (model: string) =>
        askPromptTensor(
          { ...OPTIONS, model },
          fetchCaptures({ '/v2/models/tokstream': meta, '/v2/models/echo': none }),
        );
      expect(await ask('tokstream')).toEqual({ tensor: { name: 'text_input', shape: [1] } });
      expect(await ask('echo')).toEqual({ reason: 'GET /v2/models/echo lists no inputs' });
    },
  );
});

describe('capabilities', () => {
  it('tell it for V2 alone', async () => {
    const fetchText = inputs(bytes('PROMPT', [-1]));
    const native = await createBackend(OPTIONS).capabilities(fetchText);
    expect(native.promptTensor).toEqual({ name: 'PROMPT', shape: [1] });
    const v1 = await createBackend({ ...OPTIONS, api: 'v1' }).capabilities(fetchText);
    expect(v1.promptTensor).toBeUndefined();
    expect(v1.unknownBecause?.['promptTensor']).toContain('no input');
  });
});
