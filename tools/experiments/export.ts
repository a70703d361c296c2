import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExport } from './export/check-export.ts';
import { runAssay } from './processes.ts';

/**
 * A million records through `assay export` and the queries of docs/export.md, every answer compared with the records; tells time and memory.
 * Ends with 1 where an answer differs. `node --conditions=@assay/source tools/experiments/export.ts 200000` takes fewer records.
 */
const COUNT = Number(process.argv[2] ?? 1_000_000);
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'assay-export-'));
try {
  const directory = join(folder, 'run');
  const { status, stderr } = runAssay([
    'run',
    '--simulate',
    '--requests',
    '5',
    '--concurrency',
    '5',
    '--out',
    directory,
  ]);
  if (status !== 0) throw new Error(`no run to start from: ${stderr}`);
  const check = await checkExport(root, directory, COUNT);
  console.log(check.output.trim().replace(folder, ''));
  const memory = check.peakMiB === undefined ? 'not known' : `${check.peakMiB.toFixed(0)} MiB`;
  console.log(
    `export of ${check.recordsMiB.toFixed(0)} MiB of records: ${check.exportSeconds.toFixed(1)} s, peak memory ${memory}`,
  );
  for (const [heading, seconds] of check.querySeconds) console.log(`${seconds.toFixed(2).padStart(6)} s  ${heading}`);
  for (const difference of check.differences) console.error(difference);
  console.log(`${check.querySeconds.size} queries, ${check.differences.length} differences`);
  process.exitCode = check.differences.length === 0 && check.querySeconds.size > 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
