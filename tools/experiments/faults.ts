import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAssay, startSimulatorProcess } from './processes.ts';
import { joinByRequestId } from './truth.ts';

/** Every kind of fault, one run each at 10 %, and one run with all of them: the client's code against the server's plan. */
const ALL_FAULTS =
  'http-429,http-500,error-event,cut,cut-reset,stall,no-first-token,empty,empty-body,malformed,wrong-usage,slow-drip,reset,html-200,no-done,abort,close';
const SPECIFICATIONS = (process.argv[2] ?? ALL_FAULTS).split(',');
const REQUESTS = Number(process.argv[3] ?? 300);

let wrong = 0;
console.log('| fault | requests | faults | counted as success | good counted as failed | wrong code | codes |');
console.log('|---|---|---|---|---|---|---|');
for (const fault of SPECIFICATIONS) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-faults-'));
  const truthFile = join(folder, 'truth.jsonl');
  const runDirectory = join(folder, 'run');
  const plan = fault.includes(':') ? fault.replaceAll('+', ',') : `${fault}:0.1`;
  const simulator = await startSimulatorProcess([
    '--ttft',
    '10',
    '--itl',
    '2',
    '--slots',
    '4096',
    '--faults',
    plan,
    '--truth',
    truthFile,
  ]);
  try {
    const { status, stderr } = runAssay([
      'run',
      '--target',
      simulator.origin,
      '--rate',
      '100',
      '--requests',
      String(REQUESTS),
      '--input-tokens',
      '16',
      '--output-tokens',
      '16',
      '--timeout',
      '5s',
      '--stall-timeout',
      '1500ms',
      '--out',
      runDirectory,
    ]);
    if (status !== 0) throw new Error(`assay run ended with ${status}: ${stderr}`);
    await simulator.stop();
    const { joined, records } = joinByRequestId(runDirectory, truthFile);
    const faulty = joined.filter(({ truth }) => truth.expectedCode !== null);
    const asSuccess = faulty.filter(({ record }) => record.outcome === 'ok').length;
    const good = joined.filter(({ truth }) => truth.expectedCode === null);
    const asFailed = good.filter(({ record }) => record.outcome !== 'ok').length;
    const wrongCode = faulty.filter(({ record, truth }) => record.code !== truth.expectedCode);
    const codes = [...new Set(records.map((record) => record.code ?? 'ok'))].sort();
    wrong += asSuccess + asFailed + wrongCode.length;
    console.log(
      `| ${fault} | ${records.length} | ${faulty.length} | ${asSuccess} | ${asFailed} | ${wrongCode.length} | ${codes.join(' ')} |`,
    );
    for (const { record, truth } of wrongCode.slice(0, 3))
      console.log(`  expected ${truth.expectedCode}, got ${record.code} (${truth.fault})`);
  } finally {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = wrong === 0 && SPECIFICATIONS.length > 0 ? 0 : 1;
