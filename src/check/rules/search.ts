import type { Disturbance } from '../rule.ts';
import type { Play, Sent } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';

/** A disturbance that plays nothing: it searches everything that was recorded. */
export function search(
  id: string,
  expected: string,
  problem: (sent: Sent, stage: Stage) => string | null,
  only: (stage: Stage) => readonly Play[] = (stage) => stage.plays(),
): Disturbance {
  return {
    id,
    plays: 'last',
    judge: async (stage) => {
      for (const play of only(stage))
        for (const sent of play.attempts()) {
          const found = problem(sent, stage);
          if (found !== null) return stage.said(play, 'failed', found, expected, found);
        }
      return stage.said(null, 'passed', expected, expected, expected);
    },
  };
}

export const headerOf = ({ attempt }: Sent, name: string): string | undefined =>
  attempt.response?.headers[name];
export const bodyOf = ({ attempt }: Sent): string => attempt.response?.body ?? '';
