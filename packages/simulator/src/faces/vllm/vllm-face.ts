import type { Answer, AnswerContext } from '../../api/answer.ts';
import { answerBody } from '../../api/event-text.ts';
import {
  type Body,
  type GenerationRequest,
  parseJsonBody,
  type RequestApi,
  readGenerationRequest,
  readPromptTokens,
} from '../../api/generation-request.ts';
import { type Refusal, refuse } from '../../api/refusal.ts';
import type { Connection, ConnectionExchange, RefusalHandler } from '../../http/connection.ts';
import type { HttpRequest } from '../../http/request-parser.ts';
import { poolingObserver } from '../../metrics/pooling-observer.ts';
import { readProcessFigures } from '../../metrics/process-figures.ts';
import { ServiceMetrics } from '../../metrics/service-metrics.ts';
import { detokenize, tokenText } from '../../tokenizer.ts';
import type { Face, FaceServices } from '../face.ts';
import { openAnswerContext } from '../open-answer-context.ts';
import { respondWith } from '../respond-with.ts';
import { type Route, RouteTable } from '../route-table.ts';
import { refuseUnreadable } from '../unreadable-request.ts';
import { EmbeddingsAnswer } from './embeddings-answer.ts';
import { readEmbeddingsRequest } from './embeddings-request.ts';
import { readMessagesRequest } from './messages-request.ts';
import { MessagesStreamAnswer } from './messages-stream-answer.ts';
import { messageBody } from './messages-text.ts';
import { readResponsesRequest } from './responses-request.ts';
import { ResponsesStreamAnswer } from './responses-stream-answer.ts';
import { responseBody } from './responses-text.ts';
import { VllmHeads } from './vllm-heads.ts';
import { VllmPlainAnswer } from './vllm-plain-answer.ts';
import { VllmStreamAnswer } from './vllm-stream-answer.ts';

const JSON_TYPE = 'application/json';
const WRONG_METHOD = '{"detail":"Method Not Allowed"}';
const UNAUTHORIZED = '{"error":"Unauthorized"}';

/** Largest `n`; vLLM's default. */
const MOST_CHOICES = 16_384;

/** Routes that vLLM leaves out of its HTTP families. */
const UNCOUNTED_HANDLERS: ReadonlySet<string> = new Set(['/metrics', '/health', '/ping', '/version']);

export function createVllmFace(services: FaceServices): Face {
  return new VllmFace(services);
}

/** vLLM's OpenAI server: routes, keys, and the answers that are not generations. */
class VllmFace implements Face {
  readonly #services: FaceServices;
  readonly #createdSeconds: number;
  readonly #routes: RouteTable;
  readonly #metrics: ServiceMetrics;
  readonly #heads: VllmHeads;

  constructor(services: FaceServices) {
    const startSeconds = services.wallSeconds();
    this.#services = services;
    this.#createdSeconds = Math.floor(startSeconds);
    this.#metrics = new ServiceMetrics(services.options, startSeconds);
    this.#heads = new VllmHeads(services.wallSeconds);
    this.#routes = new RouteTable(this.#createRoutes());
  }

  #createRoutes(): readonly Route[] {
    const routes: Route[] = [
      { method: 'POST', path: '/v1/chat/completions', run: (...call) => this.#generate('chat', call) },
      { method: 'POST', path: '/v1/completions', run: (...call) => this.#generate('completions', call) },
      { method: 'POST', path: '/v1/responses', run: (...call) => this.#respond(call) },
      { method: 'POST', path: '/v1/messages', run: (...call) => this.#message(call) },
      { method: 'POST', path: '/v1/embeddings', run: (...call) => this.#embed(call) },
      {
        method: 'GET',
        path: '/v1/models',
        run: (_, connection) => this.#heads.respond(connection, 200, JSON_TYPE, this.#models()),
      },
      {
        method: 'GET',
        path: '/version',
        run: (_, connection) => this.#heads.respond(connection, 200, JSON_TYPE, '{"version":"0.32.0"}'),
      },
      { method: 'GET', path: '/health', run: (_, connection) => this.#heads.respond(connection, 200, null, '') },
      { method: 'GET', path: '/ping', run: (_, connection) => this.#heads.respond(connection, 200, null, '') },
      { method: 'GET', path: '/load', run: (_, connection) => this.#answerLoad(connection) },
      { method: 'GET', path: '/metrics', run: (_, connection) => this.#answerMetrics(connection) },
    ];
    if (!this.#services.options.hasTokenizer) return routes;
    return [
      ...routes,
      { method: 'POST', path: '/tokenize', run: (request, connection) => this.#tokenize(request, connection) },
      { method: 'POST', path: '/detokenize', run: (request, connection) => this.#detokenize(request, connection) },
    ];
  }

  readonly handle = (request: HttpRequest, connection: Connection, arrivalNs: bigint): void => {
    const match = this.#routes.find(request.method, request.path);
    if (match.kind === 'not-found') this.#heads.respond(connection, 404, JSON_TYPE, '{"detail":"Not Found"}');
    else if (match.kind === 'wrong-method') {
      const allow = `allow: ${match.allowed.join(', ')}\r\n`;
      const head = this.#heads.body(405, JSON_TYPE, WRONG_METHOD.length, allow);
      respondWith(connection, head, request.method === 'HEAD' ? '' : WRONG_METHOD);
    } else if (request.path.startsWith('/v1/') && !this.#isAuthorized(request)) {
      respondWith(connection, this.#heads.unauthorized(UNAUTHORIZED.length), UNAUTHORIZED);
    } else match.route.run(request, connection, arrivalNs, match.values);
  };

  readonly refuse: RefusalHandler = (_, connection) => refuseUnreadable(connection, this.#services.wallSeconds());

  onExchange({ request, status, responseBytes, arrivalNs }: ConnectionExchange): void {
    const match = this.#routes.find(request.method, request.path);
    const handler = match.kind === 'not-found' ? 'none' : match.route.path;
    if (UNCOUNTED_HANDLERS.has(handler)) return;
    const seconds = Number(process.hrtime.bigint() - arrivalNs) / 1e9;
    const requestBytes = request.body.length;
    this.#metrics.onHttp({ handler, method: request.method, status, requestBytes, responseBytes, seconds });
  }

  onStep(tokens: number): void {
    this.#metrics.onStep(tokens);
  }

  #isAuthorized(request: HttpRequest): boolean {
    const { apiKey } = this.#services.options;
    return apiKey === undefined || request.headers.get('authorization') === `Bearer ${apiKey}`;
  }

  #refuse(connection: Connection, refusal: Refusal): void {
    this.#heads.respond(connection, refusal.status, JSON_TYPE, refusal.body);
  }

  /** Reads a body, or refuses it; then starts the answer that `create` makes. */
  #answer<Request extends GenerationRequest<RequestApi>>(
    [http, connection, arrivalNs]: Parameters<Route['run']>,
    read: (body: Body) => Request | Refusal,
    create: (context: AnswerContext, request: Request) => Answer,
  ): void {
    const parsed = parseJsonBody(http.body);
    const request = 'status' in parsed ? parsed : read(parsed.body);
    if ('status' in request) {
      this.#refuse(connection, request);
      return;
    }
    const metrics = this.#metrics;
    const observer = request.api === 'embeddings' ? poolingObserver(metrics) : metrics;
    const onQueueFull = (): void => metrics.onQueueFull();
    const open = { http, connection, arrivalNs, request, observer, onQueueFull };
    create(openAnswerContext(this.#services, open), request).start();
  }

  #generate(api: 'chat' | 'completions', call: Parameters<Route['run']>): void {
    const heads = this.#heads;
    this.#answer(
      call,
      (body) => readGenerationRequest(body, api, this.#services.options, MOST_CHOICES),
      (context, request) =>
        request.isStreaming
          ? new VllmStreamAnswer(context, api, heads)
          : new VllmPlainAnswer(context, heads, (answer) => answerBody(api, request, answer)),
    );
  }

  #respond(call: Parameters<Route['run']>): void {
    const heads = this.#heads;
    this.#answer(
      call,
      (body) => readResponsesRequest(body, this.#services.options),
      (context, request) =>
        request.isStreaming
          ? new ResponsesStreamAnswer(context, request, heads)
          : new VllmPlainAnswer(context, heads, (answer) => responseBody(request, context.requestIndex, answer)),
    );
  }

  #message(call: Parameters<Route['run']>): void {
    const heads = this.#heads;
    this.#answer(
      call,
      (body) => readMessagesRequest(body, this.#services.options),
      (context, request) =>
        request.isStreaming
          ? new MessagesStreamAnswer(context, heads)
          : new VllmPlainAnswer(context, heads, (answer) => messageBody(request, answer)),
    );
  }

  #embed(call: Parameters<Route['run']>): void {
    this.#answer(
      call,
      (body) => readEmbeddingsRequest(body, this.#services.options),
      (context, request) => new EmbeddingsAnswer(context, request, this.#heads),
    );
  }

  #models(): string {
    const { model, maxModelLength } = this.#services.options;
    return JSON.stringify({
      object: 'list',
      data: [
        {
          id: model,
          object: 'model',
          created: this.#createdSeconds,
          owned_by: 'assay-simulator',
          root: model,
          parent: null,
          max_model_len: maxModelLength,
        },
      ],
    });
  }

  #answerMetrics(connection: Connection): void {
    const page = this.#metrics.text(this.#services.engine.load(), readProcessFigures());
    this.#heads.respond(connection, 200, 'text/plain; version=1.0.0; charset=utf-8', page);
  }

  /** The real one counts only when it is told to track, and says 0 else. */
  #answerLoad(connection: Connection): void {
    this.#heads.respond(connection, 200, JSON_TYPE, '{"server_load":0}');
  }

  #tokenize(http: HttpRequest, connection: Connection): void {
    const parsed = parseJsonBody(http.body);
    const body = 'status' in parsed ? {} : parsed.body;
    const api = body['messages'] === undefined ? 'completions' : 'chat';
    const prompts = 'status' in parsed ? parsed : readPromptTokens(body, api);
    if ('status' in prompts) {
      this.#refuse(connection, prompts);
      return;
    }
    const tokens = Array.from(prompts[0] ?? []);
    const answer = {
      count: tokens.length,
      max_model_len: this.#services.options.maxModelLength,
      tokens,
      token_strs: body['return_token_strs'] === true ? tokens.map(tokenText) : null,
    };
    this.#heads.respond(connection, 200, JSON_TYPE, JSON.stringify(answer));
  }

  #detokenize(http: HttpRequest, connection: Connection): void {
    const parsed = parseJsonBody(http.body);
    const tokens = 'status' in parsed ? undefined : parsed.body['tokens'];
    if ('status' in parsed) this.#refuse(connection, parsed);
    else if (!isTokenList(tokens)) {
      this.#refuse(connection, refuse(400, 'Bad Request', 'tokens must be a list of integers', 'body.tokens'));
    } else this.#heads.respond(connection, 200, JSON_TYPE, JSON.stringify({ prompt: detokenize(tokens) }));
  }
}

function isTokenList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((id: unknown) => Number.isInteger(id));
}
