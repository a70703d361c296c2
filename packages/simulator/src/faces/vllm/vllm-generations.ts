import type { Answer, AnswerContext } from '../../api/answer.ts';
import type { JobObserver } from '../../api/choice-job.ts';
import { answerBody, createEventText } from '../../api/event-text.ts';
import {
  type Body,
  type GenerationRequest,
  parseJsonBody,
  type RequestApi,
  readGenerationRequest,
} from '../../api/generation-request.ts';
import type { Refusal } from '../../api/refusal.ts';
import { poolingObserver } from '../../metrics/pooling-observer.ts';
import type { ServiceMetrics } from '../../metrics/service-metrics.ts';
import type { FaceServices } from '../face.ts';
import { openAnswerContext } from '../open-answer-context.ts';
import { EmbeddingsAnswer } from './embeddings-answer.ts';
import { readEmbeddingsRequest } from './embeddings-request.ts';
import { readMessagesRequest } from './messages-request.ts';
import { MessagesStreamAnswer } from './messages-stream-answer.ts';
import { messageBody } from './messages-text.ts';
import { RequestTimes } from './request-times.ts';
import { readResponsesRequest } from './responses-request.ts';
import { ResponsesStreamAnswer } from './responses-stream-answer.ts';
import { responseBody } from './responses-text.ts';
import type { VllmCall } from './vllm-call.ts';
import { VllmPlainAnswer } from './vllm-plain-answer.ts';
import { VllmStreamAnswer } from './vllm-stream-answer.ts';

/** Largest `n`; vLLM's default. */
const MOST_CHOICES = 16_384;

/** How a server writes chat and completions answers, and what it takes of vLLM's requests. */
export interface GenerationText {
  readonly createText: typeof createEventText;
  readonly body: typeof answerBody;
  readonly takes: (request: GenerationRequest) => GenerationRequest;
}

const VLLM_TEXT: GenerationText = { createText: createEventText, body: answerBody, takes: (request) => request };

/** The routes that make the engine work: each reads its body, or refuses it, and starts an answer in its own shape. */
export class VllmGenerations {
  readonly #services: FaceServices;
  readonly #metrics: ServiceMetrics;
  readonly #text: GenerationText;

  constructor(services: FaceServices, metrics: ServiceMetrics, text: GenerationText = VLLM_TEXT) {
    this.#text = text;
    this.#services = services;
    this.#metrics = metrics;
  }

  /** Chat or completions. */
  generate(api: 'chat' | 'completions', call: VllmCall): void {
    const { heads } = call;
    const style = this.#services.options.vllm;
    const { createText, body: write, takes } = this.#text;
    this.#answer(
      call,
      (body) => {
        const request = readGenerationRequest(body, api, this.#services.options, MOST_CHOICES);
        return this.#withForcedUsage('status' in request ? request : takes(request));
      },
      (context, request, times) =>
        request.isStreaming
          ? new VllmStreamAnswer(context, api, heads, times, createText)
          : new VllmPlainAnswer(context, heads, (answer) => write(api, request, answer, style), times),
    );
  }

  /** OpenAI's responses. */
  respond(call: VllmCall): void {
    const { heads } = call;
    this.#answer(
      call,
      (body) => readResponsesRequest(body, this.#services.options),
      (context, request, times) =>
        request.isStreaming
          ? new ResponsesStreamAnswer(context, request, heads, times)
          : new VllmPlainAnswer(context, heads, (answer) => responseBody(request, context.requestIndex, answer), times),
    );
  }

  /** Anthropic's messages. */
  message(call: VllmCall): void {
    const { heads } = call;
    this.#answer(
      call,
      (body) => readMessagesRequest(body, this.#services.options),
      (context, request) =>
        request.isStreaming
          ? new MessagesStreamAnswer(context, heads)
          : new VllmPlainAnswer(context, heads, (answer) => messageBody(request, answer)),
    );
  }

  /** Embeddings. */
  embed(call: VllmCall): void {
    this.#answer(
      call,
      (body) => readEmbeddingsRequest(body, this.#services.options),
      (context, request) => new EmbeddingsAnswer(context, request, call.heads),
    );
  }

  #answer<Request extends GenerationRequest<RequestApi>>(
    { http, connection, arrivalNs, heads }: VllmCall,
    read: (body: Body) => Request | Refusal,
    create: (context: AnswerContext, request: Request, times: RequestTimes | undefined) => Answer,
  ): void {
    const parsed = parseJsonBody(http.body);
    const request = 'status' in parsed ? parsed : read(parsed.body);
    if ('status' in request) {
      heads.respond(connection, request.status, 'application/json', request.body);
      return;
    }
    const metrics = this.#metrics;
    const counters: JobObserver = request.api === 'embeddings' ? poolingObserver(metrics) : metrics;
    const times = this.#services.options.vllm.hasRequestMetrics ? new RequestTimes(counters) : undefined;
    const onQueueFull = (): void => metrics.onQueueFull();
    const open = { http, connection, arrivalNs, request, observer: times ?? counters, onQueueFull };
    create(openAnswerContext(this.#services, open), request, times).start();
  }

  #withForcedUsage(request: GenerationRequest | Refusal): GenerationRequest | Refusal {
    const isForced = this.#services.options.vllm.forcesUsage && !('status' in request) && request.isStreaming;
    return isForced ? { ...request, hasUsage: true, hasContinuousUsage: true } : request;
  }
}
