import { describe, expect, it } from 'vitest';
import { readOptions } from '../../src/cli/read-options.ts';
import { trigger } from '../../src/cli/trigger.ts';
import { startServer } from '../../src/server/start-server.ts';
import { startProvider } from '../../src/testing/start-provider.ts';
import { call, submitDocument, useTestServer } from '../support/test-server.ts';

const server = useTestServer({ clock: 'virtual', seed: 1 });

/** The details of the error that a function throws. */
async function thrown(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    return (error as { details?: unknown }).details;
  }
  return 'nothing was thrown';
}

describe('the details of an error over HTTP', () => {
  const bearer = { authorization: 'Bearer any' };

  it.each<[string, string, string, unknown, object]>([
    [
      'an invalid body',
      'POST',
      '/_ringback/clock',
      { advance: [] },
      { location: 'body/advance', rule: 'type', count: 1 },
    ],
    [
      'an invalid query',
      'GET',
      '/_ringback/runs?stat=x',
      undefined,
      { location: 'query/stat', rule: 'query.unknown', count: 1 },
    ],
    [
      'a document that does not exist',
      'GET',
      '/docdigitizer/api/v2/documents/d-1',
      undefined,
      { kind: 'document', id: 'd-1' },
    ],
    ['a run that does not exist', 'GET', '/_ringback/runs/r-1', undefined, { kind: 'run', id: 'r-1' }],
    [
      'a request that an inbox does not have',
      'GET',
      '/_ringback/inboxes/mine/q-1',
      undefined,
      { kind: 'request', id: 'q-1' },
    ],
    [
      'a collection that does not exist',
      'GET',
      '/_ringback/data/runz',
      undefined,
      { kind: 'collection', id: 'runz' },
    ],
    [
      'an invalid scenario',
      'PUT',
      '/_ringback/scenarios/docdigitizer/x',
      { name: 'x', provider: 'docdigitizer', outcome: { final: 'lost' } },
      { rule: 'enum', count: 1 },
    ],
  ])('name %s', async (_, method, path, body, details) => {
    const answer = await call(method, `${server().url}${path}`, body, bearer);
    expect(answer.body.details).toMatchObject(details);
    expect(Object.keys(answer.body.details)).not.toHaveLength(0);
  });

  it('name the place of malformed JSON', async () => {
    const answer = await fetch(`${server().url}/_ringback/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(await answer.json()).toMatchObject({ details: { location: 'body', rule: 'syntax', count: 1 } });
  });

  it('name the delivery that is still pending', async () => {
    const callbackUrl = `${server().url}/_ringback/inbox/held`;
    await call('PUT', `${server().url}/_ringback/scenarios/docdigitizer/held`, {
      name: 'held',
      provider: 'docdigitizer',
      faults: [{ on: { state: 30 }, reorder: true }],
    });
    await submitDocument(server().url, { callbackUrl }, { 'x-ringback-scenario': 'held' });
    await call('POST', `${server().url}/_ringback/clock`, { advance: '5s' });
    const { body } = await call('GET', `${server().url}/_ringback/deliveries`);
    const [pending] = body.deliveries.filter(({ state }: { state: string }) => state === 'pending');
    const answer = await call('POST', `${server().url}/_ringback/deliveries/${pending.id}/redeliver`);
    expect(answer).toMatchObject({ status: 409, body: { details: { kind: 'delivery', id: pending.id } } });
  });
});

describe('the details of an error in code', () => {
  it.each<[object, object]>([
    [{ seed: -1 }, { option: 'seed', given: -1 }],
    [{ token: 'x' }, { option: 'token', given: null }],
    [{ url: 'localhost:4020' }, { option: 'url', given: 'localhost:4020' }],
    [
      { url: 'http://127.0.0.1:1', seed: 1 },
      { option: 'seed', given: 1 },
    ],
    [{ space: '' }, { option: 'space', given: '' }],
    [{ scenarios: ['no-such-file.yaml'] }, { location: 'no-such-file.yaml', count: 1 }],
  ])('startProvider(%j) says which option is invalid', async (options, details) => {
    expect(await thrown(() => startProvider(options))).toMatchObject(details);
  });

  it.each<[object, object]>([
    [{ publicUrl: 'mock.example' }, { option: '--public-url', given: 'mock.example' }],
    [{ controlToken: ' secret' }, { option: '--control-token', given: null }],
    [{ allowCallbacksTo: ['10.0.0.0/99'] }, { option: '--allow-callbacks-to', given: '10.0.0.0/99' }],
    [{ contract: 'no-such-file.yaml' }, { location: expect.stringContaining('no-such-file.yaml'), count: 1 }],
  ])('startServer(%j) says which option is invalid, without a secret', async (options, details) => {
    expect(await thrown(() => startServer({ port: 0, ...options }))).toMatchObject(details);
  });

  it.each<[string[], object]>([
    [['--port', 'x'], { option: '--port', given: 'x' }],
    [['--port'], { option: '--port', given: null }],
    [['--host='], { option: '--host', given: '' }],
    [['a', 'b'], { option: 'argument', given: 'b' }],
  ])('the command line %j says which option is invalid', async (args, details) => {
    expect(await thrown(() => readOptions('serve', args, {}))).toEqual(details);
  });

  it('trigger names the host that callbacks may not go to', async () => {
    const args = ['rejected', '--to', 'http://203.0.113.9/callback', '--instant'];
    expect(await thrown(() => trigger(args))).toEqual({ host: '203.0.113.9' });
    expect(await thrown(() => trigger([]))).toEqual({ option: 'scenario', given: null });
  });
});
