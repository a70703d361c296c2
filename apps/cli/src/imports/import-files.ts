import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ImportFile, ReportError } from '@assay/report';

/** What the tools write, when told a folder. */
const KNOWN_NAMES = ['profile_export_aiperf.json', 'benchmarks.json', 'benchmark.json'];
const AIPERF_SUMMARY = 'profile_export_aiperf.json';
const AIPERF_REQUESTS = 'profile_export.jsonl';

/** The file that was named and what belongs to it; of a folder the file that a tool writes there. @throws ReportError IMPORT_UNREADABLE */
export function readImportFiles(path: string): readonly ImportFile[] {
  const main = fileOf(path);
  const requests = join(dirname(main), AIPERF_REQUESTS);
  const hasRequests = basename(main) === AIPERF_SUMMARY && existsSync(requests);
  return (hasRequests ? [main, requests] : [main]).map((file) => ({ name: basename(file), text: readText(file) }));
}

function fileOf(path: string): string {
  if (!existsSync(path) || !statSync(path).isDirectory()) return path;
  const name = KNOWN_NAMES.find((each) => existsSync(join(path, each)));
  if (name !== undefined) return join(path, name);
  throw new ReportError('IMPORT_UNREADABLE', `${path} holds none of ${KNOWN_NAMES.join(', ')}`, 'name the file itself');
}

/** @throws ReportError IMPORT_UNREADABLE */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReportError('IMPORT_UNREADABLE', `cannot read ${path}: ${reason}`, 'name the JSON file the tool wrote');
  }
}
