import type { CallbackType, Contract, Operation } from '../../core/contract/contract.ts';
import type { ExpressionScope } from '../../core/contract/runtime-expression.ts';
import { stepLabel } from '../../core/engine/runs/run.ts';
import { RingbackError, type Violation } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, mergePatch } from '../../core/json.ts';
import type {
  CallbackDraft,
  HandOrder,
  OperationAnswer,
  OperationRequest,
  Provider,
  ProviderContext,
  SampleOptions,
  StepContext,
  StepEffect,
} from '../../core/provider/provider.ts';
import type { TimelineStep } from '../../core/scenario/plan.ts';
import { suggest } from '../../core/suggest.ts';
import { unsendable } from './check-samples.ts';
import { answerWith, type ChosenAnswer, chooseAnswer } from './choose-answer.ts';
import { checkCredentials } from './credentials.ts';
import { rankedCallbacks } from './default-callback.ts';
import { defaultScenario } from './default-scenario.ts';
import { exchangeRequest } from './exchange-request.ts';
import { callbackCredential, handCredential, stepScope, webhookTarget } from './filled-settings.ts';
import { idOf, type KnownResource, knownValues } from './known-values.ts';
import { languageOf } from './language.ts';
import { answerOf, type MadeAnswer, makeAnswer } from './make-answer.ts';
import { makeCallback } from './make-callback.ts';
import { notFound } from './missing-resource.ts';
import { chosenIds, noChoices, type OperationChoices } from './operation-choices.ts';
import { type PlayedAnswer, PlayedResources, showsNew } from './play-resources.ts';
import { rehearseContract } from './rehearse.ts';
import { createSampler, type Sampler } from './sampler.ts';
import { contractSettings, settingsOf } from './settings.ts';
import { viewStored } from './stored-resource.ts';
import { withUnknownId } from './unknown-id.ts';
import { unaddressed, unsentCallback } from './unsent-callback.ts';

/** The parts of a response that code chooses. The contract says the rest. */
export interface WantedAnswer {
  /** Default: that of a success, or the one that the request prefers. */
  readonly status?: number;
  /** Merged into the body (RFC 7396). Default: nothing. */
  readonly body?: JsonObject;
}

/** A provider that plays any operation of its contract. */
export interface ContractProvider extends Provider {
  handle(
    request: OperationRequest,
    context: ProviderContext,
    wanted?: WantedAnswer,
  ): Promise<OperationAnswer>;
}

/**
 * The provider that a contract describes. It answers every operation with an example or a made-up response, and calls
 * back as the operation declares: where the runtime expression says, with a made-up payload that is valid.
 * @param name the provider's name in scenarios, settings and records, e.g. `payment-service`
 * @param choices what a configuration says of its operations. Default: nothing
 */
export function contractProvider(
  contract: Contract,
  name: string,
  choices: OperationChoices = noChoices,
): ContractProvider {
  const play = new ContractPlay(contract, name, choices);
  const settings = settingsOf(name);
  return {
    name,
    defaultScenario: `${name}/default`,
    scenarios: [defaultScenario(name)],
    settings,
    language: languageOf(contract),
    operations: {},
    handle: (request, context, wanted) => play.handle(request, context, wanted),
    authorize: (head, context) =>
      checkCredentials(head, contractSettings(context.settings, name).credentials),
    expandOutcome: () => ({ submission: [] }),
    performStep: (step, context) => play.performStep(step, context),
    contradict: (value, draft, context) => (value === 'unknown-id' ? withUnknownId(draft, context) : null),
    dependentResources: () => [],
    get collections() {
      return play.resources.map.kinds.map((kind) => kind.name);
    },
    resourceOf: async (context) => (await play.resources.known(context))?.state,
    viewResource: async (resource) => viewStored(resource, name),
    rehearse: (client, options) => rehearseContract(contract, play.sampler, client, options),
    sampleCallback: (callback, sample) => {
      const type = contract.callbacks.get(callback);
      if (type === undefined) return null;
      const order = { to: '', method: '', headers: {}, payload: undefined };
      const { payload } = play.draft(type, order, sample);
      return isJsonObject(payload) ? payload : null;
    },
    draftCallback: (type, order, sample) => play.draft(type, order, sample),
    defaultTime(type, given) {
      const place = play.defaultPlace(type);
      return place === null ? null : place * contractSettings(given, name).callbackAfter;
    },
    unfireable: (type) => play.unsendable(type),
  };
}

class ContractPlay {
  readonly sampler: Sampler;
  readonly resources: PlayedResources;
  readonly #contract: Contract;
  readonly #name: string;
  readonly #choices: OperationChoices;
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #ranked = new Map<string, readonly CallbackType[]>();
  readonly #unsendable = new Map<string, string | null>();

  constructor(contract: Contract, name: string, choices: OperationChoices) {
    this.#contract = contract;
    this.#name = name;
    this.#choices = choices;
    this.sampler = createSampler(contract.document);
    this.#operations = new Map(contract.operations.map((operation) => [operation.id, operation]));
    this.resources = new PlayedResources(contract, name, this.sampler, chosenIds(choices));
  }

  async handle(
    request: OperationRequest,
    context: ProviderContext,
    wanted: WantedAnswer = {},
  ): Promise<OperationAnswer> {
    const { operation } = request;
    const isSubmission = submits(operation) || (this.#chosen(operation.id) ?? []).length > 0;
    const preferred = chooseAnswer(operation, request.headers);
    const chosen =
      wanted.status === undefined
        ? preferred
        : { ...answerWith(operation, wanted.status, request.headers.accept), example: null };
    const about = isSuccess(chosen) ? await this.resources.about(request, context) : null;
    const owner = about?.stored?.data.runId;
    if (typeof owner === 'string') await context.runForRequest(owner);
    const missing = about === null ? null : await this.resources.missing(about, request, context);
    if (missing !== null) return notFound(this.sampler, missing, request, context).answer;
    const { plan, choice } = await context.chooseScenario({
      provider: this.#name,
      operation: operation.id,
      header: request.headers['x-ringback-scenario'],
      fileName: request.files[0]?.fileName ?? null,
      content: null,
      body: request.body,
      byContent: null,
      isPart: !isSubmission,
    });
    const plays = chosen.status < 400 && (isSubmission || choice.rule !== 'default');
    // A request that starts nothing is answered alike each time.
    const label = plays ? context.newId() : `${operation.id} ${JSON.stringify(request.path)}`;
    const random = context.random(`answer/${label}`);
    const asked = exchangeRequest(request);
    const make = (resource: KnownResource | null): MadeAnswer => {
      const made = makeAnswer(this.sampler, chosen, {
        known: knownValues({ request: asked.request, response: null }, operation.path, resource),
        random,
        now: context.clock.now(),
        isNew: showsNew(operation, about),
      });
      if (wanted.body === undefined) return made;
      const body = mergePatch(made.body, wanted.body);
      return answerOf(this.sampler, chosen, { ...made, body, headers: made.answer.headers ?? {} });
    };
    const { made, key, change } =
      about === null
        ? unkept(make(null))
        : await this.resources.answer(about, { request, chosen, make }, context);
    const exchange: ExpressionScope = {
      ...asked,
      response: {
        statusCode: chosen.status,
        headers: lowerCase(made.answer.headers),
        query: {},
        path: {},
        body: made.body,
      },
    };
    // An outcome with properties is one of a provider with code: its steps are in the plan.
    const isDefault = plan.outcome !== null && Object.keys(plan.outcome).length === 0;
    const steps = plays && isDefault ? this.#defaultSteps(operation, exchange, context) : undefined;
    const isQuiet = isDefault && (steps ?? []).length === 0;
    const startsNothing =
      !plays || (isQuiet && choice.rule === 'default' && operation.callbacks.length === 0);
    // What is created belongs to a run, with which it is evicted.
    if (startsNothing && (change === null || change.runId !== null)) {
      if (change !== null) await this.resources.keep(change, null, context);
      return made.answer;
    }
    const run = await context.startRun({
      provider: this.#name,
      operation: operation.id,
      plan,
      choice,
      resourceId: key ?? String(idOf(exchange) ?? label),
      target: null,
      exchange,
      warnings: isQuiet ? [...made.violations, ...this.#silence(operation, exchange)] : made.violations,
      branches: [{ trigger: 'submission', subject: null, ...(steps !== undefined && { steps }) }],
    });
    if (change !== null) await this.resources.keep(change, run.id, context);
    return { ...made.answer, runs: [run.id] };
  }

  /** The callbacks of an operation that a submission can call, the default one first. */
  #callbacksOf(operation: Operation): readonly CallbackType[] {
    let ranked = this.#ranked.get(operation.id);
    if (ranked === undefined) {
      ranked = rankedCallbacks(operation, this.#contract.callbacks);
      this.#ranked.set(operation.id, ranked);
    }
    return ranked;
  }

  /** A callback that is sent by hand. */
  draft(
    type: CallbackType,
    { to, method, headers, payload }: HandOrder,
    sample: SampleOptions,
  ): CallbackDraft {
    const why = payload === undefined ? this.unsendable(type) : null;
    if (why !== null) throw invalidPayload(why);
    const { random, now, overrides, settings } = sample;
    return makeCallback(this.sampler, {
      type,
      to,
      method,
      headers,
      known: overrides,
      random,
      now,
      written: payload,
      // A sample is sent nowhere.
      credential:
        to === ''
          ? null
          : handCredential(type, contractSettings(settings, this.#name).callbackCredential, sample),
    }).draft;
  }

  /** Why the callback cannot be sent with a made-up body. Null: it can. */
  unsendable(type: CallbackType): string | null {
    let why = this.#unsendable.get(type.type);
    if (why === undefined) {
      why = unsendable(type, this.sampler);
      this.#unsendable.set(type.type, why);
    }
    return why;
  }

  /** The callbacks that a configuration chooses for an operation, in the order of sending. Null: it chooses none. */
  #chosen(operation: string): readonly CallbackType[] | null {
    const names = this.#choices.get(operation)?.callbacks ?? null;
    return names?.flatMap((name) => this.#contract.callbacks.get(name) ?? []) ?? null;
  }

  /**
   * The place, from 1, of a callback among those that a submission sends if no scenario is chosen, provided that it says
   * where. Null: it is none of them.
   */
  defaultPlace(type: CallbackType): number | null {
    for (const operation of this.#choices.keys()) {
      const place = this.#chosen(operation)?.indexOf(type) ?? -1;
      if (place !== -1) return place + 1;
    }
    const operation = type.operation === null ? undefined : this.#operations.get(type.operation);
    if (operation === undefined || this.#chosen(operation.id) !== null) return null;
    return this.#callbacksOf(operation)[0] === type ? 1 : null;
  }

  /** Those that a configuration chooses, one after the other. Otherwise one callback, the first whose URL the exchange has. */
  #defaultSteps(
    operation: Operation,
    exchange: ExpressionScope,
    { settings }: ProviderContext,
  ): readonly TimelineStep[] {
    const first = this.#callbacksOf(operation).find(
      (each) => each.url?.(exchange) !== undefined && this.unsendable(each) === null,
    );
    const types = this.#chosen(operation.id) ?? (first === undefined ? [] : [first]);
    const { callbackAfter } = contractSettings(settings, this.#name);
    return types.map(({ name }, index) => ({ atMs: (index + 1) * callbackAfter, callback: name }));
  }

  /** Why a submission sends no callback by default. */
  #silence(operation: Operation, exchange: ExpressionScope): readonly Violation[] {
    if (this.#chosen(operation.id) !== null) return [];
    const [first] = operation.callbacks.flatMap(({ type }) => this.#contract.callbacks.get(type) ?? []);
    if (first === undefined) return [];
    const why = first.url?.(exchange) === undefined ? null : this.unsendable(first);
    return [why === null ? unaddressed(first, exchange) : unsentCallback(first, why)];
  }

  async performStep(step: TimelineStep, context: StepContext): Promise<StepEffect> {
    const { run, clock, settings } = context;
    const { exchange } = run;
    const warnings = step.set === undefined ? [] : await this.resources.set(step.set, context);
    if (step.callback === undefined || exchange === null) return { callbacks: [], warnings };
    const type = this.#typeOf(step.callback, run.operation);
    const resource = await this.resources.known(context);
    const scope = stepScope(context, resource?.state);
    let absent: string | undefined;
    const explain = (reason: string): void => {
      absent = reason;
    };
    const own = type.kind === 'callback' ? type.url : this.#choices.get(run.operation)?.callbackUrl?.read;
    const to =
      own?.(exchange, explain, scope) ??
      (type.kind === 'callback' ? undefined : webhookTarget(settings['webhooks.to'], scope, explain));
    if (to === undefined || to === '')
      return { callbacks: [], warnings, unsent: [unaddressed(type, exchange, absent)] };
    const isWritten = step.payload !== undefined || step.content !== undefined;
    const why = isWritten ? null : this.unsendable(type);
    if (why !== null) return { callbacks: [], warnings, unsent: [unsentCallback(type, why)] };
    const template = this.#operations.get(run.operation)?.path ?? '';
    const { credential, warnings: unfilled } = callbackCredential(
      exchange,
      contractSettings(settings, this.#name).callbackCredential,
      scope,
    );
    const { draft } = makeCallback(this.sampler, {
      type,
      to,
      method: type.methods[0] ?? 'POST',
      known: knownValues(exchange, template, resource),
      random: context.random(`callback/${run.id}/${stepLabel(context.branch)}`),
      now: clock.now(),
      payload: step.payload,
      query: step.query,
      credential,
    });
    return { callbacks: [draft], warnings: [...warnings, ...unfilled] };
  }

  /** The type of a callback name in a step: of the run's own operation where several share it. */
  #typeOf(name: string, operation: string): CallbackType {
    const { callbacks } = this.#contract;
    const exact = callbacks.get(name);
    if (exact !== undefined) return exact;
    const named = [...callbacks.values()].filter(({ event }) => event === name);
    const own = named.filter((type) => type.operation === operation);
    const [found] = own.length > 0 ? own : named;
    if (found === undefined)
      throw new RangeError(`the contract has no callback "${name}".${suggest(name, callbacks.keys())}`);
    return found;
  }
}

function unkept(made: MadeAnswer): PlayedAnswer {
  return { made, key: null, change: null };
}

function isSuccess({ status }: ChosenAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Whether requests for an operation start something: it declares callbacks, or its method is not safe (RFC 9110 §9.2.1). */
function submits({ method, callbacks }: Operation): boolean {
  return callbacks.length > 0 || !['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'].includes(method);
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function invalidPayload(detail: string): RingbackError {
  const violations = [
    { location: 'body/payload', code: 'required', message: 'is missing, and cannot be made up' },
  ];
  return new RingbackError('request.invalid', { detail, violations });
}
