import type { AnswerContext } from '../../api/answer.ts';
import { answerText, jsonAscii } from '../../api/event-text.ts';
import { PlainAnswer } from '../../api/plain-answer.ts';
import { chatBody, completionBody, completionChoice, nativeEnd } from './answer-text.ts';
import { llamaCppFaultCode } from './fault-code.ts';
import { bodyHead, JSON_TYPE } from './llama-cpp-head.ts';
import { faultRefusal, QUEUE_FULL, refuse } from './llama-cpp-refusal.ts';
import type { LlamaCppRequest } from './llama-cpp-request.ts';
import { messageObject } from './messages-text.ts';
import { probabilitiesOf } from './probabilities.ts';
import { replyWith } from './reply.ts';
import { responsesObject } from './responses-text.ts';
import { stopTypeOf } from './stream-answers.ts';
import type { TimedObserver } from './timings.ts';

/** llama.cpp's bodies. With several choices usage and timings are those of the first. */
export class LlamaCppPlainAnswer extends PlainAnswer {
  readonly #request: LlamaCppRequest;
  readonly #times: TimedObserver;

  constructor(context: AnswerContext, request: LlamaCppRequest, times: TimedObserver) {
    super(context);
    this.#request = request;
    this.#times = times;
  }

  protected override head(lengthBytes: number): string {
    return bodyHead(200, lengthBytes, { isClosing: this.fault?.kind === 'close' });
  }

  protected override body(): string {
    const request = this.#request;
    const counted = this.fault?.kind === 'wrong-usage' ? 0 : request.outputTokens;
    const timings = this.#times.timingsOf({ promptTokens: this.jobs[0]?.promptTokens ?? 0 }, request.outputTokens);
    if (request.api === 'native') return this.#nativeBody(counted, timings);
    const { requestIndex, createdSeconds } = this.context;
    const place = { id: this.id, createdSeconds, request };
    const usage = {
      promptTokens: this.jobs[0]?.promptTokens ?? 0,
      completionTokens: counted,
      cachedTokens: this.#times.cachedTokens,
    };
    const texts = this.jobs.map((job) => answerText(requestIndex + job.choice, 0, this.textTokens));
    const [text = ''] = texts;
    const reason = this.finishReason;
    switch (request.api) {
      case 'responses':
        return jsonAscii(responsesObject({ ...place, model: request.model, text }, usage));
      case 'messages':
        return jsonAscii(messageObject({ id: this.id, model: request.model, text, reason }, usage));
      case 'completions': {
        const choices = texts.map((words, index) =>
          this.#withProbabilities(index, completionChoice(index, words, reason)),
        );
        return completionBody(place, { choices, usage, timings });
      }
      default: {
        const choices = texts.map((content, index) =>
          this.#withProbabilities(index, {
            finish_reason: reason,
            index,
            message: { role: 'assistant', content },
          }),
        );
        return chatBody(place, { choices, usage, timings });
      }
    }
  }

  #withProbabilities(index: number, choice: Readonly<Record<string, unknown>>): unknown {
    const content = this.#probabilities(index);
    return content === undefined ? choice : { ...choice, logprobs: { content } };
  }

  #probabilities(choice: number): readonly Readonly<Record<string, unknown>>[] | undefined {
    const { candidates } = this.#request;
    if (candidates === 0) return undefined;
    return probabilitiesOf({ answer: this.context.requestIndex + choice, from: 0, to: this.textTokens }, candidates);
  }

  #nativeBody(predictedTokens: number, timings: Readonly<Record<string, number>>): string {
    const end = { stopType: stopTypeOf(this.finishReason), timings };
    const answers = this.jobs.map((job) => {
      const content = answerText(this.context.requestIndex + job.choice, 0, this.textTokens);
      const part = { index: job.choice, content, predictedTokens, promptTokens: job.promptTokenIds };
      const probabilities = this.#probabilities(job.choice);
      const answer = nativeEnd(part, end, this.#request);
      return probabilities === undefined ? answer : { ...answer, completion_probabilities: probabilities };
    });
    return jsonAscii(this.#request.isList ? answers : answers[0]);
  }

  protected override errorBody(): string {
    return refuse(500, 'server_error', 'Planned fault: the engine failed.').body;
  }

  protected override get errorStatus(): number {
    return 500;
  }

  protected override refuseForQueue(): void {
    this.respond('refused', QUEUE_FULL.status, JSON_TYPE, QUEUE_FULL.body);
  }

  protected override get refusedCode(): string {
    return `HTTP_${QUEUE_FULL.status}`;
  }

  protected override respondFault(status: number): void {
    this.respond('complete', status, JSON_TYPE, faultRefusal(status).body);
  }

  protected override reply(status: number, contentType: string, body: string): void {
    replyWith(this.context.connection, { status, contentType, body, isClosing: this.fault?.kind === 'close' });
  }

  protected override faultCode(): string | null {
    return llamaCppFaultCode(this.fault, this.#request);
  }
}
