import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import { answerText, jsonAscii } from '../../api/event-text.ts';
import { eventChunk } from './tgi-heads.ts';
import { openAiErrorEvent, PLANNED_FAILURE, type TgiError } from './tgi-refusal.ts';
import type { TgiRequest } from './tgi-request.ts';
import { type TgiParts, TgiStream } from './tgi-stream.ts';
import { END_TEXT } from './tgi-token.ts';
import { FINGERPRINT, usageJson } from './tgi-usage.ts';

const DONE: string = eventChunk('[DONE]');

/** Writes the events of one of the OpenAI routes: those of tokens that go on, and the last of a choice. */
interface EventWriter {
  token(choice: number, text: string, createdSeconds: number): string;
  last(job: ChoiceJob, text: string, reason: string, usage: string, createdSeconds: number): string;
}

/** Both OpenAI streams of the router: one event per token, an end token's included; no role event. */
export class TgiOpenAiStream extends TgiStream {
  readonly #request: TgiRequest;
  readonly #events: EventWriter;
  readonly #parts: TgiParts;

  constructor(context: AnswerContext, request: TgiRequest, parts: TgiParts) {
    super(context, request, parts);
    this.#request = request;
    this.#parts = parts;
    this.#events = request.api === 'chat' ? chatWriter(request.model) : completionWriter(parts.model);
  }

  /** On completions the end token has its text in the last event. */
  protected override eventsWithText(from: number, textEnd: number, end: number): number {
    return Math.max(0, (this.#request.api === 'chat' ? textEnd : end) - from);
  }

  protected override content(job: ChoiceJob, _words: string, from: number): string {
    let text = '';
    for (let k = from; k < job.sent; k++)
      text += eventChunk(this.#events.token(job.choice, this.#text(job, k), this.#now()));
    return text;
  }

  protected override finish(job: ChoiceJob, _words: string, from: number): string {
    const isChat = this.#request.api === 'chat';
    if (this.finishReason === 'stop' && !isChat) this.finishReason = 'eos_token';
    let text = '';
    for (let k = from; k < job.sent - 1; k++)
      text += eventChunk(this.#events.token(job.choice, this.#text(job, k), this.#now()));
    const usage = usageJson(job.promptTokens, this.#shown(job.outputTokens));
    const last = this.#events.last(job, this.#text(job, job.sent - 1), this.finishReason ?? '', usage, this.#now());
    return text + eventChunk(last);
  }

  protected override ending(hasTerminator: boolean): string {
    const { api, hasUsage } = this.#request;
    let text = '';
    if (api === 'chat' && hasUsage) {
      const usage = usageJson(this.promptTokens, this.#shown(this.tokens));
      text = eventChunk(`${chatStart(this.#request.model, this.#now())}],"usage":${usage}}`);
    }
    return hasTerminator ? text + DONE : text;
  }

  protected override emptyEnding(): string {
    return DONE;
  }

  protected override errorEvents(): string {
    return this.refusalEvents(PLANNED_FAILURE);
  }

  protected override malformedEvent(): string {
    return eventChunk('{"object":"chat.completion.chunk","id":"","choices":[{"index":0,"del');
  }

  protected override refusalEvents(refusal: TgiError): string {
    return eventChunk(openAiErrorEvent(refusal.message)) + DONE;
  }

  #text(job: ChoiceJob, k: number): string {
    if (k < this.textTokens) return answerText(job.index + job.choice, k, k + 1);
    return this.#request.api === 'chat' ? '' : END_TEXT;
  }

  #shown(tokens: number): number {
    return this.fault?.kind === 'wrong-usage' ? 0 : tokens;
  }

  #now(): number {
    return Math.floor(this.#parts.wallSeconds());
  }
}

const named = (createdSeconds: number, model: string): string =>
  `"created":${createdSeconds},"model":${jsonAscii(model)},"system_fingerprint":"${FINGERPRINT}"`;

/** A chat event up to its choices. */
export const chatStart = (model: string, createdSeconds: number): string =>
  `{"object":"chat.completion.chunk","id":"",${named(createdSeconds, model)},"choices":[`;

function chatWriter(model: string): EventWriter {
  const event = (choice: number, text: string, reason: string, createdSeconds: number): string =>
    `${chatStart(model, createdSeconds)}{"index":${choice},"delta":{"role":"assistant","content":"${text}"},"logprobs":null,"finish_reason":${reason}}],"usage":null}`;
  return {
    token: (choice, text, createdSeconds) => event(choice, text, 'null', createdSeconds),
    last: (job, text, reason, _usage, createdSeconds) => event(job.choice, text, `"${reason}"`, createdSeconds),
  };
}

/** The two kinds of events order their keys differently. */
function completionWriter(model: string): EventWriter {
  const choice = (index: number, text: string, reason: string): string =>
    `"choices":[{"index":${index},"text":"${text}","logprobs":null,"finish_reason":"${reason}"}]`;
  const start = '{"object":"text_completion","id":"",';
  return {
    token: (index, text, createdSeconds) =>
      `${start}"created":${createdSeconds},${choice(index, text, '')},"model":${jsonAscii(model)},"system_fingerprint":"${FINGERPRINT}"}`,
    last: (job, text, reason, usage, createdSeconds) =>
      `${start}${named(createdSeconds, model)},${choice(job.choice, text, reason)},"usage":${usage}}`,
  };
}
