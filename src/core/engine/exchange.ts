import { RingbackError, type Violation } from '../errors.ts';
import type { ProviderContext, SubmissionFacts } from '../provider/provider.ts';
import type { Random } from '../random.ts';
import type { ScenarioLibrary } from '../scenario/library.ts';
import type { TakenOrder } from '../scenario/next-queue.ts';
import type { Plan } from '../scenario/plan.ts';
import type { Settings } from '../settings.ts';
import type { Deliveries } from './deliveries/deliveries.ts';
import type { Delivery } from './deliveries/delivery.ts';
import type { AnswerFaults, ApiFaults } from './faults/api-faults.ts';
import { RequestFaults } from './faults/request-faults.ts';
import { mayPlayEarly } from './faults/script-callback.ts';
import type { Collection, Resource } from './records.ts';
import type { BranchPlace, Choice, NewBranch, NewRun, Run } from './runs/run.ts';
import type { Runs } from './runs/runs.ts';
import type { Exchange } from './space.ts';
import type { SpaceState } from './space-state.ts';
import type { Clock } from './time/clock.ts';

/** What the requests of one space share. */
export interface ExchangeParts {
  readonly state: SpaceState;
  readonly runs: Runs;
  readonly deliveries: Deliveries;
  readonly scenarios: ScenarioLibrary;
  readonly apiFaults: ApiFaults;
  readonly flushes: Flushes;
  wait(ms: number): Promise<void>;
}

/** Answers that are being written. Moves of a virtual clock wait for them, since their runs start afterwards. */
export interface Flushes {
  begin(exchange: Exchange): void;
  end(exchange: Exchange): void;
}

/** Branches of a run that start once the answer is sent. */
interface Start {
  readonly runId: string;
  readonly places: readonly BranchPlace[];
}

/** The handling of one request, and what its operation may use of the space. One object, since each request makes one. */
export class RequestExchange implements Exchange, ProviderContext {
  readonly context: ProviderContext = this;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly resources: Collection<Resource>;
  readonly #parts: ExchangeParts;
  readonly #operation: string;
  readonly #faults: RequestFaults;
  readonly #era: number;
  readonly #starts: Start[] = [];
  readonly #taken: TakenOrder[] = [];
  /** Labels what is drawn for the submission; null: the request is none, or none as yet. */
  #submission: string | null = null;
  #ids: Random | null = null;

  constructor(parts: ExchangeParts, operation: string) {
    const { state } = parts;
    this.#parts = parts;
    this.#operation = operation;
    this.#era = state.era;
    this.clock = state.clock;
    this.settings = state.settings;
    this.resources = state.store.resources;
    this.#faults = new RequestFaults(state, parts.apiFaults, parts.runs, operation);
  }

  get faults(): AnswerFaults {
    return this.#faults.answer;
  }

  newId(): string {
    this.#ids ??= this.random(`${this.#submissionLabel()}/ids`);
    return this.#ids.uuid();
  }

  random(label: string): Random {
    return this.#parts.state.random(label);
  }

  async wait(ms: number): Promise<void> {
    await this.#parts.wait(ms);
    this.assertCurrent();
  }

  about(runId: string): Promise<Run | undefined> {
    return this.#faults.about(runId);
  }

  async choose(facts: SubmissionFacts): Promise<{ plan: Plan; choice: Choice }> {
    const about = facts.isPart === true ? null : this.#submissionLabel();
    const chosen = this.#parts.scenarios.choose(facts);
    if (chosen.order !== undefined) this.#taken.push(chosen.order);
    if (chosen.plan.respond.length > 0) await this.#faults.face(chosen.plan, about);
    return chosen;
  }

  #submissionLabel(): string {
    this.#submission ??= this.#parts.state.nextSubmission();
    return this.#submission;
  }

  settingsOf(plan: Plan): Settings {
    return this.#parts.state.settingsOf(plan);
  }

  async startRun(order: NewRun): Promise<Run> {
    this.assertCurrent();
    const run = await this.#parts.runs.create(this.newId(), order, this.#faults.marksOf(order.plan.scenario));
    this.#starts.push({ runId: run.id, places: run.branches.map(({ plan }, index) => ({ index, plan })) });
    return run;
  }

  async startBranches(
    runId: string,
    orders: readonly NewBranch[],
    warnings: readonly Violation[] = [],
  ): Promise<void> {
    this.assertCurrent();
    this.#starts.push({ runId, places: await this.#parts.runs.addBranches(runId, orders, warnings) });
  }

  run(id: string): Promise<Run | undefined> {
    return this.#parts.state.store.runs.get(id);
  }

  deliveriesOf(run: Run): Promise<readonly Delivery[]> {
    return this.#parts.deliveries.of(run);
  }

  playEarly(): Promise<void> | undefined {
    const mayBe = this.#starts.some(({ places }) => places.some(({ plan }) => mayPlayEarly(plan)));
    return mayBe ? this.#playEarly() : undefined;
  }

  async #playEarly(): Promise<void> {
    if (!this.isCurrent()) return;
    for (const { runId, places } of this.#starts)
      for (const { index, plan } of places)
        if (mayPlayEarly(plan) && this.isCurrent()) await this.#parts.runs.playEarly(runId, index);
  }

  async abandon(): Promise<void> {
    if (!this.isCurrent()) return;
    const begun = this.#starts.splice(0);
    for (const { runId } of begun) if (this.isCurrent()) await this.#parts.runs.abandon(runId);
    if (!this.isCurrent()) return;
    for (const order of this.#taken.splice(0)) this.#parts.scenarios.giveBack(order);
  }

  answering(): void {
    // A client may leave an answer unread for ever, a long file say: moves wait only for what is yet to start.
    if (this.#starts.length > 0) this.#parts.flushes.begin(this);
  }

  async answered(): Promise<void> {
    try {
      if (!this.isCurrent()) return;
      for (const { runId, places } of this.#starts) {
        const indexes = places.map(({ index }) => index);
        await this.#parts.runs.startBranches(runId, indexes);
      }
    } finally {
      this.#parts.flushes.end(this);
    }
  }

  isCurrent(): boolean {
    return this.#era === this.#parts.state.era;
  }

  assertCurrent(): void {
    if (this.isCurrent()) return;
    throw new RingbackError('resource.conflict', {
      detail: `Failed to take the request to ${this.#operation}: the space "${this.#parts.state.parts.name}" was reset while the request was on its way. Nothing of it was kept: send it again.`,
    });
  }
}
