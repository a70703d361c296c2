import type { SessionTurn } from '../backend/request-sample.ts';

/** Where a conversation lies among the requests. */
interface SessionPlace {
  readonly firstIndex: number;
  readonly turns: number;
}

/** A request of a file, and where it stands in its conversation, if it is of one. */
interface RowOfSession {
  readonly turn?: { readonly turn: number; readonly turns: number; readonly thinkTimeMs: number };
}

export interface Sessions {
  /** Place of session n, from 0; after the last session of the file they begin again. */
  sessionAt(session: number): SessionPlace;
  turnOf(index: number): SessionTurn;
}

/** The conversations among the rows of a file; a row that stands alone is one of one turn. `undefined` when all do. */
export function createSessions(rows: readonly RowOfSession[]): Sessions | undefined {
  if (rows.every(({ turn }) => turn === undefined)) return undefined;
  const starts = rows.flatMap(({ turn }, index) => (turn === undefined || turn.turn === 0 ? [index] : []));
  /** Session of each row. */
  const ordinals: number[] = [];
  for (const [ordinal, start] of starts.entries()) {
    for (let index = start; index < (starts[ordinal + 1] ?? rows.length); index++) ordinals.push(ordinal);
  }
  return {
    sessionAt: (session) => {
      const round = Math.floor(session / starts.length);
      const ordinal = session % starts.length;
      const start = starts[ordinal] ?? 0;
      return { firstIndex: round * rows.length + start, turns: (starts[ordinal + 1] ?? rows.length) - start };
    },
    turnOf: (index) => {
      const round = Math.floor(index / rows.length);
      const row = index % rows.length;
      const session = round * starts.length + (ordinals[row] ?? 0);
      return { session, ...(rows[row]?.turn ?? { turn: 0, turns: 1, thinkTimeMs: 0 }) };
    },
  };
}
