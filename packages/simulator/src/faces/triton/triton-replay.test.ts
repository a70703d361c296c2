import { describe, expect, test } from 'vitest';
import { exchangesOf } from '../../../test/recorded-exchange.ts';
import { answerShape, idleReasons, type LeftOut, replayed, resend } from '../../../test/replay.ts';
import { startSimulator } from '../../simulator.ts';

const captures = exchangesOf('triton-2.51.0');

/** What is not asked for again, and why. */
const LEFT_OUT: LeftOut = [
  ['a model of the recording that computes tensors: the face serves one that writes text', /^echo_|^b_trace_infer$/],
  ['a page of two models: triton-likeness.test.ts holds its families to one', /^metrics_start$/],
];
/** Faults that bring about what the recorded model did. */
const FAULTS: Readonly<Record<string, string>> = {
  generate_stream_fail_mid: 'error-event:#0',
  generate_fail: 'http-400:#0',
};
/** Captures that were made after the model was taken out of memory. */
const UNLOADED = /_(after_unload|unloaded)$/;

const alone = replayed(captures, LEFT_OUT);

/** A planned failure has a text of its own. */
const withoutPlan = (text: string): string => text.replace(/Planned fault: [^"]*|engine failed[^"]*/, 'why');

describe.skipIf(captures.length === 0)('the requests of the captures, sent again', () => {
  test('all captures but those can be asked for again, and every reason to leave one out has its captures', () => {
    expect(alone.length).toBeGreaterThan(35);
    expect(idleReasons(captures, LEFT_OUT)).toEqual([]);
  });

  test.each(alone.map((capture) => [capture.name, capture] as const))(
    '%s: values differ, nothing else',
    async (name, capture) => {
      const model = /\bmodels\/tokdec\b/.test(capture.path) ? 'tokdec' : 'tokstream';
      const faults = FAULTS[name] ?? '';
      const simulator = await startSimulator({ face: 'triton', model, ttftMs: 1, itlMs: 0.1, faults });
      const unload = captures.find((other) => other.name === 'repo_unload');
      if (UNLOADED.test(name) && unload !== undefined)
        await resend(simulator, { ...unload, path: unload.path.replace('tokdec', model) });
      const answer = await resend(simulator, capture);
      await simulator.close();
      const likeness = name === 'generate_fail' ? { settle: withoutPlan } : {};
      expect(answerShape(answer, likeness)).toEqual(answerShape(capture, likeness));
    },
  );
});

if (captures.length === 0) test.skip('likeness to Triton: shared/data/engines is absent', () => undefined);
