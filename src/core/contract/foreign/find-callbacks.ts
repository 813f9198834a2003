import { isJsonObject } from '../../json.ts';
import { quoted } from '../../quoted.ts';
import type { CallbackType, HttpMethod } from '../contract.ts';
import { below, type Place } from '../place.ts';
import type { ForeignDocument } from './foreign-document.ts';
import { type OperationSource, operationIdOf } from './operations.ts';
import { isMethodField, operationsOf } from './path-items.ts';

/** A callback or webhook, before it is read. */
export interface CallbackSource {
  readonly kind: CallbackType['kind'];
  readonly event: string;
  /** What it is called if the event has no other request: `createOrder.done`, or the event of a webhook. */
  readonly base: string;
  readonly expression: string | null;
  readonly method: HttpMethod;
  readonly place: Place;
  readonly items: readonly Place[];
  /** The operation of the API that declares it. Null for webhooks. */
  readonly owner: OperationSource | null;
  /** Whether another callback declares it. */
  readonly nested: boolean;
}

/** Callbacks within callbacks, within callbacks … */
const maxNesting = 5;

/** The callbacks that an operation declares (OpenAPI 3.1 §4.8.18), and those that their operations declare. */
export function findCallbacks(document: ForeignDocument, owner: OperationSource): readonly CallbackSource[] {
  return callbacksBelow(document, owner.place, owner, owner.id, 0);
}

function callbacksBelow(
  document: ForeignDocument,
  declaring: Place,
  owner: OperationSource,
  base: string,
  depth: number,
): CallbackSource[] {
  const list = below(declaring, 'callbacks');
  if (list === undefined || depth > maxNesting) return [];
  return document.entries(list, 'object', '"callbacks"').flatMap(([event, entry]) => {
    if (isExtension(event, entry)) return [];
    const callback = document.object(entry, 'A callback');
    if (callback === undefined) return [];
    const own = { kind: 'callback' as const, event, base: `${base}.${event}`, owner, nested: depth > 0 };
    const found = requestsBelow(document, callback).map((request) => ({ ...own, ...request }));
    const inner = found.flatMap((source) => {
      const name = operationIdOf(source.place) ?? own.base;
      return callbacksBelow(document, source.place, owner, name, depth + 1);
    });
    return [...found, ...inner];
  });
}

type Request = Pick<CallbackSource, 'expression' | 'method' | 'place' | 'items'>;

/** The requests of a map from expressions to path items. A map from methods is read as one path item. */
function requestsBelow(document: ForeignDocument, map: Place): readonly Request[] {
  const entries = document.patterned(map, 'A callback');
  const isItem = entries.some(([key, { value }]) => isMethodField(key) && isOperation(value));
  if (isItem) {
    document.forgive(map, 'The callback has no expression. Its methods are read without one.');
    return operationsOf(document, map).map((operation) => ({ ...operation, expression: '' }));
  }
  return entries.flatMap(([expression, item]) => {
    const operations = operationsOf(document, item);
    if (operations.length === 0) {
      document.note(
        'unsupported',
        item,
        `The callback at ${quoted(expression)} has no method, e.g. "post". It is ignored.`,
      );
    }
    return operations.map((operation) => ({ ...operation, expression }));
  });
}

function isOperation(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    ['requestBody', 'responses', 'operationId', 'parameters'].some((key) => key in value)
  );
}

/** `webhooks` (OpenAPI 3.1 §4.8.1), and `x-webhooks` of the document and of its paths. Equal names are one event. */
export function findWebhooks(document: ForeignDocument): readonly CallbackSource[] {
  const names = new Set<string>();
  const lists = [
    { kind: 'webhook' as const, list: below(document.root, 'webhooks') },
    { kind: 'x-webhook' as const, list: below(document.root, 'x-webhooks') },
    ...pathWebhooks(document).map((list) => ({ kind: 'x-webhook' as const, list })),
  ];
  return lists.flatMap(({ kind, list }) =>
    document.entries(list, 'object', `"${kind}s"`).flatMap(([event, entry]) => {
      if (names.has(event) || isExtension(event, entry)) return [];
      const webhook = document.object(entry, 'A webhook');
      if (webhook === undefined) return [];
      const own = { kind, event, base: event, owner: null, nested: false };
      const requests = webhookRequests(document, entry, webhook);
      if (requests.length > 0) names.add(event);
      else
        document.note(
          'unsupported',
          entry,
          `The webhook ${quoted(event)} has no method, e.g. "post". It is ignored.`,
        );
      return requests.map((request) => ({ ...own, ...request }));
    }),
  );
}

/** `x-internal: true` beside events. An event may be called `x-…` too. */
function isExtension(event: string, { value }: Place): boolean {
  return event.startsWith('x-') && !isJsonObject(value);
}

function pathWebhooks(document: ForeignDocument): readonly Place[] {
  return document.patterned(below(document.root, 'paths'), '"paths"').flatMap(([, item]) => {
    const own =
      isJsonObject(item.value) && 'x-webhooks' in item.value ? below(item, 'x-webhooks') : undefined;
    return own ?? [];
  });
}

/** The requests of a webhook: of a path item, or, below an expression, as those of a callback. */
function webhookRequests(document: ForeignDocument, entry: Place, webhook: Place): readonly Request[] {
  const operations = operationsOf(document, entry);
  if (operations.length > 0) return operations.map((operation) => ({ ...operation, expression: null }));
  return document
    .patterned(webhook, 'A webhook')
    .filter(([, { value }]) => isJsonObject(value))
    .flatMap(([expression, item]) =>
      operationsOf(document, item).map((operation) => ({ ...operation, expression })),
    );
}
