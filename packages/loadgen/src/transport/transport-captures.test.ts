import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RecordedExchange } from '../../test/transport/record-exchange.ts';
import { clock, exchangeOnce, startRawServer } from '../../test/transport/record-exchange.ts';
import { createNetTransport } from './net-transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

const directory = join(import.meta.dirname, '../../../../../shared/data/engines');
const hasCaptures = existsSync(join(directory, 'INDEX.json'));

function readCaptures(): { name: string; bytes: Buffer }[] {
  const index = JSON.parse(readFileSync(join(directory, 'INDEX.json'), 'utf8'));
  return index.cases.flatMap((entry: { case: string; dir: string; request?: string }) => {
    const path = join(directory, entry.dir, `${entry.case}.response.raw`);
    // The transports send POST and GET only: a recorded answer to HEAD has no body to wait for.
    const isHead = entry.request?.startsWith('HEAD') === true;
    return existsSync(path) && !isHead ? [{ name: `${entry.dir}/${entry.case}`, bytes: readFileSync(path) }] : [];
  });
}

function essence({ status, body, failure, headers }: RecordedExchange): unknown {
  return {
    status,
    body,
    code: failure?.code,
    wasResponseStarted: failure?.wasResponseStarted,
    headers: Object.fromEntries(headers ?? []),
  };
}

test.skipIf(!hasCaptures)(
  'both transports say the same of every captured answer (needs shared/data/engines)',
  async () => {
    let bytes: Buffer = Buffer.alloc(0);
    // Cut at an odd place, so that heads and chunks come in two reads.
    const server = await startRawServer((socket) => {
      socket.write(bytes.subarray(0, 701));
      setImmediate(() => socket.end(bytes.subarray(701)));
    });
    const target = { origin: server.origin, connectTimeoutMs: 2_000 };
    const net = createNetTransport(target, { clock });
    const undici = createUndiciTransport(target, { clock });
    const differences: string[] = [];
    let complete = 0;
    for (const capture of readCaptures()) {
      bytes = capture.bytes;
      const [ours, theirs] = [await exchangeOnce(net), await exchangeOnce(undici)];
      if (ours.failure === undefined) complete += 1;
      try {
        expect(essence(ours)).toEqual(essence(theirs));
      } catch (error: unknown) {
        differences.push(`${capture.name}: ${String(error).slice(0, 500)}`);
      }
    }
    await Promise.all([net.close(), undici.close()]);
    await server.close();
    expect(differences).toEqual([]);
    expect(complete).toBeGreaterThan(300);
  },
);
