import type { GenerationApi } from '../../api/generation-request.ts';
import type { Connection, RefusalHandler } from '../../http/connection.ts';
import type { HttpRequest } from '../../http/request-parser.ts';
import { LAST_CHUNK } from '../../http/response-head.ts';
import type { Face, FaceServices } from '../face.ts';
import { openAnswerContext } from '../open-answer-context.ts';
import { respondWith } from '../respond-with.ts';
import { type Route, RouteTable } from '../route-table.ts';
import { GenerationTimes } from './generation-times.ts';
import { isFields, type JsonBody, readJsonBody } from './read-fields.ts';
import { readNativeRequest } from './read-native.ts';
import { readOpenAiRequest } from './read-openai.ts';
import { eventChunk, JSON_TYPE, TEXT_TYPE, TgiHeads } from './tgi-heads.ts';
import { answerChatTokenize, answerTokenize, infoBody, modelsBody } from './tgi-info.ts';
import { TgiMetrics } from './tgi-metrics.ts';
import { TgiNativeStream } from './tgi-native-stream.ts';
import { TgiOpenAiStream } from './tgi-openai-stream.ts';
import { type PlainShape, TgiPlain } from './tgi-plain.ts';
import {
  errorObject,
  isTgiRefusal,
  openAiErrorEvent,
  type TgiError,
  type TgiRefusal,
  wrongType,
} from './tgi-refusal.ts';
import type { TgiRequest } from './tgi-request.ts';
import type { TgiParts } from './tgi-stream.ts';
import { TgiToolStream } from './tgi-tool-stream.ts';

/** Routes that a key opens; everything else answers without one. */
const GUARDED: ReadonlySet<string> = new Set([
  '/',
  '/generate',
  '/generate_stream',
  '/tokenize',
  '/invocations',
  '/vertex',
  '/v1/chat/completions',
  '/v1/completions',
]);

const BODY_TOO_LONG = 'Failed to buffer the request body: length limit exceeded';

/** A generation that a route asks for. */
interface Generation {
  readonly api: GenerationApi;
  readonly isStreaming: boolean;
  readonly shape: PlainShape;
}

type Call = Parameters<Route['run']>;

/** Text Generation Inference, router 3.x: its native interface and its OpenAI one. */
export function createTgiFace(services: FaceServices): Face {
  return new TgiFace(services);
}

class TgiFace implements Face {
  readonly #services: FaceServices;
  readonly #heads: TgiHeads;
  readonly #metrics: TgiMetrics;
  readonly #routes: RouteTable;
  readonly #parts: TgiParts;

  constructor(services: FaceServices) {
    const { options, wallSeconds, onEnd } = services;
    const metrics = new TgiMetrics({
      maxInputTokens: options.maxModelLength - 1,
      maxTotalTokens: options.maxModelLength,
    });
    this.#metrics = metrics;
    this.#services = {
      ...services,
      onEnd(record) {
        metrics.onEnd(record);
        onEnd(record);
      },
    };
    this.#heads = new TgiHeads(wallSeconds);
    this.#parts = { heads: this.#heads, model: options.model, wallSeconds };
    this.#routes = new RouteTable(this.#createRoutes());
  }

  #createRoutes(): readonly Route[] {
    const { options } = this.#services;
    const get = (path: string, answer: (connection: Connection) => void): Route => ({
      method: 'GET',
      path,
      run: (_, connection) => answer(connection),
    });
    const post = (path: string, run: (body: JsonBody, call: Call) => void): Route => ({
      method: 'POST',
      path,
      run: (...call) => this.#withBody(call, (body) => run(body, call)),
    });
    return [
      post('/generate', (body, call) => this.#native(body, call, { isStreaming: false, shape: 'generate' })),
      post('/generate_stream', (body, call) => this.#native(body, call, { isStreaming: true, shape: 'generate' })),
      post('/', (body, call) => this.#compatible(body, call)),
      post('/invocations', (body, call) =>
        body.fields['messages'] === undefined ? this.#compatible(body, call) : this.#openAi(body, call, 'chat'),
      ),
      post('/vertex', (body, call) => this.#vertex(body, call)),
      post('/v1/chat/completions', (body, call) => this.#openAi(body, call, 'chat')),
      post('/v1/completions', (body, call) => this.#openAi(body, call, 'completions')),
      post('/chat_tokenize', (body, [, connection]) => this.#answerJson(connection, answerChatTokenize(body.fields))),
      ...(options.hasTokenizer
        ? [post('/tokenize', (body, [, connection]) => this.#answerJson(connection, answerTokenize(body)))]
        : []),
      get('/info', (connection) => this.#answerJson(connection, infoBody(options))),
      get('/v1/models', (connection) => this.#answerJson(connection, modelsBody(options.model))),
      get('/health', (connection) => this.#answerEmpty(connection, 200)),
      get('/ping', (connection) => this.#answerEmpty(connection, 200)),
      get('/', (connection) => this.#answerEmpty(connection, 200)),
      get('/metrics', (connection) => {
        const page = this.#metrics.text(this.#services.engine.load());
        respondWith(connection, this.#heads.body(200, TEXT_TYPE, page.length), page);
      }),
    ];
  }

  readonly handle = (request: HttpRequest, connection: Connection, arrivalNs: bigint): void => {
    const match = this.#routes.find(request.method, request.path);
    if (match.kind === 'not-found') this.#answerEmpty(connection, 404);
    else if (match.kind === 'wrong-method') this.#answerEmpty(connection, 405, `allow: ${match.allowed.join(',')}\r\n`);
    else if (!this.#isAuthorized(request)) this.#answerEmpty(connection, 401);
    else match.route.run(request, connection, arrivalNs, match.values);
  };

  /** The length of a body is the router's concern, everything else that of its HTTP library. */
  readonly refuse: RefusalHandler = ({ status }, connection) => {
    if (status === 413) this.#refuse(connection, { kind: 'text', status, text: BODY_TOO_LONG });
    else respondWith(connection, this.#heads.unreadable(status === 431 ? 431 : 400), '');
  };

  #isAuthorized({ method, path, headers }: HttpRequest): boolean {
    const { apiKey } = this.#services.options;
    const isGuarded = apiKey !== undefined && method === 'POST' && GUARDED.has(path);
    return !isGuarded || headers.get('authorization') === `Bearer ${apiKey}`;
  }

  #withBody(call: Call, run: (body: JsonBody) => void): void {
    const body = readJsonBody(call[0]);
    if (isTgiRefusal(body)) this.#refuse(call[1], body);
    else run(body);
  }

  #native(body: JsonBody, call: Call, how: Pick<Generation, 'isStreaming' | 'shape'>): void {
    const request = readNativeRequest(body, how.isStreaming, how.shape === 'list', this.#services.options);
    this.#generate(request, call, { api: 'native', ...how }, characterCount(body.fields['inputs']));
  }

  /** The routes of older clients: a list, the prompt in front, and a stream when the body asks for one. */
  #compatible(body: JsonBody, call: Call): void {
    this.#native(body, call, { isStreaming: body.fields['stream'] === true, shape: 'list' });
  }

  /** Instances are answered together, one text each; the parameters of the first one hold for all. */
  #vertex({ fields, text }: JsonBody, call: Call): void {
    const { instances } = fields;
    const options = this.#services.options;
    const requests = (Array.isArray(instances) ? instances.filter(isFields) : []).map((instance) =>
      readNativeRequest({ fields: instance, text }, false, false, options),
    );
    const refusal = requests.find(isTgiRefusal);
    const valid = requests.flatMap((request) => (isTgiRefusal(request) ? [] : [request]));
    const [first] = valid;
    const none: TgiRefusal = wrongType('missing field `instances` at line 1 column 1');
    const together = first === undefined ? none : { ...first, prompts: valid.flatMap(({ prompts }) => prompts) };
    this.#generate(refusal ?? together, call, { api: 'native', isStreaming: false, shape: 'vertex' }, 0);
  }

  #openAi(body: JsonBody, call: Call, api: 'chat' | 'completions'): void {
    const request = readOpenAiRequest(body, api, this.#services.options);
    const isStreaming = body.fields['stream'] === true;
    this.#generate(request, call, { api, isStreaming, shape: 'openai' }, characterCount(body.fields['prompt']));
  }

  #generate(request: TgiRequest | TgiRefusal, call: Call, generation: Generation, characters: number): void {
    const [http, connection, arrivalNs] = call;
    if (isTgiRefusal(request)) {
      if (request.kind === 'error') this.#refuseGeneration(connection, request, generation, characters);
      else this.#refuse(connection, request);
      return;
    }
    this.#metrics.onRequest(request.api, request.prompts.length);
    this.#metrics.onValid(request);
    const times = new GenerationTimes(this.#metrics);
    const context = openAnswerContext(this.#services, { http, connection, arrivalNs, request, observer: times });
    times.isFailing = context.fault?.kind === 'error-event';
    const { shape } = generation;
    if (!request.isStreaming) new TgiPlain(context, request, { ...this.#parts, times, shape }).start();
    else if (request.api === 'native') new TgiNativeStream(context, request, this.#parts).start();
    else if (request.tool === undefined) new TgiOpenAiStream(context, request, this.#parts).start();
    else new TgiToolStream(context, request, this.#parts, request.tool).start();
  }

  /** Streams are accepted before the router looks at their values: the refusal is an event under 200 then. */
  #refuseGeneration(
    connection: Connection,
    refusal: TgiError,
    { api, isStreaming }: Generation,
    characters: number,
  ): void {
    this.#metrics.onRequest(api, 1);
    this.#metrics.onRefused(refusal.errorType);
    if (!isStreaming || refusal.errorType !== 'validation') {
      this.#refuse(connection, refusal);
      return;
    }
    const isNative = api === 'native';
    const event = eventChunk(isNative ? errorObject(refusal) : openAiErrorEvent(refusal.message));
    const end = isNative ? LAST_CHUNK : `${eventChunk('[DONE]')}${LAST_CHUNK}`;
    connection.write(this.#heads.stream(characters) + event + end);
    connection.done();
  }

  #refuse(connection: Connection, refusal: TgiRefusal): void {
    const body = refusal.kind === 'text' ? refusal.text : errorObject(refusal);
    const type = refusal.kind === 'text' ? TEXT_TYPE : JSON_TYPE;
    respondWith(connection, this.#heads.body(refusal.status, type, Buffer.byteLength(body)), body);
  }

  #answerJson(connection: Connection, answer: string | TgiRefusal): void {
    if (typeof answer === 'string') {
      respondWith(connection, this.#heads.body(200, JSON_TYPE, Buffer.byteLength(answer)), answer);
    } else this.#refuse(connection, answer);
  }

  #answerEmpty(connection: Connection, status: number, extra = ''): void {
    respondWith(connection, this.#heads.body(status, undefined, 0, { extra }), '');
  }
}

function characterCount(prompt: unknown): number {
  if (typeof prompt === 'string') return prompt.length;
  return Array.isArray(prompt) ? prompt.reduce((sum: number, text: unknown) => sum + characterCount(text), 0) : 0;
}
