import type { JsonValue } from '../../core/json.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import type { Disturbance } from '../rule.ts';
import { lastStep, type Play, type Sent } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, eachOutcome, finalOf } from './common.ts';

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
const unusableQueries: readonly Unusable[] = [
  { id: 'no-parameters', fault: { corrupt: 'empty' } },
  { id: 'no-state', fault: { corrupt: { missingQuery: 'state' } } },
  { id: 'no-id', fault: { corrupt: { missingQuery: 'documentId' } } },
  { id: 'state-is-no-number', fault: { corrupt: { schema: '/state' } } },
];

/** The callbacks that no consumer of this provider can use. */
export function unusablesOf({ hasBody, provider, outcomes }: Facts): readonly Unusable[] {
  if (hasBody) return unusableBodies;
  const isUsual =
    provider === 'docdigitizer' &&
    outcomes.every((outcome) => lastStep(outcome).type === 'docdigitizer.documentState');
  return isUsual ? unusableQueries : unusableQueries.slice(0, 1);
}

/** The pointer of what a callback is about, which a consumer cannot do without. */
const cores: Readonly<Record<string, string>> = {
  extractions: '/documents',
  verifications: '/verifications',
};

/** One disturbance for each callback that cannot be used, in the place of the final one of each outcome. */
export function unusable(
  facts: Facts,
  prefix: string,
  judge: (stage: Stage, play: Play, sent: Sent) => Finding,
): Disturbance[] {
  return unusablesOf(facts)
    .flatMap(({ id, fault }) =>
      eachOutcome(
        facts,
        `${prefix}-${id}`,
        async (stage, outcome) => {
          const play = await stage.play(outcome, { faults: [{ on: { ...lastStep(outcome).on }, ...fault }] });
          const final = finalOf(play, outcome);
          const attempt = final?.attempts.at(-1);
          if (final === undefined || attempt === undefined)
            return absent(stage, play, 'the unusable callback');
          return judge(stage, play, { delivery: final, attempt });
        },
        { plays: 'breaking', only: (outcome) => outcome === facts.outcomes[0] },
      ),
    )
    .concat(
      facts.provider !== 'informed'
        ? []
        : eachOutcome(
            facts,
            `${prefix}-wrong-shape`,
            async (stage, outcome) => {
              const step = outcome.steps.find(({ id }) => cores[id] !== undefined);
              if (step === undefined)
                return stage.said(null, 'not-applicable', 'no callback has such a part', '', '');
              const play = await stage.play(outcome, {
                faults: [{ on: { ...step.on }, corrupt: { schema: cores[step.id] ?? '' } }],
              });
              const delivery = play.deliveryOf(step);
              const attempt = delivery?.attempts.at(-1);
              if (delivery === undefined || attempt === undefined)
                return absent(stage, play, 'the unusable callback');
              return judge(stage, play, { delivery, attempt });
            },
            { plays: 'breaking', only: (outcome) => outcome === facts.outcomes[0] },
          ),
    );
}
