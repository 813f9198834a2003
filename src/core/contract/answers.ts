import type { Violation } from '../errors.ts';
import { isJsonMedia } from './coerce.ts';
import type { Operation, Validator } from './contract.ts';
import type { ContractReader } from './openapi-objects.ts';
import { entries, readContent, readObject } from './openapi-objects.ts';
import type { Place } from './place.ts';
import { below, listed, nameOf } from './place.ts';
import { valid } from './valid.ts';

/** The responses of one operation according to the contract. */
export interface Answers {
  /** By status key: `200`, `4XX`, `default`. */
  readonly byStatus: ReadonlyMap<string, AnswerContent>;
  readonly validate: Operation['validateAnswer'];
}

/** Media types of one response with the validators of their JSON bodies; null for bodies that are not JSON. */
export type AnswerContent = ReadonlyMap<string, Validator | null>;

/** Reads the `responses` of an operation (OpenAPI 3.1 §4.8.16). */
export function readAnswers(reader: ContractReader, operation: Place): Answers {
  const responses = new Map<string, AnswerContent>();
  for (const [status, entry] of entries(reader, below(operation, 'responses'), 'an object')) {
    if (status.startsWith('x-')) continue;
    if (!/^([1-5]\d\d|[1-5]XX|default)$/.test(status)) {
      reader.problems.add(
        nameOf(entry),
        'status',
        `a response must be for a status such as 200, 4XX or default; got "${status}"`,
      );
    }
    const place = readObject(reader, entry, 'response');
    if (place === undefined) continue;
    for (const [, header] of entries(reader, below(place, 'headers'), 'an object'))
      visitHeader(reader, header);
    responses.set(status, readAnswerContent(reader, place));
  }
  return {
    byStatus: responses,
    validate: (status, mediaType, body) => validateAnswer(responses, status, mediaType, body),
  };
}

function visitHeader(reader: ContractReader, entry: Place): void {
  const header = readObject(reader, entry, 'header');
  const schema = header && below(header, 'schema');
  if (schema !== undefined) reader.schemas.visit(schema);
}

function readAnswerContent(reader: ContractReader, response: Place): AnswerContent {
  const content = new Map<string, Validator | null>();
  for (const { mediaType, schema } of readContent(reader, response)) {
    const isJson = schema !== undefined && isJsonMedia(mediaType);
    content.set(mediaType, isJson ? reader.schemas.validator(schema) : null);
  }
  return content;
}

/** Checks a response against the declared ones, as {@link Operation.validateAnswer} does. */
export function validateAnswer(
  responses: ReadonlyMap<string, AnswerContent>,
  status: number,
  mediaType: string | null,
  body: unknown,
): readonly Violation[] {
  // The most specific declaration counts (OpenAPI 3.1 §4.8.16).
  const content =
    responses.get(String(status)) ?? responses.get(`${String(status)[0]}XX`) ?? responses.get('default');
  if (content === undefined) {
    const message = `must be a status that the contract declares: ${listed([...responses.keys()])}; got ${status}`;
    return [{ location: 'response.status', code: 'response.status', message }];
  }
  if (content.size === 0 && mediaType === null) return valid;
  const type = mediaType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const range = type.replace(/\/.*$/, '/*');
  const suffixed = type.replace(/\/.*\+/, '/*+');
  const validate = [type, suffixed, range, '*/*']
    .map((name) => content.get(name))
    .find((found) => found !== undefined);
  if (validate === undefined) {
    const expected = content.size === 0 ? 'no body' : `one of ${listed([...content.keys()])}`;
    const got = mediaType === null ? 'no body' : mediaType;
    const message = `must be ${expected} for the status ${status}; got ${got}`;
    return [{ location: 'response.content-type', code: 'response.content-type', message }];
  }
  return validate === null ? valid : validate(body);
}
