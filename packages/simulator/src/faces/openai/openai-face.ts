import type { Connection, RefusalHandler } from '../../http/connection.ts';
import type { HttpRequest } from '../../http/request-parser.ts';
import { ServiceMetrics } from '../../metrics/service-metrics.ts';
import type { Face, FaceServices } from '../face.ts';
import { respondWith } from '../respond-with.ts';
import { type Route, RouteTable } from '../route-table.ts';
import type { VllmCall } from '../vllm/vllm-call.ts';
import { VllmGenerations } from '../vllm/vllm-generations.ts';
import { OpenAiHeads, openAiError } from './openai-heads.ts';
import { createOpenAiText, openAiAnswerBody } from './openai-text.ts';

const JSON_TYPE = 'application/json';

export function createOpenAiFace(services: FaceServices): Face {
  return new OpenAiFace(services);
}

/**
 * A server that speaks OpenAI's interfaces after their reference and says nothing of what it is: no version, no metrics, no tokenizer. It works as vLLM's
 * does, so requests are read in the same way.
 */
class OpenAiFace implements Face {
  readonly #services: FaceServices;
  readonly #createdSeconds: number;
  readonly #routes: RouteTable;
  readonly #heads: OpenAiHeads;
  /** Nobody can read them. */
  readonly #metrics: ServiceMetrics;

  constructor(services: FaceServices) {
    const startSeconds = services.wallSeconds();
    this.#services = services;
    this.#createdSeconds = Math.floor(startSeconds);
    this.#metrics = new ServiceMetrics(services.options, startSeconds);
    this.#heads = new OpenAiHeads(services.wallSeconds);
    this.#routes = new RouteTable(this.#createRoutes());
  }

  #createRoutes(): readonly Route[] {
    const generations = new VllmGenerations(this.#services, this.#metrics, {
      createText: createOpenAiText,
      body: openAiAnswerBody,
      // Counts in every event and lists of token IDs are vLLM's own.
      takes: (request) => ({ ...request, hasContinuousUsage: false }),
    });
    const heads = this.#heads;
    const post = (path: string, answer: (call: VllmCall) => void): Route => ({
      method: 'POST',
      path,
      run: (http, connection, arrivalNs) => answer({ http, connection, arrivalNs, heads }),
    });
    const say = (connection: Connection, value: object): void =>
      heads.respond(connection, 200, JSON_TYPE, JSON.stringify(value));
    const { model } = this.#services.options;
    const entry = { id: model, object: 'model', created: this.#createdSeconds, owned_by: 'assay-simulator' };
    return [
      post('/v1/chat/completions', (call) => generations.generate('chat', call)),
      post('/v1/completions', (call) => generations.generate('completions', call)),
      post('/v1/responses', (call) => generations.respond(call)),
      post('/v1/embeddings', (call) => generations.embed(call)),
      {
        method: 'GET',
        path: '/v1/models',
        run: (_, connection) => say(connection, { object: 'list', data: [entry] }),
      },
    ];
  }

  readonly handle = (request: HttpRequest, connection: Connection, arrivalNs: bigint): void => {
    const { method, path } = request;
    const match = this.#routes.find(method, path);
    if (match.kind === 'not-found') this.#refuseWith(connection, 404, `Invalid URL (${method} ${path})`);
    else if (match.kind === 'wrong-method') this.#refuseWith(connection, 405, `Not allowed to ${method} on ${path}.`);
    else if (!this.#isAuthorized(request)) {
      this.#refuseWith(connection, 401, 'Incorrect API key provided.', 'invalid_api_key');
    } else match.route.run(request, connection, arrivalNs, match.values);
  };

  readonly refuse: RefusalHandler = (_, connection) => {
    const body = openAiError('The request could not be read.', { status: 400 });
    respondWith(connection, this.#heads.body(400, JSON_TYPE, body.length, 'connection: close\r\n'), body);
  };

  onStep(tokens: number): void {
    this.#metrics.onStep(tokens);
  }

  #isAuthorized({ headers }: HttpRequest): boolean {
    const { apiKey } = this.#services.options;
    return apiKey === undefined || headers.get('authorization') === `Bearer ${apiKey}`;
  }

  #refuseWith(connection: Connection, status: number, message: string, code?: string): void {
    const body = openAiError(message, { status, code: code ?? null });
    respondWith(connection, this.#heads.body(status, JSON_TYPE, Buffer.byteLength(body)), body);
  }
}
