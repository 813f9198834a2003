import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome, Script } from '../outcomes/outcome.ts';
import type { Disturbance } from '../rule.ts';
import { lastStep, type Play } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';

/** One disturbance for each outcome: `id/annotated`. */
export function eachOutcome(
  { outcomes }: Facts,
  id: string,
  judge: (stage: Stage, outcome: PlayedOutcome) => Promise<Finding>,
  options: Omit<Disturbance, 'id' | 'judge'> & { readonly only?: (outcome: PlayedOutcome) => boolean } = {},
): Disturbance[] {
  const { only = () => true, ...rest } = options;
  return outcomes.filter(only).map((outcome) => ({
    id: `${id}/${outcome.id}`,
    ...rest,
    judge: (stage: Stage) => judge(stage, outcome),
  }));
}

/** Plays a changed sequence, and compares the state with that of the undisturbed one. */
export async function playAndCompare(
  stage: Stage,
  outcome: PlayedOutcome,
  change: Script,
  what: string,
): Promise<Finding> {
  const play = await stage.play(outcome, change);
  return stage.compared(play, await stage.settle(play, outcome), what);
}

/** Plays the sequence undisturbed and waits until the consumer is at rest. Null: its state is not as it was learned. */
export async function playToRest(stage: Stage, outcome: PlayedOutcome): Promise<Play> {
  const play = await stage.play(outcome);
  if (stage.canObserve) await stage.settle(play, outcome);
  return play;
}

/** The delivery of the step with the outcome. */
export function finalOf(play: Play, outcome: PlayedOutcome): Delivery | undefined {
  return play.deliveryOf(lastStep(outcome));
}

/** A play that lacks what its disturbance is about. */
export function absent(stage: Stage, play: Play, what: string): Finding {
  return stage.said(play, 'not-observed', `${what} was not sent`, what, 'nothing');
}
