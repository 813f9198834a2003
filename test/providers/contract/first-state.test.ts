import { describe, expect, test } from 'vitest';
import { call } from '../../support/test-server.ts';
import { serveContract } from './support.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const job = (status: object) => ({
  type: 'object',
  required: ['id', 'status'],
  properties: { id: { type: 'string' }, status: { type: 'string', ...status } },
});
const states = { enum: ['succeeded', 'failed', 'running', 'queued'] };
const path = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }];
const callbacks = {
  finished: {
    '{$request.header.x-callback}': {
      post: { requestBody: json(job(states)), responses: { 204: { description: 'received' } } },
    },
  },
};

/** A contract that creates jobs, with POST or PUT. */
function jobs(created: object, read: object, method: 'post' | 'put') {
  const answer = { responses: { 200: { description: 'job', ...json(created) } }, callbacks };
  return {
    openapi: '3.1.0',
    info: { title: 'Jobs', version: '1' },
    paths: {
      '/jobs': method === 'post' ? { post: answer } : {},
      '/jobs/{id}': {
        ...(method === 'put' && { put: { ...answer, parameters: path } }),
        get: { parameters: path, responses: { 200: { description: 'job', ...json(read) } } },
      },
    },
  };
}

const onlyId = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } };
const statusOf = (body: unknown) => (body as { status?: unknown }).status;

describe('what was just created is in the first state that is no outcome', () => {
  test.each([
    ['in the response and in GET', job(states), 'running'],
    ['in GET alone', onlyId, undefined],
  ])('%s', async (_, created, expected) => {
    const { ringback } = await serveContract(jobs(created, job(states), 'post'));
    const answer = await call('POST', `${ringback.url}/jobs`);
    expect(statusOf(answer.body)).toBe(expected);
    const shown = await call('GET', `${ringback.url}/jobs/${answer.body.id}`);
    expect(statusOf(shown.body)).toBe('running');
  });

  test('also if PUT creates it', async () => {
    const { ringback } = await serveContract(jobs(job(states), job(states), 'put'));
    const answer = await call('PUT', `${ringback.url}/jobs/7`);
    expect(statusOf(answer.body)).toBe('running');
    expect(statusOf((await call('GET', `${ringback.url}/jobs/7`)).body)).toBe('running');
  });

  test('also if nothing reads it', async () => {
    const { paths, ...rest } = jobs(job(states), job(states), 'post');
    const { ringback } = await serveContract({ ...rest, paths: { '/jobs': paths['/jobs'] } });
    expect(statusOf((await call('POST', `${ringback.url}/jobs`)).body)).toBe('running');
  });
});

test.each([
  ['has a default', { ...states, default: 'failed' }, 'failed'],
  ['has an example', { ...states, examples: ['queued'] }, 'queued'],
  ['has outcomes alone', { enum: ['failed', 'succeeded'] }, 'succeeded'],
  ['begins with an unknown state', { enum: ['STATUS_UNSPECIFIED', 'DONE', 'RUNNING'] }, 'RUNNING'],
])('a state that %s: %j', async (_, status, expected) => {
  const { ringback } = await serveContract(jobs(job(status), job(status), 'post'));
  expect(statusOf((await call('POST', `${ringback.url}/jobs`)).body)).toBe(expected);
});

test('what nobody created keeps a state that means success', async () => {
  const { ringback } = await serveContract(jobs(job(states), job(states), 'post'));
  expect(statusOf((await call('GET', `${ringback.url}/jobs/unheard-of`)).body)).toBe('succeeded');
});
