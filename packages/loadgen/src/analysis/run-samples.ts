import type { RequestRecord, RunDocument } from '@assay/contracts';
import { AnswerTally } from './answer-tally.ts';
import { CompletionSpan } from './completion-span.ts';
import { Deliveries } from './deliveries.ts';
import { GoodRequests } from './good-requests.ts';
import { LatencyCourse } from './latency-course.ts';
import { NumberColumn } from './number-column.ts';
import { createOutcomeCounts, type OutcomeCounts } from './outcome-counts.ts';
import { TokenAgreement } from './token-agreement.ts';
import { isChunkLevel, timePerTokenMs } from './token-count.ts';
import { TokenGaps } from './token-gaps.ts';
import { WorkloadTally } from './workload-tally.ts';

export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** Everything the metrics are computed from; one pass over the records of the measured phase. */
export class RunSamples {
  readonly run: RunDocument;
  readonly outcomes: OutcomeCounts = createOutcomeCounts();
  readonly outcomeCodes: Map<string, number> = new Map();
  readonly ttftFromScheduledMs: NumberColumn = new NumberColumn();
  readonly ttftFromSentMs: NumberColumn = new NumberColumn();
  readonly ttfaFromScheduledMs: NumberColumn = new NumberColumn();
  readonly ttfaFromSentMs: NumberColumn = new NumberColumn();
  readonly e2eFromScheduledMs: NumberColumn = new NumberColumn();
  readonly e2eFromSentMs: NumberColumn = new NumberColumn();
  readonly tpotMs: NumberColumn = new NumberColumn();
  readonly sendLagMs: NumberColumn = new NumberColumn();
  readonly connectMs: NumberColumn = new NumberColumn();
  readonly inputTokens: NumberColumn = new NumberColumn();
  readonly outputTokens: NumberColumn = new NumberColumn();
  readonly gaps: TokenGaps = new TokenGaps();
  readonly good: GoodRequests;
  readonly answers: AnswerTally = new AnswerTally();
  readonly agreement: TokenAgreement = new TokenAgreement();
  readonly workload: WorkloadTally;
  readonly course: LatencyCourse;
  /** Sending and end of every request that was sent, in turn. */
  readonly flights: NumberColumn = new NumberColumn();
  /** When each of `flights` could have been sent: its due time and the opening of its connection. */
  readonly readyMs: NumberColumn = new NumberColumn();
  /** End of every ok request. */
  readonly okEndMs: NumberColumn = new NumberColumn();
  /** Tokens of ok requests by arrival. */
  readonly deliveries: Deliveries;
  warmupRequests = 0;
  chunkLevelRequests = 0;
  countedByEvents = 0;
  inputMismatches = 0;
  approximateInputs = 0;
  /** Ok answers with content, all of which is reasoning. */
  reasoningOnly = 0;
  readonly completions: CompletionSpan = new CompletionSpan();
  /** Due times of the first and the last offered request; infinite where there is none. */
  firstDueMs: number = Number.POSITIVE_INFINITY;
  lastDueMs: number = Number.NEGATIVE_INFINITY;
  /** Requests are turns of conversations, with pauses between them. */
  hasSessions = false;
  #lastEndMs = 0;

  constructor(run: RunDocument) {
    this.run = run;
    this.deliveries = new Deliveries(
      run.window?.startMs ?? run.schedule.measureFromMs,
      run.window?.endMs ?? Number.POSITIVE_INFINITY,
    );
    this.good = new GoodRequests(run.config.slo);
    this.workload = new WorkloadTally(run.config);
    this.course = new LatencyCourse(run.window?.startMs ?? run.schedule.measureFromMs);
  }

  add(record: RequestRecord): void {
    if (record.phase === 'warmup') {
      this.warmupRequests++;
      return;
    }
    this.outcomes.offered++;
    this.outcomes[record.outcome]++;
    if (record.session !== undefined) this.hasSessions = true;
    this.firstDueMs = Math.min(this.firstDueMs, record.scheduledMs);
    this.lastDueMs = Math.max(this.lastDueMs, record.scheduledMs);
    if (record.outcome !== 'ok') {
      const code = record.code ?? record.outcome.toUpperCase();
      this.outcomeCodes.set(code, (this.outcomeCodes.get(code) ?? 0) + 1);
    }
    if (record.connectMs !== null) this.connectMs.push(record.connectMs);
    this.completions.add(record);
    if (record.endMs !== null) this.#lastEndMs = Math.max(this.#lastEndMs, record.endMs);
    if (record.sentMs !== null) {
      this.sendLagMs.push(record.sentMs - record.scheduledMs);
      if (record.endMs !== null) {
        this.flights.push(record.sentMs);
        this.flights.push(record.endMs);
        this.readyMs.push(Math.min(record.scheduledMs + (record.connectMs ?? 0), record.sentMs));
      }
    }
    this.good.add(record);
    if (record.outcome === 'ok') this.#addOk(record);
  }

  #addOk(record: RequestRecord): void {
    const { scheduledMs, sentMs, firstTokenMs, endMs } = record;
    // An answer ends with its last content; the terminator and usage behind it are the server's tail, not the user's wait.
    const doneMs = record.lastTokenMs ?? endMs;
    if (firstTokenMs !== null) {
      this.ttftFromScheduledMs.push(firstTokenMs - scheduledMs);
      if (sentMs !== null) this.ttftFromSentMs.push(firstTokenMs - sentMs);
      this.#addFirstAnswer(record);
    }
    if (doneMs !== null) {
      this.e2eFromScheduledMs.push(doneMs - scheduledMs);
      if (sentMs !== null) this.e2eFromSentMs.push(doneMs - sentMs);
    }
    if (endMs !== null) this.okEndMs.push(endMs);
    this.gaps.add(record);
    const tpotMs = timePerTokenMs(record);
    if (tpotMs !== undefined) this.tpotMs.push(tpotMs);
    this.answers.add(record);
    this.agreement.add(record);
    this.workload.add(record);
    this.course.add(record);
    this.#addTokens(record);
  }

  #addFirstAnswer({ firstAnswerMs, scheduledMs, sentMs }: RequestRecord): void {
    if (firstAnswerMs === null) {
      this.reasoningOnly++;
      return;
    }
    this.ttfaFromScheduledMs.push(firstAnswerMs - scheduledMs);
    if (sentMs !== null) this.ttfaFromSentMs.push(firstAnswerMs - sentMs);
  }

  #addTokens(record: RequestRecord): void {
    if (isChunkLevel(record)) this.chunkLevelRequests++;
    if (record.outputTokensSource === 'event-count') this.countedByEvents++;
    if (record.inputTokensSource === 'approximate') this.approximateInputs++;
    if (record.inputTokens !== null) {
      this.inputTokens.push(record.inputTokens);
      const wanted = record.inputTokensRequested;
      if (wanted !== null && Math.abs(record.inputTokens - wanted) > 0.05 * wanted + 1) this.inputMismatches++;
    }
    if (record.outputTokens === null) return;
    this.outputTokens.push(record.outputTokens);
    this.#addDeliveries(record, record.outputTokens);
  }

  /** Spreads the tokens of an answer over its reads; without reads all arrive at its end. */
  #addDeliveries(record: RequestRecord, tokens: number): void {
    const { arrivals, firstTokenMs, endMs } = record;
    let units = 0;
    for (let i = 1; i < arrivals.length; i += 2) units += arrivals[i] ?? 0;
    if (firstTokenMs === null || units === 0) {
      if (endMs !== null) this.deliveries.add(endMs, tokens);
      return;
    }
    const perUnit = tokens / units;
    let atMs = firstTokenMs;
    for (let i = 0; i + 1 < arrivals.length; i += 2) {
      atMs += (arrivals[i] ?? 0) / 1000;
      this.deliveries.add(atMs, (arrivals[i + 1] ?? 0) * perUnit);
    }
  }

  /** The window of run.json; after a kill, from the start of the measured phase to the last end seen. */
  window(): Window | undefined {
    if (this.run.window !== null) return this.run.window;
    const startMs = this.run.schedule.measureFromMs;
    return this.#lastEndMs > startMs ? { startMs, endMs: this.#lastEndMs } : undefined;
  }

  /** Why there is nothing to compute from, or the reason given. */
  reasonOr(reason: string): string {
    if (this.outcomes.offered === 0) return 'NO_REQUESTS';
    return this.outcomes.ok === 0 ? 'NO_SUCCESSFUL_REQUESTS' : reason;
  }
}
