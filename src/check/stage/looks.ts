import { isJsonObject, type JsonValue, parsePointer } from '../../core/json.ts';
import { MachineLoad } from '../../platform/machine-load.ts';
import { machineNow, steadyNow } from '../../platform/machine-time.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import { type Difference, describeDifference, isExcess } from '../state/compare-states.ts';
import { normalize } from '../state/normalize.ts';
import { pause, type Sight, type Subject, type Team } from '../team/team.ts';
import { Baselines } from './baselines.ts';
import type { Play } from './play.ts';

/** The times of a check, in milliseconds. */
export interface StageTimes {
  /** How long the consumer may take to acknowledge. */
  readonly withinMs: number;
  /** How long it waits before it polls. Null: not given. */
  readonly overdueMs: number | null;
  /** The wait that stands for hours. */
  readonly laterMs: number;
}

/** The consumer's state beside the one that it should have. */
export interface Comparison {
  readonly isEqual: boolean;
  readonly expected: JsonValue;
  readonly observed: JsonValue;
  readonly differences: readonly Difference[];
  /** Why it could not be observed. Null: it could. */
  readonly trouble: string | null;
}

export interface LooksOptions {
  readonly team: Team;
  readonly times: StageTimes;
  readonly signal: AbortSignal;
}

/** The shortest time between two looks that agree, and the longest that is learned, in milliseconds. */
const shortestWindowMs = 60;
const longestWindowMs = 2_000;
/** How long after its deadline a state may go on changing before it counts as restless, in milliseconds. */
const restlessMs = 3_000;

const firstWindowMs = 250;

/** The slowdown that is nothing special, and how much is allowed for one at most. */
const slightSlowdown = 1.6;
const mostAllowance = 20;
/** How many times longer than usual a state must not change on a busy machine, at most. */
const mostWindows = 5;

/** Looks at the consumer's state: waits until it is at rest, and compares it with what undisturbed plays leave. */
export class Looks {
  readonly baselines = new Baselines();
  readonly times: StageTimes;
  readonly signal: AbortSignal;
  protected readonly team: Team;
  readonly #flickering = new Set<string>();
  readonly #load = new MachineLoad();
  #windowMs: number | null = null;
  #paceMs = 0;

  constructor({ team, times, signal }: LooksOptions) {
    this.team = team;
    this.times = times;
    this.signal = signal;
  }

  /** How many times longer than usual everything may take, since other processes keep the machine busy. 1: it is free. */
  get allowance(): number {
    const slowdown = this.#load.slowdown();
    return slowdown < slightSlowdown ? 1 : Math.min(mostAllowance, 2 * slowdown);
  }

  /** Learns how long after its callbacks a sequence takes at present to leave its state. */
  learnPace(ms: number): void {
    this.#paceMs = ms;
  }

  /** How long a state that differs may take to become equal where nothing delays it, in milliseconds. */
  get patienceMs(): number {
    return Math.max(1_000, 4 * this.windowMs, 6 * this.#paceMs);
  }

  /** How long a state must not change before it is at rest, in milliseconds. */
  get windowMs(): number {
    return Math.round((this.#windowMs ?? firstWindowMs) * Math.min(this.allowance, mostWindows));
  }

  /** How late after its last acknowledgement the consumer's state changed, at most, in milliseconds. */
  lateMs = 0;

  /** Learns how late after its last acknowledgement the consumer's state changed. */
  learnRest(lateMs: number): void {
    this.lateMs = Math.max(this.lateMs, lateMs);
    this.#windowMs = Math.min(
      longestWindowMs,
      Math.max(shortestWindowMs, this.#windowMs ?? 0, 2 * lateMs + 30),
    );
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

  /** Ignores a place of the state from now on, since it changes all the time. */
  flicker(pointer: string): void {
    this.#flickering.add(pointer);
  }

  /** Waits for real, as an option asks for. */
  wait(ms: number): Promise<void> {
    return pause(ms, this.signal);
  }

  /** One look at the consumer's state. */
  observe(subject: Subject): Promise<Sight> {
    return this.team.observe(subject);
  }

  /** Whether the endpoint accepts a connection. */
  accepts(): Promise<boolean> {
    return this.team.accepts();
  }

  /** A state of a play in the form in which states are compared. */
  normal(play: Play, sight: Sight): JsonValue | undefined {
    if (sight.kind !== 'state') return undefined;
    const state = normalize(sight.value, play.names(), machineNow());
    return [...this.#flickering].reduce(without, state);
  }

  /** The consumer's state of a play as soon as two looks agree and it asked nothing in between, or why there is none. */
  async look(play: Play): Promise<{ readonly state: JsonValue | undefined } | { readonly trouble: string }> {
    const startedAt = steadyNow();
    let last: string | null = null;
    let asked = -1;
    for (;;) {
      const sight = await this.observe(play);
      if (sight.kind === 'failing') return { trouble: sight.because };
      const state = this.normal(play, sight);
      const text = JSON.stringify(state) ?? '';
      const calls = play.apiCalls().length;
      if (text === last && calls === asked) return { state };
      const overMs = steadyNow() - startedAt - this.windowMs - restlessMs * this.allowance;
      if (overMs > 0 || this.signal.aborted) return text === last ? { state } : { trouble: restless };
      last = text;
      asked = calls;
      await this.wait(this.windowMs);
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
      patienceMs = this.patienceMs,
    }: {
      readonly expected: JsonValue;
      readonly differences: (state: JsonValue | undefined) => readonly Difference[];
      readonly patienceMs?: number;
    },
  ): Promise<Comparison> {
    const startedAt = steadyNow();
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
      const overMs = steadyNow() - startedAt - patienceMs * this.allowance;
      // What came too often does not become less by waiting.
      const isFinal = overMs >= 0 || isExcess(found);
      const isAtRest = isEqual ? lastEqual : text === last && isFinal;
      if (isAtRest) return { isEqual, expected, observed: state ?? null, differences: found, trouble: null };
      if (overMs > restlessMs || this.signal.aborted)
        return { isEqual: false, expected, observed: state ?? null, differences: found, trouble: restless };
      last = text;
      lastEqual = isEqual;
      await this.wait(isEqual ? this.windowMs : Math.min(this.windowMs, 100));
    }
  }

  /** A comparison as a finding. */
  compared(play: Play, comparison: Comparison, what: string): Finding {
    const { isEqual, expected, observed, differences, trouble } = comparison;
    const seen = { expected, observed, exchange: play.exchange() };
    if (trouble !== null) return { result: 'not-observed', because: `${what}: ${trouble}`, ...seen };
    if (isEqual) return { result: 'passed', because: what, ...seen };
    const words = differences.slice(0, 3).map(describeDifference).join('; ');
    const because = `${what}, the state differs: ${words}`;
    return { result: 'failed', because, isExcess: isExcess(differences), ...seen };
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
      exchange: play?.exchange() ?? [],
    };
  }
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
