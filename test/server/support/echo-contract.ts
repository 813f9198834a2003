import type { Contract } from '../../../src/core/contract/contract.ts';
import { loadContract } from '../../../src/core/contract/load-contract.ts';
import type { JsonObject } from '../../../src/core/json.ts';

const text = { type: 'string' };
const json = (schema: JsonObject): JsonObject => ({ content: { 'application/json': { schema } } });
const answer: JsonObject = { '200': { description: 'What the server saw.', ...json({}) } };
const inPath = (name: string, schema: JsonObject = text): JsonObject => ({
  name,
  in: 'path',
  required: true,
  schema,
});

/** A contract with one operation for each way in which a request can be read. */
function echoDocument(provider = 'echo'): JsonObject {
  const operation = (operationId: string, rest: JsonObject = {}): JsonObject => ({
    operationId,
    tags: [provider],
    responses: answer,
    ...rest,
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Echo', version: '1' },
    paths: {
      '/echo/documents': {
        post: operation('submit', {
          requestBody: { required: true, content: { 'multipart/form-data': { schema: formSchema } } },
        }),
      },
      '/echo/documents/annotate': {
        post: operation('annotate', {
          requestBody: { content: { 'multipart/form-data': { schema: formSchema } } },
        }),
      },
      '/echo/documents/annotate:{document_class}': {
        post: operation('annotateOfClass', { parameters: [inPath('document_class')] }),
      },
      '/echo/documents/{id}': { get: operation('getDocument', { parameters: [inPath('id')] }) },
      '/echo/{product}/applications': {
        post: operation('register', {
          parameters: [inPath('product', { enum: ['consumer', 'auto'] })],
          requestBody: { required: true, ...json(applicationSchema) },
        }),
        get: operation('list', {
          parameters: [
            inPath('product', { enum: ['consumer', 'auto'] }),
            {
              name: 'limit',
              in: 'query',
              schema: { type: 'integer', minimum: 1, maximum: 1000, default: 25 },
            },
            { name: 'status', in: 'query', schema: { type: 'array', items: text } },
            { name: 'X-Tag', in: 'header', schema: { type: 'string', maxLength: 5 } },
          ],
        }),
      },
      '/echo/notes': {
        post: operation('note', {
          requestBody: {
            content: {
              'application/json': { schema: {} },
              'text/plain': { schema: text },
              'application/x-www-form-urlencoded': { schema: formSchema },
            },
          },
        }),
      },
      '/echo/uploads/{id}': {
        put: operation('upload', {
          parameters: [inPath('id')],
          requestBody: {
            required: true,
            content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
          },
        }),
      },
      '/echo/downloads/{key}': { get: operation('download', { parameters: [inPath('key')] }) },
      '/echo/{kind}/defect': { post: operation('defect', { parameters: [inPath('kind')] }) },
    },
  };
}

const formSchema: JsonObject = {
  type: 'object',
  required: ['files'],
  properties: {
    files: { type: 'array', items: { type: 'string', format: 'binary' } },
    cover: { type: 'string', format: 'binary' },
    document_class: text,
    useHumanRevision: { type: 'boolean' },
    pages: { type: 'integer' },
    tags: { type: 'array', items: text },
    callback_method: { enum: ['GET', 'POST'] },
    callback_headers: { type: 'object', additionalProperties: text },
  },
};

const applicationSchema: JsonObject = {
  type: 'object',
  required: ['application_reference_id', 'webhook'],
  properties: {
    application_reference_id: text,
    webhook: text,
    services: { type: 'array', items: { enum: ['extract', 'verify'] } },
  },
};

export function echoContract(provider?: string): Contract {
  return loadContract(echoDocument(provider), new Map());
}

/** A control contract with what the server treats specially: a guarded operation and the inbox. */
export function controlContract(): Contract {
  const operation = (operationId: string, rest: JsonObject = {}): JsonObject => ({
    operationId,
    tags: ['control'],
    responses: answer,
    ...rest,
  });
  const raw = { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  return loadContract(
    {
      openapi: '3.1.0',
      info: { title: 'Control', version: '1' },
      paths: {
        '/_ringback/health': { get: operation('getHealth') },
        '/_ringback/clock': {
          post: operation('moveClock', {
            requestBody: { required: true, ...json({ type: 'object', properties: { advance: text } }) },
          }),
        },
        '/_ringback/inbox/{name}': {
          parameters: [inPath('name')],
          get: operation('receiveInboxGet'),
          post: operation('receiveInboxPost', { requestBody: raw }),
        },
      },
    },
    new Map(),
  );
}
