import { isRingbackError, RingbackError, type Violation } from '../errors.ts';
import type {
  OperationAnswer,
  OperationHandler,
  OperationRequest,
  SubmissionFacts,
} from '../provider/provider.ts';
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
import type { Clock } from './time/clock.ts';
import { type Trace, traceOfRequest } from './trace.ts';
import type { World } from './world.ts';

/** What the requests of one world share. */
export interface ExchangeParts {
  readonly world: World;
  readonly runs: Runs;
  readonly deliveries: Deliveries;
  readonly scenarios: ScenarioLibrary;
  readonly apiFaults: ApiFaults;
  readonly flushes: Flushes;
  wait(ms: number): Promise<void>;
}

/** Responses that are being written. Moves of a virtual clock wait for them, since their runs start afterwards. */
export interface Flushes {
  begin(exchange: Exchange): void;
  end(exchange: Exchange): void;
}

/** Branches of a run that start when the response is sent. */
interface Start {
  readonly runId: string;
  readonly places: readonly BranchPlace[];
}

type ExchangeState = 'open' | 'answering' | 'answered' | 'abandoned';

/** Handles one request and is the context of its operation. It is one object, since every request makes one. */
export class RequestExchange implements Exchange {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly resources: Collection<Resource>;
  readonly #parts: ExchangeParts;
  readonly #operation: string;
  readonly #faults: RequestFaults;
  readonly #starts: Start[] = [];
  readonly #taken: TakenOrder[] = [];
  /** The label for random draws of the submission. Null if the request is not a submission, or not yet. */
  #submission: string | null = null;
  #ids: Random | null = null;
  /** That of the request. Null: it carries none. */
  #trace: Trace | null;
  #state: ExchangeState = 'open';

  constructor(parts: ExchangeParts, operation: string, trace: Trace | null) {
    const { world } = parts;
    this.#parts = parts;
    this.#operation = operation;
    this.#trace = trace;
    this.clock = world.clock;
    this.settings = world.settings;
    this.resources = world.store.resources;
    this.#faults = new RequestFaults(world, parts.apiFaults, parts.runs, operation);
  }

  get faults(): AnswerFaults {
    return this.#faults.answer;
  }

  newId(): string {
    this.#ids ??= this.random(`${this.#submissionLabel()}/ids`);
    return this.#ids.uuid();
  }

  random(label: string): Random {
    return this.#parts.world.random(label);
  }

  async wait(ms: number): Promise<void> {
    await this.#parts.wait(ms);
    this.#refuseAfterReset();
  }

  runForRequest(runId: string): Promise<Run | undefined> {
    return this.#faults.runForRequest(runId);
  }

  async chooseScenario(facts: SubmissionFacts): Promise<{ plan: Plan; choice: Choice }> {
    const about = facts.isPart === true ? null : this.#submissionLabel();
    const chosen = this.#parts.scenarios.choose(facts);
    if (chosen.order !== undefined) this.#taken.push(chosen.order);
    if (chosen.plan.respond.length > 0) await this.#faults.applyFaults(chosen.plan, about);
    return chosen;
  }

  #submissionLabel(): string {
    this.#submission ??= this.#parts.world.nextSubmission();
    return this.#submission;
  }

  settingsOf(plan: Plan): Settings {
    return this.#parts.world.settingsOf(plan);
  }

  async startRun(order: NewRun): Promise<Run> {
    this.#assertOpen('start a run');
    this.#refuseAfterReset();
    const marks = this.#faults.marksOf(order.plan.scenario);
    const run = await this.#parts.runs.create(this.newId(), order, marks, this.#trace);
    this.#starts.push({ runId: run.id, places: run.branches.map(({ plan }, index) => ({ index, plan })) });
    return run;
  }

  async startBranches(
    runId: string,
    orders: readonly NewBranch[],
    warnings: readonly Violation[] = [],
  ): Promise<void> {
    this.#assertOpen('start a branch');
    this.#refuseAfterReset();
    this.#starts.push({ runId, places: await this.#parts.runs.addBranches(runId, orders, warnings) });
  }

  run(id: string): Promise<Run | undefined> {
    return this.#parts.world.store.runs.get(id);
  }

  deliveriesOf(run: Run): Promise<readonly Delivery[]> {
    return this.#parts.deliveries.of(run);
  }

  async perform(operation: OperationHandler, request: OperationRequest): Promise<OperationAnswer> {
    this.#assertOpen('carry out its operation');
    this.#refuseAfterReset();
    this.#trace ??= traceOfRequest(request.headers);
    try {
      const answer = await operation(request, this);
      const { exchange, runs = [] } = answer;
      if (exchange !== undefined)
        for (const runId of runs) await this.#parts.runs.keepExchange(runId, exchange);
      return answer;
    } catch (error) {
      // The reset removed the resource that the operation missed.
      this.#refuseAfterReset();
      if (isRingbackError(error, 'provider.failed')) {
        const { message } = error;
        const at = this.clock.now();
        this.#parts.world.emit({ kind: 'provider.failed', at, operation: this.#operation, message });
      }
      throw error;
    }
  }

  playEarly(): Promise<void> | undefined {
    this.#assertOpen('play steps before its answer');
    const mayBe = this.#starts.some(({ places }) => places.some(({ plan }) => mayPlayEarly(plan)));
    return mayBe ? this.#playEarly() : undefined;
  }

  async #playEarly(): Promise<void> {
    for (const { runId, places } of this.#starts)
      for (const { index, plan } of places)
        if (mayPlayEarly(plan)) await this.#parts.runs.playEarly(runId, index);
  }

  async abandon(): Promise<void> {
    this.#assertOpen('abandon it');
    this.#state = 'abandoned';
    for (const { runId } of this.#starts.splice(0)) await this.#parts.runs.abandon(runId);
    for (const order of this.#taken.splice(0)) this.#parts.scenarios.giveBack(order);
  }

  answering(): void {
    this.#assertOpen('begin its answer');
    this.#state = 'answering';
    // A client may never read its response (a large download, say), so clock moves wait only for exchanges that still
    // have runs to start.
    if (this.#starts.length > 0) this.#parts.flushes.begin(this);
  }

  async answered(): Promise<void> {
    if (this.#state !== 'answering') this.#assertOpen('start what it began');
    this.#state = 'answered';
    try {
      for (const { runId, places } of this.#starts) {
        const indexes = places.map(({ index }) => index);
        await this.#parts.runs.startBranches(runId, indexes);
      }
    } finally {
      this.#parts.flushes.end(this);
    }
  }

  #assertOpen(what: string): void {
    if (this.#state === 'open') return;
    throw new Error(`Could not ${what}: the request to ${this.#operation} is ${this.#state} already.`);
  }

  #refuseAfterReset(): void {
    if (!this.#parts.world.hasEnded) return;
    throw new RingbackError('resource.conflict', {
      details: { kind: 'space', id: this.#parts.world.parts.name },
      detail: `Could not accept the request to ${this.#operation}: the space "${this.#parts.world.parts.name}" was reset while the request was on its way. Nothing of it was kept: send it again.`,
    });
  }
}
