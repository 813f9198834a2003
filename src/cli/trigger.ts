import { randomInt } from 'node:crypto';
import type { CallbackType } from '../core/contract/contract.ts';
import { virtualEpoch } from '../core/delivery/clock.ts';
import type { Delivery } from '../core/delivery/delivery.ts';
import { RingbackError } from '../core/errors.ts';
import { explain } from '../core/explain/explain.ts';
import { countDeliveries } from '../core/explain/wording.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import { defaultSettings, withSettings } from '../core/settings.ts';
import { suggest } from '../core/suggest.ts';
import type { CallbackDraft, Provider } from '../providers/provider.ts';
import { createAddressPolicy } from '../sender/address-policy.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { loadScenarios, loadWorld, type World } from '../world.ts';
import { applyEdits, checkEdits, type PayloadEdit, readEdits } from './edit-payload.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { OptionsOf } from './options.ts';
import { type Played, play } from './play.ts';
import { readOptions } from './read-options.ts';
import { attemptLine, deliveryEntry } from './trigger-report.ts';

/** `ringback trigger`: plays a scenario's callbacks at an endpoint; exits 1 when one was not acknowledged. */
export async function trigger(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('trigger', args, process.env);
  const scenario = required(
    positionals[0],
    'no scenario was named',
    'a name that `ringback scenario list` shows',
  );
  const to = readTarget(required(options.to ?? undefined, 'no endpoint was named', '--to <url>'));
  if (options.now !== null && !options.instant) {
    throw new RingbackError('option.invalid', {
      detail:
        'Failed to trigger: --now says where a virtual clock starts, and the clock is real. Add --instant, or leave --now out.',
    });
  }
  const now = options.now ?? virtualEpoch;
  const edits = readEdits(options);
  const allow = createAddressPolicy(options['allow-callbacks-to']);
  const settings = withSettings(defaultSettings, options.set);
  const seed = options.seed ?? randomInt(2 ** 32);
  const world = await loadWorld(options.contract);
  const scenarios = withoutRespond(await loadScenarios(world, options.scenarios));
  const { method, files, header: callbackHeaders } = options;
  const request = { scenario, scenarios, settings, seed, method, files, callbackHeaders };
  // What will be sent is known before: nothing is sent when an edit has a misspelt place.
  const rehearsed = await explain({ ...world, ...request, now, store: createMemoryStore(), callbackUrl: to });
  const only = callbackNamed(options.callback, world, rehearsed.provider);
  const sent = rehearsed.deliveries.filter(({ callback }) => only === null || callback === only.type);
  refuseSilence(options, sent.length, rehearsed.scenario);
  checkEdits(
    sent.map(({ payload }) => payload),
    edits,
  );
  if (options.seed === null)
    process.stderr.write(`the seed is ${seed}; --seed ${seed} plays the same again\n`);
  const played = await play({
    ...world,
    ...request,
    providers: editing(world, edits, only),
    callbackUrl: to,
    allow,
    instant: options.instant,
    now,
    speed: options.speed,
    onAttempt: (delivery, number, startedAt) => {
      if (!options.json) process.stdout.write(attemptLine(delivery, number, startedAt));
    },
  });
  process.stdout.write(options.json ? inJson(rehearsed.scenario, seed, played) : summary(played));
  return played.deliveries.every(isFine) ? exitCodes.fine : exitCodes.finding;
}

/** A delivery that a script drops was never to be acknowledged. */
function isFine({ state }: Delivery): boolean {
  return state === 'delivered' || state === 'dropped';
}

function required(value: string | undefined, what: string, expected: string): string {
  if (value !== undefined) return value;
  throw new RingbackError('option.invalid', {
    detail: `Failed to trigger: ${what}. Got nothing, expected ${expected}.`,
  });
}

function readTarget(url: string): string {
  if (/^https?:\/\/[^\s]+$/i.test(url) && URL.canParse(url)) return url;
  throw new RingbackError('option.invalid', {
    detail: `Failed to read --to. Got ${JSON.stringify(url)}, expected an absolute http or https URL such as http://127.0.0.1:3000/callback.`,
  });
}

/** An endpoint sees callbacks only: what goes wrong with the requests of a client must not keep them from coming. */
function withoutRespond(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios.map((scenario) => ({ ...scenario, respond: [] }));
}

function callbackNamed(name: string | null, { contract }: World, provider: string): CallbackType | null {
  if (name === null) return null;
  const known = [...contract.callbacks.values()].filter((type) => type.provider === provider);
  const found = known.find((type) => type.type === name || type.name === name);
  if (found !== undefined) return found;
  const names = known.map((type) => type.type);
  throw new RingbackError('option.invalid', {
    detail: `Failed to read --callback. Got ${JSON.stringify(name)}, expected one of ${names.join(', ')}.${suggest(name, [...names, ...known.map((type) => type.name)])}`,
  });
}

function refuseSilence(options: OptionsOf<'trigger'>, sent: number, scenario: string): void {
  if (sent > 0 || options.callback === null) return;
  throw new RingbackError('option.invalid', {
    detail: `Failed to read --callback. Got ${JSON.stringify(options.callback)}, which ${scenario} never sends; \`ringback scenario explain ${scenario}\` shows what it does.`,
  });
}

/** The providers, with their callbacks changed as the edits want it. */
function editing(
  { providers, contract }: World,
  edits: readonly PayloadEdit[],
  only: CallbackType | null,
): ReadonlyMap<string, Provider> {
  if (edits.length === 0) return providers;
  const edit = (provider: Provider, draft: CallbackDraft): CallbackDraft => {
    const type = contract.callbacks.get(`${provider.name}.${draft.callback}`);
    if (type === undefined || (only !== null && only !== type)) return draft;
    return { ...draft, payload: applyEdits(draft.payload, edits, !type.hasBody) };
  };
  return new Map(
    [...providers].map(([name, provider]) => [
      name,
      {
        ...provider,
        perform: async (step, moment) => {
          const effect = await provider.perform(step, moment);
          return { ...effect, callbacks: effect.callbacks.map((draft) => edit(provider, draft)) };
        },
      },
    ]),
  );
}

function inJson(scenario: string, seed: number, { deliveries, startedAt, bound }: Played): string {
  const entries = deliveries.map((delivery, i) => deliveryEntry(delivery, i + 1, startedAt));
  return `${JSON.stringify({ scenario, seed, bound, deliveries: entries }, null, 2)}\n`;
}

function summary({ deliveries, bound }: Played): string {
  const end = bound === null ? '' : `not over yet (${bound}); `;
  return `${end}${countDeliveries(deliveries)}\n`;
}
