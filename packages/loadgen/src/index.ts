export type { AnalysisInput } from './analysis/analyze-run.ts';
export { analyzeRun } from './analysis/analyze-run.ts';
export type { Objective } from './analysis/objective.ts';
export { parseObjective } from './analysis/objective.ts';
export type {
  Backend,
  BackendCapabilities,
  BodyEnd,
  DecodedResponse,
  EncodedRequest,
  FetchText,
  ReportedUsage,
  ResponseDecoder,
  ServerCounters,
  ServerTimes,
  TokenCount,
} from './backend/backend.ts';
export type {
  ContentPart,
  Message,
  MessageToolCall,
  Prompt,
  RequestSample,
  ResponseFormat,
  SessionTurn,
  ToolDefinition,
} from './backend/request-sample.ts';
export type { Pacer } from './dispatch/pacer.ts';
export { createImmediatePacer } from './dispatch/pacer.ts';
export type { LoadgenErrorCode } from './errors.ts';
export { LoadgenError } from './errors.ts';
export type {
  ClientFinding,
  ClientHealth,
  FindingCode,
  RunEvent,
  RunPhase,
  RunStarted,
  RunStatus,
  RunSummary,
  RunTick,
} from './events.ts';
export type { HealthProbe, LoopDelay } from './health/health-probe.ts';
export { createNodeHealthProbe } from './health/health-probe.ts';
export type { CountTokens } from './prompt/calibrate-words.ts';
export type { PromptOptions } from './prompt/create-prompt-source.ts';
export { createPromptSource } from './prompt/create-prompt-source.ts';
export type { PromptSource } from './prompt/prompt-source.ts';
export type { TokenIdRange } from './prompt/prompt-writer.ts';
export { SAFE_TOKEN_IDS } from './prompt/prompt-writer.ts';
export { createFileSink } from './record/file-sink.ts';
export { readRecords } from './record/read-records.ts';
export { toRecordLine } from './record/record-line.ts';
export type { Recorder, RecorderOptions, RecordFailure, RecordSink } from './record/recorder.ts';
export { createRecorder } from './record/recorder.ts';
export { type RehearsalOptions, rehearseLoad } from './rehearse.ts';
export type { LoadConfig, RunOptions } from './run.ts';
export { runLoad } from './run.ts';
export type { ClosedSchedule, LoadShape, OpenSchedule, Schedule, ScheduleBounds } from './schedule/schedule.ts';
export { createSchedule } from './schedule/schedule.ts';
export type { TraceRow } from './schedule/trace-file.ts';
export { parseTrace, readTrace } from './schedule/trace-file.ts';
export { createFetchText } from './transport/fetch-text.ts';
export type { NetTransportOptions } from './transport/net-transport.ts';
export { createNetTransport } from './transport/net-transport.ts';
export type {
  ConnectionCounts,
  Exchange,
  ExchangeHandler,
  PreparedRequest,
  Transport,
  TransportFailureCode,
  TransportTarget,
} from './transport/transport.ts';
export type { UndiciTransportOptions } from './transport/undici-transport.ts';
export { createUndiciTransport } from './transport/undici-transport.ts';
