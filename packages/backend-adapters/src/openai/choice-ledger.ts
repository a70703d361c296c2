import type { OpenAiChunk, ToolPiece } from '@assay/wire';
import { parseObject } from '../decoding/body-text.ts';
import { isAbortReason } from '../decoding/failure.ts';

/**
 * Whether a choice with a tool call is at its end without a finish reason: never; where its arguments are whole, for servers of which nothing is
 * known; or always, as TGI streams no reason with them.
 */
export type ToolFinish = 'needed' | 'whole-arguments' | 'absent';

interface Choice {
  readonly index: number;
  /** Events with content of this choice. */
  contentEvents: number;
  finishReason: string | undefined;
  /** Arguments so far, by call; `undefined` without a call. */
  calls: Map<number, string> | undefined;
}

/** What a stream says of each of its choices. Most streams have one. */
export class ChoiceLedger {
  readonly #choices: Choice[] = [];
  #finished = 0;

  add({ choiceIndexes, finishReasons, finishedIndexes, toolPieces }: OpenAiChunk): void {
    for (const index of choiceIndexes) this.#of(index);
    for (const piece of toolPieces) this.#addPiece(piece);
    for (let i = 0; i < finishReasons.length; i++) {
      const choice = this.#of(finishedIndexes[i] ?? 0);
      if (choice.finishReason === undefined) this.#finished += 1;
      choice.finishReason = finishReasons[i];
    }
  }

  /** `events` with content for each of the choices. */
  addContent(indexes: readonly number[], events: number): void {
    for (const index of indexes) this.#of(index).contentEvents += events;
  }

  #of(index: number): Choice {
    for (const known of this.#choices) if (known.index === index) return known;
    const choice = { index, contentEvents: 0, finishReason: undefined, calls: undefined };
    this.#choices.push(choice);
    return choice;
  }

  #addPiece({ choice: index, call, argumentsText }: ToolPiece): void {
    const choice = this.#of(index);
    choice.calls ??= new Map();
    choice.calls.set(call, (choice.calls.get(call) ?? '') + argumentsText);
  }

  /** Choices that ended with a reason. */
  get finished(): number {
    return this.#finished;
  }

  get isAborted(): boolean {
    return this.#choices.some(({ finishReason }) => isAbortReason(finishReason));
  }

  /** Whether every choice that the stream spoke of came to its end. */
  isFinished(toolFinish: ToolFinish): boolean {
    return (
      this.#choices.length > 0 &&
      this.#choices.every(
        ({ finishReason, calls }) =>
          finishReason !== undefined || (calls !== undefined && isEndedByCalls(calls, toolFinish)),
      )
    );
  }

  get hasToolCall(): boolean {
    return this.#choices.some(({ calls }) => calls !== undefined);
  }

  /** Choices with content. */
  get size(): number {
    let size = 0;
    for (const { contentEvents } of this.#choices) if (contentEvents > 0) size += 1;
    return size;
  }

  /** Events with content of the choice that has the fewest, of those that have any. */
  get fewestContentEvents(): number {
    let fewest = 0;
    for (const { contentEvents } of this.#choices)
      if (contentEvents > 0 && (fewest === 0 || contentEvents < fewest)) fewest = contentEvents;
    return fewest;
  }

  /** The reasons in the order of their choices; `undefined` when there is none. */
  get finishReason(): string | undefined {
    const [first, ...others] = this.#choices;
    if (others.length === 0) return first?.finishReason || undefined;
    return (
      this.#choices
        .toSorted((a, b) => a.index - b.index)
        .flatMap(({ finishReason }) => finishReason ?? [])
        .join(',') || undefined
    );
  }
}

function isEndedByCalls(calls: ReadonlyMap<number, string>, toolFinish: ToolFinish): boolean {
  if (toolFinish !== 'whole-arguments') return toolFinish === 'absent';
  return [...calls.values()].every((text) => parseObject(text) !== undefined);
}
