import type { ExactlyOne, LanguageShape, None } from './language-shape.ts';
import type { KnownPreset } from './retry-presets.ts';
import type {
  ApiFaultMembers,
  ApiFaultValues,
  DuplicateMembers,
  FaultMembers,
  FaultValues,
  RetryPolicyInput,
  ScenarioMembers,
  StepMembers,
} from './scenario-members.gen.ts';

/**
 * A scenario as it is written (`schemas/scenario.schema.json`), of one provider.
 * @typeParam Providers names of all providers, each of which is a retry preset
 */
export type ScenarioInputOf<L extends LanguageShape, Providers extends string = L['provider']> = Omit<
  MembersOf<L, Providers>,
  'outcome' | 'timings' | 'timeline'
> &
  (
    | (Pick<MembersOf<L, Providers>, 'outcome' | 'timings'> & None<'timeline'>)
    | (Required<Pick<MembersOf<L, Providers>, 'timeline'>> & None<'outcome' | 'timings'>)
  );

type MembersOf<L extends LanguageShape, Providers extends string> = ScenarioMembers<
  L,
  StepInput<L['trigger'], L['callback']>,
  FaultInput<L>,
  ApiFaultInput<Exclude<L['operation'], L['withoutRun']>>,
  KnownPreset | Providers | RetryPolicyInput
>;

type StepInput<Trigger extends string, Callback extends string> = Pick<
  StepMembers<Trigger, Callback>,
  'on' | 'after'
> &
  (
    | (Required<Pick<StepMembers<Trigger, Callback>, 'set'>> &
        None<'callback' | 'query' | 'payload' | 'content' | 'headers'>)
    | (Pick<StepMembers<Trigger, Callback>, 'set' | 'query' | 'headers'> &
        Required<Pick<StepMembers<Trigger, Callback>, 'callback'>> &
        (
          | (Pick<StepMembers<Trigger, Callback>, 'payload'> & None<'content'>)
          | (Pick<StepMembers<Trigger, Callback>, 'content'> & None<'payload'>)
        ))
  );

type FaultInput<L extends LanguageShape> = FaultMembers<L> & ExactlyOne<FaultValues<L, DuplicateInput>>;

type DuplicateInput = Pick<DuplicateMembers, 'times'> &
  (
    | (Pick<DuplicateMembers, 'gap'> & None<'concurrent'>)
    | (Required<Pick<DuplicateMembers, 'concurrent'>> & None<'gap'>)
  );

export type ApiFaultInput<Operation extends string> = Omit<ApiFaultMembers<Operation>, 'headers' | 'body'> &
  (
    | (Pick<ApiFaultMembers<Operation>, 'headers' | 'body'> &
        Pick<ApiFaultValues, 'status'> &
        None<Exclude<keyof ApiFaultValues, 'status'>>)
    | (ExactlyOne<Omit<ApiFaultValues, 'status'>> & None<'status' | 'headers' | 'body'>)
  );
