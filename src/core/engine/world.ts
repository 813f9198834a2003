import type { CallbackType, Contract } from '../contract/contract.ts';
import { type CallbackNames, callbackNames, findCallback } from '../contract/find-callback.ts';
import { RingbackError } from '../errors.ts';
import type { Provider } from '../provider/provider.ts';
import { type Random, seededRandom } from '../random.ts';
import type { Plan } from '../scenario/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type Settings, withSettings } from '../settings.ts';
import type { Signer } from '../signing/signer.ts';
import { didYouMean } from '../suggest.ts';
import type { Sender } from './deliveries/sender.ts';
import { type MemoryBudget, MemoryShare } from './memory-budget.ts';
import type { SpaceEvent, SpaceListener } from './space.ts';
import type { SpaceStore } from './store.ts';
import type { Clock } from './time/clock.ts';
import { type Pace, unhurried } from './time/pace.ts';
import type { Schedule, VirtualSchedule } from './time/schedule.ts';
import type { Time } from './time/time.ts';
import type { Tracer } from './tracer.ts';

/** The parts of a space. Everything that could differ between two plays is an argument. */
export interface SpaceParts {
  readonly name: string;
  readonly seed: number;
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly time: Time;
  /** Makes an empty store, which counts its records in `memory`. */
  readonly createStore: (options: { readonly memory: Pick<MemoryBudget, 'add'> }) => SpaceStore;
  readonly sender: Sender;
  /** Signs callbacks. Default: none is signed. */
  readonly signer?: Signer;
  /** The settings at the start and after each reset. */
  readonly settings: Settings;
  /** Returns the current scripts for the start and after each reset. */
  readonly scenarios: () => readonly Scenario[];
  /** Full name of the default scenario by provider. Default: the provider's own. */
  readonly defaultScenarios?: Readonly<Record<string, string>>;
  readonly listener?: SpaceListener;
  /** Default: no spans are made. */
  readonly tracer?: Tracer;
  /** Counts the memory of the space. Default: without a limit. */
  readonly memory?: MemoryBudget;
  /** Called between pieces of work. Default: no breaks. */
  readonly pace?: Pace;
}

/**
 * The contents of a space from one reset to the next. A reset creates a new world. Work in flight ends in the old one,
 * which sends nothing and emits no events anymore.
 */
export class World {
  readonly parts: SpaceParts;
  readonly clock: Clock;
  readonly store: SpaceStore;
  readonly schedule: Schedule;
  /** The schedule, if the clock is virtual. */
  readonly virtualSchedule: VirtualSchedule | null;
  readonly memory: MemoryShare;
  readonly pace: Pace;
  settings: Settings;
  readonly #random: Random;
  /** By provider and name. */
  readonly #callbacks: ReadonlyMap<string, CallbackNames>;
  #hasEnded = false;
  #submissions = 0;
  #firedByHand = 0;
  /** For each move of the clock in progress, the deliveries that it has touched. */
  readonly watchers = new Set<Set<string>>();

  constructor(parts: SpaceParts, memory: MemoryBudget) {
    const { contract, seed, settings, time, pace = unhurried } = parts;
    this.parts = parts;
    this.clock = time.clock;
    this.virtualSchedule = time.kind === 'virtual' ? time.createSchedule() : null;
    this.schedule = this.virtualSchedule ?? time.createSchedule();
    this.memory = new MemoryShare(memory);
    this.store = parts.createStore({ memory: this.memory });
    this.pace = pace;
    this.settings = settings;
    const types = Map.groupBy(contract.callbacks.values(), ({ provider }) => provider);
    this.#callbacks = new Map([...types].map(([provider, own]) => [provider, callbackNames(own)]));
    this.#random = seededRandom(seed);
  }

  /** True once the space was reset. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Ends the world and frees its memory budget, even while work in flight still refers to it.
   * @returns when no work is in flight anymore
   */
  async end(): Promise<void> {
    this.#hasEnded = true;
    this.memory.close();
    const { resources, runs, deliveries, inbox } = this.store;
    await Promise.all([
      this.schedule.clear(),
      this.schedule.close(),
      ...[resources, runs, deliveries, inbox].map((collection) => collection.clear()),
    ]);
  }

  /** Counts a submission, and returns the label for its random draws. */
  nextSubmission(): string {
    return `submission/${++this.#submissions}`;
  }

  /** The id of the next delivery that is fired by hand. */
  nextFiredId(): string {
    return this.random(`fired/${++this.#firedByHand}`).uuid();
  }

  /** The random source of a label, from the seed of the plan if it has one, otherwise of the space. */
  random(label: string, plan?: Plan): Random {
    const random = plan === undefined || plan.seed === null ? this.#random : seededRandom(plan.seed);
    return random.stream(label);
  }

  /** The space's settings, overridden by those of a plan. */
  settingsOf({ settings }: Pick<Plan, 'settings'>): Settings {
    return withSettings(this.settings, settings);
  }

  emit(event: SpaceEvent): void {
    if (this.#hasEnded) return;
    if (this.watchers.size > 0 && 'delivery' in event)
      for (const touched of this.watchers) touched.add(event.delivery.id);
    this.parts.listener?.(event, this.parts.name);
  }

  provider(name: string): Provider {
    const provider = this.parts.providers.get(name);
    if (provider === undefined) throw new Error(`no provider "${name}"`);
    return provider;
  }

  /** The type of a provider's callback, by its name, type or event. Throws `request.invalid`. */
  callbackOf(provider: string, name: string): CallbackType {
    return this.findCallback(provider, name) ?? this.callbackType(`${provider}.${name}`);
  }

  /** Like {@link callbackOf}, but undefined if there is none, or several have that event. */
  findCallback(provider: string, name: string): CallbackType | undefined {
    return this.#callbacks.get(provider)?.get(name);
  }

  /** The callback of a type; or of a name or an event, if only one has it. Throws `request.invalid`. */
  callbackType(name: string): CallbackType {
    const found = findCallback(name, this.parts.contract);
    if ('type' in found) return found.type;
    const advice = didYouMean(found.suggestion);
    throw new RingbackError('request.invalid', {
      detail: `Could not find the callback. ${found.advice}`,
      violations: [{ location: 'body/callback', code: 'enum', message: `unknown callback.${advice}` }],
    });
  }
}
