export { type Alarm, startAlarm } from './alarm/alarm.ts';
export type { AnalysisInput } from './analysis/analyze-run.ts';
export { analyzeRun } from './analysis/analyze-run.ts';
export { distributionOf, distributionOfGaps } from './analysis/distribution-figures.ts';
export { measuredFigure, unavailableFigure } from './analysis/figure.ts';
export { REQUEST_FIGURES } from './analysis/good-requests.ts';
export { intervalOfBlocks, ratesOfBlocks } from './analysis/mean-interval.ts';
export { NumberColumn } from './analysis/number-column.ts';
export type { Objective } from './analysis/objective.ts';
export { parseObjective } from './analysis/objective.ts';
export { TokenGaps } from './analysis/token-gaps.ts';
export type {
  Backend,
  BackendCapabilities,
  BodyEnd,
  DecodedResponse,
  EncodedRequest,
  FetchText,
  PromptTensor,
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
export { toCapacityObjective } from './capacity/capacity-objective.ts';
export type { SearchEnd, SearchOptions } from './capacity/capacity-search.ts';
export type { CapacityEstimate, CapacityOutcome, ProbeLength } from './capacity/find-capacity.ts';
export { errorPerProbe, fewestArrivals, findCapacity, longestProbeMs } from './capacity/find-capacity.ts';
export { type IdleWait, idleLimitMs, untilIdle } from './capacity/idle.ts';
export type { ObjectiveEstimate, ProbePlan, ProbeResult, ProbeVerdict } from './capacity/probe.ts';
export type { ProbeJudgeOptions, ProbeStop } from './capacity/probe-judge.ts';
export { ProbeJudge } from './capacity/probe-judge.ts';
export { calibrateReads, type ReadCalibration } from './client-error/calibrate-reads.ts';
export { createNodeReadDelays } from './client-error/node-ports.ts';
export type { ReadDelays } from './client-error/read-delays.ts';
export { differencesOf } from './compare/comparability.ts';
export { type CompareOptions, compareRuns } from './compare/compare-runs.ts';
export { GapBlocks } from './compare/gap-blocks.ts';
export { type LatencyStart, PartRates, type RunFigures, readFigures } from './compare/run-figures.ts';
export type { Pacer } from './dispatch/pacer.ts';
export { createAlarmPacer, createImmediatePacer } from './dispatch/pacer.ts';
export type { LoadgenErrorCode } from './errors.ts';
export { LoadgenError } from './errors.ts';
export type {
  ClientFinding,
  ClientHealth,
  FindingCode,
  ReadDelayHealth,
  RunEvent,
  RunPhase,
  RunStarted,
  RunStatus,
  RunSummary,
  RunTick,
  WorkerSummary,
} from './events.ts';
export type { HealthProbe, LoopDelay } from './health/health-probe.ts';
export { createNodeHealthProbe } from './health/health-probe.ts';
export { type CountTokens, calibrateWords } from './prompt/calibrate-words.ts';
export type { PromptOptions } from './prompt/create-prompt-source.ts';
export { createPromptSource } from './prompt/create-prompt-source.ts';
export { type JsonFault, parseJsonText } from './prompt/json-syntax.ts';
export type { PromptSource } from './prompt/prompt-source.ts';
export type { TokenIdRange, WordCalibration } from './prompt/prompt-writer.ts';
export { SAFE_TOKEN_IDS } from './prompt/prompt-writer.ts';
export { createFileSink } from './record/file-sink.ts';
export { readRecords } from './record/read-records.ts';
export { toRecordLine } from './record/record-line.ts';
export type { Recorder, RecorderOptions, RecordFailure, RecordSink } from './record/recorder.ts';
export { createRecorder } from './record/recorder.ts';
export { type RehearsalOptions, rehearseLoad } from './rehearse.ts';
export { combineRuns } from './repeats/combine-runs.ts';
export { findSteadyState } from './repeats/steady-state.ts';
export type { LoadConfig, RunOptions } from './run.ts';
export { runLoad } from './run.ts';
export type { ClosedSchedule, LoadShape, OpenSchedule, Schedule, ScheduleBounds } from './schedule/schedule.ts';
export { createSchedule } from './schedule/schedule.ts';
export { planSchedule } from './schedule/session-schedule.ts';
export type { TraceRow } from './schedule/trace-file.ts';
export { parseTrace, readTrace } from './schedule/trace-file.ts';
export { type JoinedLoad, type JoinOptions, joinLoad } from './shard/join-load.ts';
export type { ShardLink, ShardPort } from './shard/link.ts';
export { permitsOfLoad, usefulWorkers } from './shard/permits-of-load.ts';
export { openProcessPort, type ProcessOptions, startProcesses } from './shard/process-link.ts';
export { type RunShardsOptions, runShards } from './shard/run-shards.ts';
export { type ShardOptions, type ShardParts, serveShard } from './shard/serve-shard.ts';
export { type AcceptOptions, type ListenOptions, listenForShards, type ShardListener } from './shard/shard-listener.ts';
export type { ShardPlace } from './shard/share.ts';
export { openThreadPort, startThreads, type ThreadOptions } from './shard/thread-link.ts';
export { ConnectLimits } from './transport/connect-limits.ts';
export { ConnectPace } from './transport/connect-pace.ts';
export { createFetchText } from './transport/fetch-text.ts';
export type { NetTransportOptions } from './transport/net-transport.ts';
export { createNetTransport } from './transport/net-transport.ts';
export {
  type Balance,
  createSpreadTransport,
  type PlaceOptions,
  type SpreadOptions,
} from './transport/spread-transport.ts';
export type {
  ConnectionCounts,
  Exchange,
  ExchangeHandler,
  PreparedRequest,
  Route,
  Transport,
  TransportFailureCode,
  TransportTarget,
} from './transport/transport.ts';
