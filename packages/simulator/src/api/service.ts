import type { DueQueue } from '../engine/due-queue.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineClock } from '../engine/engine-clock.ts';
import type { Connection } from '../http/connection.ts';
import type { HttpRequest } from '../http/request-parser.ts';
import type { ResolvedOptions } from '../options.ts';
import { detokenize, tokenText } from '../tokenizer.ts';
import type { TruthRecord } from '../truth.ts';
import type { AnswerContext } from './answer.ts';
import type { JobObserver } from './choice-job.ts';
import { parseJsonBody, readGenerationRequest, readPromptTokens } from './generation-request.ts';
import { PlainAnswer } from './plain-answer.ts';
import { type Refusal, refuse } from './refusal.ts';
import { StreamAnswer } from './stream-answer.ts';

const JSON_TYPE = 'application/json';

/** What the service tells the world outside: numbers for `stats()` and truth for the log. */
interface ServiceHooks {
  /** An inference request arrived; the answer is its index. */
  onArrival(arrivalNs: bigint): number;
  onEnd(record: TruthRecord): void;
  onQueueFull(): void;
  metricsText(): string;
}

interface ServiceParts {
  readonly options: ResolvedOptions;
  readonly engine: Engine;
  readonly queue: DueQueue;
  readonly clock: EngineClock;
  readonly observer: JobObserver;
  readonly hooks: ServiceHooks;
  /** Wall time in seconds. */
  readonly wallSeconds: () => number;
}

type Route = (request: HttpRequest, connection: Connection, arrivalNs: bigint) => void;

/** The HTTP API: routes, keys, and the answers that are not generations. */
export class Service {
  readonly #parts: ServiceParts;
  readonly #createdSeconds: number;
  readonly #routes: ReadonlyMap<string, { readonly method: string; readonly run: Route }>;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#createdSeconds = Math.floor(parts.wallSeconds());
    const routes = new Map<string, { method: string; run: Route }>([
      ['/v1/chat/completions', { method: 'POST', run: (...all) => this.#generate('chat', ...all) }],
      ['/v1/completions', { method: 'POST', run: (...all) => this.#generate('completions', ...all) }],
      ['/v1/models', { method: 'GET', run: (_, connection) => connection.respond(200, JSON_TYPE, this.#models()) }],
      [
        '/version',
        { method: 'GET', run: (_, connection) => connection.respond(200, JSON_TYPE, '{"version":"0.32.0"}') },
      ],
      ['/health', { method: 'GET', run: (_, connection) => connection.respond(200, 'text/plain', '') }],
      ['/ping', { method: 'GET', run: (_, connection) => connection.respond(200, 'text/plain', '') }],
      ['/metrics', { method: 'GET', run: (_, connection) => this.#metrics(connection) }],
    ]);
    if (parts.options.hasTokenizer) {
      routes.set('/tokenize', { method: 'POST', run: (request, connection) => this.#tokenize(request, connection) });
      routes.set('/detokenize', {
        method: 'POST',
        run: (request, connection) => this.#detokenize(request, connection),
      });
    }
    this.#routes = routes;
  }

  /** Route of a path for labels; `none` for an unknown one. */
  handlerOf(path: string): string {
    return this.#routes.has(path) ? path : 'none';
  }

  readonly handle: Route = (request, connection, arrivalNs) => {
    const route = this.#routes.get(request.path);
    if (route === undefined) connection.respond(404, JSON_TYPE, '{"detail":"Not Found"}');
    else if (route.method !== request.method) {
      const body = request.method === 'HEAD' ? '' : '{"detail":"Method Not Allowed"}';
      connection.respond(405, JSON_TYPE, body, `allow: ${route.method}\r\n`);
    } else if (request.path.startsWith('/v1/') && !this.#isAuthorized(request)) {
      connection.respond(401, JSON_TYPE, '{"error":"Unauthorized"}');
    } else route.run(request, connection, arrivalNs);
  };

  #isAuthorized(request: HttpRequest): boolean {
    const { apiKey } = this.#parts.options;
    return apiKey === undefined || request.headers.get('authorization') === `Bearer ${apiKey}`;
  }

  #refuse(connection: Connection, refusal: Refusal): void {
    connection.respond(refusal.status, JSON_TYPE, refusal.body);
  }

  #generate(api: 'chat' | 'completions', http: HttpRequest, connection: Connection, arrivalNs: bigint): void {
    const { options, engine, queue, clock, observer, hooks } = this.#parts;
    const parsed = parseJsonBody(http.body);
    const request = 'status' in parsed ? parsed : readGenerationRequest(parsed.body, api, options);
    if ('status' in request) {
      this.#refuse(connection, request);
      return;
    }
    const requestIndex = hooks.onArrival(arrivalNs);
    const context: AnswerContext = {
      options,
      engine,
      queue,
      observer,
      connection,
      request,
      requestIndex,
      clientId: http.headers.get('x-request-id') ?? null,
      arrivalNs,
      arrivalMs: clock.nowMs(),
      createdSeconds: Math.floor(this.#parts.wallSeconds()),
      fault: options.faults.requestFaultAt(requestIndex),
      onEnd: hooks.onEnd,
      onQueueFull: hooks.onQueueFull,
    };
    const answer = request.isStreaming ? new StreamAnswer(context) : new PlainAnswer(context);
    answer.start();
  }

  #models(): string {
    const { model, maxModelLength } = this.#parts.options;
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

  #metrics(connection: Connection): void {
    connection.respond(200, 'text/plain; version=1.0.0; charset=utf-8', this.#parts.hooks.metricsText());
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
      max_model_len: this.#parts.options.maxModelLength,
      tokens,
      token_strs: body['return_token_strs'] === true ? tokens.map(tokenText) : null,
    };
    connection.respond(200, JSON_TYPE, JSON.stringify(answer));
  }

  #detokenize(http: HttpRequest, connection: Connection): void {
    const parsed = parseJsonBody(http.body);
    const tokens = 'status' in parsed ? undefined : parsed.body['tokens'];
    if ('status' in parsed) this.#refuse(connection, parsed);
    else if (!isTokenList(tokens)) {
      this.#refuse(connection, refuse(400, 'Bad Request', 'tokens must be a list of integers', 'body.tokens'));
    } else connection.respond(200, JSON_TYPE, JSON.stringify({ prompt: detokenize(tokens) }));
  }
}

function isTokenList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((id: unknown) => Number.isInteger(id));
}
