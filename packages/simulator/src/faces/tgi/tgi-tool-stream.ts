import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import { jsonAscii } from '../../api/event-text.ts';
import { eventChunk } from './tgi-heads.ts';
import { chatStart, TgiOpenAiStream } from './tgi-openai-stream.ts';
import type { TgiRequest } from './tgi-request.ts';
import type { TgiParts } from './tgi-stream.ts';
import { argumentPiece, silentTokens, type TgiTool } from './tgi-tool-call.ts';

/** A streamed tool call: nothing until the arguments begin, then one event per token, and no finish reason in any of them. */
export class TgiToolStream extends TgiOpenAiStream {
  readonly #tool: TgiTool;
  readonly #parts: TgiParts;

  constructor(context: AnswerContext, request: TgiRequest, parts: TgiParts, tool: TgiTool) {
    super(context, request, parts);
    this.#tool = tool;
    this.#parts = parts;
  }

  protected override eventsWithText(from: number, _textEnd: number, end: number): number {
    return Math.max(0, end - Math.max(from, silentTokens(this.context.request.outputTokens)));
  }

  protected override content(job: ChoiceJob, _words: string, from: number): string {
    let text = '';
    for (let k = Math.max(from, silentTokens(job.outputTokens)); k < job.sent; k++) text += this.#event(job, k);
    return text;
  }

  protected override finish(job: ChoiceJob, words: string, from: number): string {
    this.finishReason = null;
    return this.content(job, words, from);
  }

  #event(job: ChoiceJob, k: number): string {
    const { model, outputTokens, finishReason } = this.context.request;
    const isFirst = k === silentTokens(outputTokens);
    const piece = argumentPiece(this.#tool, {
      answer: job.index + job.choice,
      k,
      outputTokens,
      isCutOff: finishReason === 'length',
    });
    const call = jsonAscii({
      index: 0,
      id: '0',
      type: 'function',
      function: { name: isFirst ? this.#tool.name : null, arguments: piece },
    });
    return eventChunk(
      `${chatStart(model, Math.floor(this.#parts.wallSeconds()))}{"index":${job.choice},"delta":{"role":"assistant","tool_calls":[${call}]},"logprobs":null,"finish_reason":null}],"usage":null}`,
    );
  }
}
