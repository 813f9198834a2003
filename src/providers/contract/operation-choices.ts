import type { CallbackType, CallbackUrl, Contract } from '../../core/contract/contract.ts';
import { callbackNames, findCallback } from '../../core/contract/find-callback.ts';
import { operationNames } from '../../core/contract/find-operation.ts';
import { type ExpressionScope, parseRuntimeExpression } from '../../core/contract/runtime-expression.ts';
import { type UrlPart, urlTemplate } from '../../core/contract/url-template.ts';
import { isRingbackError } from '../../core/errors.ts';
import { escapePointer } from '../../core/json.ts';
import { quoted } from '../../core/quoted.ts';
import { seededRandom } from '../../core/random.ts';
import { type TemplateScope, templatePieces, templateProblems } from '../../core/scenario/templates.ts';
import { suggest } from '../../core/suggest.ts';
import { withMembers } from '../../core/with-members.ts';
import { mapResources } from './resource-map.ts';

/** What a configuration says of one operation, as it is written. */
export interface OperationInput {
  /** Runtime expression of the id in the response: `$response.body#/data/reference`. */
  readonly id?: string;
  /** Runtime expression of the callback URL: `$request.body#/notify_url`. */
  readonly callbackUrl?: string;
  /** Names of the callbacks and webhooks that are sent by default. */
  readonly callbacks?: readonly string[];
}

/** What is chosen for one operation, where its contract leaves something open. */
export interface OperationChoice {
  /** Runtime expression of the id of what the operation creates. Null: as the contract says. */
  readonly id: string | null;
  /** Null: as the contract says. */
  readonly callbackUrl: { readonly expression: string; readonly read: CallbackUrl } | null;
  /** In the order of sending. Null: the one that most plainly means success. */
  readonly callbacks: readonly string[] | null;
}

/** The choices by the `id` of their operation. */
export type OperationChoices = ReadonlyMap<string, OperationChoice>;

export const noChoices: OperationChoices = new Map();

/** The runtime expressions of ids that are chosen, by the `id` of the operation that creates. */
export function chosenIds(choices: OperationChoices): ReadonlyMap<string, string> {
  return new Map([...choices].flatMap(([operation, { id }]) => (id === null ? [] : [[operation, id]])));
}

/** What is wrong with an input: where, below the inputs, and how. */
export interface ChoiceProblem {
  readonly pointer: string;
  readonly atKey: boolean;
  readonly message: string;
}

/** Reads what a configuration says of the operations of a contract. */
export function readChoices(
  inputs: Readonly<Record<string, OperationInput>>,
  contract: Contract,
  provider: string,
): { readonly choices: OperationChoices; readonly problems: readonly ChoiceProblem[] } {
  const names = operationNames(contract, provider);
  const callbacks = callbackNames(contract.callbacks.values());
  const choices = new Map<string, OperationChoice>();
  const problems: ChoiceProblem[] = [];
  for (const [name, { id: place, callbackUrl, callbacks: sent }] of Object.entries(inputs)) {
    const pointer = `/${escapePointer(name)}`;
    const id = names.idOf(name);
    if (id === undefined || choices.has(id)) {
      const message =
        id === undefined
          ? `the contract has no operation ${quoted(name)}.${suggest(name, names.ids)} Expected an operationId, or a method and a path such as "POST /payments".`
          : `the operation ${quoted(name)} has another entry by its other name. Write both together.`;
      problems.push({ pointer, atKey: true, message });
      continue;
    }
    const url = callbackUrl === undefined ? null : readUrl(callbackUrl);
    if (url !== null && 'reason' in url)
      problems.push({ pointer: `${pointer}/callbackUrl`, atKey: false, message: url.reason });
    const types = (sent ?? []).flatMap((given, index) => {
      const found = findOwn(given, id, contract) ?? findCallback(given, contract, callbacks);
      if ('type' in found) return [found.type.type];
      problems.push({ pointer: `${pointer}/callbacks/${index}`, atKey: false, message: found.advice });
      return [];
    });
    if (place !== undefined && !/^\$response\.body#\/./.test(place)) {
      const message = `got ${quoted(place)}, expected the place of the id in the response, e.g. $response.body#/data/id.`;
      problems.push({ pointer: `${pointer}/id`, atKey: false, message });
    }
    choices.set(id, {
      id: place ?? null,
      callbackUrl: url === null || 'reason' in url ? null : url,
      callbacks: sent === undefined ? null : types,
    });
  }
  const { uses } = mapResources(contract, chosenIds(choices));
  for (const [name] of Object.entries(inputs).filter(([, { id }]) => id !== undefined)) {
    if (uses.get(names.idOf(name) ?? '')?.role === 'create' || !names.idOf(name)) continue;
    const message = `the operation ${quoted(name)} creates nothing that another operation reads by its id. Remove the id.`;
    problems.push({ pointer: `/${escapePointer(name)}/id`, atKey: true, message });
  }
  return { choices, problems };
}

/** A runtime expression, or a URL with expressions in braces. Unlike a key of the contract, it is read by the book. */
function readUrl(text: string): OperationChoice['callbackUrl'] | { readonly reason: string } {
  const [wrong] = templateProblems(text, true);
  if (wrong !== undefined) return { reason: wrong.message };
  const expression = /^\$[^{}]*$/.test(text) ? `{${text}}` : text;
  const reason = `got ${quoted(text)}, expected an expression such as $request.body#/callbackUrl, or a URL with expressions in braces.`;
  if (!/^(?:\{|https?:\/\/)/i.test(expression)) return { reason };
  const parts: UrlPart<TemplateScope>[] = [];
  const early: typeof parts = [];
  try {
    for (const piece of templatePieces(expression)) {
      if (typeof piece !== 'string') {
        parts.push(piece);
        early.push(piece.isOfResource ? (early.length === 0 ? 'http://later' : 'later') : piece);
        continue;
      }
      const read = expressionParts(piece);
      if (read === null) return { reason };
      parts.push(...read);
      early.push(...read);
    }
  } catch (error) {
    if (!isRingbackError(error)) throw error;
    return { reason: `${reason} ${error.message}` };
  }
  const due = urlTemplate(parts);
  const foreseen = urlTemplate(early);
  return {
    expression,
    read: (exchange, explain, scope) =>
      scope === undefined ? foreseen(atSubmission(exchange), explain) : due(scope, explain),
  };
}

/** The text and the runtime expressions of a part of a URL. Null: it has other braces. */
function expressionParts(text: string): readonly UrlPart<TemplateScope>[] | null {
  const pieces = [...text.matchAll(/[^{}]+|\{([^{}]*)\}/g)];
  const isWhole = pieces.map(([piece]) => piece).join('') === text;
  if (!isWhole || pieces.some(([, inner]) => inner !== undefined && !inner.startsWith('$'))) return null;
  return pieces.map(([piece, inner]) => {
    if (inner === undefined) return piece;
    const read = parseRuntimeExpression(inner);
    return {
      expression: inner,
      read: ({ exchange }) => (exchange === null ? undefined : read(exchange)),
    };
  });
}

/** Times and ids are others when the callback is due. That they have a value is certain. */
function atSubmission(exchange: ExpressionScope): TemplateScope {
  return { exchange, resource: undefined, now: 0, random: seededRandom('') };
}

/** A callback of the operation itself, whose event another operation may have, too. */
function findOwn(name: string, id: string, { callbacks }: Contract): { readonly type: CallbackType } | null {
  const own = [...callbacks.values()].filter(({ operation, event }) => operation === id && event === name);
  const [type, second] = own;
  return type !== undefined && second === undefined ? { type } : null;
}

/** The contract with the callback URLs that are chosen. Where a submission has none, its own expression counts. */
export function withChosenUrls(contract: Contract, choices: OperationChoices): Contract {
  if ([...choices.values()].every(({ callbackUrl }) => callbackUrl === null)) return contract;
  const callbacks = new Map(
    [...contract.callbacks].map(([name, type]) => {
      const chosen = choices.get(type.operation ?? '')?.callbackUrl ?? null;
      if (chosen === null || type.kind !== 'callback') return [name, type] as const;
      const url: CallbackUrl = (exchange, explain, scope) =>
        chosen.read(exchange, explain, scope) ?? type.url?.(exchange);
      return [name, withMembers(type, { url, unsubmittable: null, expression: chosen.expression })] as const;
    }),
  );
  return withMembers(contract, { callbacks });
}
