import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningEngine, ServerCount } from './engine.ts';

const POLL_MS = 250;
const SETTLE_WITHIN_MS = 15_000;
const SAMPLE = /^([A-Za-z_:][A-Za-z0-9_:]*)(\{[^}]*\})? ([^ ]+)/;

/** The page of a server's metrics, read apart from the adapters that it judges. */
export class MetricsPage {
  readonly #samples: readonly { readonly name: string; readonly labels: string; readonly value: number }[];

  constructor(text: string) {
    this.#samples = text.split('\n').flatMap((line) => {
      const found = SAMPLE.exec(line);
      if (found === null) return [];
      const [, name = '', labels = '', value = ''] = found;
      return [{ name, labels, value: Number(value) }];
    });
  }

  static async fetch(url: string): Promise<MetricsPage> {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return new MetricsPage(await response.text());
  }

  /** Sum over all label sets that contain `label`; `undefined` where there is no such sample. */
  sum(name: string, label = ''): number | undefined {
    const values = this.#samples.filter((sample) => sample.name === name && sample.labels.includes(label));
    return values.length === 0 ? undefined : values.reduce((total, { value }) => total + value, 0);
  }
}

/** Reads the counts until two readings in a row are the same: servers count an answer a moment after its last byte. */
export async function readSettledCount(engine: RunningEngine): Promise<ServerCount> {
  const deadlineMs = performance.now() + SETTLE_WITHIN_MS;
  let count = await engine.readCount();
  while (performance.now() < deadlineMs) {
    await sleep(POLL_MS);
    const next = await engine.readCount();
    if (JSON.stringify(next) === JSON.stringify(count)) return next;
    count = next;
  }
  return count;
}

export function subtractCounts(after: ServerCount, before: ServerCount): ServerCount {
  const difference = (key: keyof ServerCount): number | undefined => {
    const late = after[key];
    return late === undefined ? undefined : late - (before[key] ?? 0);
  };
  return {
    requests: difference('requests'),
    promptTokens: difference('promptTokens'),
    generatedTokens: difference('generatedTokens'),
  };
}
