import type { RunConfig } from '@assay/contracts';
import { createRandom, type RandomStream } from '@assay/timebase';
import { lengthAt } from './length-distribution.ts';
import type { PromptSource } from './prompt-source.ts';
import type { PromptSegment, PromptWriter } from './prompt-writer.ts';

export type SyntheticDataset = Extract<RunConfig['dataset'], { kind: 'synthetic' }>;

/** Segment of a random stream at an index; 64 bits of key, so that no two requests of a run meet by chance. */
export function segmentAt(stream: RandomStream, index: number, tokens: number): PromptSegment {
  return { keyLow: stream.uint32At(index, 0), keyHigh: stream.uint32At(index, 1), tokens };
}

/**
 * Prompts of drawn lengths. Each is unique after its shared prefix; with `sharedPrefixCount` prefixes request `i` takes
 * prefix `i mod count`. Warm-up prompts come from streams of their own and never repeat a measured one.
 */
export function createSyntheticPrompts(dataset: SyntheticDataset, seed: number, writer: PromptWriter): PromptSource {
  const random = createRandom(seed);
  const streams = {
    measure: {
      input: random.stream('input-tokens'),
      output: random.stream('output-tokens'),
      body: random.stream('prompt'),
    },
    warmup: {
      input: random.stream('warmup-input-tokens'),
      output: random.stream('warmup-output-tokens'),
      body: random.stream('warmup-prompt'),
    },
  };
  const prefixes = random.stream('shared-prefix');
  const { sharedPrefixTokens, sharedPrefixCount } = dataset;
  return {
    size: undefined,
    inputTokensSource: writer.sourceOf(Number.MAX_SAFE_INTEGER),
    sampleAt: (index, phase = 'measure') => {
      const own = streams[phase];
      const inputTokens = lengthAt(dataset.inputTokens, own.input, index);
      const prefixTokens = sharedPrefixCount > 0 ? Math.min(sharedPrefixTokens, inputTokens) : 0;
      const body = segmentAt(own.body, index, inputTokens - prefixTokens);
      const segments = prefixTokens > 0 ? [segmentAt(prefixes, index % sharedPrefixCount, prefixTokens), body] : [body];
      return {
        index,
        prompt: writer.write(segments),
        inputTokens,
        inputTokensSource: writer.sourceOf(inputTokens),
        maxOutputTokens: lengthAt(dataset.outputTokens, own.output, index),
      };
    },
  };
}
