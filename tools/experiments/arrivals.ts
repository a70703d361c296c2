import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAssay, startSimulatorProcess } from './processes.ts';
import { joinByRequestId, quantile, readAnchorNs } from './truth.ts';

/** Arrivals as the server saw them against the schedule: constant and Poisson, 200/s for 20 s. */
const RATE_PER_SECOND = 200;
const DURATION_S = Number(process.argv[2] ?? 20);

console.log('| arrival | offered | arrived | realised rate against the schedule | lag p50 ms | lag p99 ms |');
console.log('|---|---|---|---|---|---|');
for (const arrival of ['constant', 'poisson']) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-arrivals-'));
  const truthFile = join(folder, 'truth.jsonl');
  const runDirectory = join(folder, 'run');
  const simulator = await startSimulatorProcess([
    '--ttft',
    '20',
    '--itl',
    '5',
    '--slots',
    '4096',
    '--truth',
    truthFile,
  ]);
  try {
    const { status, stderr } = runAssay([
      'run',
      '--target',
      simulator.origin,
      '--rate',
      String(RATE_PER_SECOND),
      '--arrival',
      arrival,
      '--duration',
      `${DURATION_S}s`,
      '--input-tokens',
      '16',
      '--output-tokens',
      '8',
      '--out',
      runDirectory,
    ]);
    if (status !== 0) throw new Error(`assay run ended with ${status}: ${stderr}`);
    await simulator.stop();
    const anchorNs = readAnchorNs(runDirectory);
    const { joined, records } = joinByRequestId(runDirectory, truthFile);
    const arrivedMs = joined.map(({ truth }) => Number(BigInt(truth.arrivalNs) - anchorNs) / 1e6);
    const scheduledMs = joined.map(({ record }) => record.scheduledMs);
    const lagsMs = joined.map((_, i) => (arrivedMs[i] ?? Number.NaN) - (scheduledMs[i] ?? Number.NaN));
    const span = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
    const ratio = span(scheduledMs) / span(arrivedMs);
    console.log(
      `| ${arrival} | ${records.length} | ${joined.length} | ${((ratio - 1) * 100).toFixed(4)} % | ${quantile(lagsMs, 0.5).toFixed(3)} | ${quantile(lagsMs, 0.99).toFixed(3)} |`,
    );
  } finally {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
