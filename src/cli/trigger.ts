import { randomInt } from 'node:crypto';
import { isCallbackUrl } from '../core/callback-url.ts';
import type { CallbackType } from '../core/contract/contract.ts';
import { findCallback } from '../core/contract/find-callback.ts';
import type { Delivery } from '../core/engine/deliveries/delivery.ts';
import {
  departureOf,
  type ExpectedAnswer,
  expectedAnswer,
} from '../core/engine/deliveries/expected-answer.ts';
import { virtualEpoch } from '../core/engine/time/clock.ts';
import { RingbackError } from '../core/errors.ts';
import { explain } from '../core/explain/explain.ts';
import { objectOf } from '../core/json.ts';
import type { CallbackDraft, Provider } from '../core/provider/provider.ts';
import { fullName, type Scenario } from '../core/scenario/scenario.ts';
import { defaultSettings, type Settings, withSettings } from '../core/settings.ts';
import { suggest } from '../core/suggest.ts';
import { type Catalogue, loadScenarios } from '../loading/catalogue.ts';
import { steadyNow } from '../platform/machine-time.ts';
import { createAddressPolicy } from '../sender/address-policy.ts';
import { maskUrl } from '../server/control/mask.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { applyEdits, checkEdits, type PayloadEdit, readEdits } from './edit-payload.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { openCatalogue, readConfigured } from './open-catalogue.ts';
import type { OptionsOf } from './options.ts';
import { play } from './play.ts';
import { readReports, writeReports } from './report-files.ts';
import { singleCallback } from './single-callback.ts';
import { secretInUse } from './test-secret.ts';
import { triggerRenderers } from './trigger-files.ts';
import { attemptLine, reportJson, reportText, totalsText } from './trigger-report.ts';

/**
 * `ringback trigger`: sends callbacks to an endpoint. Exits 1 if the endpoint does not respond as a good consumer does.
 */
export async function trigger(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals, config } = await readConfigured('trigger', args);
  const name = required(
    'scenario',
    positionals[0],
    'no scenario or callback given',
    'a name that `ringback scenario list` shows, or the name of a callback',
  );
  const opened = await openCatalogue(options, config);
  const settings = withSettings(defaultSettings(opened.catalogue.providers), opened.settings);
  const catalogue = { ...opened.catalogue, settings: withSettings(settings, options.set) };
  return triggerAt({
    name,
    options,
    catalogue,
    scenarios: await loadScenarios(catalogue, options.scenarios),
    write: (text) => process.stdout.write(text),
    note: (text) => process.stderr.write(text),
  });
}

/** What to trigger, with which options, and where to report. */
export interface TriggerOrder {
  /** Name of a scenario or a callback. */
  readonly name: string;
  readonly options: OptionsOf<'trigger'>;
  readonly catalogue: Catalogue;
  readonly scenarios: readonly Scenario[];
  readonly write: (text: string) => void;
  /** Writes messages that are not part of the result. */
  readonly note: (text: string) => void;
}

/** What will be sent, prepared before anything is sent. */
interface Prepared {
  readonly what: Parameters<typeof play>[0]['what'];
  /** The title of the report. */
  readonly title: { readonly scenario: string } | { readonly callback: string };
  readonly providers: ReadonlyMap<string, Provider>;
  readonly callbackHeaders: Readonly<Record<string, string>>;
  /** The only callback that edits and `--expect` apply to. Null: all. */
  readonly only: CallbackType | null;
}

/** Performs {@link trigger}. */
export async function triggerAt(order: TriggerOrder): Promise<ExitCode> {
  const { options, write } = order;
  const to = readTarget(required('--to', options.to ?? undefined, 'no endpoint given', '--to <url>'));
  if (options.now !== null && !options.instant) throw nowIsReal(options.now);
  const now = options.now ?? virtualEpoch;
  const allow = createAddressPolicy(options['allow-callbacks-to']);
  const { settings: base = defaultSettings(order.catalogue.providers) } = order.catalogue;
  const settings = withSettings(base, { 'webhooks.to': to, ...options.set });
  const seed = options.seed ?? randomInt(2 ** 32);
  const scenarios = withoutRespond(order.scenarios);
  const isScenario = scenarios.some((one) => one.name === order.name || fullName(one) === order.name);
  const type = isScenario ? null : callbackOf(order.name, order.catalogue);
  const parts = { ...order, to, scenarios, settings, seed, now };
  const prepared = type === null ? await prepareScenario(parts) : prepareCallback(type, parts);
  if (options.seed === null) order.note(`the seed is ${seed}; --seed ${seed} replays it\n`);
  const secret = secretInUse(settings, order.catalogue.contract);
  if (secret !== null)
    order.note(
      `callbacks are signed; ${secret.what} verifies them: ${secret.value}. Set yours: --set signing.secrets\n`,
    );
  const { only, title, ...what } = prepared;
  const hasCredentials = hasAgreed(to, order, settings);
  const expected = (delivery: Delivery): ExpectedAnswer =>
    options.expect === null || (only !== null && delivery.callback.type !== only.type)
      ? expectedAnswer(delivery, hasCredentials)
      : { expect: options.expect, attempt: null };
  const files = await readReports(options.report, triggerRenderers, process.env);
  const shown = new Map<number, string[]>();
  const begunAt = steadyNow();
  const played = await play({
    contract: order.catalogue.contract,
    ...what,
    scenarios,
    settings,
    seed,
    method: options.method,
    files: options.files,
    callbackUrl: to,
    allow,
    insecure: options['insecure-callbacks'],
    instant: options.instant,
    now,
    speed: options.speed,
    onAttempt: (delivery, number, startedAt) => {
      const text = attemptLine(delivery, number, startedAt, expected(delivery));
      if (!options.json) write(text);
      shown.set(number, [...(shown.get(number) ?? []), text.trimEnd()]);
    },
  });
  const json = reportJson({ ...title, seed }, played, expected);
  write(options.json ? json : reportText(played, expected));
  await writeReports(files, {
    what: order.name,
    to: maskUrl(to),
    seed,
    seconds: Math.round(steadyNow() - begunAt) / 1_000,
    totals: totalsText(played, expected),
    json,
    deliveries: played.deliveries.map((delivery, i) => ({
      callback: delivery.callback.type,
      state: delivery.state,
      expect: expected(delivery).expect,
      departure: departureOf(delivery, expected(delivery)),
      lines: shown.get(i + 1) ?? [],
    })),
  });
  const isFine = played.deliveries.every((delivery) => departureOf(delivery, expected(delivery)) === null);
  return isFine ? exitCodes.fine : exitCodes.finding;
}

type Parts = TriggerOrder & {
  readonly to: string;
  readonly settings: Settings;
  readonly seed: number;
  readonly now: number;
};

/** Plays the scenario without sending anything, and refuses an edit whose place does not exist in its callbacks. */
async function prepareScenario({ name, options, catalogue, scenarios, ...parts }: Parts): Promise<Prepared> {
  const { settings, seed, now, to: callbackUrl } = parts;
  const { method, files, header: callbackHeaders } = options;
  const edits = readEdits(options);
  if (edits.length > 0) refuseWritten(name, scenarios);
  const request = { scenario: name, scenarios, settings, seed, now, method, files, callbackHeaders };
  const rehearsed = await explain({ ...catalogue, ...request, createStore: createMemoryStore, callbackUrl });
  const only = callbackNamed(options.callback, catalogue, rehearsed.provider);
  const sent = rehearsed.deliveries.filter(({ callback }) => only === null || callback === only.type);
  refuseSilence(options, sent.length, rehearsed.scenario);
  checkEdits(
    sent.map(({ payload }) => objectOf(payload)),
    edits,
  );
  const { scenario } = rehearsed;
  const providers = editing(catalogue, edits, only);
  return { what: scenario, title: { scenario }, providers, callbackHeaders, only };
}

/** A single callback, with its payload from the seed. */
function prepareCallback(type: CallbackType, { options, catalogue, settings, seed, now }: Parts): Prepared {
  for (const name of ['callback', 'files'] as const) {
    if (options[name] === null) continue;
    throw new RingbackError('option.invalid', {
      details: { option: `--${name}`, given: options[name] },
      detail: `Could not trigger ${type.type}: --${name} applies to scenarios, and this is a single callback. Omit the option.`,
    });
  }
  const time = options.instant ? now : Date.now();
  const { what, callbackHeaders } = singleCallback(type, {
    provider: catalogue.providers.get(type.provider),
    options,
    settings,
    seed,
    now: time,
  });
  return {
    what,
    title: { callback: type.type },
    providers: catalogue.providers,
    callbackHeaders,
    only: null,
  };
}

/** The callback of a name that no scenario has, or null. */
function callbackOf(name: string, { contract, providers }: Catalogue): CallbackType | null {
  const found = findCallback(name, contract);
  if ('type' in found) return found.type;
  if (![...providers.keys()].some((provider) => name.startsWith(`${provider}.`))) return null;
  throw new RingbackError('callback.unknown', {
    details: { name, suggestion: found.suggestion },
    detail: `Could not trigger: there is no such callback. ${found.advice}`,
  });
}

/** Whether the command line has credentials for the endpoint. Those of a scenario are for another one. */
function hasAgreed(to: string, { options, catalogue }: TriggerOrder, settings: Settings): boolean {
  const { username, password } = new URL(to);
  const inUrl = username !== '' || password !== '';
  const agreed = [...catalogue.providers.values()].map(
    (provider) => provider.callbackHeaders?.(settings) ?? {},
  );
  return inUrl || [options.header, ...agreed].some((headers) => Object.keys(headers).length > 0);
}

function nowIsReal(now: number): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option: '--now', given: now },
    detail:
      'Could not trigger: --now sets a virtual clock, and the clock is real. Add --instant, or omit --now.',
  });
}

function required(option: string, value: string | undefined, what: string, expected: string): string {
  if (value !== undefined) return value;
  throw new RingbackError('option.invalid', {
    details: { option, given: null },
    detail: `Could not trigger: ${what}. Got nothing, expected ${expected}.`,
  });
}

function readTarget(url: string): string {
  if (isCallbackUrl(url)) return url;
  throw new RingbackError('option.invalid', {
    details: { option: '--to', given: url },
    detail: `Could not read --to. Got ${JSON.stringify(url)}, expected an absolute http or https URL such as http://127.0.0.1:3000/callback.`,
  });
}

/** An endpoint sees callbacks only, so API faults must not prevent them. */
function withoutRespond(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios.map((scenario) => ({ ...scenario, respond: [] }));
}

function callbackNamed(name: string | null, { contract }: Catalogue, provider: string): CallbackType | null {
  if (name === null) return null;
  const known = [...contract.callbacks.values()].filter((type) => type.provider === provider);
  const found = known.find((type) => type.type === name || type.name === name);
  if (found !== undefined) return found;
  const names = known.map((type) => type.type);
  throw new RingbackError('option.invalid', {
    details: { option: '--callback', given: name },
    detail: `Could not read --callback. Got ${JSON.stringify(name)}, expected one of ${names.join(', ')}.${suggest(name, [...names, ...known.map((type) => type.name)])}`,
  });
}

/** Edits change what the provider makes, which `content` replaces. */
function refuseWritten(name: string, scenarios: readonly Scenario[]): void {
  const scenario = scenarios.find((one) => one.name === name || fullName(one) === name);
  if (scenario?.timeline?.every(({ content }) => content === undefined) ?? true) return;
  throw new RingbackError('option.invalid', {
    details: { option: '--override', given: name },
    detail: `Could not edit the callbacks of ${name}: its steps have a written \`content\`. Change it there, and omit --override, --add and --remove.`,
  });
}

function refuseSilence(options: OptionsOf<'trigger'>, sent: number, scenario: string): void {
  if (sent > 0 || options.callback === null) return;
  throw new RingbackError('option.invalid', {
    details: { option: '--callback', given: options.callback },
    detail: `Could not read --callback. Got ${JSON.stringify(options.callback)}, which ${scenario} never sends; \`ringback scenario explain ${scenario}\` shows what it does.`,
  });
}

/** The providers, with edited callbacks. */
function editing(
  { providers, contract }: Catalogue,
  edits: readonly PayloadEdit[],
  only: CallbackType | null,
): ReadonlyMap<string, Provider> {
  if (edits.length === 0) return providers;
  const edit = (provider: Provider, draft: CallbackDraft): CallbackDraft => {
    const type = contract.callbacks.get(`${provider.name}.${draft.callback}`);
    if (type === undefined || (only !== null && only !== type)) return draft;
    return { ...draft, payload: applyEdits(objectOf(draft.payload), edits, !type.hasBody) };
  };
  return new Map(
    [...providers].map(([name, provider]) => [
      name,
      {
        ...provider,
        performStep: async (step, context) => {
          const effect = await provider.performStep(step, context);
          return { ...effect, callbacks: effect.callbacks.map((draft) => edit(provider, draft)) };
        },
      },
    ]),
  );
}
