import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Capture, loadCaptures } from '@assay/testkit';

/**
 * The conformance matrix: adapter × engine × interface × streaming, captures that passed of those that were tried. Runs the conformance tests
 * and sorts their results by the captures they name; the exit code is that of the tests.
 */
interface TestResult {
  readonly fullName: string;
  readonly status: 'passed' | 'failed' | 'pending' | 'skipped' | 'todo';
}

interface Report {
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly TestResult[] }[];
}

const captures = loadCaptures();
if (captures.length === 0) {
  console.log('skipped: conformance: the captured answers of real servers are absent');
  process.exit(0);
}

function runTests(): { readonly report: Report; readonly status: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'assay-conformance-'));
  const file = join(folder, 'report.json');
  const args = ['vitest', 'run', '--project', 'backend-adapters', 'captures.conformance', 'responses.conformance'];
  const { status } = spawnSync('npx', [...args, '--reporter=json', `--outputFile=${file}`], { stdio: 'ignore' });
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  rmSync(folder, { recursive: true });
  return { report, status };
}

/** Longest names first: one may begin with another. */
const byName = [...captures].sort((a, b) => b.name.length - a.name.length);
const captureOf = (test: TestResult): Capture | undefined => byName.find(({ name }) => test.fullName.includes(name));

function isStreamed({ request: { path, body } }: Capture): boolean {
  return (
    path.endsWith('_stream') || (typeof body === 'object' && body !== null && 'stream' in body && body.stream === true)
  );
}

const { report, status } = runTests();
const rows = new Map<string, { passed: number; failed: number; skipped: number }>();
for (const { name, assertionResults } of report.testResults) {
  const adapter = /src\/([^/]+)\//.exec(name)?.[1] ?? name;
  for (const test of assertionResults) {
    const capture = captureOf(test);
    if (capture === undefined) continue;
    const [engine = ''] = capture.name.split('/');
    const interfaceName = `${capture.request.method} ${capture.request.path.replace(/\/models\/[^/:]+/, '/models/M')}`;
    const key = [adapter, engine, interfaceName, isStreamed(capture) ? 'streamed' : 'whole'].join('\t');
    const row = rows.get(key) ?? { passed: 0, failed: 0, skipped: 0 };
    if (test.status === 'passed') row.passed += 1;
    else if (test.status === 'failed') row.failed += 1;
    else row.skipped += 1;
    rows.set(key, row);
  }
}

console.log(
  '| adapter | captures of | interface | streaming | passed | failed | skipped |\n|---|---|---|---|---|---|---|',
);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const [key, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`| ${key.replaceAll('\t', ' | ')} | ${row.passed} | ${row.failed} | ${row.skipped} |`);
  total.passed += row.passed;
  total.failed += row.failed;
  total.skipped += row.skipped;
}
console.log(`| all | | | | ${total.passed} | ${total.failed} | ${total.skipped} |`);
process.exit(status ?? 1);
