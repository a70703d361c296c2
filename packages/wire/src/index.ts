export type { HttpFailureCode } from './http/http-failure.ts';
export type { HttpReaderLimits, HttpResponseHandler, HttpResponseReader } from './http/http-response-handler.ts';
export { DEFAULT_HTTP_READER_LIMITS } from './http/http-response-handler.ts';
export { createHttpResponseReader } from './http/http-response-reader.ts';
export { readBinaryTensors } from './kserve/binary-tensors.ts';
export { type InferBody, type InferTensor, readInferBody, readKserveError } from './kserve/infer-response.ts';
export { parseQuantity } from './kubernetes/quantity.ts';
export {
  type LlamaCppCompletion,
  type LlamaCppEvent,
  readLlamaCppEvent,
  toLlamaCppEvent,
} from './llama-cpp/completion-event.ts';
export { type LlamaCppTimings, readLlamaCppTimings } from './llama-cpp/timings.ts';
export { createNdjsonScanner, type NdjsonHandler, type NdjsonScanner } from './ndjson/ndjson-scanner.ts';
export { createEventShapes, type EventShapes } from './openai/event-shapes.ts';
export {
  isRecord,
  type OpenAiChunk,
  type OpenAiEvent,
  type OpenAiUsage,
  readErrorMessage,
  readName,
  readUsage,
  type ToolPiece,
} from './openai/openai-event.ts';
export {
  createOpenAiEventReader,
  type OpenAiEventReader,
  type OpenAiEventReaderOptions,
} from './openai/openai-event-reader.ts';
export { type ChoiceContent, readChoice } from './openai/read-choice.ts';
export { type MetricFamily, type MetricSample, parseMetrics } from './prometheus/parse-metrics.ts';
export { readResponseEnd, readResponsesUsage } from './responses/read-response.ts';
export { readResponsesEvent } from './responses/read-responses-event.ts';
export type { ResponsesChannel, ResponsesDelta, ResponsesEnd, ResponsesEvent } from './responses/responses-event.ts';
export {
  readSglangEvent,
  type SglangEvent,
  type SglangFinish,
  type SglangOutput,
  type SglangTimes,
  type SglangUsage,
  toSglangEvent,
} from './sglang/generate-event.ts';
export { createSseScanner, type SseHandler, type SseScanner } from './sse/sse-scanner.ts';
export {
  readTgiBody,
  readTgiEvent,
  type TgiBody,
  type TgiDetails,
  type TgiEvent,
  type TgiToken,
} from './tgi/tgi-event.ts';
export { parseTritonEvent, type TritonEvent, type TritonResponse, type TritonTimes } from './triton/triton-event.ts';
export { formatTraceParent, parseTraceParent, type TraceParent } from './w3c/traceparent.ts';
export { WireError, type WireErrorCode } from './wire-error.ts';
