import { Bench } from 'tinybench';
import { createOpenAiEventReader, createSseScanner } from '../src/index.ts';

const EVENTS = 500;
const encoder = new TextEncoder();
const event = (i: number): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-0123456789abcdef', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'tiny', choices: [{ index: 0, delta: { content: ` token${i}` }, logprobs: null, finish_reason: null }] })}\n\n`;
const bytes = encoder.encode(Array.from({ length: EVENTS }, (_, i) => event(i)).join(''));

/** Reads the whole stream and returns the content events, so that no work can be optimised away. */
function read(isFastPathOff: boolean): number {
  let content = 0;
  const reader = createOpenAiEventReader({ isFastPathOff });
  const scanner = createSseScanner({
    onEvent: (data, start, end) => {
      const read = reader.read(data, start, end);
      if (read.kind === 'chunk' && read.hasContent) content += 1;
    },
  });
  scanner.push(bytes, 0, bytes.length);
  if (content !== EVENTS) throw new Error(`expected ${EVENTS} content events, got ${content}`);
  return content;
}

function scanOnly(): number {
  let events = 0;
  createSseScanner({ onEvent: () => (events += 1) }).push(bytes, 0, bytes.length);
  if (events !== EVENTS) throw new Error(`expected ${EVENTS} events, got ${events}`);
  return events;
}

const bench = new Bench({ time: 1000, warmupTime: 300 });
bench
  .add('scan events', () => void scanOnly())
  .add('scan and read, fast path', () => void read(false))
  .add('scan and read, every event parsed', () => void read(true));
await bench.run();
console.table(
  bench.tasks.map(({ name, result }) => ({
    name,
    'ns per event (median)':
      result.state === 'completed' ? Math.round((result.latency.p50 * 1e6) / EVENTS) : result.state,
  })),
);
