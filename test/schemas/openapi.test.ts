import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { isJsonObject, resolvePointer } from '../../src/core/json.ts';
import { readJson, readOpenApi, strictAjv } from './support.ts';

const document = readOpenApi();
const at = (pointer: string) => resolvePointer(document, pointer);
const membersOf = (value: JsonValue | undefined) => Object.entries(isJsonObject(value) ? value : {});
const methods = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace']);

const operations = membersOf(at('/paths')).flatMap(([path, item]) =>
  membersOf(item)
    .filter(([method]) => methods.has(method))
    .map(([method, operation]) => ({ path, method, operation: operation as JsonObject })),
);
const webhooks = membersOf(at('/webhooks')).map(([name]) => name);

test('openapi.yaml has every operation of both providers at its path', () => {
  const found = operations.map(({ path, method, operation }) => `${operation.operationId} ${method} ${path}`);
  expect(found.sort()).toEqual(
    [
      'authenticate post /docdigitizer/api/v2/authenticate',
      'submitDocument post /docdigitizer/api/v2/documents',
      'getDocument get /docdigitizer/api/v2/documents/{docid}',
      'annotateDocument post /docdigitizer/api/v1/documents/annotate',
      'annotateDocumentOfClass post /docdigitizer/api/v1/documents/annotate:{document_class}',
      'listTasks get /docdigitizer/api/v1/tasks',
      'getTask get /docdigitizer/api/v1/tasks/{taskId}',
      'getDocumentV1 get /docdigitizer/api/v1/documents/{docid}',
      'getDocumentAssets get /docdigitizer/api/v1/documents/{docid}/assets',
      'registerApplication post /informed/v1/{product}/applications',
      'updateApplication put /informed/v1/{product}/applications/{application_id}',
      'listApplications get /informed/v1/{product}/applications',
      'getApplication get /informed/v1/{product}/applications/{application_id}',
      'addDocuments post /informed/v1/{product}/applications/{application_id}/documents',
      'uploadFile put /informed/uploads/{upload_id}',
      'downloadDocument get /informed/downloads/{document_id}',
    ].sort(),
  );
});

describe.each(operations)('$operation.operationId', ({ path, operation }) => {
  test('belongs to the provider of its path', () => {
    expect(operation.tags).toEqual([path.split('/')[1]]);
  });

  test('describes any other failure as a problem', () => {
    expect(resolvePointer(operation, '/responses/default')).toEqual({
      $ref: '#/components/responses/Problem',
    });
  });

  test('declares its callbacks by reference to their single definition', () => {
    for (const [name, callback] of membersOf(operation.callbacks)) {
      expect(webhooks).toContain(name);
      expect(membersOf(callback).map(([, item]) => item)).toEqual([{ $ref: `#/webhooks/${name}` }]);
    }
  });
});

test.each([
  ['submitDocument', 'callbackUrl', ['documentState', 'documentStateOverview', 'documentStateV1']],
  ['annotateDocument', 'callback_url', ['documentStateV1']],
  ['annotateDocumentOfClass', 'callback_url', ['documentStateV1']],
  ['registerApplication', 'webhook', ['extractions', 'verifications', 'error']],
  ['updateApplication', 'webhook', ['extractions', 'verifications', 'error']],
])('%s calls back to the %s of its body', (id, field, names) => {
  const found = operations.find(({ operation }) => operation.operationId === id);
  const callbacks = membersOf(found?.operation.callbacks);
  expect(callbacks.map(([name]) => name)).toEqual(names);
  for (const [, callback] of callbacks) {
    expect(membersOf(callback).map(([expression]) => expression)).toEqual([`{$request.body#/${field}}`]);
  }
});

test('each webhook is inline under its name, where openapi-typescript reads it, not behind a $ref', () => {
  expect(webhooks.length).toBe(6);
  for (const name of webhooks) expect(at(`/webhooks/${name}`)).not.toHaveProperty('$ref');
});

test.each(['documentState', 'documentStateOverview', 'documentStateV1'])(
  'the query parameters of %s are the properties of its payload schema, by GET and by POST',
  (name) => {
    const item = at(`/webhooks/${name}`) as JsonObject;
    const file = resolvePointer(item, '/x-ringback-payload/$ref') as string;
    const schema = readJson(file);
    const parameters = item.parameters as JsonObject[];
    expect(parameters.every((parameter) => parameter.in === 'query' && parameter.required === true)).toBe(
      true,
    );
    expect(parameters.map((parameter) => parameter.name)).toEqual(
      membersOf(schema.properties).map(([key]) => key),
    );
    expect(parameters.map((parameter) => parameter.name)).toEqual(schema.required);
    for (const { name: key, schema: own } of parameters) {
      const property = resolvePointer(schema, `/properties/${key}`);
      // Any other value of an open enumeration has the type of the known ones.
      const type = resolvePointer(property, '/type') ?? resolvePointer(property, '/anyOf/0/type');
      expect(resolvePointer(own, '/type')).toBe(type);
    }
    expect(Object.keys(item).filter((key) => methods.has(key))).toEqual(['get', 'post']);
  },
);

test.each(['extractions', 'verifications', 'error'])('%s is posted as JSON of its own schema', (name) => {
  const item = at(`/webhooks/${name}`);
  expect(
    membersOf(item)
      .filter(([key]) => methods.has(key))
      .map(([key]) => key),
  ).toEqual(['post']);
  const schema = resolvePointer(item, '/post/requestBody/content/application~1json/schema');
  expect(schema).toEqual({ $ref: `./schemas/callbacks/${name}.schema.json` });
});

test('every component schema compiles in the strict mode of ajv', () => {
  const ajv = strictAjv();
  for (const keyword of ['openapi', 'info', 'servers', 'tags', 'paths', 'webhooks', 'components']) {
    ajv.addKeyword(keyword);
  }
  ajv.addSchema(document, 'openapi.yaml');
  const names = membersOf(at('/components/schemas')).map(([name]) => name);
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) {
    expect(() => ajv.compile({ $ref: `openapi.yaml#/components/schemas/${name}` }), name).not.toThrow();
  }
});

/** The properties in a schema or document that have no description, and refer to no schema that has one. */
function undescribed(control: JsonObject, value: JsonValue | undefined, place: string): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => undescribed(control, item, `${place}/${index}`));
  if (!isJsonObject(value)) return [];
  const { examples: _, example: __, ...rest } = value;
  const isDescribed = (member: JsonValue): boolean => {
    if (!isJsonObject(member) || member.description !== undefined) return true;
    const { $ref } = member;
    return typeof $ref === 'string' && isDescribed(resolvePointer(control, $ref.slice(1)) ?? {});
  };
  const own = membersOf(rest.properties).filter(([, member]) => !isDescribed(member));
  return [
    ...own.map(([name]) => `${place}/properties/${name}`),
    ...Object.entries(rest).flatMap(([name, part]) => undescribed(control, part, `${place}/${name}`)),
  ];
}

test('every property in openapi.control.yaml has a description', () => {
  const control = readOpenApi('openapi.control.yaml');
  expect(membersOf(resolvePointer(control, '/components/schemas')).length).toBeGreaterThan(30);
  expect(undescribed(control, control, '')).toEqual([]);
});
