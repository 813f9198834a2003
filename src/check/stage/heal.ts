import { steadyNow } from '../../platform/machine-time.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import { describeDifference } from '../state/compare-states.ts';
import { PlayFailed, type Stage } from './stage.ts';

/** How long an undisturbed sequence may take to leave its state after something failed, in milliseconds. */
const healMs = 15_000;

/**
 * Plays undisturbed sequences once more, after something failed: what differs between them is no failure, and how long
 * they take is how long a disturbed one may take.
 * @returns why they do not work any more, even after a restart if the team gave one. Null: they do
 */
export async function heal(stage: Stage): Promise<string | null> {
  const sickness = await sicknessOf(stage);
  if (sickness === null || !stage.given.has('restart')) return sickness;
  try {
    await stage.restart();
  } catch (error) {
    if (error instanceof PlayFailed) return error.message;
    throw error;
  }
  return sicknessOf(stage);
}

async function sicknessOf(stage: Stage): Promise<string | null> {
  if (!(await stage.acceptsSoon())) return 'its endpoint accepts no connection any more';
  try {
    const found = await Promise.all(stage.facts.outcomes.map((outcome) => relearn(stage, outcome)));
    return found.find((one) => one !== null) ?? null;
  } catch (error) {
    if (error instanceof PlayFailed) return error.message;
    throw error;
  }
}

async function relearn(stage: Stage, outcome: PlayedOutcome): Promise<string | null> {
  const play = await stage.play(outcome);
  const refused = play.attempts().find(({ attempt }) => !attempt.acknowledged)?.attempt;
  if (refused !== undefined)
    return `an undisturbed callback is not acknowledged any more: ${refused.error ?? `status ${refused.statusCode}`}`;
  if (!stage.canObserve) return null;
  const endedAt = steadyNow();
  if ((await stage.settleEssence(play, outcome, healMs)).isEqual) stage.learnPace(steadyNow() - endedAt);
  const { isEqual } = await stage.settle(play, outcome);
  if (isEqual) return null;
  const seen = await stage.look(play);
  if ('trouble' in seen) return seen.trouble;
  const essence = stage.baselines.essence(outcome.id);
  const lost = stage.baselines
    .differences(outcome.id, seen.state)
    .find(({ pointer }) => essence.has(pointer));
  if (lost !== undefined || seen.state === undefined)
    return `an undisturbed sequence does not leave the state any more that it left${lost === undefined ? '' : `: ${describeDifference(lost)}`}`;
  stage.baselines.learn(outcome.id, seen.state);
  return null;
}
