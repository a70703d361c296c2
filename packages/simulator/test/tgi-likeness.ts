import type { Likeness } from './replay.ts';

/** Places in a body depend on the JSON parser, counts on the tokenizer, times on the moment, why an engine failed on the plan. */
export const TGI_LIKENESS: Likeness = {
  figures:
    /^(date|content-length|x-(compute-time|compute-characters|total-time|validation-time|queue-time|inference-time|time-per-token|prompt-tokens|generated-tokens))$/,
  settle: (text) =>
    text
      .replace(/: (inputs: )?EOF while parsing an? \w+/, ': EOF')
      .replace(/column \d+/, 'column N')
      .replace(/Given: \d+ `inputs`/, 'Given: N `inputs`')
      .replace(/(failed during generation: Server error): [^"]*/, '$1'),
};
