import { describe, expect, test } from 'vitest';
import { exchangesOf } from '../../../test/recorded-exchange.ts';
import { answerShape, idleReasons, type LeftOut, replayed, resend } from '../../../test/replay.ts';
import { TGI_LIKENESS } from '../../../test/tgi-likeness.ts';
import { startSimulator } from '../../simulator.ts';

const captures = exchangesOf('tgi-3.3.6-dev0');
const OPTIONS = { face: 'tgi', model: 'tiny', maxModelLength: 4096, ttftMs: 1, itlMs: 0.1, answerTokens: 8 } as const;

/** What is not asked for again, and why. */
const LEFT_OUT: LeftOut = [
  [
    'an engine that fails before its first token of a stream: here it fails after one',
    /^(after_shard_death_(chat_)?stream|compat_root_fail_stream|openai_chat_fail_first_stream)$/,
  ],
  [
    'a full queue, a page of metrics: tgi-likeness.test.ts brings them about',
    /^(queue6_(req4|req5|openai|metrics)|metrics_after)$/,
  ],
  ['a client that leaves: what it did not read is not compared', /^(client_disconnect_comp|disconnect_while_queued)$/],
  ['a comment after 15 s of silence', /^generate_stream_stall$/],
  ['a health check beside an engine that is dead: the one here never is', /^health_after_shard_death$/],
  ['whether a tool is called is up to the model; the face always calls one', /^openai_chat_tool_notool$/],
];
/** Faults that bring about what the recorded servers did. */
const FAULTS: readonly (readonly [plan: string, names: RegExp])[] = [
  ['cut:#0', /^sigkill_midstream$/],
  [
    'error-event:#0',
    /^(count_shard_error|traceparent_fail|openai_(chat|comp)_fail_mid|generate_fail|openai_chat_fail_first|after_shard_death)$/,
  ],
];
/** Captures of a server with a key, from a client without the right one. */
const WITHOUT_KEY = /^b_.*_(no|wrong)_key/;

const alone = replayed(captures, LEFT_OUT);

describe.skipIf(captures.length === 0)('the requests of the captures, sent again', () => {
  test('all captures but those can be asked for again, and every reason to leave one out has its captures', () => {
    expect(alone.length).toBeGreaterThan(125);
    expect(idleReasons(captures, LEFT_OUT)).toEqual([]);
  });

  test.each(alone.map((capture) => [capture.name, capture] as const))(
    '%s: values differ, nothing else',
    async (name, capture) => {
      const faults = FAULTS.find(([, names]) => names.test(name))?.[0] ?? '';
      const key = WITHOUT_KEY.test(name) ? { apiKey: 'secret' } : {};
      const simulator = await startSimulator({ ...OPTIONS, ...key, faults });
      const answer = await resend(simulator, capture);
      await simulator.close();
      expect(answerShape(answer, TGI_LIKENESS)).toEqual(answerShape(capture, TGI_LIKENESS));
      expect(answer.isComplete).toBe(name !== 'sigkill_midstream');
    },
  );
});

if (captures.length === 0) test.skip('likeness to TGI: shared/data/engines is absent', () => undefined);
