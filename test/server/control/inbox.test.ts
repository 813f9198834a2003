import { beforeEach, describe, expect, it } from 'vitest';
import { call, submitDocument, useTestServer } from '../../support/test-server.ts';

describe('an inbox', () => {
  const server = useTestServer();
  let base: string;
  let space = 0;
  beforeEach(() => {
    base = `${server().url}/@inbox-${space++}/_ringback`;
  });
  const read = async (name: string, query = '') =>
    (await call('GET', `${base}/inboxes/${name}${query}`)).body;
  const script = (name: string, body: unknown) => call('PUT', `${base}/inboxes/${name}`, body);

  it('is empty before it is first called', async () => {
    expect(await read('mine')).toEqual({ requests: [], total: 0, evicted: 0 });
  });

  it('accepts a number as a response with that status', async () => {
    const made = await script('numbers', { answers: [503, { status: 200, times: 2 }, 204] });
    expect(made).toMatchObject({
      status: 200,
      body: { answers: [{ status: 503, times: 1 }, { status: 200, times: 2 }, { status: 204 }] },
    });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await call('POST', `${base}/inbox/numbers`)).status);
    expect(statuses).toEqual([503, 200, 200, 204]);
  });

  it.each([
    [100, 'answers/0', '200'],
    ['503', 'answers/0', 'object'],
  ])('refuses %j as a response', async (answer, place, message) => {
    const { status, body } = await script('refused', { answers: [answer] });
    expect(status).toBe(400);
    expect(body.detail).toContain(place);
    expect(body.detail).toContain(message);
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('receives a %s', async (method) => {
    expect(await call(method, `${base}/inbox/mine`)).toMatchObject({ status: 200, body: { received: true } });
    expect((await read('mine')).requests).toMatchObject([{ method, body: '', answeredWith: 200 }]);
  });

  it('receives a HEAD as such, and responds without a body', async () => {
    expect(await call('HEAD', `${base}/inbox/mine`)).toMatchObject({ status: 200, body: '' });
    expect((await read('mine')).requests).toMatchObject([{ method: 'HEAD' }]);
  });

  it('keeps the request as it was sent', async () => {
    const url = `${base}/inbox/mine?state=91&name=M%C3%BCller&tag=a&tag=b&__proto__=x`;
    await call('POST', url, { a: ['ü'] }, { 'X-Custom': 'yes' });
    const { requests } = await read('mine');
    expect(requests).toMatchObject([
      {
        id: 'mine-1',
        receivedAt: '2030-01-01T00:00:00.000Z',
        method: 'POST',
        url: url.slice(server().url.length),
        headers: { 'x-custom': 'yes', 'content-type': 'application/json' },
        body: '{"a":["ü"]}',
        bodyTruncated: false,
        answeredWith: 200,
      },
    ]);
    // The list has a body once. The request itself also has it parsed.
    expect(requests[0]).not.toHaveProperty('json');
    const one = await call('GET', `${base}/inboxes/mine/${requests[0].id}`);
    expect(one.body).toEqual({ ...requests[0], json: { a: ['ü'] } });
    expect(Object.entries(requests[0].query)).toEqual([
      ['state', '91'],
      ['name', 'Müller'],
      ['tag', ['a', 'b']],
      ['__proto__', 'x'],
    ]);
  });

  it.each([
    ['text that is not JSON', 'hello', 'text/plain'],
    ['malformed JSON', '{"a":', 'application/json'],
    ['a form', 'a=1&b=2', 'application/x-www-form-urlencoded'],
    [
      'a multipart form',
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
      'multipart/form-data; boundary=x',
    ],
  ])('keeps %s as text', async (_, body, type) => {
    const answer = await fetch(`${base}/inbox/mine`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    expect(answer.status).toBe(200);
    const [{ id }] = (await read('mine')).requests;
    const request = (await call('GET', `${base}/inboxes/mine/${id}`)).body;
    expect(request.body).toBe(body);
    expect(request).not.toHaveProperty('json');
  });

  it('keeps the first MiB of a longer body and marks it as truncated', async () => {
    await fetch(`${base}/inbox/mine`, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
    await fetch(`${base}/inbox/mine`, { method: 'POST', body: 'x'.repeat(1024 * 1024) });
    const { requests } = await read('mine');
    const whole = await Promise.all(
      requests.map(({ id }: { id: string }) => call('GET', `${base}/inboxes/mine/${id}`)),
    );
    expect(whole.map(({ body: { body, bodyTruncated } }) => [body.length, bodyTruncated])).toEqual([
      [1024 * 1024, true],
      [1024 * 1024, false],
    ]);
  });

  it('shows only requests of its own', async () => {
    await call('POST', `${base}/inbox/mine`, 1);
    expect((await call('GET', `${base}/inboxes/mine/mine-1`)).body).toMatchObject({ id: 'mine-1', json: 1 });
    expect((await call('GET', `${base}/inboxes/other/mine-1`)).status).toBe(404);
    expect((await call('GET', `${base}/inboxes/mine/mine-2`)).body).toMatchObject({
      status: 404,
      type: expect.stringMatching(/urn:ringback:resource\.not-found$/),
    });
  });

  it('refuses an invalid name', async () => {
    expect((await call('POST', `${base}/inbox/-x`)).status).toBe(400);
    expect((await call('POST', `${base}/inbox/${'x'.repeat(65)}`)).status).toBe(400);
  });

  it('keeps inboxes separate, and shows the newest requests up to a limit', async () => {
    for (const body of [1, 2, 3]) await call('POST', `${base}/inbox/one`, body);
    await call('POST', `${base}/inbox/two`, 4);
    const bodies = async (name: string, query = '') => {
      const { requests, total } = await read(name, query);
      return [requests.map((request: { body: string }) => Number(request.body)), total];
    };
    expect(await bodies('one')).toEqual([[1, 2, 3], 3]);
    expect(await bodies('one', '?limit=2')).toEqual([[2, 3], 3]);
    expect(await bodies('one', '?limit=0')).toEqual([[], 3]);
    expect(await bodies('two')).toEqual([[4], 1]);
  });

  it('evicts and counts the oldest requests past limits.inboxRequests', async () => {
    await call('PATCH', `${base}/settings`, { 'limits.inboxRequests': 2 });
    await call('POST', `${base}/inbox/other`, 0);
    for (const body of [1, 2, 3]) await call('POST', `${base}/inbox/mine`, body);
    const { requests, total, evicted } = await read('mine');
    expect(requests.map((request: { body: string }) => Number(request.body))).toEqual([2, 3]);
    expect({ total, evicted }).toEqual({ total: 2, evicted: 1 });
    expect(await read('other')).toEqual({ requests: [], total: 0, evicted: 1 });
  });

  it('keeps nothing when limits.inboxRequests is 0', async () => {
    await call('PATCH', `${base}/settings`, { 'limits.inboxRequests': 0 });
    expect((await call('POST', `${base}/inbox/mine`, 1)).status).toBe(200);
    expect(await read('mine')).toEqual({ requests: [], total: 0, evicted: 1 });
  });

  it('plays its script: five times 503, then 200 from then on', async () => {
    const set = await script('mine', { answers: [{ status: 503, times: 5 }, { status: 200 }] });
    expect(set).toMatchObject({
      status: 200,
      body: {
        answers: [
          { status: 503, times: 5 },
          { status: 200, times: 1 },
        ],
      },
    });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push((await call('POST', `${base}/inbox/mine`)).status);
    expect(statuses).toEqual([503, 503, 503, 503, 503, 200, 200, 200]);
    const { requests } = await read('mine');
    expect(requests.map(({ answeredWith }: { answeredWith: number }) => answeredWith)).toEqual(statuses);
  });

  it('restarts a script that is set again, and removes it when an empty one is set', async () => {
    const status = async () => (await call('POST', `${base}/inbox/mine`)).status;
    const flaky = { answers: [{ status: 500 }, { status: 204 }] };
    await script('mine', flaky);
    expect(await status()).toBe(500);
    await script('mine', flaky);
    expect(await status()).toBe(500);
    expect(await status()).toBe(204);
    await script('mine', { answers: [] });
    expect(await status()).toBe(200);
  });

  it('responds with the headers and the body of its script', async () => {
    await script('mine', {
      answers: [
        { status: 429, headers: { 'Retry-After': '7' } },
        { status: 200, body: 'plain' },
        { status: 200, body: '<a/>', headers: { 'Content-Type': 'application/xml' } },
        { status: 202, body: { a: [1] } },
        { status: 200, body: { a: 1 }, headers: { 'content-type': 'application/hal+json' } },
        { status: 301, headers: { Location: 'http://127.0.0.1/elsewhere' } },
        { status: 200 },
        { status: 200, body: '' },
        { status: 204, body: 'never sent' },
      ],
    });
    const answers = [];
    for (let i = 0; i < 9; i++) {
      const answer = await fetch(`${base}/inbox/mine`, { method: 'POST', redirect: 'manual' });
      const { headers } = answer;
      answers.push([
        answer.status,
        headers.get('content-type'),
        headers.get('retry-after') ?? headers.get('location'),
        await answer.text(),
      ]);
    }
    expect(answers).toEqual([
      [429, null, '7', ''],
      [200, 'text/plain; charset=utf-8', null, 'plain'],
      [200, 'application/xml', null, '<a/>'],
      [202, expect.stringContaining('application/json'), null, '{"a":[1]}'],
      [200, 'application/hal+json', null, '{"a":1}'],
      [301, null, 'http://127.0.0.1/elsewhere', ''],
      [200, expect.stringContaining('application/json'), null, '{"received":true}'],
      [200, 'text/plain; charset=utf-8', null, ''],
      [204, null, null, ''],
    ]);
  });

  it('delays a response in real time', async () => {
    await script('mine', { answers: [{ status: 200, delay: '80ms' }] });
    const start = performance.now();
    await call('POST', `${base}/inbox/mine`);
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
    expect((await call('GET', `${base}/clock`)).body.now).toBe('2030-01-01T00:00:00.000Z');
  });

  it('causes a timeout when its response comes too late', async () => {
    await call('PATCH', `${base}/settings`, { 'docdigitizer.attemptTimeout': '50ms' });
    await script('mine', { answers: [{ status: 200, delay: '10m' }] });
    await submitDocument(base.replace('/_ringback', ''), { callbackUrl: `${base}/inbox/mine` });
    const { body } = await call('POST', `${base}/clock`, { settle: true });
    expect(body.deliveries).toMatchObject([
      { state: 'failed', attempts: [{ statusCode: null, error: expect.stringContaining('50ms') }] },
      { state: 'failed' },
    ]);
    expect((await read('mine')).total).toBe(2);
  });

  it.each([
    [{ answers: [{ status: 99 }] }, 'body/answers/0/status'],
    [{ answers: [{ status: 200, times: 0 }] }, 'body/answers/0/times'],
    [{ answers: [{ status: 200, delay: '1 s' }] }, 'body/answers/0/delay'],
    [{ answers: [{ status: 200, delay: '11m' }] }, 'body/answers/0/delay'],
    [{ answers: [{ status: 200, headers: { a: 'b\r\nc' } }] }, 'body/answers/0/headers/a'],
    [{ answers: 503 }, 'body/answers'],
    [{}, 'body'],
  ])('refuses the script %j', async (body, location) => {
    const answer = await script('mine', body);
    expect(answer.status).toBe(400);
    expect(answer.body.violations.map((violation: { location: string }) => violation.location)).toContain(
      location,
    );
  });
});
