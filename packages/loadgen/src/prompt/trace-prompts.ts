import { createRandom } from '@assay/timebase';
import { LoadgenError } from '../errors.ts';
import type { TraceRow } from '../schedule/trace-file.ts';
import type { PromptSource } from './prompt-source.ts';
import type { PromptSegment, PromptWriter } from './prompt-writer.ts';
import { segmentAt } from './synthetic.ts';

/** Tokens one hash of a Mooncake trace stands for. */
export const BLOCK_TOKENS = 512;

/**
 * Prompts with the lengths of a trace. Where rows carry block hashes, equal hashes give equal 512-token blocks, so the
 * prefix sharing of the trace is kept; other prompts are unique.
 * @throws LoadgenError DATASET_INVALID when the trace has no lengths
 */
export function createTracePrompts(rows: readonly TraceRow[], seed: number, writer: PromptWriter): PromptSource {
  const bare = rows.findIndex((row) => row.inputTokens === undefined || row.outputTokens === undefined);
  if (bare >= 0 || rows.length === 0) {
    throw new LoadgenError('DATASET_INVALID', `request ${bare + 1} of the trace has no input or output length`, {
      hint: 'give --input-tokens and --output-tokens to use only its times',
    });
  }
  const random = createRandom(seed);
  const blocks = random.stream('trace-block');
  const bodies = { measure: random.stream('prompt'), warmup: random.stream('warmup-prompt') };

  function segmentsOf(row: TraceRow, index: number, phase: 'warmup' | 'measure', tokens: number): PromptSegment[] {
    const segments: PromptSegment[] = [];
    let left = tokens;
    for (const hash of phase === 'measure' ? (row.hashIds ?? []) : []) {
      if (left <= 0) break;
      segments.push(segmentAt(blocks, hash, Math.min(BLOCK_TOKENS, left)));
      left -= BLOCK_TOKENS;
    }
    if (left > 0) segments.push(segmentAt(bodies[phase], index, left));
    return segments;
  }

  return {
    size: rows.length,
    inputTokensSource: writer.sourceOf(Number.MAX_SAFE_INTEGER),
    sampleAt: (index, phase = 'measure') => {
      const row = rows[index % rows.length];
      const inputTokens = Math.max(1, row?.inputTokens ?? 1);
      return {
        index,
        prompt: writer.write(row === undefined ? [] : segmentsOf(row, index, phase, inputTokens)),
        inputTokens,
        inputTokensSource: writer.sourceOf(inputTokens),
        maxOutputTokens: Math.max(1, row?.outputTokens ?? 1),
        ...(row?.tenant === undefined ? {} : { tenant: row.tenant }),
      };
    },
  };
}
