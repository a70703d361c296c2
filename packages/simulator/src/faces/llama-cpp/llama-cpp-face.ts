import { performance } from 'node:perf_hooks';
import { renderChat } from '../../api/generation-request.ts';
import type { Refusal } from '../../api/refusal.ts';
import type { Connection, RefusalHandler } from '../../http/connection.ts';
import type { HttpRequest } from '../../http/request-parser.ts';
import { detokenize, tokenize } from '../../tokenizer.ts';
import type { Face, FaceServices } from '../face.ts';
import { openAnswerContext } from '../open-answer-context.ts';
import { respondWith } from '../respond-with.ts';
import { type Route, RouteTable } from '../route-table.ts';
import { ChatStreamAnswer } from './chat-stream.ts';
import { modelsDocument, propsDocument, slotsDocument } from './documents.ts';
import { bodyHead, unreadableHead } from './llama-cpp-head.ts';
import { LlamaCppMetrics } from './llama-cpp-metrics.ts';
import { NO_EMBEDDINGS, NOT_FOUND, WRONG_KEY } from './llama-cpp-refusal.ts';
import { type LlamaCppApi, type LlamaCppRequest, parseLlamaCppBody, readLlamaCppRequest } from './llama-cpp-request.ts';
import type { LlamaCppStreamAnswer } from './llama-cpp-stream.ts';
import { MessagesStreamAnswer } from './messages-stream.ts';
import { LlamaCppPlainAnswer } from './plain-answer.ts';
import { ResponsesStreamAnswer } from './responses-stream.ts';
import { CompletionsStreamAnswer, NativeStreamAnswer } from './stream-answers.ts';
import { TimedObserver } from './timings.ts';

/** Routes that are open without a key. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/health', '/v1/health', '/models', '/v1/models']);

type Body = Readonly<Record<string, unknown>>;

export function createLlamaCppFace(services: FaceServices): Face {
  return new LlamaCppFace(services);
}

/** llama.cpp's server: its own `/completion`, OpenAI's and Anthropic's interfaces, and what it tells of itself. */
class LlamaCppFace implements Face {
  readonly #services: FaceServices;
  readonly #startSeconds: number;
  readonly #metrics = new LlamaCppMetrics();
  readonly #routes: RouteTable;

  constructor(services: FaceServices) {
    this.#services = services;
    this.#startSeconds = Math.floor(services.wallSeconds());
    this.#routes = new RouteTable([...this.#generations(), ...this.#questions(), ...this.#tokenizer()]);
  }

  #generations(): readonly Route[] {
    const route = (path: string, api: LlamaCppApi): Route => ({
      method: 'POST',
      path,
      run: (...call) => this.#generate(api, call),
    });
    return [
      route('/completion', 'native'),
      route('/completions', 'native'),
      route('/v1/completions', 'completions'),
      route('/v1/chat/completions', 'chat'),
      route('/chat/completions', 'chat'),
      route('/v1/responses', 'responses'),
      route('/responses', 'responses'),
      route('/v1/messages', 'messages'),
      ...['/v1/embeddings', '/embeddings', '/embedding'].map(
        (path): Route => ({ method: 'POST', path, run: (_, connection) => refuse(connection, NO_EMBEDDINGS) }),
      ),
    ];
  }

  #questions(): readonly Route[] {
    const { options, engine } = this.#services;
    const documents: readonly (readonly [string, () => unknown])[] = [
      ['/health', () => ({ status: 'ok' })],
      ['/v1/health', () => ({ status: 'ok' })],
      ['/v1/models', () => modelsDocument(options, this.#startSeconds)],
      ['/models', () => modelsDocument(options, this.#startSeconds)],
      ['/props', () => propsDocument(options)],
      ['/slots', () => slotsDocument(options, engine.load())],
    ];
    return [
      ...documents.flatMap(([path, document]): readonly Route[] => [
        { method: 'GET', path, run: (_, connection) => respondJson(connection, document()) },
        { method: 'HEAD', path, run: (_, connection) => respondHead(connection, document()) },
      ]),
      { method: 'GET', path: '/metrics', run: (_, connection) => this.#answerMetrics(connection) },
    ];
  }

  #tokenizer(): readonly Route[] {
    if (!this.#services.options.hasTokenizer) return [];
    const route = (path: string, answer: (body: Body) => unknown): Route => ({
      method: 'POST',
      path,
      run: ({ body }, connection) => {
        const parsed = parseLlamaCppBody(body);
        if ('status' in parsed) refuse(connection, parsed);
        else respondJson(connection, answer(parsed.body));
      },
    });
    return [
      route('/tokenize', ({ content }) => ({ tokens: typeof content === 'string' ? tokenize(content) : [] })),
      route('/detokenize', ({ tokens }) => ({ content: Array.isArray(tokens) ? detokenize(tokens.map(Number)) : '' })),
      route('/apply-template', ({ messages }) => ({ prompt: renderChat(Array.isArray(messages) ? messages : []) })),
    ];
  }

  /** A wrong method is an unknown file. */
  readonly handle = (request: HttpRequest, connection: Connection, arrivalNs: bigint): void => {
    const match = this.#routes.find(request.method, request.path);
    if (!this.#isAuthorized(request)) refuse(connection, WRONG_KEY);
    else if (match.kind === 'found') match.route.run(request, connection, arrivalNs, match.values);
    else refuse(connection, NOT_FOUND);
  };

  readonly refuse: RefusalHandler = ({ status }, connection) =>
    respondWith(connection, unreadableHead(status === 413 ? 413 : 400), '');

  #isAuthorized({ path, headers }: HttpRequest): boolean {
    const { apiKey } = this.#services.options;
    const given = (headers.get('authorization') || headers.get('x-api-key') || '').replace(/^Bearer /, '');
    return apiKey === undefined || OPEN_PATHS.has(path) || given === apiKey;
  }

  #generate(api: LlamaCppApi, [http, connection, arrivalNs]: Parameters<Route['run']>): void {
    const parsed = parseLlamaCppBody(http.body);
    const request = 'status' in parsed ? parsed : readLlamaCppRequest(parsed.body, api, this.#services.options);
    if ('status' in request) {
      refuse(connection, request);
      return;
    }
    const observer = new TimedObserver(this.#metrics);
    const context = openAnswerContext(this.#services, { http, connection, arrivalNs, request, observer });
    createAnswer(context, request, observer).start();
  }

  #answerMetrics(connection: Connection): void {
    const page = this.#metrics.text(this.#services.engine.load());
    const before = `Process-Start-Time-Unix: ${Math.floor(performance.timeOrigin / 1000)}\r\n`;
    respondWith(connection, bodyHead(200, page.length, { contentType: 'text/plain; version=0.0.4', before }), page);
  }
}

function createAnswer(
  context: ConstructorParameters<typeof ChatStreamAnswer>[0],
  request: LlamaCppRequest,
  observer: TimedObserver,
): LlamaCppStreamAnswer | LlamaCppPlainAnswer {
  if (!request.isStreaming) return new LlamaCppPlainAnswer(context, request, observer);
  return new STREAMS[request.api](context, request, observer);
}

const STREAMS = {
  chat: ChatStreamAnswer,
  completions: CompletionsStreamAnswer,
  native: NativeStreamAnswer,
  responses: ResponsesStreamAnswer,
  messages: MessagesStreamAnswer,
} as const;

function respondJson(connection: Connection, value: unknown): void {
  const body = JSON.stringify(value);
  respondWith(connection, bodyHead(200, Buffer.byteLength(body)), body);
}

/** The head alone; its length is that of the body that is left out. */
function respondHead(connection: Connection, value: unknown): void {
  const lengthBytes = Buffer.byteLength(JSON.stringify(value));
  respondWith(connection, bodyHead(200, lengthBytes, { after: 'Accept-Ranges: bytes\r\n' }), '');
}

function refuse(connection: Connection, { status, body }: Refusal): void {
  connection.endAfterAnswer();
  respondWith(connection, bodyHead(status, Buffer.byteLength(body)), body);
}
