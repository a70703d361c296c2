import { createRandom } from '@assay/timebase';
import type { AgenticSession, AgenticTurn } from './agentic-trace.ts';
import type { PromptSource } from './prompt-source.ts';
import type { PromptSegment, PromptWriter } from './prompt-writer.ts';
import { createSessions } from './sessions.ts';
import { segmentAt } from './synthetic.ts';
import { BLOCK_TOKENS } from './trace-prompts.ts';

/** Turns of a session that have indices of their own. */
const MOST_TURNS = 2 ** 20;

/**
 * Prompts of agents at work: each call carries all that came before it in its session, stand-ins for the model's own answers included, and then
 * what is new. So call k + 1 begins with the prompt of call k, and a prefix cache has as much to gain as in the trace, whatever a server answers. When
 * the sessions begin again they have other words.
 */
export function createAgenticPrompts(
  sessions: readonly AgenticSession[],
  seed: number,
  writer: PromptWriter,
): PromptSource {
  const random = createRandom(seed);
  const streams = {
    system: random.stream('agent-system'),
    input: random.stream('agent-input'),
    answer: random.stream('agent-answer'),
    block: random.stream('agent-block'),
    warmup: random.stream('warmup-agent'),
  };
  const places = createSessions(
    sessions.flatMap(({ turns }) =>
      turns.map(({ pauseMs }, turn) => ({ turn: { turn, turns: turns.length, thinkTimeMs: pauseMs } })),
    ),
  );
  if (places === undefined) throw new RangeError('an agentic trace without sessions');
  const { sessionAt, turnOf } = places;

  function segmentsOf(session: AgenticSession, at: number, round: number, number: number): readonly PromptSegment[] {
    const turn = session.turns[at];
    if (turn?.hashIds !== undefined) return hashedSegments(turn, round, number * MOST_TURNS + at);
    const segments =
      session.systemTokens > 0 ? [segmentAt(streams.system, session.systemId, session.systemTokens)] : [];
    for (const [k, { inputTokens, outputTokens }] of session.turns.slice(0, at + 1).entries()) {
      const own = number * MOST_TURNS + k;
      segments.push(segmentAt(streams.input, own, inputTokens));
      if (k < at) segments.push(segmentAt(streams.answer, own, outputTokens));
    }
    return segments;
  }

  function hashedSegments({ inputTokens, hashIds = [] }: AgenticTurn, round: number, own: number): PromptSegment[] {
    const segments: PromptSegment[] = [];
    let left = inputTokens;
    for (const id of hashIds) {
      if (left <= 0) break;
      segments.push(segmentAt(streams.block, round * 2 ** 32 + id, Math.min(BLOCK_TOKENS, left)));
      left -= BLOCK_TOKENS;
    }
    if (left > 0) segments.push(segmentAt(streams.input, own, left));
    return segments;
  }

  return {
    size: undefined,
    inputTokensSource: writer.sourceOf(Number.MAX_SAFE_INTEGER),
    sessionAt,
    sampleAt: (index, phase = 'measure') => {
      const place = turnOf(index);
      const session = sessions[place.session % sessions.length];
      const turn = session?.turns[place.turn];
      if (session === undefined || turn === undefined) throw new RangeError(`no turn for request ${index}`);
      const round = Math.floor(place.session / sessions.length);
      const measured = segmentsOf(session, place.turn, round, place.session);
      const inputTokens = measured.reduce((sum, { tokens }) => sum + tokens, 0);
      const isWarmup = phase === 'warmup';
      return {
        index,
        prompt: writer.write(isWarmup ? [segmentAt(streams.warmup, index, inputTokens)] : measured),
        inputTokens,
        inputTokensSource: writer.sourceOf(inputTokens),
        maxOutputTokens: turn.outputTokens,
        ...(session.tenant === undefined ? {} : { tenant: session.tenant }),
        ...(isWarmup ? {} : { session: place }),
      };
    },
  };
}
