import type { Connection, RefusalHandler } from '../../http/connection.ts';
import type { HttpRequest } from '../../http/request-parser.ts';
import type { Face, FaceServices } from '../face.ts';
import { openAnswerContext } from '../open-answer-context.ts';
import { respondWith } from '../respond-with.ts';
import { type PathValues, type Route, RouteTable } from '../route-table.ts';
import { refuseUnreadable } from '../unreadable-request.ts';
import { UvicornHeads } from '../uvicorn-heads.ts';
import { KserveMetrics } from './kserve-metrics.ts';
import { KserveNativeAnswer, KserveOpenAiAnswer } from './kserve-plain-answer.ts';
import { type KserveRefusal, unknownModel } from './kserve-refusal.ts';
import { KserveStreamAnswer } from './kserve-stream-answer.ts';
import { type KserveNativeRequest, readInfer, readPredict } from './read-native.ts';
import { type OpenAiApi, readOpenAiRequest } from './read-openai.ts';

const JSON_TYPE = 'application/json';

export function createKserveFace(services: FaceServices): Face {
  return new KserveFace(services);
}

/**
 * KServe's own server before an engine of llama.cpp's kind: V1, V2 and the OpenAI routes below `/openai`, for one model of text.
 * Keys are not asked for: that is the gateway's work.
 */
class KserveFace implements Face {
  readonly #services: FaceServices;
  readonly #nativeServices: FaceServices;
  readonly #createdSeconds: number;
  readonly #heads: UvicornHeads;
  readonly #metrics: KserveMetrics;
  readonly #routes: RouteTable;

  constructor(services: FaceServices) {
    const { options, wallSeconds } = services;
    this.#services = services;
    this.#createdSeconds = Math.floor(wallSeconds());
    this.#heads = new UvicornHeads(wallSeconds);
    this.#metrics = new KserveMetrics(options.model, wallSeconds);
    this.#nativeServices = {
      ...services,
      onEnd: (record) => {
        this.#metrics.onNativeEnd(record);
        services.onEnd(record);
      },
    };
    this.#routes = new RouteTable([...this.#documents(), ...this.#generations()]);
  }

  #documents(): readonly Route[] {
    const { model } = this.#services.options;
    const fixed = (path: string, value: unknown): Route => ({
      method: 'GET',
      path,
      run: (_, connection) => this.#respond(connection, 200, value),
    });
    const ofModel = (path: string, value: unknown): Route => ({
      method: 'GET',
      path,
      run: (_, connection, __, values) => {
        const unknown = this.#findUnknown(values);
        if (unknown === undefined) this.#respond(connection, 200, value);
        else this.#respond(connection, unknown.status, unknown.body);
      },
    });
    return [
      fixed('/', { status: 'alive' }),
      fixed('/v2', { name: 'kserve', version: '0.21.0', extensions: ['model_repository_extension'] }),
      fixed('/v2/health/live', { live: true }),
      fixed('/v2/health/ready', { ready: true }),
      fixed('/v2/models', { models: [model] }),
      fixed('/v1/models', { models: [model] }),
      fixed('/openai/v1/models', this.#openAiModels()),
      ofModel('/v1/models/{model}', { name: model, ready: true }),
      ofModel('/v2/models/{model}', { name: model, versions: null, platform: '', inputs: [], outputs: [] }),
      ofModel('/v2/models/{model}/ready', { name: model, ready: true }),
      { method: 'GET', path: '/metrics', run: (_, connection) => this.#answerMetrics(connection) },
    ];
  }

  #openAiModels(): unknown {
    const card = { object: 'model', created: this.#createdSeconds, owned_by: '', root: null, parent: null };
    const { model } = this.#services.options;
    return { object: 'list', data: [{ id: model, ...card, max_model_len: null, permission: [] }] };
  }

  #generations(): readonly Route[] {
    return [
      { method: 'POST', path: '/v1/models/{model}:predict', run: (...call) => this.#infer(readPredict, call) },
      { method: 'POST', path: '/v2/models/{model}/infer', run: (...call) => this.#infer(readInfer, call) },
      { method: 'POST', path: '/openai/v1/chat/completions', run: (...call) => this.#generate('chat', call) },
      { method: 'POST', path: '/openai/v1/completions', run: (...call) => this.#generate('completions', call) },
    ];
  }

  readonly handle = (request: HttpRequest, connection: Connection, arrivalNs: bigint): void => {
    const match = this.#routes.find(request.method, request.path);
    if (match.kind === 'found') match.route.run(request, connection, arrivalNs, match.values);
    else if (match.kind === 'not-found') this.#respond(connection, 404, { detail: 'Not Found' });
    else {
      const allow = `allow: ${match.allowed.join(', ')}\r\n`;
      this.#respond(connection, 405, { detail: 'Method Not Allowed' }, allow);
    }
  };

  readonly refuse: RefusalHandler = (_, connection) => refuseUnreadable(connection, this.#services.wallSeconds());

  #findUnknown(values: PathValues): KserveRefusal | undefined {
    const name = decodeSegment(values['model']);
    return name === this.#services.options.model ? undefined : unknownModel(name);
  }

  #infer(
    read: (bytes: Buffer, options: FaceServices['options']) => KserveNativeRequest | KserveRefusal,
    [http, connection, arrivalNs, values]: Parameters<Route['run']>,
  ): void {
    const request = this.#findUnknown(values) ?? read(http.body, this.#services.options);
    if ('status' in request) {
      if (request.status === 500) this.#metrics.onNativeRefusal();
      this.#respond(connection, request.status, request.body);
      return;
    }
    const open = { http, connection, arrivalNs, request, observer: this.#metrics.observer };
    new KserveNativeAnswer(openAnswerContext(this.#nativeServices, open), request, this.#heads).start();
  }

  #generate(api: OpenAiApi, [http, connection, arrivalNs]: Parameters<Route['run']>): void {
    const request = readOpenAiRequest(http.body, api, this.#services.options);
    if ('status' in request) {
      this.#respond(connection, request.status, request.body);
      return;
    }
    const open = { http, connection, arrivalNs, request, observer: this.#metrics.observer };
    const context = openAnswerContext(this.#services, open);
    const answer = request.isStreaming
      ? new KserveStreamAnswer(context, request, api, this.#heads)
      : new KserveOpenAiAnswer(context, api, this.#heads);
    answer.start();
  }

  #answerMetrics(connection: Connection): void {
    const page = this.#metrics.text();
    respondWith(connection, this.#heads.page(Buffer.byteLength(page)), page);
  }

  #respond(connection: Connection, status: number, value: unknown, extra = ''): void {
    const body = JSON.stringify(value);
    respondWith(connection, this.#heads.body(status, JSON_TYPE, Buffer.byteLength(body), extra), body);
  }
}

function decodeSegment(text = ''): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a broken escape is a name that no model has
  }
}
