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

export const headerOf = ({ attempt }: Pick<Sent, 'attempt'>, name: string): string | undefined =>
  attempt.response?.headers[name];
export const bodyOf = ({ attempt }: Pick<Sent, 'attempt'>): string => attempt.response?.body ?? '';

/**
 * Whether a response is a page for people. Frameworks call a plain word `text/html`, too: that is none.
 */
export function isPage(sent: Pick<Sent, 'attempt'>): boolean {
  const body = bodyOf(sent);
  return (
    /^\s*<(?:!doctype|html|head|body)\b/i.test(body) ||
    (/\bx?html/i.test(headerOf(sent, 'content-type') ?? '') && /<[a-z!]/i.test(body))
  );
}

/** Whether a 2xx says that the callback was taken. A page behind a 2xx comes from something in front of the handler. */
export function isTaken(sent: Pick<Sent, 'attempt'>): boolean {
  return sent.attempt.acknowledged && !isPage(sent);
}
