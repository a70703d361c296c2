import { parseJsonBody, readPromptTokens } from '../../api/generation-request.ts';
import { refuse } from '../../api/refusal.ts';
import type { Connection, ConnectionExchange, RefusalHandler } from '../../http/connection.ts';
import type { HttpRequest } from '../../http/request-parser.ts';
import { readProcessFigures } from '../../metrics/process-figures.ts';
import { ServiceMetrics } from '../../metrics/service-metrics.ts';
import { detokenize, tokenText } from '../../tokenizer.ts';
import type { Face, FaceServices } from '../face.ts';
import { respondWith } from '../respond-with.ts';
import { type Route, RouteTable } from '../route-table.ts';
import { refuseUnreadable } from '../unreadable-request.ts';
import type { VllmCall } from './vllm-call.ts';
import { VllmGenerations } from './vllm-generations.ts';
import { VllmHeads } from './vllm-heads.ts';

const JSON_TYPE = 'application/json';
const WRONG_METHOD = '{"detail":"Method Not Allowed"}';
const UNAUTHORIZED = '{"error":"Unauthorized"}';

const DISALLOWED_ORIGIN = 'Disallowed CORS origin';

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
  /** Answers that were given an id of the server's own. */
  #answers = 0;

  constructor(services: FaceServices) {
    const startSeconds = services.wallSeconds();
    this.#services = services;
    this.#createdSeconds = Math.floor(startSeconds);
    this.#metrics = new ServiceMetrics(services.options, startSeconds);
    this.#heads = new VllmHeads(services.wallSeconds);
    this.#routes = new RouteTable(this.#createRoutes());
  }

  #createRoutes(): readonly Route[] {
    const { hasTokenizer, vllm } = this.#services.options;
    const route = (method: string, path: string, answer: (call: VllmCall) => void): Route => ({
      method,
      path,
      run: (http, connection, arrivalNs) => answer({ http, connection, arrivalNs, heads: this.#headsOf(http) }),
    });
    const generations = new VllmGenerations(this.#services, this.#metrics);
    const say =
      (body: string) =>
      ({ connection, heads }: VllmCall): void =>
        heads.respond(connection, 200, JSON_TYPE, body);
    const sayNothing = ({ connection, heads }: VllmCall): void => heads.respond(connection, 200, null, '');
    return [
      route('POST', '/v1/chat/completions', (call) => generations.generate('chat', call)),
      route('POST', '/v1/completions', (call) => generations.generate('completions', call)),
      route('POST', '/v1/responses', (call) => generations.respond(call)),
      route('POST', '/v1/messages', (call) => generations.message(call)),
      route('POST', '/v1/embeddings', (call) => generations.embed(call)),
      route('GET', '/v1/models', (call) => say(this.#models())(call)),
      route('GET', '/version', say('{"version":"0.32.0"}')),
      route('GET', '/health', sayNothing),
      route('GET', '/ping', sayNothing),
      // The real one counts only when it is told to track, and says 0 else.
      route('GET', '/load', say('{"server_load":0}')),
      route('GET', '/metrics', (call) => this.#answerMetrics(call)),
      ...(hasTokenizer
        ? [
            route('POST', '/tokenize', (call) => this.#tokenize(call)),
            route('POST', '/detokenize', (call) => this.#detokenize(call)),
          ]
        : []),
      ...(vllm.isDevMode
        ? [
            route('POST', '/reset_prefix_cache', (call) =>
              say(JSON.stringify({ success: this.#services.engine.forgetPrefixes() }))(call),
            ),
          ]
        : []),
    ];
  }

  readonly handle = (request: HttpRequest, connection: Connection, arrivalNs: bigint): void => {
    const match = this.#routes.find(request.method, request.path);
    if (isPreflight(request)) {
      respondWith(connection, this.#headsOf(request).preflight(DISALLOWED_ORIGIN.length), DISALLOWED_ORIGIN);
    } else if (match.kind === 'not-found') {
      this.#headsOf(request).respond(connection, 404, JSON_TYPE, '{"detail":"Not Found"}');
    } else if (match.kind === 'wrong-method') {
      const allow = `allow: ${match.allowed.join(', ')}\r\n`;
      const head = this.#headsOf(request).body(405, JSON_TYPE, WRONG_METHOD.length, allow);
      respondWith(connection, head, request.method === 'HEAD' ? '' : WRONG_METHOD);
    } else if (request.path.startsWith('/v1/') && !this.#isAuthorized(request)) {
      respondWith(connection, this.#headsOf(request).unauthorized(UNAUTHORIZED.length), UNAUTHORIZED);
    } else match.route.run(request, connection, arrivalNs, match.values);
  };

  /** The id of the header is not that of the answer, unless the client gave one. */
  #headsOf(request: HttpRequest): VllmHeads {
    if (!this.#services.options.vllm.hasRequestIdHeaders) return this.#heads;
    const own = (this.#answers++).toString(16).padStart(32, '0');
    return this.#heads.withRequestId(request.headers.get('x-request-id') ?? own);
  }

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

  #answerMetrics({ connection, heads }: VllmCall): void {
    const page = this.#metrics.text(this.#services.engine.load(), readProcessFigures());
    heads.respond(connection, 200, 'text/plain; version=1.0.0; charset=utf-8', page);
  }

  #tokenize({ http, connection, heads }: VllmCall): void {
    const parsed = parseJsonBody(http.body);
    const body = 'status' in parsed ? {} : parsed.body;
    const api = body['messages'] === undefined ? 'completions' : 'chat';
    const prompts = 'status' in parsed ? parsed : readPromptTokens(body, api);
    if ('status' in prompts) {
      heads.respond(connection, prompts.status, JSON_TYPE, prompts.body);
      return;
    }
    const tokens = Array.from(prompts[0] ?? []);
    const answer = {
      count: tokens.length,
      max_model_len: this.#services.options.maxModelLength,
      tokens,
      token_strs: body['return_token_strs'] === true ? tokens.map(tokenText) : null,
    };
    heads.respond(connection, 200, JSON_TYPE, JSON.stringify(answer));
  }

  #detokenize({ http, connection, heads }: VllmCall): void {
    const parsed = parseJsonBody(http.body);
    const tokens = 'status' in parsed ? undefined : parsed.body['tokens'];
    const refusal = refuse(400, 'Bad Request', 'tokens must be a list of integers', 'body.tokens');
    if ('status' in parsed) heads.respond(connection, parsed.status, JSON_TYPE, parsed.body);
    else if (!isTokenList(tokens)) heads.respond(connection, refusal.status, JSON_TYPE, refusal.body);
    else heads.respond(connection, 200, JSON_TYPE, JSON.stringify({ prompt: detokenize(tokens) }));
  }
}

/** A browser asks before it lets a page of another site ask. */
const isPreflight = ({ method, headers }: HttpRequest): boolean =>
  method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');

function isTokenList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((id: unknown) => Number.isInteger(id));
}
