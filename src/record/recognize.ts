import type { CallbackType, Contract } from '../core/contract/contract.ts';
import { essenceOf, mediaKind } from '../core/contract/media/media-kind.ts';
import { recognizeBody, recognizeQuery } from '../core/contract/recognize-callback.ts';
import { pairsOf, readContent } from '../core/engine/deliveries/written-content.ts';
import type { Violation } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { chooseMedia } from '../providers/contract/make-callback.ts';
import { headerOf, type RecordedRequest } from './recorded-request.ts';

/** What a request is in the contract. */
export interface RecognizedCallback {
  readonly type: CallbackType;
  /** The body or the query as text. Null: bytes that are no UTF-8. */
  readonly text: string | null;
  /** What the text says. Undefined: neither JSON, a form nor text. */
  readonly value: JsonValue | undefined;
  readonly violations: readonly Violation[];
  /** Others that it might be as well. */
  readonly others: readonly CallbackType[];
}

/** Finds the callback of a contract that a request is. @returns or why there is none */
export function recognize(request: RecordedRequest, contract: Contract): RecognizedCallback | string {
  const { callbacks, document } = contract;
  const methods = [...callbacks.values()].filter(({ methods }) => methods.includes(request.method));
  if (methods.length === 0) {
    const known = new Set([...callbacks.values()].flatMap((type) => type.methods));
    return `no callback of the contract uses ${request.method}, expected ${[...known].join(' or ')}`;
  }
  const query = request.target.includes('?') ? request.target.slice(request.target.indexOf('?') + 1) : '';
  const withBody = methods.filter(({ hasBody }) => hasBody);
  if (request.body.length === 0 || withBody.length === 0) {
    const value = Object.fromEntries(pairsOf(query));
    const found = recognizeQuery(value, onlyOf(contract, methods), 'the contract');
    if (!('code' in found)) {
      const text = ownQuery(query, found);
      return judged(found, text, readContent(text, found, null, document));
    }
    if (request.body.length > 0 || withBody.length === 0) return `${found.location} ${found.message}`;
  }
  return recognizeWithBody(request, contract, withBody);
}

function recognizeWithBody(
  request: RecordedRequest,
  contract: Contract,
  types: readonly CallbackType[],
): RecognizedCallback | string {
  const text = textOf(request.body);
  const mediaType = headerOf(request, 'content-type') ?? 'application/json';
  const [only, second] = types;
  if (text === null)
    return only !== undefined && second === undefined ? judged(only, null, undefined) : 'its body is no text';
  const read = (type: CallbackType): JsonValue | undefined =>
    readAs(text, type, mediaType, contract.document);
  const judge = (type: CallbackType, others: readonly CallbackType[] = []): RecognizedCallback => ({
    ...judged(type, text, read(type)),
    others,
  });
  if (only === undefined) return 'no callback of the contract has a body';
  if (second === undefined) return judge(only);
  // A form is read as each schema says, so each callback reads it for itself.
  const fitting = types.filter((type) => takes(type, mediaType) && type.validate(read(type)).length === 0);
  const [first, ...others] = fitting;
  if (first !== undefined) return judge(first, others);
  const value = read(only);
  const found = recognizeBody(value, onlyOf(contract, types), 'the contract');
  if (!('code' in found)) return judge(found);
  const named = types.filter(({ enums }) =>
    [...enums.values()].some((values) => values.some((one) => text.includes(JSON.stringify(one)))),
  );
  const media = types.filter((type) => takes(type, mediaType));
  for (const candidates of [named, media])
    if (candidates.length === 1 && candidates[0] !== undefined) return judge(candidates[0]);
  return `its body ${found.location === '' ? '' : `at ${found.location} `}${found.message.split(/; (?:or )?(?:name|choose)/)[0]}`;
}

function onlyOf(contract: Contract, types: readonly CallbackType[]): Contract {
  return { ...contract, callbacks: new Map(types.map((type) => [type.type, type])) };
}

function judged(type: CallbackType, text: string | null, value: JsonValue | undefined): RecognizedCallback {
  const violations = text === null || value === undefined ? [] : type.validate(value);
  return { type, text, value, violations, others: [] };
}

function takes({ content }: CallbackType, mediaType: string): boolean {
  return content.size === 0 || content.has(essenceOf(mediaType));
}

/** What a body says, by its media type; or by that of the contract, if the body is labeled wrongly. */
function readAs(
  text: string,
  type: CallbackType,
  mediaType: string,
  document: JsonObject,
): JsonValue | undefined {
  const kind = mediaKind(essenceOf(mediaType));
  const labeled = kind === 'json' || kind === 'urlencoded' || type.content.size === 0;
  return readContent(text, type, labeled ? mediaType : defaultMedia(type), document);
}

/** The media type that the mock sends. */
export function defaultMedia(type: CallbackType): string {
  return type.content.size === 0 ? 'application/json' : chooseMedia(type)[0];
}

/** The parameters of a query that the contract declares, as they were sent. The others are those of the consumer. */
function ownQuery(query: string, { query: names }: CallbackType): string {
  return query
    .split('&')
    .filter((pair) => pairsOf(pair).some(([name]) => names.includes(name.replace(/\[.*$/, ''))))
    .join('&');
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
