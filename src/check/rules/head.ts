import type { Delivery } from '../../core/engine/deliveries/delivery.ts';
import { isJsonObject } from '../../core/json.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import type { Finding } from '../finding.ts';
import type { PlayedOutcome } from '../outcomes/outcome.ts';
import { lastStep, type Play } from '../stage/play.ts';
import type { Stage } from '../stage/stage.ts';
import { absent, finalOf } from './common.ts';

/** How often a play with HEAD is compared with one without. */
const rounds = 3;
/** How long the effect of a HEAD may take to be seen, in milliseconds. */
const longestEffectMs = 1_000;

/** Sends the final callback of a play by HEAD, which must change nothing. */
export async function headIsHarmless(stage: Stage, outcome: PlayedOutcome): Promise<Finding> {
  const [first] = outcome.steps;
  // The API stays at the first state, so that nothing but the request can have the effect.
  const timeline = [{ after: '10ms', set: { state: Number(first.id) || 30 }, callback: first.on.callback }];
  const finding = await changedByHead(stage, outcome, await stage.play({ ...outcome, script: { timeline } }));
  if (finding.result !== 'passed') return finding;
  // A consumer that believes the API alone has the effect only if the API shows the final state. One that polls comes
  // to it by itself, so it is compared with a play without HEAD, several times.
  const withoutFinal = { faults: [{ on: { ...lastStep(outcome).on }, drop: true }] };
  let missed = finding;
  for (let round = 0; round < rounds; round++) {
    const play = await stage.play(outcome, withoutFinal);
    const head = finalHead(stage, outcome, play);
    if (head === null) return finding;
    const before = await stage.observe(play);
    if (before.kind === 'failing') return finding;
    const state = stage.normal(play, before);
    if (stage.baselines.differences(outcome.id, state).length === 0) return finding;
    await stage.sendRaw(play, head, { end: 'head' });
    const tookMs = await msUntilFinal(stage, outcome, play, longestEffectMs * stage.allowance);
    if (tookMs === null) return finding;
    missed = {
      result: 'failed',
      because: 'a HEAD made the state final, which it is not without one',
      expected: state ?? null,
      observed: stage.baselines.stateOf(outcome.id) ?? null,
      exchange: play.exchange(),
    };
    const control = await stage.play(outcome, withoutFinal);
    if ((await msUntilFinal(stage, outcome, control, 3 * tookMs + 100)) !== null) return finding;
  }
  return missed;
}

/** How long the state of a play takes to be that of the outcome. Null: longer than `mostMs`, or it cannot be seen. */
async function msUntilFinal(
  stage: Stage,
  outcome: PlayedOutcome,
  play: Play,
  mostMs: number,
): Promise<number | null> {
  const startedAt = steadyNow();
  for (;;) {
    const sight = await stage.observe(play);
    if (sight.kind === 'failing') return null;
    const isFinal = stage.baselines.differences(outcome.id, stage.normal(play, sight)).length === 0;
    const tookMs = steadyNow() - startedAt;
    if (isFinal) return tookMs;
    if (tookMs > mostMs || stage.signal.aborted) return null;
    await stage.wait(10);
  }
}

/** The final callback about a play, to be sent by HEAD: what an undisturbed one said, about this id. */
function finalHead(stage: Stage, outcome: PlayedOutcome, play: Play): Pick<Delivery, 'callback'> | null {
  const callback = play.deliveries()[0]?.callback;
  const model = stage.cleanPlays().find(({ outcome: { id } }) => id === outcome.id);
  const said = model && finalOf(model, outcome)?.callback.payload;
  if (callback === undefined || model === undefined || !isJsonObject(said)) return null;
  const url = new URL(callback.url);
  for (const [name, value] of Object.entries(said))
    url.searchParams.set(name, value === model.id ? play.id : String(value));
  return { callback: { ...callback, url: url.href } };
}

async function changedByHead(stage: Stage, outcome: PlayedOutcome, play: Play): Promise<Finding> {
  const head = finalHead(stage, outcome, play);
  if (head === null) return absent(stage, play, 'the final callback');
  const before = await stage.look(play);
  await stage.sendRaw(play, head, { end: 'head' });
  const after = await stage.look(play);
  if ('trouble' in before) return stage.said(play, 'not-observed', before.trouble, 'a state', 'none');
  if ('trouble' in after) return stage.said(play, 'not-observed', after.trouble, 'a state', 'none');
  const isSame = JSON.stringify(before.state) === JSON.stringify(after.state);
  return {
    result: isSame ? 'passed' : 'failed',
    because: isSame ? 'a HEAD changed nothing' : 'a HEAD changed the state',
    expected: before.state ?? null,
    observed: after.state ?? null,
    exchange: play.exchange(),
  };
}
