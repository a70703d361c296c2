import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CollectedResponse } from './collect-response.ts';
import { collectResponse, latin1 } from './collect-response.ts';

/** The other parser: undici (llhttp) over a real socket, which gets exactly these bytes and then the end of the connection. */
interface Judgement {
  readonly status: number | undefined;
  readonly body: string;
  readonly isComplete: boolean;
}

interface Capture {
  readonly name: string;
  readonly method: string;
  readonly bytes: Uint8Array;
}

const enginesDirectory = join(import.meta.dirname, '../../../../../shared/data/engines');
const hasCaptures = existsSync(join(enginesDirectory, 'INDEX.json'));
const captures = hasCaptures ? readCaptures() : [];

function readCaptures(): Capture[] {
  const index = JSON.parse(readFileSync(join(enginesDirectory, 'INDEX.json'), 'utf8'));
  return index.cases.flatMap((entry: { case: string; dir: string; request?: string }) => {
    const path = join(enginesDirectory, entry.dir, `${entry.case}.response.raw`);
    if (!existsSync(path)) return [];
    const method = entry.request?.split(' ')[0] ?? 'GET';
    return [{ name: `${entry.dir}/${entry.case}`, method, bytes: new Uint8Array(readFileSync(path)) }];
  });
}

/** How often both said the same; a comparison that never sees one of the two proves nothing. */
const tally = { complete: 0, refused: 0 };

let served: Uint8Array = new Uint8Array(0);
let server: Server;
let origin = '';

beforeEach(() => {
  tally.complete = 0;
  tally.refused = 0;
});

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.end(served));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

async function askUndici(bytes: Uint8Array, method: string): Promise<Judgement> {
  served = bytes;
  const client = new Client(origin, { headersTimeout: 5_000, bodyTimeout: 5_000 });
  let status: number | undefined;
  try {
    const response = await client.request({ path: '/', method: method === 'HEAD' ? 'HEAD' : 'GET' });
    status = response.statusCode;
    const body = Buffer.from(await response.body.arrayBuffer()).toString('latin1');
    return { status, body, isComplete: true };
  } catch {
    return { status, body: '', isComplete: false };
  } finally {
    await client.destroy();
  }
}

/** Rules in which this reader is stricter than llhttp on purpose; whatever else llhttp takes, it has to take too. */
const STRICTER: readonly ((response: CollectedResponse, text: string) => boolean)[] = [
  // RFC 9112 §2.2 lets a client skip a blank line before the status line; servers of inference engines never send one.
  (response, text) => response.end === 'HTTP_BAD_STATUS_LINE' && /(^|\r\n\r\n)[\r\n]/.test(text),
  // HTTP/0.9 and 2.0 are versions to llhttp.
  (response, text) => response.end === 'HTTP_BAD_STATUS_LINE' && /^HTTP\/(0\.9|2\.0)/.test(text),
  // Any transfer coding but chunked alone would hand coded bytes to the decoder.
  (response) => response.end === 'HTTP_UNSUPPORTED_CODING',
];

async function compare(bytes: Uint8Array, method: string): Promise<string | undefined> {
  const ours = collectResponse(bytes, { method });
  const theirs = await askUndici(bytes, method);
  const isComplete = ours.end === 'complete';
  const told = JSON.stringify({
    ours: { ...ours, body: ours.body.length },
    theirs: { ...theirs, body: theirs.body.length },
  });
  if (isComplete !== theirs.isComplete) {
    const text = Buffer.from(bytes.subarray(0, 400)).toString('latin1');
    return !isComplete && STRICTER.some((rule) => rule(ours, text)) ? undefined : told;
  }
  tally[isComplete ? 'complete' : 'refused'] += 1;
  if (!isComplete) return undefined;
  return ours.status === theirs.status && ours.body === theirs.body ? undefined : told;
}

/** xorshift32: the mutations are the same in every run. */
function createDraw(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const NASTY = [
  '\r',
  '\n',
  '\0',
  ' ',
  ':',
  ';',
  '0',
  'f',
  'A',
  '\t',
  '\x7f',
  '\xff',
  '\r\n',
  '\r\n\r\n',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  ' folded\r\n',
];

/** Replaces, removes, inserts or cuts within the first kilobyte, where the framing is. */
function mutate(bytes: Uint8Array, draw: (below: number) => number): Uint8Array {
  let text = Buffer.from(bytes.subarray(0, 4000)).toString('latin1');
  for (let count = 1 + draw(2); count > 0; count -= 1) {
    const at = draw(Math.min(text.length, 1000) || 1);
    const piece = NASTY[draw(NASTY.length)] as string;
    const kind = draw(4);
    if (kind === 0) text = text.slice(0, at) + piece + text.slice(at + piece.length);
    if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + draw(3));
    if (kind === 2) text = text.slice(0, at) + piece + text.slice(at);
    if (kind === 3) text = text.slice(0, at) + text.slice(at, at + 40) + text.slice(at);
  }
  return latin1(text);
}

const SYNTHETIC = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\n{"a":"bcde"}',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\nhello\r\n6;y="z"\r\n world\r\n0\r\nX-T: 1\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\nno',
  'HTTP/1.0 200 OK\r\nServer: old\r\n\r\nuntil the end',
];

describe('undici agrees', () => {
  test.skipIf(!hasCaptures)('on every captured answer (needs shared/data/engines)', async () => {
    expect(captures.length).toBeGreaterThan(300);
    const differences: string[] = [];
    for (const capture of captures) {
      const difference = await compare(capture.bytes, capture.method);
      if (difference !== undefined) differences.push(`${capture.name}: ${difference}`);
    }
    expect(differences).toEqual([]);
    expect(tally.complete).toBeGreaterThan(300);
  });

  test.each(SYNTHETIC)('on mutations of %j', async (text) => {
    const draw = createDraw(text.length * 7919);
    const differences: string[] = [];
    for (let index = 0; index < 150; index += 1) {
      const bytes = mutate(latin1(text), draw);
      const difference = await compare(bytes, 'GET');
      if (difference !== undefined)
        differences.push(`${JSON.stringify(Buffer.from(bytes).toString('latin1'))}: ${difference}`);
    }
    expect(differences).toEqual([]);
    expect(tally.complete).toBeGreaterThan(20);
    expect(tally.refused).toBeGreaterThan(20);
  });

  test.skipIf(!hasCaptures)('on mutations of captured answers (needs shared/data/engines)', async () => {
    const draw = createDraw(4);
    const differences: string[] = [];
    for (let index = 0; index < 400; index += 1) {
      const capture = captures[draw(captures.length)] as Capture;
      const bytes = mutate(capture.bytes, draw);
      const difference = await compare(bytes, capture.method);
      if (difference !== undefined)
        differences.push(
          `${capture.name}: ${JSON.stringify(Buffer.from(bytes.subarray(0, 1200)).toString('latin1'))} ${difference}`,
        );
    }
    expect(differences).toEqual([]);
    expect(tally.complete).toBeGreaterThan(20);
    expect(tally.refused).toBeGreaterThan(20);
  });
});
