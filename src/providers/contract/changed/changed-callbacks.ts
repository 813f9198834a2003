import type { CallbackType } from '../../../core/contract/contract.ts';
import type { ExpressionScope } from '../../../core/contract/runtime-expression.ts';
import { withHeaders } from '../../../core/engine/deliveries/compose-callback.ts';
import { stepLabel } from '../../../core/engine/runs/run.ts';
import type { Violation } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, mergePatch, objectOf } from '../../../core/json.ts';
import type {
  CallbackDraft,
  HandOrder,
  SampleOptions,
  StepContext,
} from '../../../core/provider/provider.ts';
import type { ScenarioLanguage, Selector } from '../../../core/provider/scenario-language.ts';
import type { Random } from '../../../core/random.ts';
import type { TimelineStep } from '../../../core/scenario/plan.ts';
import type { TemplateScope } from '../../../core/scenario/templates.ts';
import type { Settings } from '../../../core/settings.ts';
import { unsendable } from '../check-samples.ts';
import {
  callbackCredential,
  type FilledCredential,
  handCredential,
  stepScope,
  webhookTarget,
} from '../filled-settings.ts';
import { knownValues } from '../known-values.ts';
import { chooseMedia, makeCallback } from '../make-callback.ts';
import type { Sampler } from '../sampler.ts';
import { contractSettings } from '../settings.ts';
import { unaddressed, unsentCallback } from '../unsent-callback.ts';
import { unknownUrl } from './changed-operation.ts';
import {
  areSameCallbacks,
  type CallbacksByPlace,
  callbacksByPlace,
  expressionsOf,
  pairPayloads,
  placeKey,
  type Versions,
} from './compare-contracts.ts';
import { completeValue } from './complete-value.ts';
import { type Renaming, renamed, restored } from './renaming.ts';

/** What the callbacks of a provider are made from. */
export interface CallbackVersions {
  /** The name of the provider. */
  readonly name: string;
  readonly versions: Versions;
  /** The events that the code sends. */
  readonly events: ReadonlySet<string>;
  /** The callbacks of the provider in the contract that is played, by event. */
  readonly types: ReadonlyMap<string, CallbackType>;
  /** Makes values for the contract that is played. */
  readonly sampler: Sampler;
  /** The expression of the URL that the code gives the callbacks of an operation. Null: as it reads it itself. */
  expressionOf(operation: string): string | null;
}

/** A callback to send, or why it is not sent. */
export type Sent =
  | { readonly draft: CallbackDraft; readonly warnings: readonly Violation[] }
  | { readonly unsent: Violation };

/** One event, as both contracts declare it for an operation. */
interface EventChange {
  /** Empty if only the code's contract declares it. */
  readonly types: readonly CallbackType[];
  readonly isSameRequest: boolean;
  readonly isSameUrl: boolean;
  /** The new names of its data. */
  readonly names: Renaming | null;
}

/** Adapts the callbacks of a provider's code to a changed contract, and makes those that only the contract has. */
export class ChangedCallbacks {
  readonly #parts: CallbackVersions;
  readonly #before: CallbacksByPlace;
  readonly #after: CallbacksByPlace;
  readonly #changes = new Map<string, EventChange>();

  constructor(parts: CallbackVersions) {
    this.#parts = parts;
    this.#before = callbacksByPlace(parts.versions.before);
    this.#after = callbacksByPlace(parts.versions.after);
  }

  /** Whether the code makes the callback. */
  isCodes(event: string): boolean {
    return this.#parts.events.has(event);
  }

  /** The callback as the changed contract has it. */
  adapt(draft: CallbackDraft, context: StepContext): Sent {
    const { run, settings } = context;
    const { callback: event } = draft;
    const change = this.#changeOf(run.operation, event);
    const [first] = change.types;
    const type = change.types.find(({ methods }) => methods.includes(draft.target.method)) ?? first;
    const own = this.#parts.types.get(event);
    if (type === undefined || own === undefined) return { unsent: this.#removed(event) };
    const exchange = run.exchange ?? noExchange;
    const isRead =
      change.isSameUrl || this.#parts.expressionOf(run.operation) === (type.expression ?? undefined);
    const scope = stepScope(context, undefined);
    let absent: string | undefined;
    const explain = (reason: string): void => {
      absent = reason;
    };
    const url =
      type.kind !== 'callback'
        ? webhookTarget(settings['webhooks.to'], scope, explain)
        : isRead && draft.target.url !== unknownUrl
          ? draft.target.url
          : type.url?.(exchange);
    if (url === undefined || url === '')
      return { unsent: unaddressed(bundledType(own, type), exchange, absent) };
    const to = { ...draft, target: { ...draft.target, url } };
    if (change.isSameRequest) return { draft: to, warnings: [] };
    const known = { ...this.#known(exchange, context), ...objectOf(draft.payload) };
    const random = context.random(`contract/${run.resourceId}`);
    const now = context.clock.now();
    const { credential, warnings } = this.#credential(null, scope, settings);
    return {
      draft: this.#translated(to, type, change.names, { known, random, now, credential }),
      warnings,
    };
  }

  /** A payload of the code for the changed contract. */
  payload(event: string, payload: JsonObject, { random, now }: SampleOptions): JsonObject {
    const { types, isSameRequest, names } = this.#changeOf('', event);
    const [type] = types;
    if (type === undefined || isSameRequest) return payload;
    const draft = { callback: event, target: { url: '', method: '', headers: {} }, payload };
    const from = { random, now, known: payload, credential: null };
    return objectOf(this.#translated(draft, type, names, from).payload);
  }

  /** A callback that only the changed contract has, for a step. */
  make(event: string, step: TimelineStep, context: StepContext): Sent {
    const { run, branch, settings } = context;
    const own = this.#parts.types.get(event);
    const [declared] = this.#declared(this.#after, run.operation, event);
    if (own === undefined || declared === undefined) return { unsent: this.#removed(event) };
    const type = bundledType(own, declared);
    const exchange = run.exchange ?? noExchange;
    const scope = stepScope(context, undefined);
    let absent: string | undefined;
    const explain = (reason: string): void => {
      absent = reason;
    };
    const to =
      type.kind === 'callback'
        ? type.url?.(exchange)
        : webhookTarget(settings['webhooks.to'], scope, explain);
    if (to === undefined || to === '') return { unsent: unaddressed(type, exchange, absent) };
    const why = step.payload === undefined ? unsendable(type, this.#parts.sampler) : null;
    if (why !== null) return { unsent: unsentCallback(type, why) };
    const { credential, warnings } = this.#credential(exchange, scope, settings);
    const { draft } = makeCallback(this.#parts.sampler, {
      type,
      to,
      method: declared.methods[0] ?? 'POST',
      known: this.#known(exchange, context),
      random: context.random(`callback/${run.id}/${stepLabel(branch)}`),
      now: context.clock.now(),
      payload: step.payload,
      query: step.query,
      credential,
    });
    return { draft, warnings };
  }

  /** A callback that is sent by hand, if only the changed contract has it, or has it otherwise. */
  byHand(
    type: CallbackType,
    order: HandOrder,
    sample: SampleOptions,
    made: JsonObject | null,
  ): CallbackDraft | null {
    const { event } = type;
    const isCodes = this.isCodes(event);
    const [declared] = this.#declared(this.#after, '', event);
    if (declared === undefined || (isCodes && this.#changeOf('', event).isSameRequest)) return null;
    const { to, method, headers } = order;
    const payload =
      order.payload ?? (isCodes && made !== null ? this.payload(event, made, sample) : undefined);
    const { draft } = makeCallback(this.#parts.sampler, {
      type: bundledType(type, declared),
      to,
      method,
      headers,
      known: sample.overrides,
      random: sample.random,
      now: sample.now,
      ...(declared.hasBody ? { written: payload } : { query: objectOf(payload) }),
      credential: handCredential(
        type,
        contractSettings(sample.settings, this.#parts.name).callbackCredential,
        sample,
      ),
    });
    return draft;
  }

  /** The language of the code, whose selectors find what the contract calls otherwise. */
  language(own: ScenarioLanguage | undefined): ScenarioLanguage | undefined {
    if (own?.selectors === undefined) return own;
    const selectors = Object.entries(own.selectors).map(([name, selector]) => {
      const read: Selector['read'] = (said, callback) => {
        const names = callback === undefined ? null : this.#changeOf('', callback).names;
        return selector.read(objectOf(restored(said, names)), callback);
      };
      return [name, { ...selector, read }] as const;
    });
    return { ...own, selectors: Object.fromEntries(selectors) };
  }

  /** A draft in the terms of the code, and back. */
  inCodesTerms(
    draft: CallbackDraft,
    operation: string,
    change: (draft: CallbackDraft) => CallbackDraft | null,
  ): CallbackDraft | null {
    const { names } = this.#changeOf(operation, draft.callback);
    const { payload } = draft;
    if (names === null || payload === undefined) return change(draft);
    const changed = change({ ...draft, payload: restored(payload, names) });
    return changed === null ? null : { ...changed, payload: renamed(changed.payload ?? null, names) };
  }

  #credential(exchange: ExpressionScope | null, scope: TemplateScope, settings: Settings): FilledCredential {
    return callbackCredential(
      exchange,
      contractSettings(settings, this.#parts.name).callbackCredential,
      scope,
    );
  }

  #removed(event: string): Violation {
    const type = { type: `${this.#parts.name}.${event}` } as CallbackType;
    return unsentCallback(type, `The callback ${type.type} was not sent: your contract does not declare it.`);
  }

  #known(exchange: ExpressionScope, { run }: StepContext): JsonObject {
    const { operations } = this.#parts.versions.after;
    const path = operations.find(({ id }) => id === run.operation)?.path ?? '';
    return knownValues(exchange, path, { id: run.resourceId, state: {} });
  }

  #declared(places: CallbacksByPlace, operation: string, event: string): readonly CallbackType[] {
    const own = places.get(placeKey(operation, event)) ?? places.get(placeKey('', event));
    if (own !== undefined) return own;
    for (const [key, types] of places) if (key.endsWith(` ${event}`)) return types;
    return [];
  }

  #changeOf(operation: string, event: string): EventChange {
    const key = placeKey(operation, event);
    let change = this.#changes.get(key);
    if (change === undefined) {
      const { versions } = this.#parts;
      const before = this.#declared(this.#before, operation, event);
      const types = this.#declared(this.#after, operation, event);
      const [first] = before;
      const [second] = types;
      change = {
        types,
        isSameRequest: areSameCallbacks(versions, before, types),
        isSameUrl:
          expressionsOf(before) === expressionsOf(types) && this.#parts.expressionOf(operation) === null,
        names: first === undefined || second === undefined ? null : pairPayloads(versions, first, second),
      };
      this.#changes.set(key, change);
    }
    return change;
  }

  /** Data, headers and parameters as the changed contract declares them. */
  #translated(
    draft: CallbackDraft,
    type: CallbackType,
    names: Renaming | null,
    from: {
      readonly known: JsonObject;
      readonly random: Random;
      readonly now: number;
      readonly credential: string | null;
    },
  ): CallbackDraft {
    const { sampler } = this.#parts;
    const { known, random, now, credential } = from;
    const given = renamed(draft.payload ?? {}, names);
    const { url, method, headers } = draft.target;
    const { draft: made } = makeCallback(sampler, {
      type,
      to: url,
      method,
      known,
      random,
      now,
      ...(type.hasBody
        ? {
            written: completeValue(sampler, chooseMedia(type)[1], given, {
              known,
              random,
              now,
              direction: 'callback',
            }),
          }
        : { query: isJsonObject(given) ? given : {} }),
      credential,
    });
    const target = { ...made.target, headers: withHeaders(made.target.headers, headers) };
    return { ...draft, ...made, callback: draft.callback, target };
  }
}

/** A callback under its name in the contract of bundled providers, with what the reading of any contract adds. */
export function bundledType(own: CallbackType, any: CallbackType): CallbackType {
  const { parameters, content, security, url, unsubmittable, expression, reading, operation, kind } = any;
  const found = { url, unsubmittable, expression, reading, operation, kind };
  return { ...own, parameters, content, security, ...found };
}

/** The payload with the merge patch of a step. */
export function patched(draft: CallbackDraft, { payload }: TimelineStep): CallbackDraft {
  return payload === undefined ? draft : { ...draft, payload: mergePatch(draft.payload, payload) };
}

const noExchange: ExpressionScope = {
  url: '',
  method: '',
  request: { headers: {}, query: {}, path: {}, body: undefined },
  response: null,
};
