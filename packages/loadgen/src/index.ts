export type {
  Backend,
  BackendCapabilities,
  BodyEnd,
  DecodedResponse,
  EncodedRequest,
  FetchText,
  Prompt,
  ReportedUsage,
  RequestSample,
  ResponseDecoder,
} from './backend/backend.ts';
export type {
  ConnectionCounts,
  Exchange,
  ExchangeHandler,
  PreparedRequest,
  Transport,
  TransportFailureCode,
  TransportTarget,
} from './transport/transport.ts';
