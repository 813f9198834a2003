import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import type { JsonValue } from '../../core/json.ts';
import type { ProviderFacts } from '../bundled/provider-facts.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import type { Disturbance } from '../rule.ts';
import { lastStep, type Play, type Sent } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, eachOutcome, finalOf } from './common.ts';
import { isPage } from './search.ts';

/** A callback that no consumer can use, by name, as the fault that makes it. */
export interface Unusable {
  readonly id: string;
  readonly fault: Readonly<Record<string, JsonValue>>;
}

/** Bodies that are no JSON. One in UTF-16 is none of these: Python's json.loads reads it. */
const unusableBodies: readonly Unusable[] = [
  { id: 'malformed', fault: { corrupt: 'invalid-json' } },
  { id: 'empty', fault: { corrupt: 'empty' } },
];

/** Query strings without the parameters that a consumer needs. */
function unusableQueries(known: ProviderFacts | null, type: string): readonly Unusable[] {
  const [id, state] = known?.parameters[type] ?? [];
  return [
    { id: 'no-parameters', fault: { corrupt: 'empty' } },
    ...(state === undefined ? [] : [{ id: 'no-state', fault: { corrupt: { missingQuery: state } } }]),
    ...(id === undefined ? [] : [{ id: 'no-id', fault: { corrupt: { missingQuery: id } } }]),
    ...(known?.numbered.includes(type) === true
      ? [{ id: 'state-is-no-number', fault: { corrupt: { schema: '/state' } } }]
      : []),
  ];
}

/** The callbacks that no consumer of this provider can use. */
export function unusablesOf({ known, hasBody, outcomes }: Facts): readonly Unusable[] {
  const types = new Set(outcomes.map((outcome) => lastStep(outcome).type));
  const [type] = types;
  return hasBody
    ? unusableBodies
    : unusableQueries(known, types.size === 1 && type !== undefined ? type : '');
}

/** What became of a callback that cannot be used. */
export interface UnusableSent extends Sent {
  readonly play: Play;
  readonly outcome: PlayedOutcome;
}

/** One disturbance for each callback that cannot be used, in the place of the final one of each outcome. */
export function unusable(
  facts: Facts,
  prefix: string,
  judge: (stage: Stage, sent: UnusableSent) => Finding,
): Disturbance[] {
  return unusablesOf(facts).flatMap(({ id, fault }) => {
    const send = sendUnusable(async (stage, outcome) => {
      const play = await stage.play(outcome, { faults: [{ on: { ...lastStep(outcome).on }, ...fault }] });
      return { play, delivery: finalOf(play, outcome) };
    });
    return eachOutcome(facts, `${prefix}-${id}`, send(judge), breakingFirst(facts));
  });
}

/** A disturbance with a callback that has its ids, and not what it is about. Consumers that only take it as news can use it. */
export function wrongShape(
  facts: Facts,
  prefix: string,
  judge: (stage: Stage, sent: UnusableSent) => Finding | Promise<Finding>,
): Disturbance[] {
  const send = sendUnusable(async (stage, outcome) => {
    const cores = facts.known?.cores ?? {};
    const step = outcome.steps.find(({ id }) => cores[id] !== undefined);
    if (step === undefined) return null;
    const corrupt = { schema: cores[step.id] ?? '' };
    const play = await stage.play(outcome, { faults: [{ on: { ...step.on }, corrupt }] });
    return { play, delivery: play.deliveryOf(step) };
  });
  return Object.keys(facts.known?.cores ?? {}).length > 0
    ? eachOutcome(facts, `${prefix}-wrong-shape`, send(judge), breakingFirst(facts))
    : [];
}

const breakingFirst = (facts: Facts) =>
  ({ plays: 'breaking', only: (outcome: PlayedOutcome) => outcome === facts.outcomes[0] }) as const;

/** Sends something, and judges the response to it. Null: the sequence has no such part. */
function sendUnusable(
  send: (
    stage: Stage,
    outcome: PlayedOutcome,
  ) => Promise<{ readonly play: Play; readonly delivery?: Delivery | undefined } | null>,
) {
  return (judge: (stage: Stage, sent: UnusableSent) => Finding | Promise<Finding>) =>
    async (stage: Stage, outcome: PlayedOutcome): Promise<Finding> => {
      const sent = await send(stage, outcome);
      if (sent === null) return stage.said(null, 'not-applicable', 'no callback has such a part', '', '');
      const { play, delivery } = sent;
      const attempt = delivery?.attempts.at(-1);
      if (delivery === undefined || attempt === undefined)
        return absent(stage, play, 'the unusable callback');
      if (isPage({ attempt }))
        return stage.said(
          play,
          'not-observed',
          'the response is a page',
          'a response of the handler',
          'a page',
        );
      return judge(stage, { play, outcome, delivery, attempt });
    };
}
