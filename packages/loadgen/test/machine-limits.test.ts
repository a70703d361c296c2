import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { RunSummary } from '../src/index.ts';
import { startTinyServer } from './tiny-server.ts';

type Ended = Pick<RunSummary, 'outcomes' | 'outcomeCodes'> & {
  readonly findings: RunSummary['clientHealth']['findings'];
  readonly counts: RunSummary['connections'];
};

const CLIENT = `${process.execPath} --conditions=@assay/source ${fileURLToPath(new URL('limited-client.ts', import.meta.url))}`;

async function runIn(shell: string, command = 'sh', ...before: string[]): Promise<Ended> {
  const { stdout } = await promisify(execFile)(command, [...before, '-c', shell]);
  return JSON.parse(stdout) as Ended;
}

test.each(['keep-alive', 'per-request'])(
  'too few descriptors, %s: requests wait, none fails, CONN_LIMIT says how long',
  async (connections) => {
    const tiny = await startTinyServer();
    try {
      const { outcomes, outcomeCodes, findings, counts } = await runIn(
        `ulimit -n 48; exec ${CLIENT} ${tiny.port} ${connections} 80 400`,
      );
      expect(outcomeCodes).toEqual({});
      expect(outcomes).toMatchObject({ ok: 400, dropped: 0 });
      expect(counts).toMatchObject({ failed: 0, shortages: [{ of: 'files' }] });
      expect(counts.shortages?.[0]?.requests).toBeGreaterThanOrEqual(30);
      expect(findings.find(({ code }) => code === 'CONN_LIMIT')?.message).toMatch(/^\d+ requests waited up to \d+ ms/);
      expect(tiny.inFlight.max).toBeLessThan(48);
    } finally {
      tiny.server.close();
    }
  },
);

/** A network of its own with twenty ports for outgoing connections; empty where this user may not make one. */
const NAMESPACE = [['-n'], ['-rn']].find(
  (flags) => spawnSync('unshare', [...flags, 'sh', '-c', 'ip link set lo up'], { stdio: 'ignore' }).status === 0,
);
const FEW_PORTS = 'ip link set lo up; echo "40000 40019" > /proc/sys/net/ipv4/ip_local_port_range';

test.skipIf(NAMESPACE === undefined)(
  'too few ports (needs a network namespace): requests wait for those that are free, none fails, PORTS says how long',
  async () => {
    const shell = `${FEW_PORTS}; exec ${CLIENT} 0 keep-alive 60 300`;
    const { outcomes, outcomeCodes, findings, counts } = await runIn(shell, 'unshare', ...(NAMESPACE ?? []), 'sh');
    expect(outcomeCodes).toEqual({});
    expect(outcomes).toMatchObject({ ok: 300, dropped: 0 });
    expect(counts).toMatchObject({ failed: 0, shortages: [{ of: 'ports' }] });
    expect(counts.opened).toBeLessThanOrEqual(20);
    expect(findings.map(({ code }) => code)).toContain('PORTS');
  },
);

test.skipIf(NAMESPACE === undefined)(
  'connections of single requests use no ports up where the server closes them (needs a network namespace)',
  async () => {
    const shell = `${FEW_PORTS}; exec ${CLIENT} 0 per-request 8 400`;
    const { outcomes, counts } = await runIn(shell, 'unshare', ...(NAMESPACE ?? []), 'sh');
    expect(outcomes).toMatchObject({ ok: 400 });
    expect(counts).toEqual({ opened: 400, reused: 0, failed: 0 });
  },
);
