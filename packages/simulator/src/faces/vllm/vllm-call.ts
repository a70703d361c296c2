import type { Connection } from '../../http/connection.ts';
import type { HttpRequest } from '../../http/request-parser.ts';
import type { VllmHeads } from './vllm-heads.ts';

/** A request that a route answers, and the heads that its answer may have. */
export interface VllmCall {
  readonly http: HttpRequest;
  readonly connection: Connection;
  readonly arrivalNs: bigint;
  readonly heads: VllmHeads;
}
