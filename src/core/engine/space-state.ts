import type { CallbackType, Contract } from '../contract/contract.ts';
import { RingbackError } from '../errors.ts';
import type { Provider } from '../provider/provider.ts';
import { quoted } from '../quoted.ts';
import { type Random, seededRandom } from '../random.ts';
import type { ScenarioLibrary } from '../scenario/library.ts';
import type { Plan } from '../scenario/plan.ts';
import { type Settings, withSettings } from '../settings.ts';
import { suggest } from '../suggest.ts';
import type { Sender } from './deliveries/sender.ts';
import { type MemoryBudget, unlimitedMemory } from './memory-budget.ts';
import type { SpaceEvent, SpaceListener } from './space.ts';
import type { SpaceStore } from './store.ts';
import type { Clock } from './time/clock.ts';
import { type Pace, unhurried } from './time/pace.ts';
import type { Schedule, VirtualSchedule } from './time/schedule.ts';

/** What a space is made of. Everything that could differ between two plays is an argument. */
export interface SpaceParts {
  readonly name: string;
  readonly seed: number;
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly clock: Clock;
  /** A virtual schedule when the clock is virtual, a real one otherwise. */
  readonly schedule: Schedule | VirtualSchedule;
  readonly store: SpaceStore;
  readonly sender: Sender;
  readonly settings: Settings;
  /** Makes the space's own library; `settings` gives the space's settings as they are now. */
  readonly scenarios: (settings: () => Settings) => ScenarioLibrary;
  readonly listener?: SpaceListener;
  /** Counts what the space keeps; given to its store and its library, too. Default: without a limit. */
  readonly memory?: MemoryBudget;
  /** Asked between pieces of work. Default: they follow each other. */
  readonly pace?: Pace;
}

/** What the parts of one space's engine share: its parts, its settings of the moment, its draws, its era. */
export class SpaceState {
  readonly parts: SpaceParts;
  readonly clock: Clock;
  readonly store: SpaceStore;
  readonly schedule: Schedule | VirtualSchedule;
  readonly memory: MemoryBudget;
  readonly pace: Pace;
  settings: Settings;
  /** Grows with each reset: what began before one must not end after it. */
  era = 0;
  readonly #random: Random;
  /** By provider and bare name. */
  readonly #callbacks: ReadonlyMap<string, ReadonlyMap<string, CallbackType>>;
  #submissions = 0;
  #firedByHand = 0;
  /** Where the moves of the clock that are under way gather the deliveries that they touch. */
  readonly watchers = new Set<Set<string>>();

  constructor(parts: SpaceParts) {
    this.parts = parts;
    this.clock = parts.clock;
    this.store = parts.store;
    this.schedule = parts.schedule;
    this.memory = parts.memory ?? unlimitedMemory();
    this.pace = parts.pace ?? unhurried;
    this.settings = parts.settings;
    const types = Map.groupBy(parts.contract.callbacks.values(), ({ provider }) => provider);
    this.#callbacks = new Map(
      [...types].map(([provider, own]) => [provider, new Map(own.map((type) => [type.name, type]))]),
    );
    this.#random = seededRandom(parts.seed);
  }

  /** Counts a submission in, and labels what is drawn for it. */
  nextSubmission(): string {
    return `submission/${++this.#submissions}`;
  }

  /** The id of a delivery that is asked for by hand. */
  nextFiredId(): string {
    return this.random(`fired/${++this.#firedByHand}`).uuid();
  }

  /** The draws for a label: those of the plan when it has a seed of its own, else those of the space. */
  random(label: string, plan?: Plan): Random {
    const random = plan === undefined || plan.seed === null ? this.#random : seededRandom(plan.seed);
    return random.stream(label);
  }

  /** The space's settings with the plan's own over them. */
  settingsOf(plan: Plan): Settings {
    return withSettings(this.settings, plan.settings);
  }

  startNewEra(): void {
    this.era++;
    this.settings = this.parts.settings;
    this.#submissions = 0;
    this.#firedByHand = 0;
  }

  emit(event: SpaceEvent): void {
    if (this.watchers.size > 0 && 'delivery' in event)
      for (const touched of this.watchers) touched.add(event.delivery.id);
    this.parts.listener?.(event, this.parts.name);
  }

  provider(name: string): Provider {
    const provider = this.parts.providers.get(name);
    if (provider === undefined) throw new Error(`no provider "${name}"`);
    return provider;
  }

  /** The type of a provider's callback. Throws `request.invalid`. */
  callbackOf(provider: string, name: string): CallbackType {
    return this.#callbacks.get(provider)?.get(name) ?? this.callbackType(`${provider}.${name}`);
  }

  /** The callback type of a full name, or of a bare one that only one provider has. Throws `request.invalid`. */
  callbackType(name: string): CallbackType {
    const { callbacks } = this.parts.contract;
    const exact = callbacks.get(name);
    if (exact !== undefined) return exact;
    const [only, second] = [...callbacks.values()].filter((type) => type.name === name);
    if (only !== undefined && second === undefined) return only;
    const advice = suggest(name, [...callbacks.keys(), ...[...callbacks.values()].map((type) => type.name)]);
    throw new RingbackError('request.invalid', {
      detail: `There is no callback ${quoted(name)}.${advice} Known: ${[...callbacks.keys()].join(', ')}.`,
      violations: [{ location: 'body/callback', code: 'enum', message: `unknown callback.${advice}` }],
    });
  }
}
