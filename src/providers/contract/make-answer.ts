import { isJsonMedia } from '../../core/contract/coerce.ts';
import type { HeaderDeclaration } from '../../core/contract/contract.ts';
import { encodeBody } from '../../core/contract/media/encode-body.ts';
import { concreteMediaType } from '../../core/contract/media/media-kind.ts';
import type { Violation } from '../../core/errors.ts';
import { fieldValue, isFieldName } from '../../core/header-field.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { OperationAnswer } from '../../core/provider/provider.ts';
import type { Random } from '../../core/random.ts';
import type { ChosenAnswer } from './choose-answer.ts';
import type { Sampler } from './sampler.ts';

export interface MadeAnswer {
  readonly answer: OperationAnswer;
  /** The body before it is encoded. Undefined: none. */
  readonly body: JsonValue | undefined;
  /** How the response violates the contract. Empty: it is valid. */
  readonly violations: readonly Violation[];
}

type Headers = Readonly<Record<string, string>>;

interface MadeFrom {
  /** Values to carry over by name. */
  readonly known: JsonObject;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether the response shows something that the request creates. */
  readonly isNew?: boolean;
}

/** Makes the response that was chosen: its body and its headers, from examples or made up. */
export function makeAnswer(
  sampler: Sampler,
  { status, declaration, media, example }: ChosenAnswer,
  from: MadeFrom,
): MadeAnswer {
  const violations: Violation[] = [];
  const direction = 'response';
  let body: JsonValue | undefined;
  if (media !== null) {
    const request = { ...from, random: from.random.stream('body'), direction, example } as const;
    const made = sampler.sample(media.declaration, request);
    body = made.value;
    violations.push(...made.violations);
  }
  const known = isJsonObject(body) ? { ...from.known, ...body } : from.known;
  const headers = makeHeaders(sampler, declaration?.headers ?? [], { ...from, known });
  return answerOf(sampler, { status, media }, { headers, body, violations });
}

/** Makes the values of declared headers, except those that the server decides. */
export function makeHeaders(
  sampler: Sampler,
  declared: Iterable<readonly [name: string, HeaderDeclaration]>,
  from: MadeFrom,
): Headers {
  const headers: Record<string, string> = {};
  for (const [name, header] of declared) {
    if (decidedHeaders.has(name.toLowerCase()) || !isFieldName(name)) continue;
    const random = from.random.stream(`header/${name}`);
    const made = sampler.sample(header.media, { ...from, random, direction: 'response' });
    headers[name] = fieldValue(headerText(made.value, header.explode));
  }
  return headers;
}

/** The response with a body and headers that are made already. */
export function answerOf(
  { document }: Sampler,
  { status, media }: Pick<ChosenAnswer, 'status' | 'media'>,
  { headers, body, violations }: Pick<MadeAnswer, 'body' | 'violations'> & { readonly headers: Headers },
): MadeAnswer {
  // A body that is JSON stays a value, which is checked, and which faults can change.
  const type = media === null ? null : concreteMediaType(media.type);
  if (type !== null && isJsonMedia(type)) {
    const all = type === 'application/json' ? headers : { ...headers, 'content-type': type };
    return { answer: { status, headers: all, ...(body !== undefined && { body }) }, body, violations };
  }
  return { answer: { status, headers, ...textOf(media, body, document) }, body, violations };
}

/** Headers that the server decides (RFC 9110), or that would change what the client may do. */
const decidedHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'set-cookie',
  'transfer-encoding',
]);

function textOf(
  media: ChosenAnswer['media'],
  body: JsonValue | undefined,
  document: JsonObject,
): Pick<OperationAnswer, 'text'> {
  if (media === null || body === undefined) return {};
  const { text, contentType } = encodeBody(media.type, body, media.declaration, document);
  return { text: { content: text, mediaType: contentType } };
}

/** The style `simple`, the only one of headers (OpenAPI 3.1 §4.8.21.1). */
function headerText(value: JsonValue, explode: boolean): string {
  if (Array.isArray(value)) return value.map(String).join(',');
  if (isJsonObject(value))
    return Object.entries(value)
      .flatMap(([name, item]) => (explode ? `${name}=${String(item)}` : [name, String(item)]))
      .join(',');
  return String(value);
}
