import { codeThrownBy } from '@assay/testkit';
import { expect, test } from 'vitest';
import { type Migration, migrate } from './migrate.ts';

// A format of the tests: version 1 had seconds, version 2 milliseconds, version 3 a list.
const steps: readonly Migration[] = [
  {
    from: 'assay/probe/v1',
    to: 'assay/probe/v2',
    migrate: ({ waitSeconds, ...rest }) => ({ ...rest, waitMs: Number(waitSeconds) * 1000 }),
  },
  {
    from: 'assay/probe/v2',
    to: 'assay/probe/v3',
    migrate: ({ waitMs, ...rest }) => ({ ...rest, waitsMs: [waitMs] }),
  },
];
const registry = { current: ['assay/probe/v3', 'assay/gap/v2'], migrations: steps };

test('goes through every step from an old version', () => {
  const old = Object.freeze({ schema: 'assay/probe/v1', waitSeconds: 2, name: 'x' });
  expect(migrate(old, registry)).toEqual({ schema: 'assay/probe/v3', waitsMs: [2000], name: 'x' });
  expect(migrate({ schema: 'assay/probe/v2', waitMs: 5 }, registry)).toEqual({
    schema: 'assay/probe/v3',
    waitsMs: [5],
  });
});

test('leaves a current document as it is', () => {
  const document = { schema: 'assay/run/v1', anything: true };
  expect(migrate(document)).toEqual(document);
});

test.each([
  ['nothing', undefined, 'FORMAT_UNKNOWN', 'not a document'],
  ['a list', [], 'FORMAT_UNKNOWN', 'not a document'],
  ['no schema', {}, 'FORMAT_UNKNOWN', 'has no "schema" field'],
  ['a schema that is no text', { schema: 5 }, 'FORMAT_UNKNOWN', 'unknown format 5'],
  ['an unknown format', { schema: 'assay/bundle/v1' }, 'FORMAT_UNKNOWN', 'unknown format'],
  ['another tool', { schema: 'k6/run/v1' }, 'FORMAT_UNKNOWN', 'unknown format'],
  ['a newer version', { schema: 'assay/run/v2' }, 'FORMAT_TOO_NEW', 'newer'],
  ['a version with a word', { schema: 'assay/run/vnext' }, 'FORMAT_UNKNOWN', 'unknown format'],
])('refuses %s', (_name, document, code, message) => {
  expect(() => migrate(document)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
});

test('says which format was meant', () => {
  expect(() => migrate({ schema: 'assay/reslts/v1' })).toThrow(
    expect.objectContaining({ hint: 'did you mean assay/results/v1?' }),
  );
});

test('refuses a version that no step leads on from', async () => {
  expect(await codeThrownBy(() => migrate({ schema: 'assay/gap/v1' }, registry))).toBe('MIGRATION_BROKEN');
});
