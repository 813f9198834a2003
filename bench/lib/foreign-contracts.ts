type Json = Readonly<Record<string, unknown>>;

const jsonBody = (schema: Json): Json => ({ content: { 'application/json': { schema } } });
const text = { type: 'string' };

/** A contract of one submission and one callback, as small as they get. */
export function smallContract(): string {
  const state = {
    type: 'object',
    required: ['id', 'status'],
    properties: { id: { type: 'string', format: 'uuid' }, status: { enum: ['pending', 'done'] } },
  };
  const submission = {
    type: 'object',
    required: ['name'],
    properties: { name: text, callbackUrl: text, content: text },
  };
  const done = { post: { requestBody: jsonBody(state), responses: { 200: { description: 'Taken.' } } } };
  const post = {
    operationId: 'addDocument',
    requestBody: { required: true, ...jsonBody(submission) },
    responses: { 202: { description: 'Accepted.', ...jsonBody(state) } },
    callbacks: { done: { '{$request.body#/callbackUrl}': done } },
  };
  return contract('Small', { '/documents': { post } });
}

/** Scenario `bench`: the callback of {@link smallContract} right after the submission. */
export const doneAtOnce = '\nname: bench\ntimeline:\n  - { after: 0s, callback: addDocument.done }\n';

/** A contract of `count` operations that differ in their path: `/r0/{id}`, `/r1/{id}` … */
export function manyRoutes(count: number): string {
  const schema = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } };
  const paths = Array.from({ length: count }, (_, n) => {
    const get = {
      operationId: `get${n}`,
      parameters: [{ name: 'id', in: 'path', required: true, schema: text }],
      responses: { 200: { description: 'Found.', ...jsonBody(schema) } },
    };
    return [`/r${n}/{id}`, { get }] as const;
  });
  return contract('Routes', Object.fromEntries(paths));
}

const operations = 1_200;
const webhooks = 270;

/** A contract of 1,200 operations and 270 webhooks in 13 MB, with schemas that refer to each other in circles. */
export function largeContract(): string {
  const schemas = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`Model${n}`, model(n)]));
  const paths = Object.fromEntries(
    Array.from({ length: operations }, (_, n) => [`/group${n % 40}/items${n}/{id}`, { get: reading(n) }]),
  );
  const events = Object.fromEntries(
    Array.from({ length: webhooks }, (_, n) => {
      const requestBody = jsonBody(wide(n, 50));
      return [`event${n}`, { post: { requestBody, responses: { 200: { description: 'Taken.' } } } }];
    }),
  );
  return contract('Large', paths, { components: { schemas }, 'x-webhooks': events });
}

const prose = 'What a reader has to know of it: where it comes from, when it changes, and who may see it. ';

function reading(n: number): Json {
  return {
    operationId: `read${n}`,
    description: prose.repeat(4),
    parameters: [
      { name: 'id', in: 'path', required: true, schema: text },
      { name: 'page', in: 'query', schema: { type: 'integer', default: 1 } },
    ],
    responses: { 200: { description: 'Found.', ...jsonBody(wide(n, 26)) } },
  };
}

/** An object of so many properties that it takes some kilobytes. */
function wide(n: number, count: number): Json {
  const properties = Array.from({ length: count }, (_, at) => [
    `property_${at}`,
    at % 10 === 9
      ? { $ref: `#/components/schemas/Model${(n + at) % 400}` }
      : {
          type: at % 3 === 0 ? 'integer' : 'string',
          description: prose,
          examples: [at % 3 === 0 ? at : `text ${at}`],
        },
  ]);
  return {
    type: 'object',
    required: ['property_0', 'property_1'],
    properties: Object.fromEntries(properties),
  };
}

function model(n: number): Json {
  const next = { $ref: `#/components/schemas/Model${(n * 7 + 1) % 400}` };
  const { properties } = wide(n, 8) as { properties: Json };
  return { type: 'object', properties: { ...properties, next, all: { type: 'array', items: next } } };
}

function contract(title: string, paths: Json, more: Json = {}): string {
  return JSON.stringify({ openapi: '3.0.3', info: { title, version: '1' }, paths, ...more }, null, 1);
}
