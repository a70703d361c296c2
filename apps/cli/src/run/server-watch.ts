import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '@assay/contracts';
import { type BackendCapabilities, readRecords } from '@assay/loadgen';
import { isDiskFull } from '../disk-full.ts';
import { AnswerSources } from './answer-sources.ts';
import { compareCounters, redirectFindings, totalsOf } from './compare-counters.ts';
import type { Redact } from './redact.ts';
import { RUN_FILES } from './run-directory.ts';
import { quietly, type ReadInput, readServer, type ServerReading } from './server-reading.ts';

export interface WatchInput extends ReadInput {
  readonly directory: string;
  readonly capabilities: BackendCapabilities;
  /** The model that is asked for. */
  readonly model: string;
  /** What the server said before the load. */
  readonly before: ServerReading;
  readonly redact: Redact;
}

export interface ServerWatch {
  /** Reads the server once more, writes what it says, and tells where it disagrees with the records. */
  finish(): Promise<readonly Finding[]>;
}

const REREAD_AFTER_MS = 500;

/** Keeps what a server says about itself before and after the load in `server/`. */
export function watchServer(input: WatchInput): ServerWatch {
  const { directory, before } = input;
  const write = (folder: string, name: string, text: string): void =>
    writeQuietly(folder, name, input.redact.text(text));
  const folder = join(directory, RUN_FILES.server);
  mkdirSync(folder);
  write(folder, 'capabilities.json', toJson(input.capabilities));
  if (before.page !== undefined) write(folder, 'metrics-before.txt', before.page);
  return {
    finish: async () => {
      const sources = new AnswerSources(input.model);
      const ours = await totalsOf(readRecords(join(directory, RUN_FILES.requests)), sources);
      let after = await readServer(input);
      if (compareCounters(before.counters, after.counters, ours).length > 0) {
        // A server may publish the last requests a moment after their end.
        await new Promise((resolve) => setTimeout(resolve, REREAD_AFTER_MS));
        after = await readServer(input);
      }
      const capabilities = await quietly(() => input.backend.capabilities(input.fetchText));
      if (after.page !== undefined) write(folder, 'metrics-after.txt', after.page);
      if (capabilities !== undefined) write(folder, 'capabilities-after.json', toJson(capabilities));
      if (before.counters !== undefined || after.counters !== undefined) {
        write(folder, 'counters.json', toJson({ before: before.counters, after: after.counters, ours }));
      }
      return [
        ...changesOf(input.capabilities, capabilities),
        ...sources.findings(),
        ...compareCounters(before.counters, after.counters, ours),
        ...redirectFindings(ours),
      ];
    },
  };
}

function changesOf(before: BackendCapabilities, after: BackendCapabilities | undefined): readonly Finding[] {
  const findings: Finding[] = [];
  const [was, is] = [before.serverVersion, after?.serverVersion];
  if (was !== undefined && is !== undefined && was !== is) {
    const message = `the server said version ${was} before the load and ${is} after it: the figures are of two servers (hint: measure when no roll-out is under way)`;
    findings.push({ code: 'SERVER_CHANGED', severity: 'invalidates', message });
  }
  const [listed, lists] = [before.models, after?.models].map((models) => models?.toSorted().join(', '));
  if (listed !== undefined && lists !== undefined && listed !== lists) {
    const message = `the server listed the models ${listed} before the load and ${lists || 'none'} after it (hint: measure when no roll-out is under way)`;
    findings.push({ code: 'SERVER_CHANGED', severity: 'limits', message });
  }
  return findings;
}

/** A full disk has been told by the records already. */
function writeQuietly(folder: string, name: string, text: string): void {
  try {
    writeFileSync(join(folder, name), text);
  } catch (error: unknown) {
    if (!isDiskFull(error)) throw error;
  }
}

/** JSON has no `undefined`: what is not known is null. */
const toJson = (value: unknown): string =>
  `${JSON.stringify(value, (_, inner: unknown) => (inner === undefined ? null : inner), 2)}\n`;
