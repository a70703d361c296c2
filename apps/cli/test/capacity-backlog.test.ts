import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { assay, temporaryFolder } from './assay.ts';
import { startScripted } from './scripted-server.ts';

const SERVICE_MS = 25;
const EVENTS = [
  { choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
];
const STREAM = `${EVENTS.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;

/** One request after another, 25 ms each, also those whose client is gone. */
async function startStubborn(status: number): Promise<string> {
  let freeAtMs = 0;
  const { target } = await startScripted({
    '/v1/chat/completions': (_, response) => {
      if (status !== 200) {
        response.statusCode = status;
        response.end('{"error":{"message":"slow down"}}');
        return;
      }
      freeAtMs = Math.max(freeAtMs, performance.now()) + SERVICE_MS;
      setTimeout(
        () => {
          response.setHeader('content-type', 'text/event-stream');
          response.end(STREAM);
        },
        Math.max(0, freeAtMs - performance.now()),
      );
    },
  });
  return target;
}

interface Searched {
  readonly code: number | null;
  readonly document: CapacityDocument;
  readonly out: string;
}

async function search(target: string, ...flags: readonly string[]): Promise<Searched> {
  const out = join(temporaryFolder(), 'search');
  const load = ['--find-capacity', '--arrival', 'constant', '--max-probes', '2', '--input-tokens', '8'];
  const { code } = await assay('run', '--target', target, ...load, ...flags, '--out', out);
  return { code, document: JSON.parse(readFileSync(join(out, 'capacity.json'), 'utf8')), out };
}

test('a probe begins with an idle service, also where one before left work behind', async () => {
  const target = await startStubborn(200);
  const { document, out } = await search(target, '--rate', '90', '--duration', '2100ms', '--slo', 'ttft_ms.p90<150');
  const [first, second] = document.probes;
  expect(first).toMatchObject({ verdict: 'fail' });
  expect(first).not.toHaveProperty('idleWait');
  expect(second).toMatchObject({ idleWait: { isIdle: true } });
  const [line = ''] = readFileSync(join(out, 'probe-02', 'requests.jsonl'), 'utf8').split('\n');
  expect(JSON.parse(line).firstTokenMs).toBeLessThan(150);
});

test('a service that refuses every request is below any rate', async () => {
  const target = await startStubborn(429);
  const { code, document, out } = await search(
    target,
    '--rate',
    '20',
    '--duration',
    '1200ms',
    '--slo',
    'ttft_ms.p99<300',
  );
  expect(code).toBe(4);
  expect(document).toMatchObject({ end: 'below', low: null, ratePerSecond: null });
  expect(document.probes[0]).toMatchObject({ verdict: 'fail' });
  expect(document.high).toBeGreaterThan(0);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('capacity not found: below');
});
