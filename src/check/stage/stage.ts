import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import type { FireOrder } from '../../core/engine/space.ts';
import { isRingbackError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, parsePointer } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { machineNow, steadyNow } from '../../platform/machine-time.ts';
import { maskUrl } from '../../server/control/mask.ts';
import type { Facts } from '../facts.ts';
import type { Finding, Need } from '../finding.ts';
import type { Mock } from '../mock/mock.ts';
import { sampleFile } from '../mock/sample-file.ts';
import type { Outcome, PlayedOutcome, Script } from '../outcomes/outcome.ts';
import type { ExchangeRecord } from '../report.ts';
import { type Difference, describeDifference } from '../state/compare-states.ts';
import { normalize } from '../state/normalize.ts';
import { pause, type Sight, type Subject, type Team } from '../team/team.ts';
import { Baselines } from './baselines.ts';
import { Play, type Sent } from './play.ts';
import { type RawEnd, type RawResult, sendRaw } from './send-raw.ts';

/** The times of a check, in milliseconds. */
export interface StageTimes {
  /** How long the consumer may take to acknowledge. */
  readonly withinMs: number;
  /** How long it waits before it polls. Null: not given. */
  readonly overdueMs: number | null;
  /** The wait that stands for hours. */
  readonly laterMs: number;
}

/** How callbacks reach the consumer when the check submits itself. */
export interface CallbackWay {
  readonly url: string;
  readonly method: 'GET' | 'POST' | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface StageOptions {
  readonly mock: Mock;
  readonly team: Team;
  readonly provider: Provider;
  readonly times: StageTimes;
  /** What the team gave. */
  readonly given: ReadonlySet<Need>;
  readonly signal: AbortSignal;
  readonly way: CallbackWay;
  readonly otherAuth: string | null;
  readonly memory: string | null;
}

/** A play could not be made: the consumer was not driven, or the sequence did not end. */
export class PlayFailed extends Error {
  /** True if the consumer did not submit. */
  readonly isUndriven: boolean;

  constructor(message: string, isUndriven = false) {
    super(message);
    this.isUndriven = isUndriven;
  }
}

/** The contract has nothing that a script could change so, such as an event type that could be new. */
export class NotPlayable extends Error {}

/** The consumer's state beside the one that it should have. */
export interface Comparison {
  readonly isEqual: boolean;
  readonly expected: JsonValue;
  readonly observed: JsonValue;
  readonly differences: readonly Difference[];
  /** Why it could not be observed. Null: it could. */
  readonly trouble: string | null;
}

/** How long a submission may take to reach the mock after the driver's end, and a sequence to end, in milliseconds. */
const arrivalMs = 5_000;
const sequenceMs = 20_000;
/** The shortest time between two looks that agree, and the longest that is learned, in milliseconds. */
const shortestWindowMs = 60;
const longestWindowMs = 2_000;
/** How long after its deadline a state may go on changing before it counts as restless, in milliseconds. */
const restlessMs = 3_000;

/** What disturbances play on: sequences through the mock, looks at the consumer, and what undisturbed plays leave. */
export class Stage {
  readonly baselines = new Baselines();
  readonly times: StageTimes;
  readonly signal: AbortSignal;
  readonly mock: Mock;
  readonly provider: Provider;
  readonly given: ReadonlySet<Need>;
  /** The `Authorization` of another endpoint of the consumer. Null: not given. */
  readonly otherAuth: string | null;
  /** Where to read the consumer's memory. Null: not given. */
  readonly memory: string | null;
  /** Set once the undisturbed sequences were played. */
  facts!: Facts;
  /** Whether looks are of use: there is an observer, and it tells outcomes apart. */
  canObserve = false;
  way: CallbackWay;
  readonly #team: Team;
  readonly #plays: Play[] = [];
  readonly #flickering = new Set<string>();
  #windowMs = 250;
  #files = 0;
  #submissionMs = 2;
  #driving: Promise<unknown> = Promise.resolve();

  constructor(options: StageOptions) {
    this.mock = options.mock;
    this.#team = options.team;
    this.provider = options.provider;
    this.times = options.times;
    this.given = options.given;
    this.signal = options.signal;
    this.way = options.way;
    this.otherAuth = options.otherAuth;
    this.memory = options.memory;
  }

  /** About how long one submission takes, in milliseconds. */
  get submissionMs(): number {
    return this.#submissionMs;
  }

  /** How long a state must not change before it is at rest, in milliseconds. */
  get windowMs(): number {
    return this.#windowMs;
  }

  /** Learns how late after its last acknowledgement the consumer's state changed. */
  learnRest(lateMs: number): void {
    this.#windowMs = Math.min(
      longestWindowMs,
      Math.max(shortestWindowMs, this.#windowMs === 250 ? 0 : this.#windowMs, 2 * lateMs + 30),
    );
  }

  /** A play that left no state although an earlier one of the same outcome did. Null: there was none. */
  vanished: Play | null = null;
  #cleanCount = 0;

  /** From now on, plays are disturbed ones. */
  endClean(): void {
    this.#cleanCount = this.#plays.length;
  }

  /** The undisturbed plays from the beginning of the check. */
  cleanPlays(): readonly Play[] {
    return this.#plays.slice(0, this.#cleanCount);
  }

  /** How long a consumer that polls may take, in milliseconds: an unknown time counts as three seconds. */
  get overduePatienceMs(): number {
    const { overdueMs } = this.times;
    return overdueMs === null ? 3_000 : 2 * overdueMs + 1_500;
  }

  /** A failure that a poll may make up for counts only if the team said how long the consumer waits before it polls. */
  unlessOverdue(finding: Finding): Finding {
    if (finding.result !== 'failed' || this.times.overdueMs !== null) return finding;
    const because = `${finding.because}. The consumer may poll later: say when with --overdue`;
    return { ...finding, result: 'not-observed', because };
  }

  /** The retries of the provider, with short waits. Nothing if it does not retry. */
  usualRetries(): Script {
    return this.facts.hasRetries
      ? { retry: { schedule: ['150ms', '300ms', '600ms'], timeout: `${attemptMs(this.times)}ms` } }
      : {};
  }

  /** Ignores a place of the state from now on, since it changes all the time. */
  flicker(pointer: string): void {
    this.#flickering.add(pointer);
  }

  /** Every callback of every play so far. */
  attempts(): readonly Sent[] {
    return this.#plays.flatMap((play) => play.attempts());
  }

  plays(): readonly Play[] {
    return this.#plays;
  }

  /**
   * Plays the sequence of an outcome with a change, and waits until each of its callbacks has ended. The ids are new.
   * @param change replaces properties of the script. Default: none
   * @throws {PlayFailed}
   */
  async play(outcome: Outcome, change: Script = {}): Promise<Play> {
    const play = await this.begin(outcome, change);
    await this.ended(play);
    return play;
  }

  /**
   * Like {@link play}, but returns once the submission has started its run.
   * @throws {PlayFailed}
   */
  async begin(outcome: Outcome, change: Script = {}): Promise<Play> {
    const { mock, provider } = this;
    const script = this.#addScript({
      retry: { schedule: [], timeout: `${attemptMs(this.times)}ms` },
      // The same data in each play of an outcome, so that only ids and times differ.
      seed: this.mock.space.seed,
      ...outcome.script,
      ...change,
    });
    const startedAt = machineNow();
    const file = sampleFile(`check-${++this.#files}`);
    try {
      if (this.given.has('driver')) await this.#drive(script, file);
      else await mock.submit(provider, script, this.way);
      const watched = mock.runsOf(script)[0];
      if (watched === undefined) throw new PlayFailed('the submission of the check started no run', true);
      const view = await mock.viewOf(provider, watched.run);
      const play = new Play(mock, {
        outcome,
        runId: watched.run.id,
        id: watched.run.resourceId,
        reference: referenceOf(view),
        startedAt,
        fileName: file.name,
      });
      this.#plays.push(play);
      return play;
    } finally {
      mock.removeScript(script);
    }
  }

  /** @throws {NotPlayable} */
  #addScript(script: Script): string {
    try {
      return this.mock.addScript(this.provider, script);
    } catch (error) {
      if (isRingbackError(error, 'scenario.invalid'))
        throw new NotPlayable(error.violations[0]?.message ?? error.message);
      throw error;
    }
  }

  /** One submission at a time, since each takes the script that is queued. */
  async #drive(script: string, file: ReturnType<typeof sampleFile>): Promise<void> {
    const before = this.#driving;
    let release: () => void = () => undefined;
    this.#driving = new Promise<void>((resolve) => (release = resolve));
    await before;
    const { mock } = this;
    try {
      const begunAt = steadyNow();
      mock.queue(script);
      const calls = mock.calls.length;
      const problem = await this.#team.drive(file);
      if (problem !== null) throw new PlayFailed(`the consumer could not be driven: ${problem}`, true);
      this.#submissionMs = Math.max(steadyNow() - begunAt, this.#submissionMs * 0.9);
      if (!(await mock.until(() => mock.runsOf(script).length > 0, arrivalMs))) {
        const refused = mock.calls.slice(calls).find(({ status }) => status !== null && status >= 400);
        throw new PlayFailed(
          refused === undefined
            ? `the driver succeeded, but no submission to ${mock.urlOf(this.provider)} followed within ${arrivalMs / 1_000} s. Does the consumer call the real provider, or another address?`
            : `the consumer's submission was refused: ${refused.method} ${refused.url} got ${refused.status}${refused.problem === null ? '' : `, ${refused.problem.message}`}`,
          true,
        );
      }
    } finally {
      mock.clearQueue();
      release();
    }
  }

  /**
   * Waits until every step and delivery of a play has ended.
   * @throws {PlayFailed} when that takes too long
   */
  async ended(play: Play, timeoutMs = sequenceMs): Promise<void> {
    const { mock } = this;
    const { outcome } = play;
    const known = this.facts?.outcomes.find(
      ({ id, script }) => id === outcome.id && script === outcome.script,
    );
    const most = known?.steps.length ?? 1;
    const isEnded = async (): Promise<boolean> =>
      play.deliveries().length >= most &&
      (await mock.isOver(play.runId)) &&
      play.deliveries().every(({ state }) => state !== 'pending');
    if (await mock.until(isEnded, timeoutMs)) return;
    throw new PlayFailed(
      play.deliveries().length < most
        ? `the sequence of ${play.id} did not get to its last callback within ${timeoutMs / 1_000} s: ${play.deliveries().length} of ${most} became due`
        : `the callbacks of ${play.id} did not end within ${timeoutMs / 1_000} s`,
    );
  }

  /** Sends a delivery that has ended once more, byte by byte. */
  redeliver(delivery: Delivery): Promise<Delivery> {
    return this.mock.redeliver(delivery.id);
  }

  /** Sends one callback about a play without its script. */
  async fire(play: Play, order: FireOrder): Promise<Delivery> {
    const delivery = await this.mock.fire(order);
    play.addFired(delivery);
    return delivery;
  }

  /** Sends a delivery of a play again, with another payload. */
  async refire(play: Play, { callback }: Delivery, payload: JsonObject): Promise<Delivery> {
    return this.fire(play, {
      callback: callback.type,
      to: callback.target.url,
      method: callback.method,
      headers: callback.target.headers,
      payload,
    });
  }

  /**
   * Sends a callback of a play over a connection of its own.
   * @param options.end how it goes wrong
   */
  async sendRaw(
    play: Play,
    { callback }: Pick<Delivery, 'callback'>,
    { end }: { readonly end: RawEnd },
  ): Promise<RawResult> {
    const startedAt = machineNow();
    const result = await sendRaw(callback, end, this.times.withinMs, this.signal);
    play.addSent({
      kind: 'check',
      at: Math.round(startedAt - play.startedAt),
      method: end === 'head' ? 'HEAD' : callback.method,
      url: maskUrl(callback.url),
      headers: {},
      body: null,
      faults: [end],
      response: result.status === null ? null : { status: result.status, headers: {}, body: '' },
      error: result.status === null ? 'there was no response' : null,
      ms: Math.round(machineNow() - startedAt),
    });
    return result;
  }

  /** Plays the undisturbed sequence of an outcome for other ids at the same time. Resolves when all have ended. */
  async playOthers(count: number, outcome: PlayedOutcome): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.play(outcome)));
  }

  /** @throws {PlayFailed} */
  async restart(): Promise<void> {
    const problem = await this.#team.restart();
    if (problem !== null) throw new PlayFailed(`the consumer could not be restarted: ${problem}`);
  }

  /** Waits for real, as an option asks for. */
  wait(ms: number): Promise<void> {
    return pause(ms, this.signal);
  }

  /** One look at the consumer's state. */
  observe(subject: Subject): Promise<Sight> {
    return this.#team.observe(subject);
  }

  /** Whether the endpoint accepts a connection. */
  accepts(): Promise<boolean> {
    return this.#team.accepts();
  }

  /** A state of a play in the form in which states are compared. */
  normal(play: Play, sight: Sight): JsonValue | undefined {
    if (sight.kind !== 'state') return undefined;
    const state = normalize(sight.value, play.names(), machineNow());
    return [...this.#flickering].reduce(without, state);
  }

  /** The consumer's state of a play as soon as two looks agree, or why there is none. */
  async look(play: Play): Promise<{ readonly state: JsonValue | undefined } | { readonly trouble: string }> {
    const deadline = steadyNow() + this.#windowMs + restlessMs;
    let last: string | null = null;
    for (;;) {
      const sight = await this.observe(play);
      if (sight.kind === 'failing') return { trouble: sight.because };
      const state = this.normal(play, sight);
      const text = JSON.stringify(state) ?? '';
      if (text === last) return { state };
      if (steadyNow() > deadline || this.signal.aborted) return { trouble: restless };
      last = text;
      await this.wait(this.#windowMs);
    }
  }

  /**
   * Compares the consumer's state with the one that the undisturbed sequence of an outcome leaves, once it is at rest.
   * @param patienceMs how long a state that differs may take to become equal
   */
  settle(play: Play, outcome: PlayedOutcome, patienceMs?: number): Promise<Comparison> {
    const { baselines } = this;
    return this.settleAs(play, {
      expected: baselines.stateOf(outcome.id) ?? null,
      differences: (state) => baselines.differences(outcome.id, state),
      ...(patienceMs !== undefined && { patienceMs }),
    });
  }

  /** Like {@link settle}, but ignores what a consumer may note about how it learned the outcome. */
  settleLenient(play: Play, outcome: PlayedOutcome, patienceMs: number): Promise<Comparison> {
    const { baselines } = this;
    return this.settleAs(play, {
      expected: baselines.stateOf(outcome.id) ?? null,
      differences: (state) =>
        baselines.differences(outcome.id, state).filter(({ pointer }) => !aboutTheWay.test(pointer)),
      patienceMs,
    });
  }

  /** Compares only the values in which outcomes differ: what the state says of the outcome. */
  settleEssence(play: Play, outcome: PlayedOutcome, patienceMs?: number): Promise<Comparison> {
    const { baselines } = this;
    const essence = baselines.essence(outcome.id);
    return this.settleAs(play, {
      expected: baselines.stateOf(outcome.id) ?? null,
      differences: (state) =>
        state === undefined
          ? baselines.differences(outcome.id, state)
          : baselines.differences(outcome.id, state).filter(({ pointer }) => essence.has(pointer)),
      ...(patienceMs !== undefined && { patienceMs }),
    });
  }

  /** Compares the consumer's state with any expectation, once it is at rest. */
  async settleAs(
    play: Play,
    {
      expected,
      differences,
      patienceMs = Math.max(1_000, 4 * this.#windowMs),
    }: {
      readonly expected: JsonValue;
      readonly differences: (state: JsonValue | undefined) => readonly Difference[];
      readonly patienceMs?: number;
    },
  ): Promise<Comparison> {
    const deadline = steadyNow() + patienceMs;
    let last: string | null = null;
    let lastEqual = false;
    for (;;) {
      const sight = await this.observe(play);
      if (sight.kind === 'failing')
        return { isEqual: false, expected, observed: null, differences: [], trouble: sight.because };
      const state = this.normal(play, sight);
      const found = differences(state);
      const isEqual = found.length === 0;
      const text = JSON.stringify(state) ?? '';
      const isAtRest = isEqual ? lastEqual : text === last && steadyNow() >= deadline;
      if (isAtRest) return { isEqual, expected, observed: state ?? null, differences: found, trouble: null };
      if (steadyNow() > deadline + restlessMs || this.signal.aborted)
        return { isEqual: false, expected, observed: state ?? null, differences: found, trouble: restless };
      last = text;
      lastEqual = isEqual;
      await this.wait(isEqual ? this.#windowMs : Math.min(this.#windowMs, 100));
    }
  }

  /**
   * Plays undisturbed sequences once more, after something failed: what differs between them is no failure.
   * @returns why they do not work any more, even after a restart if the team gave one. Null: they do
   */
  async heal(): Promise<string | null> {
    const sickness = await this.#sickness();
    if (sickness === null || !this.given.has('restart')) return sickness;
    try {
      await this.restart();
    } catch (error) {
      if (error instanceof PlayFailed) return error.message;
      throw error;
    }
    return this.#sickness();
  }

  async #sickness(): Promise<string | null> {
    if (!(await this.accepts())) return 'its endpoint accepts no connection any more';
    try {
      const found = await Promise.all(this.facts.outcomes.map((outcome) => this.#relearn(outcome)));
      return found.find((one) => one !== null) ?? null;
    } catch (error) {
      if (error instanceof PlayFailed) return error.message;
      throw error;
    }
  }

  async #relearn(outcome: PlayedOutcome): Promise<string | null> {
    const play = await this.play(outcome);
    const refused = play.attempts().find(({ attempt }) => !attempt.acknowledged)?.attempt;
    if (refused !== undefined)
      return `an undisturbed callback is not acknowledged any more: ${refused.error ?? `status ${refused.statusCode}`}`;
    if (!this.canObserve) return null;
    const { isEqual } = await this.settle(play, outcome);
    if (isEqual) return null;
    const seen = await this.look(play);
    if ('trouble' in seen) return seen.trouble;
    const essence = this.baselines.essence(outcome.id);
    const lost = this.baselines
      .differences(outcome.id, seen.state)
      .find(({ pointer }) => essence.has(pointer));
    if (lost !== undefined || seen.state === undefined)
      return `an undisturbed sequence does not leave the state any more that it left${lost === undefined ? '' : `: ${describeDifference(lost)}`}`;
    this.baselines.learn(outcome.id, seen.state);
    return null;
  }

  /** A comparison as a finding. */
  compared(play: Play, comparison: Comparison, what: string): Finding {
    const { isEqual, expected, observed, differences, trouble } = comparison;
    const seen = { expected, observed, exchange: play.exchange() };
    if (trouble !== null) return { result: 'not-observed', because: `${what}: ${trouble}`, ...seen };
    if (isEqual) return { result: 'passed', because: what, ...seen };
    const words = differences.slice(0, 3).map(describeDifference).join('; ');
    return { result: 'failed', because: `${what}, the state differs: ${words}`, ...seen };
  }

  /** A finding in words. */
  said(
    play: Play | null,
    result: Finding['result'],
    because: string,
    expected: string,
    observed: string,
  ): Finding {
    return {
      result,
      because,
      expected,
      observed,
      exchange: play?.exchange() ?? ([] as readonly ExchangeRecord[]),
    };
  }
}

/** How long an attempt may take: long enough to see that an acknowledgement comes, but late. */
function attemptMs({ withinMs }: StageTimes): number {
  return Math.max(10_000, 3 * withinMs);
}

/** Names of what a consumer may note about the way in which it learned something. */
const aboutTheWay = /call_?backs?|events?|source|via|received|deliver|attempt|poll|history|log|seen/i;

/** The state with a place replaced by words. */
function without(state: JsonValue, pointer: string): JsonValue {
  const tokens = parsePointer(pointer);
  const change = (node: JsonValue, depth: number): JsonValue => {
    const token = tokens[depth];
    if (token === undefined) return '<changes>';
    if (Array.isArray(node))
      return node.map((item, i) => (String(i) === token ? change(item, depth + 1) : item));
    if (!isJsonObject(node) || !(token in node)) return node;
    return { ...node, [token]: change(node[token] as JsonValue, depth + 1) };
  };
  return change(state, 0);
}

const restless = 'the state never came to rest';

/** The consumer's own reference, as the provider's API shows it. */
function referenceOf(view: JsonObject | null): string {
  for (const [name, value] of Object.entries(view ?? {}))
    if (typeof value === 'string' && /reference(?:_?id)?$/i.test(name) && !/update/i.test(name)) return value;
  return '';
}
