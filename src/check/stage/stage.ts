import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import type { FireOrder } from '../../core/engine/space.ts';
import { isRingbackError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { machineNow, steadyNow } from '../../platform/machine-time.ts';
import { maskUrl } from '../../server/control/mask.ts';
import type { ProviderFacts } from '../bundled/provider-facts.ts';
import type { Facts } from '../facts.ts';
import type { Need } from '../finding.ts';
import type { Mock } from '../mock/mock.ts';
import { sampleFile } from '../mock/sample-file.ts';
import type { Outcome, PlayedOutcome, Script } from '../outcomes/outcome.ts';
import { Looks, type LooksOptions } from './looks.ts';
import type { Meeting } from './meeting.ts';
import { Play, type Sent } from './play.ts';
import { type RawEnd, type RawResult, sendRaw } from './send-raw.ts';
import { type SignatureChange, signRaw } from './sign-raw.ts';

/** How callbacks reach the consumer when the check submits itself. */
export interface CallbackWay {
  readonly url: string;
  readonly method: 'GET' | 'POST' | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface StageOptions extends LooksOptions {
  readonly mock: Mock;
  readonly provider: Provider;
  /** What is known of a bundled provider. Null: it is not bundled. */
  readonly known: ProviderFacts | null;
  /** What the team gave. */
  readonly given: ReadonlySet<Need>;
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

/**
 * How long a submission may take to reach the mock after the driver's end, and a sequence to end, in milliseconds. Each
 * of its callbacks may take as long as an attempt, one after the other.
 */
const arrivalMs = 5_000;
const sequenceMs = 40_000;
/** How long a consumer may take to come back by itself after it has ended, in milliseconds. */
const comebackMs = 3_000;
/** How long a consumer may work on what came at a time, in milliseconds. */
const drainMs = 20_000;
/** How many times longer than usual the consumer may need between two callbacks on a busy machine, at most. */
const mostGaps = 5;

/** What disturbances play on: sequences through the mock, beside the looks at the consumer. */
export class Stage extends Looks {
  readonly mock: Mock;
  readonly provider: Provider;
  readonly known: ProviderFacts | null;
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
  readonly #plays: Play[] = [];
  #files = 0;
  #submissionMs = 2;
  #driving: Promise<unknown> = Promise.resolve();

  constructor(options: StageOptions) {
    super(options);
    this.mock = options.mock;
    this.provider = options.provider;
    this.known = options.known;
    this.given = options.given;
    this.way = options.way;
    this.otherAuth = options.otherAuth;
    this.memory = options.memory;
  }

  /** About how long one submission takes, in milliseconds. */
  get submissionMs(): number {
    return this.#submissionMs;
  }

  /** What the disturbances that play share. Null: nothing. */
  meeting: Meeting | null = null;
  /** A play that left no state although an earlier one of the same outcome did. Null: there was none. */
  vanished: Play | null = null;
  #cleanCount = 0;
  /** The {@link allowance} of the undisturbed plays. */
  cleanAllowance = 1;

  /** From now on, plays are disturbed ones. */
  endClean(): void {
    this.#cleanCount = this.#plays.length;
    this.cleanAllowance = this.allowance;
  }

  /** The undisturbed plays from the beginning of the check. */
  cleanPlays(): readonly Play[] {
    return this.#plays.slice(0, this.#cleanCount);
  }

  /** How long an acknowledgement may take on a machine that is as busy as it is now, in milliseconds. */
  get withinMs(): number {
    return this.times.withinMs * this.allowance;
  }

  /** How long the consumer may need for one callback before the next, in milliseconds. */
  get gapMs(): number {
    return Math.round(Math.max(300 * Math.min(this.allowance, mostGaps), 2 * this.windowMs));
  }

  /** How long an attempt may take, in milliseconds: long enough to see that an acknowledgement comes, but late. */
  get attemptMs(): number {
    return Math.round(Math.max(10_000, 3 * this.times.withinMs, this.withinMs));
  }

  /** The retries of the provider, with short waits. Nothing if it does not retry. */
  usualRetries(): Script {
    return this.facts.hasRetries
      ? { retry: { schedule: ['150ms', '300ms', '600ms'], timeout: `${this.attemptMs}ms` } }
      : {};
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
      retry: { schedule: [], timeout: `${this.attemptMs}ms` },
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
      const problem = await this.team.drive(file);
      if (problem !== null) throw new PlayFailed(`the consumer could not be driven: ${problem}`, true);
      this.#submissionMs = Math.max(steadyNow() - begunAt, this.#submissionMs * 0.9);
      if (!(await mock.until(() => mock.runsOf(script).length > 0, arrivalMs * this.allowance))) {
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
  async ended(play: Play): Promise<void> {
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
    const timeoutMs = sequenceMs * this.allowance;
    if (await mock.until(isEnded, timeoutMs)) return;
    throw new PlayFailed(
      play.deliveries().length < most
        ? `the sequence of ${play.id} did not get to its last callback within ${Math.round(timeoutMs / 1_000)} s: ${play.deliveries().length} of ${most} became due`
        : `the callbacks of ${play.id} did not end within ${Math.round(timeoutMs / 1_000)} s`,
    );
  }

  /** Sends a delivery that has ended once more, byte by byte. */
  redeliver(delivery: Delivery): Promise<Delivery> {
    return this.mock.redeliver(delivery.id);
  }

  /** Sends the request of a delivery once more, with the signature and the time that it had. */
  async repeat(play: Play, delivery: Delivery): Promise<void> {
    const signedAt = delivery.attempts[0]?.at;
    if (!this.facts.isSigned || signedAt === undefined) await this.redeliver(delivery);
    else await this.sendRaw(play, delivery, { end: 'whole', signedAt });
  }

  /** Sends one callback about a play without its script. */
  async fire(play: Play, order: FireOrder): Promise<Delivery> {
    const delivery = await this.mock.fire(order);
    play.addFired(delivery);
    return delivery;
  }

  /** Sends a delivery of a play again, with another payload. */
  async refire(
    play: Play,
    { callback }: Delivery,
    payload: JsonObject,
    more: Pick<FireOrder, 'messageId'> = {},
  ): Promise<Delivery> {
    return this.fire(play, {
      ...more,
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
   * @param options.signedAt the time that its signature carries, if callbacks are signed. Default: now
   * @param options.signature changes its signature. Default: not
   */
  async sendRaw(
    play: Play,
    { callback: unsigned }: Pick<Delivery, 'callback'>,
    {
      end,
      signedAt,
      signature,
    }: { readonly end: RawEnd; readonly signedAt?: number; readonly signature?: SignatureChange },
  ): Promise<RawResult> {
    const { settings, clock } = this.mock.space;
    const { messageId } = unsigned;
    const type = this.mock.contract.callbacks.get(unsigned.type);
    const context = { settings, type, messageId, at: signedAt ?? clock.now() };
    const callback = { ...unsigned, ...signRaw(unsigned, context, signature) };
    const startedAt = machineNow();
    const result = await sendRaw(callback, end, this.withinMs, this.signal);
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
    const playAll = async (): Promise<void> => {
      await Promise.all(Array.from({ length: count }, () => this.play(outcome)));
    };
    await (this.meeting === null ? playAll() : this.meeting.once(playAll));
  }

  /**
   * Waits until the consumer has worked off what came at a time: until it asks for none of it any more, and an
   * undisturbed sequence leaves its state.
   * @param since the number of plays and calls before
   */
  async drained(since: { readonly plays: number; readonly calls: number }): Promise<void> {
    const { mock, facts } = this;
    const [outcome] = facts.outcomes;
    if (outcome === undefined || !this.canObserve) return;
    const ids = this.#plays.slice(since.plays).map(({ id }) => encodeURIComponent(id));
    const deadline = steadyNow() + drainMs;
    let seen = since.calls;
    const isAsking = (): boolean => {
      const fresh = mock.calls.slice(seen);
      seen = mock.calls.length;
      return fresh.some(({ url }) => ids.some((id) => url.includes(id)));
    };
    while (isAsking() && steadyNow() < deadline && !this.signal.aborted) await this.wait(100);
    await this.settle(await this.play(outcome), outcome, drainMs);
  }

  /** How much has happened so far. */
  get progress(): { readonly plays: number; readonly calls: number } {
    return { plays: this.#plays.length, calls: this.mock.calls.length };
  }

  /** @throws {PlayFailed} */
  async restart(): Promise<void> {
    const restart = async (): Promise<void> => {
      const problem = await this.team.restart();
      if (problem !== null) throw new PlayFailed(`the consumer could not be restarted: ${problem}`);
    };
    await (this.meeting === null ? restart() : this.meeting.once(restart));
  }

  /** A restart may have begun later than its hook said, or a supervisor may start the consumer again. */
  async acceptsSoon(): Promise<boolean> {
    const deadline = steadyNow() + comebackMs * this.allowance;
    while (!(await this.accepts())) {
      if (steadyNow() > deadline || this.signal.aborted) return false;
      await this.wait(50);
    }
    return true;
  }
}

/** The consumer's own reference, as the provider's API shows it. */
function referenceOf(view: JsonObject | null): string {
  for (const [name, value] of Object.entries(view ?? {}))
    if (typeof value === 'string' && /reference(?:_?id)?$/i.test(name) && !/update/i.test(name)) return value;
  return '';
}
