import { sharedData } from '@assay/testkit';
import { describe, expect, test } from 'vitest';
import { createPromptSource } from '../prompt/create-prompt-source.ts';
import { createSchedule } from './schedule.ts';
import { readTrace } from './trace-file.ts';

const azure = sharedData('traces/azure-llm-2023-conv.csv');
const mooncake = sharedData('traces/mooncake-conversation.jsonl');

describe('published traces', () => {
  test.skipIf(azure === undefined)('Azure LLM inference trace 2023, conversation', () => {
    const rows = readTrace(azure ?? '');
    expect(rows).toHaveLength(19_366);
    expect(rows[1]).toMatchObject({ inputTokens: 396, outputTokens: 109 });
    expect(rows[1]?.offsetMs).toBeCloseTo(4314.579, 2);
    const load = { kind: 'trace', file: azure ?? '', timeScale: 10 } as const;
    const schedule = createSchedule(load, 0, { requests: 1000, durationMs: undefined });
    expect(schedule.count).toBe(1000);
  });

  test.skipIf(mooncake === undefined)(
    'Mooncake conversation: the block hit ratio of an endless cache is 0.366',
    async () => {
      const rows = readTrace(mooncake ?? '');
      expect(rows).toHaveLength(12_031);
      const seen = new Set<number>();
      let hits = 0;
      let blocks = 0;
      for (const row of rows) {
        for (const id of row.hashIds ?? []) {
          blocks++;
          if (seen.has(id)) hits++;
          seen.add(id);
        }
      }
      expect(hits / blocks).toBeCloseTo(0.366, 3);
      const source = await createPromptSource(
        { kind: 'trace' },
        { seed: 0, traceFile: mooncake, acceptsTokenIds: true },
      );
      const [first, second] = [source.sampleAt(0).prompt, source.sampleAt(1).prompt];
      if (first.kind !== 'token-ids' || second.kind !== 'token-ids') throw new Error('not token IDs');
      expect(first.tokenIds).toHaveLength(6758);
      expect(first.tokenIds.slice(0, 512)).toEqual(second.tokenIds.slice(0, 512));
      expect(first.tokenIds.slice(512, 1024)).not.toEqual(second.tokenIds.slice(512, 1024));
    },
  );
});
