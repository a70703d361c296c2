export type { HttpFailureCode } from './http/http-failure.ts';
export type { HttpReaderLimits, HttpResponseHandler, HttpResponseReader } from './http/http-response-reader.ts';
export { createHttpResponseReader, DEFAULT_HTTP_READER_LIMITS } from './http/http-response-reader.ts';
