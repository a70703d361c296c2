import type { InferTensor } from './infer-response.ts';

/** The outputs with what the binary part says of them, or why it does not fit. */
export type BinaryTensors =
  | { readonly outputs: readonly InferTensor[]; readonly message: undefined }
  | { readonly outputs: undefined; readonly message: string };

type ReadElement = (view: DataView, at: number) => number | undefined;

/** Bytes of one element and its value; halves of floats are not read, only counted. */
const ELEMENTS: ReadonlyMap<string, readonly [bytes: number, read: ReadElement]> = new Map<
  string,
  readonly [number, ReadElement]
>([
  ['BOOL', [1, (view, at) => view.getUint8(at)]],
  ['UINT8', [1, (view, at) => view.getUint8(at)]],
  ['INT8', [1, (view, at) => view.getInt8(at)]],
  ['UINT16', [2, (view, at) => view.getUint16(at, true)]],
  ['INT16', [2, (view, at) => view.getInt16(at, true)]],
  ['FP16', [2, () => undefined]],
  ['BF16', [2, () => undefined]],
  ['UINT32', [4, (view, at) => view.getUint32(at, true)]],
  ['INT32', [4, (view, at) => view.getInt32(at, true)]],
  ['FP32', [4, (view, at) => view.getFloat32(at, true)]],
  ['UINT64', [8, (view, at) => Number(view.getBigUint64(at, true))]],
  ['INT64', [8, (view, at) => Number(view.getBigInt64(at, true))]],
  ['FP64', [8, (view, at) => view.getFloat64(at, true)]],
]);

/**
 * Fills in the outputs whose data stands behind the JSON, in the order of the outputs (Open Inference Protocol, binary tensor data
 * extension: little-endian; each element of BYTES begins with its length in four bytes). `bytes` is the binary part alone.
 */
export function readBinaryTensors(outputs: readonly InferTensor[], bytes: Uint8Array): BinaryTensors {
  const announced = outputs.reduce((sum, { binaryBytes }) => sum + (binaryBytes ?? 0), 0);
  if (announced !== bytes.length) return misfit(`the outputs announce ${announced} bytes, ${bytes.length} came`);
  const filled: InferTensor[] = [];
  let at = 0;
  for (const output of outputs) {
    const { binaryBytes, name } = output;
    if (binaryBytes === undefined) {
      filled.push(output);
      continue;
    }
    const data = readElements(output.datatype, bytes.subarray(at, at + binaryBytes));
    if (data === undefined) return misfit(`the ${binaryBytes} bytes of the output ${name} are no ${output.datatype}`);
    filled.push({ ...output, data });
    at += binaryBytes;
  }
  return { outputs: filled, message: undefined };
}

const misfit = (message: string): BinaryTensors => ({ outputs: undefined, message });

/** `undefined` for bytes that are not whole elements. */
function readElements(datatype: string, bytes: Uint8Array): readonly unknown[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (datatype === 'BYTES') return readTexts(view, bytes);
  const [size, read] = ELEMENTS.get(datatype) ?? [];
  if (size === undefined || read === undefined || bytes.length % size !== 0) return undefined;
  return Array.from({ length: bytes.length / size }, (_, index) => read(view, index * size));
}

const LENGTH_BYTES = 4;

function readTexts(view: DataView, bytes: Uint8Array): readonly string[] | undefined {
  const decoder = new TextDecoder();
  const texts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + LENGTH_BYTES > bytes.length) return undefined;
    const start = at + LENGTH_BYTES;
    at = start + view.getUint32(at, true);
    if (at > bytes.length) return undefined;
    texts.push(decoder.decode(bytes.subarray(start, at)));
  }
  return texts;
}
