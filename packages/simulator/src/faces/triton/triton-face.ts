import type { Connection, RefusalHandler } from '../../http/connection.ts';
import type { HttpRequest } from '../../http/request-parser.ts';
import type { Face, FaceServices } from '../face.ts';
import { openAnswerContext } from '../open-answer-context.ts';
import { respondWith } from '../respond-with.ts';
import { type PathValues, type Route, RouteTable } from '../route-table.ts';
import { configDocument, metadataDocument, serverDocument, statsDocument } from './model-documents.ts';
import { errorJson } from './response-text.ts';
import { bareHead, bodyHead } from './triton-head.ts';
import { TritonMetrics } from './triton-metrics.ts';
import { TritonPlainAnswer } from './triton-plain-answer.ts';
import { parseTritonBody, readTritonRequest, type TritonRefusal } from './triton-request.ts';
import { TritonStreamAnswer } from './triton-stream-answer.ts';

const JSON_TYPE = 'application/json';

export function createTritonFace(services: FaceServices): Face {
  return new TritonFace(services);
}

/**
 * Triton's HTTP server with one decoupled model in the shape of the vLLM backend. There is one port: `/metrics`, which a real
 * server has on a port of its own, is served beside the rest. Keys are not asked for, as Triton knows none.
 */
class TritonFace implements Face {
  readonly #services: FaceServices;
  readonly #metrics: TritonMetrics;
  readonly #routes: RouteTable;
  /** Whether the model is served: its clients may take it out of the repository's memory and back. */
  #isLoaded = true;

  constructor(services: FaceServices) {
    this.#metrics = new TritonMetrics(services.options.model, services.wallSeconds);
    this.#services = {
      ...services,
      onEnd: (record) => {
        this.#metrics.onEnd(record);
        services.onEnd(record);
      },
    };
    const plain = this.#modelRoutes('/v2/models/{model}');
    this.#routes = new RouteTable([
      ...this.#serverRoutes(),
      ...plain,
      ...this.#modelRoutes('/v2/models/{model}/versions/{version}'),
    ]);
  }

  #serverRoutes(): readonly Route[] {
    const alive = (_: HttpRequest, connection: Connection): void => respondWith(connection, bareHead(200, 0), '');
    const loaded = (_: HttpRequest, connection: Connection): void =>
      respondWith(connection, bareHead(this.#isLoaded ? 200 : 400, 0), '');
    const toLoad = (isLoaded: boolean): Route['run'] => {
      return (_, connection, __, values) => this.#load(connection, values, isLoaded);
    };
    return [
      { method: 'GET', path: '/v2', run: (_, connection) => respondJson(connection, 200, serverDocument()) },
      { method: 'GET', path: '/v2/health/live', run: alive },
      { method: 'GET', path: '/v2/health/ready', run: loaded },
      { method: 'POST', path: '/v2/repository/index', run: (_, connection) => this.#answerIndex(connection) },
      { method: 'POST', path: '/v2/repository/models/{model}/load', run: toLoad(true) },
      { method: 'POST', path: '/v2/repository/models/{model}/unload', run: toLoad(false) },
      { method: 'GET', path: '/metrics', run: (_, connection) => this.#answerMetrics(connection) },
    ];
  }

  #modelRoutes(base: string): readonly Route[] {
    const document = (of: (model: string) => unknown): Route['run'] => {
      return (_, connection, __, values) => {
        if (this.#isServed(values)) respondJson(connection, 200, of(this.#services.options.model));
        else refuse(connection, this.#unknown(values));
      };
    };
    return [
      { method: 'GET', path: base, run: document(metadataDocument) },
      { method: 'GET', path: `${base}/config`, run: document(configDocument) },
      { method: 'GET', path: `${base}/stats`, run: document((model) => statsDocument(model, this.#metrics)) },
      {
        method: 'GET',
        path: `${base}/ready`,
        run: (_, connection, __, values) => this.#answerReady(connection, values),
      },
      {
        method: 'POST',
        path: `${base}/infer`,
        run: (_, connection, __, values) => this.#answerInfer(connection, values),
      },
      { method: 'POST', path: `${base}/generate`, run: (...call) => this.#generate(false, call) },
      { method: 'POST', path: `${base}/generate_stream`, run: (...call) => this.#generate(true, call) },
    ];
  }

  readonly handle = (request: HttpRequest, connection: Connection, arrivalNs: bigint): void => {
    const match = this.#routes.find(request.method, request.path);
    if (match.kind === 'found') match.route.run(request, connection, arrivalNs, match.values);
    else if (match.kind === 'wrong-method') respondJson(connection, 405, { error: 'Method Not Allowed' });
    else respondBare(connection, 404, 'Not Found');
  };

  /** Its HTTP library ends the connection without a word. */
  readonly refuse: RefusalHandler = (_, connection) => connection.abandon('fin');

  #isServed(values: PathValues): boolean {
    return this.#isLoaded && this.#isKnown(values) && (values['version'] ?? '1') === '1';
  }

  #isKnown(values: PathValues): boolean {
    return decodeSegment(values['model']) === this.#services.options.model;
  }

  #unknown(values: PathValues): TritonRefusal {
    const name = decodeSegment(values['model']);
    const why = !this.#isLoaded && this.#isKnown(values) ? 'has no available versions' : 'is not found';
    return { status: 404, message: `Request for unknown model: '${name}' ${why}` };
  }

  #load(connection: Connection, values: PathValues, isLoaded: boolean): void {
    if (this.#isKnown(values)) {
      this.#isLoaded = isLoaded;
      respondWith(connection, bodyHead(200, JSON_TYPE, 0), '');
    } else {
      const message = `failed to load '${decodeSegment(values['model'])}', failed to poll from model repository`;
      refuse(connection, { status: 500, message });
    }
  }

  #generate(isStreaming: boolean, [http, connection, arrivalNs, values]: Parameters<Route['run']>): void {
    if (!this.#isServed(values)) {
      refuse(connection, this.#unknown(values));
      return;
    }
    const parsed = parseTritonBody(http.body);
    const { options } = this.#services;
    const request = 'status' in parsed ? parsed : readTritonRequest(parsed.body, { isStreaming, options });
    if ('status' in request) {
      refuse(connection, request);
      return;
    }
    const open = { http, connection, arrivalNs, request, observer: this.#metrics.observer };
    const context = openAnswerContext(this.#services, open);
    const answer =
      isStreaming && request.isModelStreaming
        ? new TritonStreamAnswer(context, request)
        : new TritonPlainAnswer(context, request);
    answer.start();
  }

  #answerReady(connection: Connection, values: PathValues): void {
    if (this.#isServed(values)) respondWith(connection, bareHead(200, 0), '');
    else respondBare(connection, 400, 'Model version not ready');
  }

  /** The model is decoupled, which the plain route of inference does not serve. */
  #answerInfer(connection: Connection, values: PathValues): void {
    if (!this.#isServed(values)) refuse(connection, this.#unknown(values));
    else respondBare(connection, 501, "HTTP end point doesn't support models with decoupled transaction policy");
  }

  #answerIndex(connection: Connection): void {
    const state = this.#isLoaded ? 'READY' : 'UNLOADING';
    respondJson(connection, 200, [{ name: this.#services.options.model, version: '1', state }]);
  }

  #answerMetrics(connection: Connection): void {
    const page = this.#metrics.text(this.#services.engine.load().waiting);
    respondWith(connection, bodyHead(200, 'text/plain; charset=utf-8', Buffer.byteLength(page)), page);
  }
}

function respondJson(connection: Connection, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  respondWith(connection, bodyHead(status, JSON_TYPE, Buffer.byteLength(body)), body);
}

function respondBare(connection: Connection, status: number, message: string): void {
  const body = errorJson(message);
  respondWith(connection, bareHead(status, body.length), body);
}

function refuse(connection: Connection, { status, message }: TritonRefusal): void {
  respondJson(connection, status, { error: message });
}

function decodeSegment(text = ''): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a broken escape is a name that no model has
  }
}
