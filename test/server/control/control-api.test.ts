import { beforeEach, describe, expect, it } from 'vitest';
import { loadBundledContract } from '../../../src/loading/contract-files.ts';
import { settingsTable } from '../../support/bundled.ts';
import { informedClient } from '../../support/clients.ts';
import { call, submitDocument, useTestServer } from '../../support/test-server.ts';

describe('the control API', () => {
  const server = useTestServer();
  let base: string;
  let space = 0;
  beforeEach(() => {
    base = `${server().url}/@test-${space++}`;
  });
  const get = (path: string) => call('GET', `${base}/_ringback/${path}`);
  const post = (path: string, body?: unknown) => call('POST', `${base}/_ringback/${path}`, body);
  const inboxUrl = (name: string) => `${base}/_ringback/inbox/${name}`;

  it('reports its health and version', async () => {
    const { status, body } = await get('health');
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok', version: server().version } });
  });

  it('shows what was delivered to the inbox during a settle right after it', async () => {
    const submitted = await submitDocument(base, { callbackUrl: inboxUrl('mine') });
    expect(submitted.status).toBe(202);
    const moved = await post('clock', { settle: true });
    expect(moved).toMatchObject({ status: 200, body: { pending: 0, bound: null } });
    expect(moved.body.deliveries.map((delivery: { state: string }) => delivery.state)).toEqual([
      'delivered',
      'delivered',
    ]);
    const { body } = await get('inboxes/mine');
    expect(body.total).toBe(2);
    expect(body.requests.map((request: { query: { state: string } }) => request.query.state)).toEqual([
      '30',
      '91',
    ]);
  });

  it('moves the clock by a duration and plays what falls due on the way', async () => {
    await submitDocument(base, { callbackUrl: inboxUrl('mine') });
    expect((await get('clock')).body).toEqual({
      kind: 'virtual',
      now: '2030-01-01T00:00:00.000Z',
      pending: 1,
    });
    const { body } = await post('clock', { advance: '2s' });
    expect(body).toMatchObject({ now: '2030-01-01T00:00:02.000Z', jobs: 1, pending: 1, bound: null });
    expect(body.deliveries).toHaveLength(1);
    expect((await post('clock', { advance: 500 })).body.now).toBe('2030-01-01T00:00:02.500Z');
  });

  it.each([
    [{}, /one of advance and settle; got none/],
    [{ advance: '1s', settle: true }, /one of advance and settle; got both/],
    [
      { advance: '5 minutes' },
      /body\/advance must be a duration such as 250ms, 2s, 5m, 1h or 2d, or a number of milliseconds; got "5 minutes"\.$/,
    ],
    [{ advance: -5 }, /advance/],
    [{ settle: false }, /settle/],
    [{ advnce: '1s' }, /Did you mean "advance"\?$/],
  ])('refuses to move the clock by %j', async (body, message) => {
    const answer = await post('clock', body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.violations).not.toEqual([]);
    expect(answer.body.detail).toMatch(message);
  });

  it('shows a run with the progress of its timeline', async () => {
    const submitted = await submitDocument(base, { callbackUrl: inboxUrl('mine') });
    const id = submitted.headers.get('x-ringback-run');
    await post('clock', { advance: '2s' });
    const { body } = await get(`runs/${id}`);
    expect(body).toMatchObject({
      id,
      provider: 'docdigitizer',
      scenario: 'docdigitizer/annotated',
      choice: { rule: 'default' },
      operation: 'submitDocument',
      state: 'playing',
      createdAt: '2030-01-01T00:00:00.000Z',
      deliveryCount: 1,
      openDeliveries: 0,
    });
    expect(body.timeline).toMatchObject([
      {
        trigger: 'submission',
        subject: null,
        startedAt: '2030-01-01T00:00:00.000Z',
        steps: [
          {
            state: 'done',
            after: '2s',
            due: '2030-01-01T00:00:02.000Z',
            callback: 'documentState',
            set: { state: 30 },
          },
          { state: 'pending', after: '10s', due: '2030-01-01T00:00:10.000Z', set: { state: 91 } },
        ],
      },
    ]);
    expect(body.deliveries).toMatchObject([
      { runId: id, nth: 1, attempts: [{ number: 1, statusCode: 200, acknowledged: true }] },
    ]);
    await post('clock', { settle: true });
    expect((await get(`runs/${id}`)).body).toMatchObject({ state: 'finished', deliveryCount: 2 });
  });

  it('lists runs newest last, filtered by provider, scenario and state, up to the given limit', async () => {
    const ids: (string | null)[] = [];
    for (const scenario of ['annotated', 'rejected', 'docdigitizer/error']) {
      const { headers } = await submitDocument(base, {}, { 'x-ringback-scenario': scenario });
      ids.push(headers.get('x-ringback-run'));
    }
    const list = async (query: string) => {
      const { body } = await get(`runs${query}`);
      return {
        ids: body.runs.map((run: { id: string }) => run.id),
        total: body.total,
        evicted: body.evicted,
      };
    };
    expect(await list('')).toEqual({ ids, total: 3, evicted: 0 });
    expect(await list('?limit=2')).toEqual({ ids: ids.slice(1), total: 3, evicted: 0 });
    expect(await list('?limit=0')).toEqual({ ids: [], total: 3, evicted: 0 });
    expect((await list('?scenario=rejected')).ids).toEqual([ids[1]]);
    expect((await list('?scenario=docdigitizer/error')).ids).toEqual([ids[2]]);
    expect((await list('?provider=informed')).ids).toEqual([]);
    expect((await list('?provider=docdigitizer&state=playing')).ids).toEqual(ids);
    await post('clock', { settle: true });
    expect((await list('?state=playing')).ids).toEqual([]);
    expect((await list('?state=finished')).ids).toEqual(ids);
  });

  it('refuses an invalid filter value', async () => {
    expect((await get('runs?state=done')).status).toBe(400);
    expect((await get('runs?limit=many')).status).toBe(400);
    expect((await get('runs?limit=-1')).status).toBe(400);
  });

  it('refuses an unknown filter, and names the nearest', async () => {
    const { status, body } = await get('runs?scenaro=rejected');
    expect(status).toBe(400);
    expect(body.violations).toMatchObject([
      { location: 'query/scenaro', message: expect.stringContaining('Did you mean "scenario"?') },
    ]);
  });

  it.each([
    ['GET', 'runs?scenaro=rejected', undefined],
    ['POST', 'next', { scenario: 'rejected', time: 2 }],
    ['POST', 'clock', {}],
    ['GET', 'rnus', undefined],
  ])('names its own contract in the remedy of a refused %s %s', async (method, path, body) => {
    const answer = await call(method, `${server().url}/_ringback/${path}`, body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.remedy).toMatch(/ openapi\.control\.yaml\.$/);
  });

  it('lists deliveries, filtered by run, provider, callback and state', async () => {
    await submitDocument(base, { callbackUrl: inboxUrl('up') });
    const { headers } = await submitDocument(base, { callbackUrl: 'http://127.0.0.1:1/' });
    await post('clock', { settle: true });
    const count = async (query: string) => {
      const { body } = await get(`deliveries${query}`);
      expect(body.deliveries).toHaveLength(body.total);
      return body.total;
    };
    expect(await count('')).toBe(4);
    expect(await count(`?run=${headers.get('x-ringback-run')}`)).toBe(2);
    expect(await count('?state=delivered')).toBe(2);
    expect(await count('?state=failed&callback=documentState')).toBe(2);
    expect(await count('?callback=docdigitizer.documentState')).toBe(4);
    expect(await count('?callback=docdigitizer.documentStateV1')).toBe(0);
    expect(await count('?provider=informed')).toBe(0);
  });

  it('shows one delivery, and 404 for an unknown one', async () => {
    await submitDocument(base, { callbackUrl: inboxUrl('mine') });
    await post('clock', { settle: true });
    const [first] = (await get('deliveries')).body.deliveries;
    expect((await get(`deliveries/${first.id}`)).body).toEqual(first);
    const missing = await get('deliveries/nope');
    expect(missing).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('no delivery "nope"') },
    });
    expect((await get('runs/nope')).status).toBe(404);
  });

  it('masks the secrets of a callback in runs and deliveries, and shows them in the inbox', async () => {
    const target = inboxUrl('mine').replace('http://', 'http://john:hunter2@');
    const submitted = await submitDocument(base, {
      callbackUrl: target,
      callback_method: 'POST',
      'callback_headers[Authorization]': 'API_KEY hunter2',
      'callback_headers[User]': 'john',
      'callback_headers[Password]': 'hunter2',
    });
    await post('clock', { settle: true });
    const shown = await get(`runs/${submitted.headers.get('x-ringback-run')}`);
    expect(shown.body.target).toMatchObject({
      url: target.replace('john:hunter2', '***'),
      headers: { Authorization: 'API_KEY ***', User: '***', Password: '***' },
    });
    for (const path of [
      `runs/${shown.body.id}`,
      'runs',
      'deliveries',
      `deliveries/${shown.body.deliveries[0].id}`,
    ]) {
      expect(JSON.stringify((await get(path)).body), path).not.toContain('hunter2');
    }
    const received = await get('inboxes/mine');
    expect(received.body.requests[0].headers).toMatchObject({
      authorization: 'API_KEY hunter2',
      password: 'hunter2',
    });
  });

  it('sends a finished delivery again', async () => {
    await submitDocument(base, { callbackUrl: inboxUrl('mine') });
    await post('clock', { settle: true });
    const [first] = (await get('deliveries')).body.deliveries;
    const again = await post(`deliveries/${first.id}/redeliver`);
    expect(again).toMatchObject({
      status: 201,
      body: { redeliveryOf: first.id, url: first.url, state: 'delivered' },
    });
    expect((await get('inboxes/mine')).body.total).toBe(3);
    expect((await post('deliveries/nope/redeliver')).status).toBe(404);
  });

  it('fires a callback without a submission', async () => {
    const order = { callback: 'informed.extractions', to: inboxUrl('mine'), headers: { 'X-Mine': '1' } };
    const fired = await post('callbacks', order);
    expect(fired).toMatchObject({
      status: 201,
      body: { runId: null, callback: 'informed.extractions', state: 'delivered' },
    });
    const [received] = (await get('inboxes/mine')).body.requests;
    expect(JSON.parse(received.body)).toMatchObject({ event_type: 'extractions' });
    expect(received.headers['x-mine']).toBe('1');
  });

  it('counts the fired callbacks that are over the limit', async () => {
    await call('PATCH', `${base}/_ringback/settings`, { 'limits.runs': 1 });
    const order = { callback: 'informed.extractions', to: inboxUrl('mine') };
    const fired = [await post('callbacks', order), await post('callbacks', order)];
    expect((await get('deliveries')).body).toMatchObject({
      deliveries: [{ id: fired[1]?.body.id }],
      total: 1,
      evicted: 1,
    });
  });

  it.each([
    [
      { callback: 'informed.extraction', to: 'http://127.0.0.1/' },
      'Did you mean \\"informed.extractions\\"?',
    ],
    [{ callback: 'extractions', to: '/relative' }, 'absolute http or https URL'],
    [{ callback: 'extractions' }, 'to'],
    [{ callback: 'extractions', to: 'http://127.0.0.1/', methd: 'GET' }, 'Did you mean \\"method\\"?'],
  ])('refuses to fire %j', async (order, text) => {
    const answer = await post('callbacks', order);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body.violations)).toContain(text);
  });

  it('shows every setting as it is written, and changes some, all or none', async () => {
    const { body } = await get('settings');
    expect(Object.keys(body.settings)).toEqual(Object.keys(settingsTable));
    expect(body.settings).toMatchObject({
      'informed.quietPeriod': '3s',
      'informed.retryDelays': ['1s', '2s', '4s', '8s', '16s'],
    });
    const patch = (input: object) => call('PATCH', `${base}/_ringback/settings`, input);
    const changed = await patch({ 'informed.quietPeriod': '0s', 'docdigitizer.finalTime': '1m' });
    expect(changed.body.settings).toMatchObject({
      'informed.quietPeriod': '0s',
      'docdigitizer.finalTime': '1m',
    });
    const refused = await patch({ 'informed.quietPeriod': '9s', 'informed.quietPeriode': '1s' });
    expect(refused).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('"informed.quietPeriod"?') },
    });
    expect((await patch({ 'informed.quietPeriod': '9' })).status).toBe(400);
    expect((await get('settings')).body).toEqual(changed.body);
    expect((await call('GET', `${server().url}/_ringback/settings`)).body).toEqual(body);
    const inMs = await patch({ 'informed.quietPeriod': 90, 'informed.retryDelays': [1_000, '2s'] });
    expect(inMs.body.settings).toMatchObject({
      'informed.quietPeriod': '90ms',
      'informed.retryDelays': ['1s', '2s'],
    });
  });

  it('accepts every setting in the form that it shows', async () => {
    const { body } = await get('settings');
    const patched = await call('PATCH', `${base}/_ringback/settings`, body.settings);
    expect(patched).toMatchObject({ status: 200, body });
  });

  it.each([
    'http://127.0.0.1:1/a b',
    'http://127.0.0.1:1/\u0007',
    ' http://127.0.0.1:1/',
    'ftp://a/',
    'http://',
    '/x',
    '',
  ])('fires no callback at %j, which a submission cannot name either', async (to) => {
    const { status, body } = await post('callbacks', { callback: 'informed.error', to });
    expect({ status, places: body.violations.map(({ location }: { location: string }) => location) }).toEqual(
      {
        status: 400,
        places: expect.arrayContaining(['body/to']),
      },
    );
  });

  it('masks the password of a webhook in the payloads that repeat it', async () => {
    const webhook = inboxUrl('mine').replace('http://', 'http://john:hunter2@');
    const client = informedClient(base);
    await client.add(await client.register(webhook, {}, 'unreadable'), 'a.pdf');
    await post('clock', { settle: true });
    for (const path of ['deliveries', 'data/deliveries']) {
      const shown = JSON.stringify((await get(path)).body);
      expect(shown, path).not.toContain('hunter2');
      expect(shown, path).toContain(`"webhook_url":"${webhook.replace('john:hunter2', '***')}"`);
    }
    const { body } = await get('inboxes/mine');
    expect(JSON.parse(body.requests[0].body).webhook_url).toBe(webhook);
  });

  it('masks secret settings, and refuses the mask as a secret', async () => {
    const patch = (input: object) => call('PATCH', `${base}/_ringback/settings`, input);
    const secrets = {
      'informed.endpointAuthorization': 'Bearer hunter2',
      'docdigitizer.apiKeys': ['hunter2', 'hunter3'],
    };
    const { body } = await patch(secrets);
    expect(body.settings).toMatchObject({
      'informed.endpointAuthorization': '***',
      'docdigitizer.apiKeys': ['***', '***'],
    });
    for (const name of Object.keys(secrets)) {
      expect(await patch({ [name]: body.settings[name] })).toMatchObject({
        status: 400,
        body: { violations: [{ location: `body/${name}`, code: 'setting.masked' }] },
      });
    }
  });

  it('resets the space, its inboxes and their scripts, and no other space', async () => {
    const other = `${base}-other`;
    await call('POST', `${other}/_ringback/inbox/mine`, 1);
    await call('PUT', `${base}/_ringback/inboxes/mine`, { answers: [{ status: 500 }] });
    await submitDocument(base, { callbackUrl: inboxUrl('mine') });
    await post('clock', { advance: '2s' });
    expect(await post('reset')).toMatchObject({ status: 204, body: '' });
    expect((await get('runs')).body).toEqual({ runs: [], total: 0, evicted: 0 });
    expect((await get('deliveries')).body).toEqual({ deliveries: [], total: 0, evicted: 0 });
    expect((await get('inboxes/mine')).body).toEqual({ requests: [], total: 0, evicted: 0 });
    expect((await get('clock')).body.pending).toBe(0);
    expect((await post('inbox/mine')).status).toBe(200);
    expect((await call('GET', `${other}/_ringback/inboxes/mine`)).body.total).toBe(1);
  });

  it('lists the scenarios, and shows one with its expanded steps', async () => {
    const { body } = await get('scenarios');
    const names = body.scenarios.map((scenario: { name: string }) => scenario.name);
    expect(names).toEqual(expect.arrayContaining(['docdigitizer/annotated', 'informed/complete']));
    expect(names).toEqual([...names].sort());
    expect(names).toHaveLength(server().spaces.get('default').scenarios.list().length);
    const own = (await get('scenarios?provider=informed')).body.scenarios;
    expect(own.length).toBeGreaterThan(0);
    expect(own.every((scenario: { provider: string }) => scenario.provider === 'informed')).toBe(true);

    const shown = await get('scenarios/docdigitizer/rejected');
    expect(shown.body).toMatchObject({
      name: 'docdigitizer/rejected',
      description: expect.stringMatching(/\w/),
      triggers: {
        submission: [{ after: '2s' }, { after: '10s', set: { state: 92 }, callback: 'documentState' }],
      },
      retry: { schedule: [], on: [], timeout: '30s', retryAfter: '0s' },
    });
    expect((await get('scenarios/rejected')).body).toEqual(shown.body);
    expect((await get('scenarios/docdigitizer%2Frejected')).body).toEqual(shown.body);
    const missing = await get('scenarios/rejcted');
    expect(missing).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('Did you mean "rejected"?') },
    });
  });

  it('is described by its contract, with every path under /_ringback but the index', async () => {
    const control = await loadBundledContract('openapi.control.yaml');
    expect(control.operations.length).toBeGreaterThanOrEqual(16);
    expect(
      control.operations.every(
        ({ provider, path }) => provider === 'control' && (path === '/' || /^\/_ringback(\/|$)/.test(path)),
      ),
    ).toBe(true);
  });
});

describe('the control API on the real clock', () => {
  const server = useTestServer({ clock: 'real' });

  it('does not move it, and explains how to make it movable', async () => {
    expect((await call('GET', `${server().url}/_ringback/clock`)).body.kind).toBe('real');
    const { status, body } = await call('POST', `${server().url}/_ringback/clock`, { settle: true });
    expect({ status, remedy: body.remedy }).toEqual({
      status: 409,
      remedy: expect.stringContaining('--clock virtual'),
    });
  });
});

describe('the control API with a token', () => {
  const server = useTestServer({ controlToken: 's3cret' });

  it('is guarded except where inboxes receive requests', async () => {
    const url = `${server().url}/_ringback`;
    expect((await call('GET', `${url}/runs`)).status).toBe(401);
    expect((await call('GET', `${url}/runs`, undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await call('GET', `${url}/runs`, undefined, { authorization: 'Bearer s3cret' })).status).toBe(
      200,
    );
    expect((await call('GET', `${url}/runs`, undefined, { 'x-ringback-token': 's3cret' })).status).toBe(200);
    expect((await call('GET', `${url}/inbox/a`)).status).toBe(200);
    expect((await call('GET', `${url}/inboxes/a`)).status).toBe(401);
    expect((await call('GET', `${server().url}/@b/_ringback/runs`)).status).toBe(401);
    expect((await submitDocument(server().url, {})).status).toBe(202);
  });
});
