import fc from 'fast-check';
import { expect, test } from 'vitest';
import { examplePlans, SHAPES } from '../../test/plan-examples.ts';
import { AdapterError } from '../adapter-error.ts';
import { AUTOSCALING_KEYS, OLD_AUTOSCALING_KEYS } from './autoscaling-keys.ts';
import { deploy } from './deploy.ts';
import { parseGoDuration } from './go-duration.ts';
import { lintManifests } from './lint-manifests.ts';

const TEXTS = SHAPES.flatMap((shape) => examplePlans(shape).map((plan) => deploy(plan).yaml));

test('a broken text gives findings inside of it, or a coded error', () => {
  const piece = fc.constantFrom(
    ': ',
    '- ',
    '{',
    '}',
    '[',
    '"',
    '*a',
    '&a ',
    '!x ',
    '<<: ',
    '\n',
    '  ',
    '---\n',
    'null',
    '%',
    '\t',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.constantFrom(...TEXTS), fc.nat(), fc.nat(40), piece, (text, at, cut, inserted) => {
      const offset = at % text.length;
      const broken = text.slice(0, offset) + inserted + text.slice(offset + cut);
      const lines = broken.split('\n');
      try {
        for (const { line, column } of lintManifests(broken, { file: 'm.yaml' })) {
          expect(lines[line! - 1]?.length).toBeGreaterThanOrEqual(column! - 1);
        }
      } catch (error: unknown) {
        if (!(error instanceof AdapterError)) throw error;
        expect(error.code).toBe('MANIFEST_SYNTAX');
        expect(error.message).toMatch(/^m\.yaml:\d+:\d+: /);
      }
    }),
    { numRuns: 300 },
  );
});

test('any key of the autoscaler that Knative does not know is an error, and no other is', () => {
  const known = new Set([...AUTOSCALING_KEYS.keys(), ...OLD_AUTOSCALING_KEYS.keys()]);
  const nearMiss = fc
    .tuple(fc.constantFrom(...known), fc.nat(), fc.constantFrom('', '-', 'x', 'S', 's'))
    .map(([key, at, inserted]) => key.slice(0, at % key.length) + inserted + key.slice((at % key.length) + 1));
  fc.assert(
    fc.property(fc.oneof(nearMiss, fc.constantFrom(...known)), (key) => {
      const annotations = JSON.stringify({ [`autoscaling.knative.dev/${key}`]: '' });
      const text = `apiVersion: serving.knative.dev/v1\nkind: Revision\nmetadata: {annotations: ${annotations}}`;
      const isUnknown = lintManifests(text, { file: 'm.yaml' }).some(({ code }) => code === 'ANNOTATION_UNKNOWN');
      expect(isUnknown).toBe(!known.has(key));
    }),
  );
});

test('a duration is the sum of its parts', () => {
  fc.assert(
    fc.property(fc.nat(99), fc.nat(59), fc.nat(59), fc.nat(999), (h, m, s, ms) => {
      expect(parseGoDuration(`${h}h${m}m${s}s${ms}ms`)).toBe(((h * 60 + m) * 60 + s) * 1e9 + ms * 1e6);
    }),
  );
});
