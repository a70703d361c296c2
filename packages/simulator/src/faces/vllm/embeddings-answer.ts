import type { AnswerContext } from '../../api/answer.ts';
import { jsonAscii } from '../../api/event-text.ts';
import { unitVector } from '../../api/unit-vector.ts';
import type { EmbeddingsRequest } from './embeddings-request.ts';
import type { VllmHeads } from './vllm-heads.ts';
import { VllmPlainAnswer } from './vllm-plain-answer.ts';

/** An answer of `/v1/embeddings`: a vector for each prompt. No token is generated, and so none is in its truth. */
export class EmbeddingsAnswer extends VllmPlainAnswer {
  constructor(context: AnswerContext, request: EmbeddingsRequest, heads: VllmHeads) {
    super(context, heads, ({ id, createdSeconds, usage }) =>
      jsonAscii({
        id: `embd-${id}`,
        object: 'list',
        created: createdSeconds,
        model: request.model,
        data: request.prompts.map((prompt, index) => ({
          index,
          object: 'embedding',
          embedding: toJson(unitVector(prompt, request.dimensions), request.isBase64),
        })),
        usage: {
          prompt_tokens: usage.promptTokens,
          total_tokens: usage.promptTokens,
          completion_tokens: 0,
          prompt_tokens_details: null,
          completion_tokens_details: null,
        },
      }),
    );
  }

  protected override get isGeneration(): boolean {
    return false;
  }

  /** There is no finish reason that an abort could stand in. */
  protected override faultCode(): string | null {
    return this.fault?.kind === 'abort' ? null : super.faultCode();
  }
}

/** Numbers, or base64 of little-endian float32, which is the order of bytes of every machine this runs on. */
function toJson(vector: Float32Array, isBase64: boolean): readonly number[] | string {
  if (!isBase64) return [...vector];
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}
