import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchangesOf } from '../../../test/recorded-exchange.ts';
import { answerShape, idleReasons, type LeftOut, replayed, resend } from '../../../test/replay.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const captures = exchangesOf('llama.cpp-b11434');
const OPTIONS = {
  face: 'llama-cpp',
  model: 'tiny',
  maxModelLength: 4096,
  ttftMs: 1,
  itlMs: 0.1,
  answerTokens: 8,
  slots: 2,
} as const;
/** The second server that was recorded asks for it. */
const API_KEY = 'sk-assay-test';

/** What is not asked for again, and why. */
const LEFT_OUT: LeftOut = [
  ['a slot at work: llama-cpp-likeness.test.ts brings it about', /^b_queue4_slots$/],
  ['a server that stops slowly and in silence', /^b_sigterm_midstream$/],
  ['a client that leaves: what it did not read is not compared', /^client_disconnect_stream$/],
  ['whether a stop string occurs is up to the model; the words here have none', /^chat_stop_string_included$/],
];
const LIKENESS = { figures: /^(content-length|process-start-time-unix)$/i };

const alone = replayed(captures, LEFT_OUT);

describe.skipIf(captures.length === 0)('the requests of the captures, sent again', () => {
  let open: Simulator;
  let guarded: Simulator;
  let dying: Simulator;
  beforeAll(async () => {
    open = await startSimulator(OPTIONS);
    guarded = await startSimulator({ ...OPTIONS, apiKey: API_KEY });
    dying = await startSimulator({ ...OPTIONS, apiKey: API_KEY, faults: 'cut:#0' });
  });
  afterAll(async () => {
    await Promise.all([open.close(), guarded.close(), dying.close()]);
  });

  test('all captures but those can be asked for again, and every reason to leave one out has its captures', () => {
    expect(alone.length).toBeGreaterThan(60);
    expect(idleReasons(captures, LEFT_OUT)).toEqual([]);
  });

  test.each(alone.map((capture) => [capture.name, capture] as const))(
    '%s: values differ, nothing else',
    async (name, capture) => {
      const simulator = name.startsWith('b_sigkill') ? dying : name.startsWith('b_') ? guarded : open;
      const answer = await resend(simulator, capture);
      expect(answerShape(answer, LIKENESS)).toEqual(answerShape(capture, LIKENESS));
      if (simulator === dying) expect(answer.end).toBe('fin');
    },
  );
});

if (captures.length === 0) test.skip('likeness to llama.cpp: shared/data/engines is absent', () => undefined);
