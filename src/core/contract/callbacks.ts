import { isRingbackError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { readAnswers } from './answers.ts';
import { isJsonMedia } from './coerce.ts';
import type { CallbackAnswer, CallbackReference, CallbackType, Validator } from './contract.ts';
import type { ContractReader } from './openapi-objects.ts';
import { entries, readContent, readObject } from './openapi-objects.ts';
import type { OperationPlace } from './path-item.ts';
import { operationsOf } from './path-item.ts';
import type { Place } from './place.ts';
import { below, members, nameOf, textOf } from './place.ts';
import { readEnums } from './read-enums.ts';
import { readParameters } from './read-parameters.ts';
import { parseRuntimeExpression } from './runtime-expression.ts';
import { valid } from './valid.ts';

/** The callback types found so far, each with its path item. */
export type CallbackTypes = Map<string, { type: CallbackType; item: Place }>;

/** Reads the `callbacks` of an operation (OpenAPI 3.1 §4.8.18). */
export function readOperationCallbacks(
  reader: ContractReader,
  types: CallbackTypes,
  operation: Place,
  provider: string,
): readonly CallbackReference[] {
  const references: CallbackReference[] = [];
  for (const [name, entry] of entries(reader, below(operation, 'callbacks'), 'an object')) {
    const callback = reader.files.follow(entry);
    for (const [expression, item] of entries(reader, callback, 'an object')) {
      if (expression.startsWith('x-')) continue;
      checkExpression(reader, expression, item);
      const type = readCallback(reader, types, name, item, provider);
      if (type !== undefined) references.push({ type, expression });
    }
  }
  return references;
}

/** Reads the `webhooks` of the document (OpenAPI 3.1 §4.8.1). */
export function readWebhooks(reader: ContractReader, types: CallbackTypes): void {
  for (const [name, item] of entries(reader, below(reader.files.document, 'webhooks'), 'an object')) {
    readCallback(reader, types, name, item, undefined);
  }
}

function checkExpression(reader: ContractReader, expression: string, item: Place): void {
  try {
    parseRuntimeExpression(expression);
  } catch (error) {
    if (!isRingbackError(error)) throw error;
    reader.problems.add(nameOf(item), 'expression', error.message);
  }
}

/** The name of the type, if the path item is valid. */
function readCallback(
  reader: ContractReader,
  types: CallbackTypes,
  name: string,
  entry: Place,
  ownerTag: string | undefined,
): string | undefined {
  const item = readObject(reader, entry, 'path item');
  if (item === undefined) return undefined;
  const operations = operationsOf(reader, item);
  const first = operations[0];
  if (first === undefined) {
    reader.problems.add(nameOf(item), 'callback', `the callback "${name}" must have a method, e.g. post`);
    return undefined;
  }
  const provider = textOf(below(first.place, 'tags', '0')) ?? ownerTag;
  if (provider === undefined) {
    reader.problems.add(
      nameOf(first.place),
      'tag',
      `the webhook "${name}" must have a tag: the first one names its provider`,
    );
    return undefined;
  }
  const type = `${provider}.${name}`;
  const known = types.get(type);
  if (known === undefined) {
    const methods = operations.map(({ method }) => method);
    const answers = readConsumerAnswers(reader, operations);
    const payload = readPayload(reader, item, operations);
    const kind = ownerTag === undefined ? 'webhook' : 'callback';
    types.set(type, {
      item,
      type: {
        type,
        provider,
        name,
        methods,
        answers,
        ...payload,
        ...declared(name, kind, item, first.place),
      },
    });
  } else if (
    known.item.value !== item.value &&
    JSON.stringify(known.item.value) !== JSON.stringify(item.value)
  ) {
    const message = `the callback "${type}" is declared differently at ${nameOf(known.item)}: declare it once and refer to it`;
    reader.problems.add(nameOf(item), 'callback', message);
  }
  return type;
}

/** What the code of a bundled provider decides, rather than its contract. */
function declared(
  event: string,
  kind: CallbackType['kind'],
  item: Place,
  operation: Place,
): Pick<
  CallbackType,
  | 'event'
  | 'kind'
  | 'operation'
  | 'expression'
  | 'pointer'
  | 'url'
  | 'reading'
  | 'unsubmittable'
  | 'parameters'
  | 'content'
  | 'security'
  | 'description'
> {
  return {
    event,
    kind,
    operation: null,
    expression: null,
    pointer: item.pointer,
    url: null,
    reading: null,
    unsubmittable: null,
    parameters: [],
    content: new Map(),
    security: [],
    description: textOf(below(operation, 'description')) ?? textOf(below(operation, 'summary')) ?? '',
  };
}

/**
 * The responses that the operations of a callback declare. If two methods declare the same status, the first one
 * counts.
 */
function readConsumerAnswers(
  reader: ContractReader,
  operations: readonly OperationPlace[],
): ReadonlyMap<string, CallbackAnswer> {
  const answers = new Map<string, CallbackAnswer>();
  for (const { place } of operations) {
    for (const [status, content] of readAnswers(reader, place).byStatus) {
      const mediaTypes = [...content.keys()];
      const jsonOnly = mediaTypes.length > 0 && mediaTypes.every(isJsonMedia);
      if (!answers.has(status)) answers.set(status, { jsonOnly });
    }
  }
  return answers;
}

type Payload = Pick<CallbackType, 'query' | 'hasBody' | 'enums' | 'validate' | 'validateStrict' | 'examples'>;

function readPayload(reader: ContractReader, item: Place, operations: readonly OperationPlace[]): Payload {
  const query = new Map<string, { required: boolean; schema: Place | undefined }>();
  let body: Place | undefined;
  let hasBody = false;
  for (const { place, shared } of operations) {
    for (const { parameter, schema } of readParameters(reader, shared, below(place, 'parameters'))) {
      if (parameter.in === 'query') query.set(parameter.name, { required: parameter.required, schema });
    }
    const entry = below(place, 'requestBody');
    const request = entry && readObject(reader, entry, 'request body');
    if (request === undefined) continue;
    const json = readContent(reader, request).find(({ mediaType }) => isJsonMedia(mediaType));
    if (json === undefined) {
      reader.problems.add(
        nameOf(request),
        'callback',
        'the body of a callback must be JSON (application/json)',
      );
      continue;
    }
    hasBody = true;
    body ??= json.schema;
  }
  const schema = body ?? below(item, 'x-ringback-payload');
  const enums: CallbackType['enums'] = new Map();
  if (schema !== undefined) {
    return hasBody
      ? { query: [], hasBody, enums: readEnums(schema, reader.files), ...validatorsOf(reader, schema) }
      : { query: [...query.keys()], hasBody, enums, ...validatorsOf(reader, schema) };
  }
  if (hasBody) {
    return { query: [], hasBody, enums, validate: anyObject, validateStrict: anyObject, examples: [] };
  }
  return { query: [...query.keys()], hasBody, enums, ...validatorsOfQuery(reader, item, query) };
}

function validatorsOf(
  reader: ContractReader,
  schema: Place,
): Pick<CallbackType, 'validate' | 'validateStrict' | 'examples'> {
  const validate = reader.schemas.validator(schema);
  const target = reader.files.follow(schema);
  const strict = target && strictSibling(reader, target);
  const listed = target && below(target, 'examples');
  return {
    validate,
    validateStrict: strict === undefined ? validate : reader.schemas.validator(strict),
    examples: members(listed).flatMap(([, { value }]) => (isJsonObject(value) ? [value] : [])),
  };
}

/** `X.strict.schema.json` next to the file `X.schema.json`. */
function strictSibling(reader: ContractReader, schema: Place): Place | undefined {
  const match = /^(.*)\.schema\.(json|ya?ml)$/.exec(schema.file);
  if (schema.pointer !== '' || match === null || schema.file.includes('.strict.')) return undefined;
  return reader.files.file(`${match[1]}.strict.schema.${match[2]}`);
}

/** The query parameters as one object. The strict variant allows no others. */
function validatorsOfQuery(
  reader: ContractReader,
  item: Place,
  query: ReadonlyMap<string, { required: boolean; schema: Place | undefined }>,
): Pick<CallbackType, 'validate' | 'validateStrict' | 'examples'> {
  const properties: Record<string, JsonObject | boolean> = {};
  for (const [name, { schema }] of query) {
    Object.defineProperty(properties, name, {
      value: schema === undefined ? true : { $ref: reader.files.uri(schema) },
      enumerable: true,
    });
  }
  const required = [...query].flatMap(([name, parameter]) => (parameter.required ? [name] : []));
  const schema: JsonObject = { type: 'object', required, properties };
  const name = (what: string): string => `${what}:${encodeURIComponent(nameOf(item))}`;
  return {
    validate: reader.schemas.inlineValidator(name('query'), schema),
    validateStrict: reader.schemas.inlineValidator(name('strict-query'), {
      ...schema,
      additionalProperties: false,
    }),
    examples: [],
  };
}

const anyObject: Validator = (value) =>
  isJsonObject(value) ? valid : [{ location: '', code: 'type', message: 'must be an object' }];
