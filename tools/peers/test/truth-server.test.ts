import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildTruthServer, startTruthServer } from '../../experiments/truth-server/start-truth-server.ts';
import { readGaps, readSeen } from '../truth-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-truth-server-'));
const built = buildTruthServer(folder);
afterAll(() => rmSync(folder, { recursive: true }));

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(origin: string, path: string, body: object): Promise<Answer | 'broken'> {
  try {
    const response = await fetch(origin + path, { method: 'POST', body: JSON.stringify(body) });
    return { status: response.status, text: await response.text() };
  } catch {
    return 'broken';
  }
}

/** Asks once for each body, one after the other, and gives what came and what the server wrote down. */
async function converse(options: readonly string[], requests: readonly (readonly [string, object])[]) {
  if ('reason' in built) throw new Error(built.reason);
  const truthFile = join(folder, `${options.join('-').replaceAll(/\W/g, '-')}.jsonl`);
  const server = await startTruthServer(built.program, { ttftUs: 2_000, itlUs: 1_000, truthFile, options });
  const answers: (Answer | 'broken')[] = [];
  for (const [path, body] of requests) answers.push(await ask(server.origin, path, body));
  await server.stop();
  return { answers, seen: readSeen(truthFile, requests.length), gaps: readGaps(truthFile), truthFile };
}

const CHAT = '/v1/chat/completions';
const textOf = (answer: Answer | 'broken' | undefined): string =>
  answer === undefined || answer === 'broken' ? '' : answer.text;
const tokensIn = (text: string): number => (text.match(/"(content|text)":" w\d+"/g) ?? []).length;

describe.skipIf('reason' in built)('truth server', () => {
  it('answers chat and completions, streamed and whole', async () => {
    const usage = { stream_options: { include_usage: true } };
    const { answers, seen, gaps } = await converse(
      [],
      [
        [CHAT, { max_tokens: 3, stream: true, ...usage }],
        [CHAT, { max_completion_tokens: 4, stream: true }],
        ['/v1/completions', { max_tokens: 5, stream: true }],
        [CHAT, { max_tokens: 3 }],
      ],
    );
    const [first, second, third, whole] = answers.map(textOf);
    expect([first, second, third].map((text) => tokensIn(text ?? ''))).toEqual([3, 4, 5]);
    expect(first).toContain('"completion_tokens":3');
    expect(second).not.toContain('usage');
    expect(JSON.parse(whole ?? '').choices[0].message.content).toBe(' w0 w1 w2');
    expect(seen.map(({ tokens }) => tokens)).toEqual([3, 4, 5, 3]);
    for (const { arrivalNs, firstTokenNs } of seen) expect(firstTokenNs - arrivalNs).toBeGreaterThanOrEqual(2e6);
    // Never before it is due, however late the machine lets it be.
    for (const { arrivalNs, lastTokenNs, tokens } of seen)
      expect(lastTokenNs - arrivalNs).toBeGreaterThanOrEqual(2e6 + (tokens - 1) * 1e6);
    expect(gaps?.meanMs).toBeGreaterThan(0);
  });

  it('numbers the requests of a connection, for clients that send no id', async () => {
    const { seen } = await converse(
      ['role-at-accept'],
      [1, 2, 3].map(() => [CHAT, { max_tokens: 1, stream: true }]),
    );
    expect(new Set(seen.map(({ connection, ordinal }) => `${connection}/${ordinal}`)).size).toBe(3);
  });

  it('writes a whole stream made beforehand, however large', async () => {
    const { answers, seen } = await converse(['prebuilt'], [[CHAT, { max_tokens: 60_000, stream: true }]]);
    expect(tokensIn(textOf(answers[0]))).toBe(60_000);
    expect(textOf(answers[0]).trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(seen[0]?.tokens).toBe(60_000);
  });

  it('makes the faults that were planned and writes them down', async () => {
    const kinds = ['http-500', 'html-200', 'error-event', 'cut', 'reset', 'empty', 'malformed'];
    const requests = kinds.flatMap(() => [1, 2].map(() => [CHAT, { max_tokens: 8, stream: true }] as const));
    const plan = `faults=${kinds.map((kind) => `${kind}:1`).join(',')}`;
    const { answers, seen } = await converse([plan], requests);
    expect(seen.map(({ fault }) => fault)).toEqual(kinds.flatMap((kind) => [null, kind]));
    const faulty = answers.filter((_, index) => index % 2 === 1);
    const [refused, page, withError, cut, reset, empty, malformed] = faulty;
    expect(refused).toMatchObject({ status: 500 });
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('<html>') });
    expect(textOf(withError)).toContain('"error"');
    expect([cut, reset]).toEqual(['broken', 'broken']);
    expect(tokensIn(textOf(empty))).toBe(0);
    expect(textOf(malformed)).toContain('"cho\n');
    for (const good of answers.filter((_, index) => index % 2 === 0)) expect(tokensIn(textOf(good))).toBe(8);
  });

  it('refuses a plan that cannot be read', () => {
    const program = 'program' in built ? built.program : '';
    const { status } = spawnSync(program, ['0', '0', '0', join(folder, 'none.jsonl'), 'faults=fire:1']);
    expect(status).toBe(2);
  });
});
