import type { JsonValue } from '../../core/json.ts';
import { signingsOf } from '../../core/signing/signings-of.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import type { Facts } from '../facts.ts';
import type { Outcome, PlayedOutcome, Step } from '../outcomes/outcome.ts';
import type { DisturbanceReport } from '../report.ts';
import { differencesOf } from '../state/compare-states.ts';
import { sharedCredentials } from './credentials.ts';
import { type Play, stepOf } from './play.ts';
import { PlayFailed, type Stage } from './stage.ts';

/** What the undisturbed sequences showed. */
export interface CleanPlays {
  readonly disturbances: readonly DisturbanceReport[];
  readonly facts: Facts;
  /** Why states cannot be compared. Null: they can. */
  readonly blind: string | null;
}

/** How long a state must not change after undisturbed plays, and how long outcomes may take to differ, in milliseconds. */
const quietMs = 250;
const patienceMs = 3_000;
/** The same for a single outcome, of which nothing tells whether it has come. */
const alonePatienceMs = 1_000;
const mostMs = 15_000;
/** How often a place may change without a callback before it counts as one that always does. */
const mostChanges = 8;

/**
 * Plays the undisturbed sequence of each outcome twice. Learns the way in which callbacks reach the consumer, which
 * outcomes work, the state that each leaves, what in it differs anyway, and how late it changes.
 * @throws {PlayFailed} if the consumer does not submit
 */
export async function playClean(stage: Stage, outcomes: readonly Outcome[]): Promise<CleanPlays> {
  const first = await firstPlay(stage, outcomes[0] as Outcome);
  const rest = await Promise.all(outcomes.slice(1).map((outcome) => stage.play(outcome)));
  const plays = [first, ...rest].filter((play) => play.deliveries().length > 0);
  if (plays.length === 0) throw new PlayFailed('the submission caused no callback', true);
  const played = plays.map((play) => ({ play, outcome: withSteps(play) }));
  const acknowledged = played.filter(({ play }) => problemOf(play) === null);

  let blind: string | null = stage.given.has('observer') ? null : 'there is no --observe';
  if (blind === null)
    blind = await watch(
      stage,
      acknowledged.map(({ play }) => play),
    );
  if (blind === null && acknowledged.length === 1) await learnSilence(stage, first.outcome);
  const seen = new Set<string>();
  const useful = acknowledged.filter(({ outcome }) => {
    // An outcome whose callbacks and state are those of another one shows nothing new.
    const sequence = outcome.steps.map(({ type, id }) => `${type} ${id}`).join(', ');
    const key =
      blind === null ? `${sequence} ${JSON.stringify(stage.baselines.stateOf(outcome.id))}` : sequence;
    return !seen.has(key) && seen.add(key);
  });
  const wereDistinct = stage.baselines.distinct().length > 1;
  const isFirstOnly = isOnlyFirstDifferent(useful.map(({ outcome }) => stage.baselines.stateOf(outcome.id)));
  const again = await Promise.all(useful.map(({ outcome }) => stage.play(outcome)));
  if (blind === null) blind = await watch(stage, again);
  // A count that differs is either random or a rare race: more plays tell.
  for (let i = 0; i < 4 && blind === null && stage.baselines.uncertain().length > 0; i++) {
    const more = useful.filter(({ outcome: { id } }) => stage.baselines.uncertain().includes(id));
    blind = await watch(stage, await Promise.all(more.map(({ outcome }) => stage.play(outcome))));
  }
  const isSame = blind === null && stage.baselines.distinct().length < 2;
  const because = !isSame ? null : wereDistinct ? otherText : sameText;
  const facts = factsOf(
    stage,
    useful.map(({ outcome }) => outcome),
    plays,
  );
  // Only the first of all sequences counted, and callbacks without a body are equal but for their URL.
  if (because === otherText && isFirstOnly && !facts.hasBody) stage.vanished ??= again[0] ?? null;
  stage.endClean();
  return {
    disturbances: played.map(({ play, outcome }) => ({
      id: `undisturbed/${outcome.id}`,
      ...findingOf(stage, play, outcome, stage.vanished === null ? because : null),
    })),
    facts,
    blind: blind ?? because,
  };
}

/** With a single outcome, the other state is the one that a submission without callbacks leaves. */
async function learnSilence(stage: Stage, outcome: Outcome): Promise<void> {
  const play = await stage.play({ ...outcome, id: 'no-callback' }, { faults: [{ drop: true }] });
  const seen = await stage.look(play);
  if ('state' in seen) stage.baselines.learn('no-callback', seen.state);
}

const otherText =
  'the same outcome leaves another state when it is played for another id, so no difference could be seen';
const sameText =
  'the undisturbed sequences of all outcomes leave the same state, so no difference could be seen';

/** The first play finds out by which method the consumer is called back, where the consumer did not say so itself. */
async function firstPlay(stage: Stage, outcome: Outcome): Promise<Play> {
  const play = await stage.play(outcome);
  const isUnsettled =
    stage.known?.credentials === 'submission' && !stage.given.has('driver') && stage.way.method === null;
  const isMissing = (sent: Play): boolean =>
    sent.attempts().every(({ attempt }) => [404, 405, 501].includes(attempt.statusCode ?? 0));
  if (!isUnsettled || play.attempts().length === 0 || !isMissing(play)) return play;
  const { way } = stage;
  stage.way = { ...way, method: 'POST' };
  const second = await stage.play(outcome);
  if (!isMissing(second)) return second;
  stage.way = way;
  return play;
}

function withSteps(play: Play): PlayedOutcome {
  const deliveries = play.deliveries();
  return { ...play.outcome, steps: deliveries.map((each) => stepOf(each, deliveries)) as [Step, ...Step[]] };
}

/** Why an undisturbed play is not acknowledged as it should be. Null: it is. */
function problemOf(play: Play): string | null {
  for (const { delivery, attempt } of play.attempts()) {
    const what = stepOf(delivery, play.deliveries()).id;
    if (attempt.acknowledged) continue;
    if (attempt.statusCode !== null) return `status ${attempt.statusCode} for ${what}`;
    return `no response for ${what}: ${attempt.error}`;
  }
  return null;
}

function findingOf(
  stage: Stage,
  play: Play,
  { id }: PlayedOutcome,
  sameBecause: string | null,
): Omit<DisturbanceReport, 'id'> {
  const problem = problemOf(play);
  const exchange = play.exchange();
  const acknowledged = 'each callback is acknowledged with a 2xx';
  if (problem !== null) return { result: 'failed', expected: acknowledged, observed: problem, exchange };
  const state = stage.baselines.has(id) ? (stage.baselines.stateOf(id) ?? null) : acknowledged;
  if (sameBecause !== null)
    return { result: 'failed', expected: 'a state that tells the outcome', observed: sameBecause, exchange };
  return { result: 'passed', expected: state, observed: state, exchange };
}

/**
 * Looks at the states of plays until they rest and, the first time, differ. Learns them.
 * @returns why they could not be seen, or null
 */
async function watch(stage: Stage, plays: readonly Play[]): Promise<string | null> {
  const startedAt = steadyNow();
  const isFirst = plays.every(({ outcome }) => !stage.baselines.has(outcome.id));
  const longest = plays.length < 2 ? alonePatienceMs : Math.max(patienceMs, 2 * (stage.times.overdueMs ?? 0));
  const changes = new Map<string, number>();
  let last: readonly (JsonValue | undefined)[] = [];
  let changedAt = 0;
  for (;;) {
    const sights = await Promise.all(plays.map((play) => stage.observe(play)));
    const failing = sights.find((sight) => sight.kind === 'failing');
    if (failing?.kind === 'failing') return `the observer fails: ${failing.because}`;
    const states = sights.map((sight, i) => stage.normal(plays[i] as Play, sight));
    const elapsed = steadyNow() - startedAt;
    if (last.length > 0) {
      const places = new Set(
        states.flatMap((state, i) => differencesOf(last[i], state).map(({ pointer }) => pointer)),
      );
      if (places.size > 0) changedAt = elapsed;
      for (const place of places) {
        const count = (changes.get(place) ?? 0) + 1;
        changes.set(place, count);
        if (count < mostChanges) continue;
        if (place === '') return 'the observer returns another state with each look, though nothing happens';
        stage.flicker(place);
      }
    }
    last = states;
    const isTold = isFirst
      ? (plays.length < 2 ? changedAt > 0 : areDifferent(states)) || elapsed > longest * stage.allowance
      : areKnown(stage, plays, states) || elapsed > 2 * stage.lateMs + quietMs;
    const restMs = Math.max(quietMs, Math.min(2 * changedAt, 1_000)) * stage.allowance;
    if (isTold && elapsed - changedAt >= restMs) break;
    if (elapsed > mostMs * stage.allowance || stage.signal.aborted)
      return 'the state never came to rest after undisturbed sequences';
    await stage.wait(20);
  }
  stage.learnRest(changedAt);
  for (const [i, play] of plays.entries()) {
    const { id } = play.outcome;
    if (!isFirst && last[i] === undefined && stage.baselines.stateOf(id) !== undefined) stage.vanished = play;
    stage.baselines.learn(id, last[i]);
  }
  return null;
}

/** Whether each state is the one that the outcome left before. */
function areKnown(stage: Stage, plays: readonly Play[], states: readonly (JsonValue | undefined)[]): boolean {
  return plays.every(({ outcome }, i) => stage.baselines.differences(outcome.id, states[i]).length === 0);
}

/** Whether all states but the first are equal. */
function isOnlyFirstDifferent([first, ...others]: readonly (JsonValue | undefined)[]): boolean {
  const texts = new Set(others.map((state) => JSON.stringify(state)));
  return texts.size === 1 && !texts.has(JSON.stringify(first));
}

/** Whether at least one state differs from the first, and each is there. */
function areDifferent(states: readonly (JsonValue | undefined)[]): boolean {
  const texts = states.map((state) => JSON.stringify(state));
  return states.every((state) => state !== undefined) && new Set(texts).size === texts.length;
}

function factsOf(stage: Stage, outcomes: readonly PlayedOutcome[], plays: readonly Play[]): Facts {
  const { mock, provider } = stage;
  const [delivery] = plays.flatMap((play) => play.deliveries());
  const type = mock.contract.callbacks.get(delivery?.callback.type ?? '');
  const reads = readsOf(stage, plays);
  return {
    known: stage.known,
    contract: mock.contract,
    outcomes,
    method: delivery?.callback.method ?? 'POST',
    hasBody: type?.hasBody ?? false,
    hasRetries:
      provider.handle !== undefined || (provider.retryPolicy?.(mock.space.settings).delaysMs.length ?? 0) > 0,
    reads: reads.usual,
    consumerReads: reads.isUsed,
    isNotice: stage.known?.isNotice ?? false,
    hasFinals: stage.known?.hasFinals ?? false,
    isSigned: signingsOf(mock.space.settings, type).length > 0,
    credentials: sharedCredentials(
      plays.flatMap((play) => play.deliveries().map(({ callback }) => callback)),
    ),
    wantsJson:
      (stage.known?.wantsJson ?? false) ||
      [...(type?.answers.entries() ?? [])].some(([status, { jsonOnly }]) => /^2/.test(status) && jsonOnly),
  };
}

/** The operations by which the consumer reads what became of a submission: those that it used, or the usual ones. */
function readsOf(
  { mock, provider }: Stage,
  plays: readonly Play[],
): { readonly usual: readonly string[]; readonly isUsed: boolean } {
  const used = plays.flatMap((play) => play.apiCalls()).filter(({ method }) => method === 'GET');
  const names = [...new Set(used.flatMap(({ operation }) => operation ?? []))];
  if (names.length > 0) return { usual: names, isUsed: true };
  const usual = ['getDocument', 'getApplication'].filter((name) => provider.operations[name] !== undefined);
  if (usual.length > 0) return { usual, isUsed: false };
  const submitted = mock.contract.operations.find(({ id }) =>
    plays.some((play) => mock.run(play.runId)?.run.operation === id),
  );
  const item = mock.contract.operations.find(
    ({ method, path }) =>
      method === 'GET' && submitted !== undefined && path.startsWith(`${submitted.path}/{`),
  );
  return { usual: item === undefined ? [] : [item.id], isUsed: false };
}
