import { describe, expect, test } from 'vitest';
import { exchangesOf, type RecordedExchange } from '../../../test/recorded-exchange.ts';
import { answerShape, idleReasons, type LeftOut, replayed, resend } from '../../../test/replay.ts';
import { startSimulator } from '../../simulator.ts';

const captures = exchangesOf('kserve-0.21.0');
const OPTIONS = { face: 'kserve', maxModelLength: 4096, ttftMs: 1, itlMs: 0.1, answerTokens: 8 } as const;

/** What is not asked for again, and why. */
const LEFT_OUT: LeftOut = [
  ['a mistake of a model class of 0.21: it cannot stream at all', /^openai_proxy_stream_broken$/],
  ['the readiness of an engine that is down: the one here never is', /^v1_model_upstream_down$/],
];
/** Faults that bring about what the recorded servers did. */
const FAULTS: Readonly<Record<string, string>> = {
  v1_fail: 'error-event:#0',
  openai_upstream_down_stream: 'http-500:#0',
  openai_upstream_killed_midstream: 'cut:#0',
};

const alone = replayed(captures, LEFT_OUT);

/** The class of an exception of Python's and its text, which a planned one has of its own. */
const withoutException = (text: string): string =>
  text.replace(/"error":\s*"\w+Error : [^"]*"/, '"error":"Error : text"');

/** The recorded server had two models. Its page of metrics was read before and after requests for one of them. */
const modelOf = ({ path }: RecordedExchange): string => (/\bmodels\/tiny|^\/openai\//.test(path) ? 'tiny' : 'echo');

describe.skipIf(captures.length === 0)('the requests of the captures, sent again', () => {
  test('all captures but those can be asked for again, and every reason to leave one out has its captures', () => {
    expect(alone.length).toBeGreaterThan(33);
    expect(idleReasons(captures, LEFT_OUT)).toEqual([]);
  });

  test.each(alone.map((capture) => [capture.name, capture] as const))(
    '%s: values differ, nothing else',
    async (name, capture) => {
      const simulator = await startSimulator({ ...OPTIONS, model: modelOf(capture), faults: FAULTS[name] ?? '' });
      const before = name === 'metrics_after' ? captures.find((other) => other.name === 'v2_infer') : undefined;
      if (before !== undefined) await resend(simulator, before);
      const answer = await resend(simulator, capture);
      await simulator.close();
      const likeness = name === 'openai_upstream_down_stream' ? { settle: withoutException } : {};
      expect(answerShape(answer, likeness)).toEqual(answerShape(capture, likeness));
    },
  );
});

if (captures.length === 0) test.skip('likeness to KServe: shared/data/engines is absent', () => undefined);
