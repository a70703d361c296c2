import type { AnswerContext } from '../../api/answer.ts';
import { renderChat } from '../../api/generation-request.ts';
import type { Refusal } from '../../api/refusal.ts';
import type { Connection, RefusalHandler } from '../../http/connection.ts';
import type { HttpRequest } from '../../http/request-parser.ts';
import { LAST_CHUNK, toChunk } from '../../http/response-head.ts';
import { detokenize, tokenize } from '../../tokenizer.ts';
import type { Face, FaceServices } from '../face.ts';
import { openAnswerContext } from '../open-answer-context.ts';
import { respondWith } from '../respond-with.ts';
import { type Route, RouteTable } from '../route-table.ts';
import { refuseUnreadable } from '../unreadable-request.ts';
import { UvicornHeads } from '../uvicorn-heads.ts';
import { modelDocument, modelsDocument, serverDocument } from './documents.ts';
import { toEvent } from './output-text.ts';
import { SglangPlainAnswer } from './plain-answer.ts';
import { SglangMetrics } from './sglang-metrics.ts';
import { nativeErrorData, UNAUTHORIZED } from './sglang-refusal.ts';
import { parseSglangBody, readGenerate, readOpenAi, type SglangRequest } from './sglang-request.ts';
import { ChatStreamAnswer, CompletionsStreamAnswer, GenerateStreamAnswer } from './stream-answers.ts';

const JSON_TYPE = 'application/json';
/** Beginnings of paths that are open without a key. */
const OPEN_PATHS = ['/health', '/ready', '/metrics'];

type Body = Readonly<Record<string, unknown>>;

export function createSglangFace(services: FaceServices): Face {
  return new SglangFace(services);
}

/** SGLang's server, after the source of 0.5.23: its own `/generate`, OpenAI's chat and completions, and what it tells of itself. */
class SglangFace implements Face {
  readonly #services: FaceServices;
  readonly #startSeconds: number;
  readonly #metrics: SglangMetrics;
  readonly #routes: RouteTable;
  readonly #heads: UvicornHeads;

  constructor(services: FaceServices) {
    this.#services = services;
    this.#heads = new UvicornHeads(services.wallSeconds);
    this.#startSeconds = Math.floor(services.wallSeconds());
    this.#metrics = new SglangMetrics(services.options.model);
    this.#routes = new RouteTable([...this.#generations(), ...this.#questions(), ...this.#tokenizer()]);
  }

  #generations(): readonly Route[] {
    const openAi = (path: string, api: 'chat' | 'completions'): Route => ({
      method: 'POST',
      path,
      run: (...call) => this.#openAi(api, call),
    });
    return [
      { method: 'POST', path: '/generate', run: (...call) => this.#native(call) },
      { method: 'PUT', path: '/generate', run: (...call) => this.#native(call) },
      openAi('/v1/chat/completions', 'chat'),
      openAi('/v1/completions', 'completions'),
    ];
  }

  #questions(): readonly Route[] {
    const { options, engine } = this.#services;
    const get = (path: string, answer: (connection: Connection) => void): Route => ({
      method: 'GET',
      path,
      run: (_, connection) => answer(connection),
    });
    const document = (path: string, value: () => unknown): Route =>
      get(path, (connection) => this.#heads.respond(connection, 200, JSON_TYPE, JSON.stringify(value())));
    return [
      ...['/health', '/health_generate', '/ready', '/ping'].map((path) =>
        get(path, (connection) => respondWith(connection, this.#heads.empty(200), '')),
      ),
      document('/v1/models', () => modelsDocument(options, this.#startSeconds)),
      document('/model_info', () => modelDocument(options)),
      document('/get_model_info', () => modelDocument(options)),
      document('/server_info', () => serverDocument(options)),
      document('/get_server_info', () => serverDocument(options)),
      get('/metrics', (connection) => {
        const page = this.#metrics.text(engine.load());
        respondWith(connection, this.#heads.page(Buffer.byteLength(page)), page);
      }),
    ];
  }

  #tokenizer(): readonly Route[] {
    const { hasTokenizer, maxModelLength } = this.#services.options;
    if (!hasTokenizer) return [];
    const route = (path: string, answer: (body: Body) => unknown): Route => ({
      method: 'POST',
      path,
      run: ({ body }, connection) => {
        const parsed = parseSglangBody(body);
        if ('status' in parsed) this.#refuse(connection, parsed);
        else this.#heads.respond(connection, 200, JSON_TYPE, JSON.stringify(answer(parsed.body)));
      },
    });
    const count = ({ prompt, messages }: Body): unknown => {
      const tokens = tokenize(
        Array.isArray(messages) ? renderChat(messages) : typeof prompt === 'string' ? prompt : '',
      );
      return { tokens, count: tokens.length, max_model_len: maxModelLength };
    };
    const text = ({ tokens }: Body): unknown => ({ text: Array.isArray(tokens) ? detokenize(tokens.map(Number)) : '' });
    return [
      ...['/tokenize', '/v1/tokenize'].map((path) => route(path, count)),
      ...['/detokenize', '/v1/detokenize'].map((path) => route(path, text)),
    ];
  }

  readonly handle = (request: HttpRequest, connection: Connection, arrivalNs: bigint): void => {
    const match = this.#routes.find(request.method, request.path);
    if (!this.#isAuthorized(request)) this.#refuse(connection, UNAUTHORIZED);
    else if (match.kind === 'found') match.route.run(request, connection, arrivalNs, match.values);
    else if (match.kind === 'not-found') this.#heads.respond(connection, 404, JSON_TYPE, '{"detail":"Not Found"}');
    else {
      const allowed = `allow: ${match.allowed.join(', ')}\r\n`;
      this.#heads.respond(connection, 405, JSON_TYPE, '{"detail":"Method Not Allowed"}', allowed);
    }
  };

  readonly refuse: RefusalHandler = (_, connection) => refuseUnreadable(connection, this.#services.wallSeconds());

  #isAuthorized({ path, headers }: HttpRequest): boolean {
    const { apiKey } = this.#services.options;
    if (apiKey === undefined || OPEN_PATHS.some((open) => path.startsWith(open))) return true;
    return headers.get('authorization') === `Bearer ${apiKey}`;
  }

  #native(call: Parameters<Route['run']>): void {
    const [http, connection] = call;
    const parsed = parseSglangBody(http.body);
    if ('status' in parsed) {
      this.#refuse(connection, parsed);
      return;
    }
    const request = readGenerate(parsed.body, this.#services.options);
    if (!('status' in request)) this.#start(request, call);
    else if (request.isStreaming) {
      const events = toChunk(toEvent(nativeErrorData(request.message))) + toChunk(toEvent('[DONE]'));
      respondWith(connection, this.#heads.stream(false) + events + LAST_CHUNK, '');
    } else this.#refuse(connection, request);
  }

  #openAi(api: 'chat' | 'completions', call: Parameters<Route['run']>): void {
    const [http, connection] = call;
    const parsed = parseSglangBody(http.body);
    const request = 'status' in parsed ? parsed : readOpenAi(parsed.body, api, this.#services.options);
    if ('status' in request) this.#refuse(connection, request);
    else this.#start(request, call);
  }

  #start(request: SglangRequest, [http, connection, arrivalNs]: Parameters<Route['run']>): void {
    const observer = this.#metrics.observerOf(request.isStreaming);
    createAnswer(
      openAnswerContext(this.#services, { http, connection, arrivalNs, request, observer }),
      request,
      this.#heads,
    ).start();
  }

  #refuse(connection: Connection, { status, body }: Refusal): void {
    this.#heads.respond(connection, status, JSON_TYPE, body);
  }
}

function createAnswer(
  context: AnswerContext,
  request: SglangRequest,
  heads: UvicornHeads,
): GenerateStreamAnswer | ChatStreamAnswer | CompletionsStreamAnswer | SglangPlainAnswer {
  if (!request.isStreaming) return new SglangPlainAnswer(context, request, heads);
  switch (request.api) {
    case 'native':
      return new GenerateStreamAnswer(context, request, heads);
    case 'chat':
      return new ChatStreamAnswer(context, request, heads);
    case 'completions':
      return new CompletionsStreamAnswer(context, request, heads);
  }
}
