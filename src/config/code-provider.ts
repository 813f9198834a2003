import type { CallbackType, Contract, Operation } from '../core/contract/contract.ts';
import { callbackNames, findCallback } from '../core/contract/find-callback.ts';
import { operationNames } from '../core/contract/find-operation.ts';
import { parseDuration } from '../core/duration.ts';
import { ScriptedAnswer } from '../core/engine/faults/api-faults.ts';
import { stepLabel } from '../core/engine/runs/run.ts';
import type { RingbackError, Violation } from '../core/errors.ts';
import { fieldValue, isFieldName } from '../core/header-field.ts';
import { isJsonObject, type JsonObject, type JsonValue, resolvePointer } from '../core/json.ts';
import type {
  CallbackDraft,
  OperationAnswer,
  OperationHandler,
  OperationRequest,
  Provider,
  ProviderContext,
  StepContext,
} from '../core/provider/provider.ts';
import { quoted } from '../core/quoted.ts';
import { readValue } from '../core/scenario/read-value.ts';
import type { Settings, SettingsTable } from '../core/settings.ts';
import { suggest } from '../core/suggest.ts';
import { withMembers } from '../core/with-members.ts';
import type { ContractProvider } from '../providers/contract/contract-provider.ts';
import { failed, listed, shown, thrownText } from './code-failure.ts';
import type {
  CallbackCode,
  OperationCode,
  ProviderDefinition,
  ProviderRequest,
  ProviderResponse,
} from './define-provider.ts';
import { outcomeParts } from './defined-outcome.ts';
import { Late, limited } from './limited.ts';
import type { DefinedProvider } from './load-provider.ts';
import { readPolicy } from './read-policy.ts';

/** What is wrong with the names in a definition. */
export function nameProblems(
  { definition: { operations = {}, callbacks = {} } }: DefinedProvider,
  contract: Contract,
  provider: string,
): readonly string[] {
  const names = operationNames(contract, provider);
  const types = callbackNames(contract.callbacks.values());
  return [
    ...Object.keys(operations)
      .filter((name) => names.idOf(name) === undefined)
      .map((name) => `operations: the contract has no operation "${name}".${suggest(name, names.ids)}`),
    ...Object.keys(callbacks).flatMap((name) => {
      const found = findCallback(name, contract, types);
      return 'type' in found ? [] : [`callbacks: ${found.advice}`];
    }),
  ];
}

/** The provider of a contract with the code of a definition in front. */
export function codeProvider(base: ContractProvider, contract: Contract, defined: DefinedProvider): Provider {
  const { operations = {}, callbacks = {}, settings = {} } = defined.definition;
  const names = operationNames(contract, base.name);
  const handlers = Object.entries(operations).flatMap(([name, code]): [string, OperationHandler][] => {
    const id = names.idOf(name);
    return id === undefined ? [] : [[id, handlerOf(code, base, defined)]];
  });
  const types = callbackNames(contract.callbacks.values());
  const codes = new Map<CallbackType, CallbackCode>();
  for (const [name, code] of Object.entries(callbacks)) {
    const type = types.get(name);
    if (type !== undefined) codes.set(type, code);
  }
  const own: SettingsTable = Object.fromEntries(
    Object.entries(settings).map(([name, entry]) => [`${base.name}.${name}`, { ...entry, choice: true }]),
  );
  return withMembers<Provider>(base, {
    settings: { ...base.settings, ...own },
    operations: Object.fromEntries(handlers),
    ...rulesOf(defined.definition),
    ...outcomeParts(base, contract, defined),
    ...statesOf(defined.definition),
    async performStep(...[step, context]: Parameters<Provider['performStep']>) {
      const effect = await base.performStep(step, context);
      const kept: CallbackDraft[] = [];
      const unsent = [...(effect.unsent ?? [])];
      for (const draft of effect.callbacks) {
        const type = contract.callbacks.get(draft.callback);
        const code = type === undefined ? undefined : codes.get(type);
        if (type === undefined || code === undefined) kept.push(draft);
        else {
          const changed = await changedDraft(draft, { type, code, base, context, defined });
          if ('payload' in changed) kept.push(changed);
          else unsent.push(changed);
        }
      }
      return { ...effect, callbacks: kept, unsent };
    },
  });
}

/** How payloads and resources show their state. */
function statesOf({ states }: ProviderDefinition): Pick<Provider, 'states'> {
  if (states === undefined) return {};
  const { finals, at = ['/status'] } = states;
  const read = (shown: JsonObject) => {
    const found = at.map((place) => resolvePointer(shown, place)).find((value) => isName(value));
    return found === undefined ? null : { name: String(found), isFinal: finals.includes(String(found)) };
  };
  return { states: { finals, read } };
}

function isName(value: JsonValue | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

/** How the provider retries, and what it requires of responses. */
function rulesOf({
  retryPolicy,
  answerRules,
}: ProviderDefinition): Pick<Provider, 'retryPolicy' | 'answerRules'> {
  const policy = retryPolicy === undefined ? null : readPolicy(retryPolicy, () => undefined);
  const { httpsOnly, slowAnswer } = answerRules ?? {};
  const rules = {
    ...(httpsOnly !== undefined && { httpsOnly }),
    ...(slowAnswer !== undefined && { slowAnswerMs: parseDuration(slowAnswer) }),
  };
  return {
    ...(policy !== null && { retryPolicy: () => policy }),
    ...(answerRules !== undefined && { answerRules: () => rules }),
  };
}

function handlerOf(code: OperationCode, base: ContractProvider, defined: DefinedProvider): OperationHandler {
  return async (request, context) => {
    const { operation } = request;
    const refused: unknown[] = [];
    let runs: OperationAnswer['runs'];
    let text: OperationAnswer | null = null;
    let state: 'untouched' | 'played' | 'over' = 'untouched';
    const next = async (wanted = {}): Promise<ProviderResponse> => {
      if (state === 'played')
        throw new Error('next() was called twice, expected at most once for each request');
      if (state === 'over') throw new Error('next() was called after the function had ended');
      state = 'played';
      try {
        const answer = await base.handle(request, context, wanted);
        runs = answer.runs;
        text = answer.text === undefined ? null : answer;
        return {
          status: answer.status,
          headers: answer.headers ?? {},
          // A copy, so that code does not change what is kept and called back.
          ...(answer.body !== undefined && { body: structuredClone(answer.body) }),
        };
      } catch (error) {
        refused.push(error);
        throw error;
      }
    };
    const facts = factsOf(context.settings, context.clock.now(), context.random(`code/${operation.id}`));
    const what = `answer ${operation.id}`;
    let given: unknown;
    try {
      given = await timed(() => code(requestOf(request), { ...facts, next }), defined);
    } catch (error) {
      // What the contract's play refuses is no failure of the code.
      throw refused.includes(error) ? error : thrownBy(what, operation.id, defined, error);
    } finally {
      state = 'over';
    }
    const scripted = refused.find((error) => error instanceof ScriptedAnswer);
    if (scripted !== undefined) throw scripted;
    const answer = readResponse(given, operation, text);
    if (typeof answer === 'string') throw failed(what, operation.id, defined, answer);
    return runs === undefined ? answer : { ...answer, runs };
  };
}

/** A response of code as the server sends it, or what is wrong with it. */
function readResponse(
  given: unknown,
  operation: Operation,
  text: OperationAnswer | null,
): OperationAnswer | string {
  if (!isJsonObject(given))
    return `it returned ${given === undefined ? 'nothing' : shown(given)}, expected { status, headers, body }`;
  const { status, headers = {}, body, ...others } = given;
  const [other] = Object.keys(others);
  if (other !== undefined)
    return `it returned an object with "${other}".${suggest(other, ['status', 'headers', 'body'])} Expected { status, headers, body }`;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    return `it returned the status ${shown(status)}, expected an integer from 200 to 599`;
  if (!isJsonObject(headers) || Object.values(headers).some((value) => typeof value !== 'string'))
    return `it returned the headers ${shown(headers)}, expected an object of strings`;
  const own = headers as Readonly<Record<string, string>>;
  const wrong = Object.entries(own).find(
    ([name, value]) => !isFieldName(name) || fieldValue(value) !== value.trim(),
  );
  if (wrong !== undefined)
    return `it returned the header ${quoted(wrong[0])} with the value ${quoted(wrong[1])}, which HTTP does not allow. Expected a name without spaces, and a value on one line in Latin-1`;
  // A body that is no JSON is that of the contract: code cannot write one.
  if (body === undefined && text !== null && text.status === status) return { ...text, headers: own };
  const { value, findings } = readValue(body ?? null);
  const [finding] = findings;
  if (finding !== undefined)
    return `it returned a body that is not JSON: at ${finding.pointer || 'its root'}, ${finding.message.replace(/\.$/, '')}`;
  const declared = Object.entries(own).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const mediaType = body === undefined ? null : (declared ?? 'application/json');
  const violations = operation.validateAnswer(status, mediaType, body === undefined ? undefined : value);
  if (violations.length > 0)
    return `it returned a response ${status} that violates the contract: ${listed(violations)}`;
  return { status, headers: own, ...(body !== undefined && { body: value }) };
}

interface DraftOrder {
  readonly type: CallbackType;
  readonly code: CallbackCode;
  readonly base: ContractProvider;
  readonly context: StepContext;
  readonly defined: DefinedProvider;
}

/** The draft with the payload that code makes, or why it is not sent. */
async function changedDraft(
  draft: CallbackDraft,
  { type, code, base, context, defined }: DraftOrder,
): Promise<CallbackDraft | Violation> {
  const { run, clock, settings, branch } = context;
  const unsent = (message: string): Violation => ({
    location: `callback ${type.type}`,
    code: 'callback.not-sent',
    message,
  });
  // Copies, so that code does not change what the run and the contract keep.
  const { request, response = null } = structuredClone<Partial<NonNullable<typeof run.exchange>>>(
    run.exchange ?? {},
  );
  const random = context.random(`code/${type.type}/${run.id}/${stepLabel(branch)}`);
  const asked = { headers: {}, query: {}, path: {}, body: undefined, ...request };
  const facts = {
    ...factsOf(settings, clock.now(), random),
    callback: type.type,
    request: asked,
    response: response === null ? null : { status: response.statusCode, body: response.body },
    resource: structuredClone(await base.resourceOf?.(context)),
  };
  let given: unknown;
  try {
    given = await timed(() => code(structuredClone(draft.payload), facts), defined);
  } catch (error) {
    return unsent(thrownBy(`make the payload of ${type.type}`, type.type, defined, error).message);
  }
  if (given === null) return unsent(`The code in ${defined.file} says not to send ${type.type}.`);
  const { value, findings } = readValue(given ?? null);
  const violations =
    given === undefined
      ? [{ location: '', code: 'type', message: 'got nothing, expected a payload, or null to send nothing' }]
      : findings.length > 0
        ? findings.map(({ pointer, code, message }) => ({ location: pointer, code, message }))
        : type.validate(value);
  if (violations.length > 0) {
    const cause = `it returned a payload that violates the contract: ${listed(violations)}`;
    return unsent(failed(`make the payload of ${type.type}`, type.type, defined, cause).message);
  }
  return { ...draft, payload: value as JsonValue };
}

function factsOf(settings: Settings, now: number, random: ReturnType<ProviderContext['random']>) {
  return {
    now,
    random: () => random.float(),
    settings: settings as object as Readonly<Record<string, unknown>>,
  };
}

/** A copy of a request for code, which may change it without an effect on anything else. */
function requestOf({
  operation,
  absoluteUrl,
  path,
  query,
  headers,
  cookies,
  body,
}: OperationRequest): ProviderRequest {
  const { id, method } = operation;
  return structuredClone({ operation: id, method, url: absoluteUrl, path, query, headers, cookies, body });
}

/** Runs code for at most as long as its definition says. */
function timed<T>(run: () => T, { definition }: DefinedProvider): Promise<Awaited<T>> {
  return limited(run, parseDuration(definition.timeout ?? '30s'), 'answer');
}

/** The error of code that has thrown something, or was late. */
function thrownBy(what: string, name: string, defined: DefinedProvider, error: unknown): RingbackError {
  const why = error instanceof Late ? error.message : `it threw ${thrownText(error, defined.file)}`;
  return failed(what, name, defined, why, error);
}
