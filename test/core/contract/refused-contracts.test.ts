import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { documentWith, operation, refusal, withBody } from './documents.ts';

const at = (path: string, item: JsonObject): JsonObject => documentWith({ paths: { [path]: item } });
const pathParameter = (name: string, parts: JsonObject = {}): JsonObject => ({
  name,
  in: 'path',
  required: true,
  schema: {},
  ...parts,
});

test.each<[string, JsonObject, string]>([
  [
    'an earlier OpenAPI',
    documentWith({ openapi: '3.0.3' }),
    '#/openapi [version] must be an OpenAPI 3.1 document, with e.g. openapi: 3.1.1; got "3.0.3"',
  ],
  [
    'Swagger',
    { swagger: '2.0' },
    '#/openapi [version] must be an OpenAPI 3.1 document, with e.g. openapi: 3.1.1; got "2.0"',
  ],
  [
    'no version',
    {},
    '#/openapi [version] must be an OpenAPI 3.1 document, with e.g. openapi: 3.1.1; got no "openapi"',
  ],
  [
    'no info',
    { openapi: '3.1.0', paths: { '/a': { get: operation() } } },
    '# [structure] a document must have "info"',
  ],
  [
    'no title',
    documentWith({ info: { title: '', version: '1' } }),
    '#/info [structure] a document must have "title", a string that is not empty',
  ],
  [
    'no operation and no callback',
    documentWith({ paths: {} }),
    '# [structure] a document must have an operation under "paths" or a callback under "webhooks"',
  ],
  [
    'an operation without id',
    at('/a', { get: { tags: ['acme'] } }),
    '#/paths/~1a/get [operation-id] an operation must have an operationId',
  ],
  [
    'the same operationId twice',
    at('/a', { get: operation(), put: operation() }),
    '#/paths/~1a/put [operation-id] the operationId "op" is already used by #/paths/~1a/get',
  ],
  [
    'an operation without tag',
    at('/a', { get: { operationId: 'op' } }),
    '#/paths/~1a/get [tag] an operation must have a tag: the first one names its provider',
  ],
  [
    'a path parameter that is not declared',
    at('/a/{id}', { get: operation() }),
    '#/paths/~1a~1{id} [path-parameter] {id} of the path is not declared as a path parameter',
  ],
  [
    'a path parameter that is not in the path',
    at('/a', { get: operation({ parameters: [pathParameter('id')] }) }),
    '#/paths/~1a [path-parameter] the path parameter "id" is not in the path /a',
  ],
  [
    'a path parameter that is not required',
    at('/a/{id}', { get: operation({ parameters: [pathParameter('id', { required: false })] }) }),
    '#/paths/~1a~1{id}/get/parameters/0 [path-parameter] the path parameter "id" must have required: true',
  ],
  [
    'an unclosed brace',
    at('/a/{id', { get: operation() }),
    '#/paths/~1a~1{id [path-parameter] the path /a/{id has braces without a name',
  ],
  [
    'the same route under two names',
    documentWith({
      paths: {
        '/a/{x}': { get: operation({ parameters: [pathParameter('x')] }) },
        '/a/{y}': { get: operation({ operationId: 'op2', parameters: [pathParameter('y')] }) },
      },
    }),
    '#/paths/~1a~1{y} [path] the route GET /a/{y} is already used by #/paths/~1a~1{x}',
  ],
  [
    'a cookie parameter',
    at('/a', { get: operation({ parameters: [{ name: 'c', in: 'cookie', schema: {} }] }) }),
    '#/paths/~1a/get/parameters/0 [parameter] "in" must be path, query or header; got "cookie"',
  ],
  [
    'a misspelled member of an operation',
    at('/a', { get: operation({ requestbody: {} }) }),
    '#/paths/~1a/get/requestbody [structure] an operation has no "requestbody". Did you mean "requestBody"?',
  ],
  [
    'an array where an object belongs',
    at('/a', { get: operation({ responses: [] }) }),
    '#/paths/~1a/get/responses [structure] must be an object',
  ],
  [
    'an invalid status',
    at('/a', { get: operation({ responses: { 2000: { description: 'x' } } }) }),
    '#/paths/~1a/get/responses/2000 [status] a response must be for a status such as 200, 4XX or default; got "2000"',
  ],
  [
    'a $ref to a missing component',
    withBody({ $ref: '#/components/schemas/Documnt' }, { schemas: { Document: {}, Other: {} } }),
    '#/paths/~1things/post/requestBody/content/application~1json/schema [ref] the $ref "#/components/schemas/Documnt" points to nothing: #/components/schemas has no "Documnt". Did you mean "Document"? It has "Document", "Other"',
  ],
  [
    'a $ref to a missing part of the document',
    at('/a', { get: operation({ parameters: [{ $ref: '#/components/parameters/A' }] }) }),
    '#/paths/~1a/get/parameters/0 [ref] the $ref "#/components/parameters/A" points to nothing: # has no "components". It has "openapi", "info", "paths"',
  ],
  [
    'a schema that refers only to itself',
    withBody({ type: 'object' }, { schemas: { A: { $ref: '#/components/schemas/A' } } }),
    '#/components/schemas/A [ref] the $ref "#/components/schemas/A" refers to itself',
  ],
  [
    'an unknown keyword in a schema',
    withBody({ type: 'object', propertis: {} }),
    '#/paths/~1things/post/requestBody/content/application~1json/schema/propertis [keyword] "propertis" is not a keyword of JSON Schema 2020-12. Did you mean "properties"?',
  ],
  [
    'a keyword of OpenAPI 3.0',
    withBody({ type: 'string', nullable: true }),
    '#/paths/~1things/post/requestBody/content/application~1json/schema/nullable [keyword] "nullable" is not a keyword of JSON Schema 2020-12. Write type: [string, "null"] (OpenAPI 3.1 has no nullable).',
  ],
  [
    'an invalid type, reported at the innermost place',
    withBody({ type: 'object', properties: { a: { type: 'array', items: { type: 'strng' } } } }),
    '#/paths/~1things/post/requestBody/content/application~1json/schema/properties/a/items [schema] the schema does not compile: type must be JSONType or JSONType[]: strng',
  ],
  [
    'an invalid regular expression, reported once for two uses',
    withBody(
      { properties: { a: { $ref: '#/components/schemas/A' } } },
      { schemas: { A: { type: 'string', pattern: '(' } } },
    ),
    '#/components/schemas/A [schema] the schema does not compile: Invalid regular expression: /(/u: Unterminated group',
  ],
  [
    'an unknown format',
    withBody({ type: 'string', format: 'date-tme' }),
    '#/paths/~1things/post/requestBody/content/application~1json/schema [schema] the schema does not compile: unknown format "date-tme" ignored in schema at path "#"',
  ],
  [
    'an invalid runtime expression',
    at('/a', { post: operation({ callbacks: { a: { '{$request.bdy#/x}': { post: operation() } } } }) }),
    '#/paths/~1a/post/callbacks/a/{$request.bdy#~1x} [expression] Could not read the runtime expression "{$request.bdy#/x}": "bdy#/x" is none of header.NAME, query.NAME, path.NAME, body and body#/POINTER. Expected e.g. {$request.body#/callbackUrl}.',
  ],
  [
    'a webhook without tag',
    documentWith({ webhooks: { a: { post: {} } } }),
    '#/webhooks/a/post [tag] the webhook "a" must have a tag: the first one names its provider',
  ],
  [
    'a callback without method',
    documentWith({ webhooks: { a: { summary: 'x' } } }),
    '#/webhooks/a [callback] the callback "a" must have a method, e.g. post',
  ],
  [
    'a callback with a body that is not JSON',
    documentWith({
      webhooks: { a: { post: operation({ requestBody: { content: { 'text/plain': {} } } }) } },
    }),
    '#/webhooks/a/post/requestBody [callback] the body of a callback must be JSON (application/json)',
  ],
  [
    'two different declarations of one callback',
    documentWith({
      paths: { '/a': { post: operation({ callbacks: { a: { '{$url}': { post: operation() } } } }) } },
      webhooks: { a: { get: operation() } },
    }),
    '#/webhooks/a [callback] the callback "acme.a" is declared differently at #/paths/~1a/post/callbacks/a/{$url}: declare it once and refer to it',
  ],
])('a document with %s is refused, and the error gives the place', (_, document, expected) => {
  expect(refusal(document)).toEqual([expected]);
});

test('a $ref that refers to itself is refused', () => {
  const components = {
    parameters: { A: { $ref: '#/components/parameters/B' }, B: { $ref: '#/components/parameters/A' } },
  };
  expect(refusal(documentWith({ components }))).toEqual([
    '#/components/parameters/A [ref] the $ref "#/components/parameters/B" refers to itself',
    '#/components/parameters/B [ref] the $ref "#/components/parameters/A" refers to itself',
  ]);
});

test('a $ref to a missing file is refused, and the error names the nearest', () => {
  const files = { 'schemas/error.schema.json': {} };
  expect(refusal(withBody({ $ref: './schemas/eror.schema.json' }), files)).toEqual([
    '#/paths/~1things/post/requestBody/content/application~1json/schema [ref] the $ref "./schemas/eror.schema.json" points to nothing: there is no such file. Did you mean "schemas/error.schema.json"? The files are "schemas/error.schema.json"',
  ]);
});

test('a schema file of another dialect is refused', () => {
  const files = { 'a.schema.json': { $schema: 'http://json-schema.org/draft-07/schema#' } };
  expect(refusal(withBody({ $ref: 'a.schema.json' }), files)).toEqual([
    'a.schema.json# [schema] $schema must be "https://json-schema.org/draft/2020-12/schema"; got "http://json-schema.org/draft-07/schema#"',
  ]);
});

test('two files with the same $id are refused', () => {
  const files = {
    'a.schema.json': { $id: 'https://x.example/a' },
    'b.schema.json': { $id: 'https://x.example/a' },
  };
  expect(refusal(withBody({ $ref: 'a.schema.json' }), files)).toEqual([
    'b.schema.json# [schema] the $id "https://x.example/a" is already used by a.schema.json#',
  ]);
});

test('all problems are reported together', () => {
  const document = documentWith({
    paths: {
      '/a/{id}': { get: { responses: { 200: { $ref: '#/components/responses/Gone' } } } },
      b: { put: operation() },
    },
  });
  expect(refusal(document).map((line) => line.replace(/\].*/, ']'))).toEqual([
    '#/paths/~1a~1{id}/get [tag]',
    '#/paths/~1a~1{id} [path-parameter]',
    '#/paths/~1a~1{id}/get/responses/200 [ref]',
    '#/paths/~1a~1{id}/get [operation-id]',
    '#/paths/b [path]',
  ]);
});
