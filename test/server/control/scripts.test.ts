import { beforeEach, describe, expect, it } from 'vitest';
import { call, submitDocument, type TestAnswer, useTestServer } from '../../support/test-server.ts';

const script = (name: string, rest = 'outcome: { final: rejected }') =>
  `name: ${name}\nprovider: docdigitizer\ndescription: Mine.\n${rest}\n`;

describe('the scripts of a space', () => {
  const server = useTestServer();
  let base: string;
  let space = 0;
  beforeEach(() => {
    base = `${server().url}/@scripts-${space++}`;
  });
  const get = (path: string) => call('GET', `${base}/_ringback/${path}`);
  const put = async (name: string, text: string, type?: string): Promise<TestAnswer> => {
    const answer = await fetch(`${base}/_ringback/scenarios/${name}`, {
      method: 'PUT',
      body: Buffer.from(text),
      headers: type === undefined ? {} : { 'content-type': type },
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  const names = async () =>
    (await get('scenarios')).body.scenarios.map((item: { name: string }) => item.name);
  const runOf = async (submitted: TestAnswer) =>
    (await get(`runs/${submitted.headers.get('x-ringback-run')}`)).body;

  it.each([
    ['YAML', 'application/yaml', script('mine')],
    ['YAML without a content type', undefined, script('mine')],
    ['YAML under the content type that curl gives it', 'application/x-www-form-urlencoded', script('mine')],
    ['JSON', 'application/json', '{"name":"mine","provider":"docdigitizer","outcome":{"final":"rejected"}}'],
  ])('accepts %s, shows what it expands to, and plays it', async (_, type, text) => {
    const made = await put('docdigitizer/mine', text, type);
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'docdigitizer/mine',
        source: {
          file: expect.stringMatching(/^PUT \/@scripts-\d+\/_ringback\/scenarios\/docdigitizer\/mine$/),
        },
        triggers: { submission: [{}, { set: { state: 92 } }] },
      },
    });
    expect((await get('scenarios/mine')).body).toEqual(made.body);
    const run = await runOf(await submitDocument(base, {}, { 'x-ringback-scenario': 'mine' }));
    expect(run).toMatchObject({ scenario: 'docdigitizer/mine', choice: { rule: 'header' } });
  });

  it('plays and shows the default outcome for one with neither outcome nor timeline', async () => {
    const made = await put(
      'mine',
      script('mine', 'faults: [{ on: { state: 91 }, duplicate: { times: 2 } }]'),
    );
    expect(made).toMatchObject({ status: 201, body: { outcome: { final: 'annotated' } } });
    await submitDocument(
      base,
      { callbackUrl: `${base}/_ringback/inbox/a` },
      { 'x-ringback-scenario': 'mine' },
    );
    await call('POST', `${base}/_ringback/clock`, { settle: true });
    const { requests } = (await get('inboxes/a')).body;
    expect(requests.map(({ query }: { query: { state: string } }) => query.state)).toEqual([
      '30',
      '91',
      '91',
    ]);
  });

  it('accepts one by its bare name, and returns 200 when it replaces one', async () => {
    expect((await put('mine', script('mine'))).status).toBe(201);
    const again = await put('docdigitizer/mine', script('mine', 'outcome: { final: error }'));
    expect(again).toMatchObject({ status: 200, body: { outcome: { final: 'error' } } });
    const shipped = await put('docdigitizer%2Frejected', script('rejected', 'outcome: { final: annotated }'));
    expect(shipped).toMatchObject({ status: 200, body: { outcome: { final: 'annotated' } } });
  });

  it('shows the faults of one in the words of the logs', async () => {
    const faults =
      'faults: [{ on: { state: 91 }, duplicate: { times: 2, gap: 5s } }, { drop: true, probability: 0.5 }]';
    const respond =
      'respond: [{ operation: getDocument, times: 1, status: 503, headers: { Retry-After: "1", X-Token: t } }, { latency: 5s }]';
    await put('mine', script('mine', `outcome: { final: annotated }\n${faults}\n${respond}`));
    expect((await get('scenarios/docdigitizer/mine')).body).toMatchObject({
      faults: [
        { on: { state: 91 }, fault: 'duplicate ×2, 5s apart', probability: 1 },
        { on: {}, fault: 'drop', probability: 0.5 },
      ],
      respond: [
        {
          operation: 'getDocument',
          fault: 'status 503',
          times: 1,
          probability: 1,
          headers: { 'Retry-After': '1', 'X-Token': '***' },
        },
        { operation: null, fault: 'latency 5s', times: null, probability: 1 },
      ],
    });
  });

  it('does not change a run that is playing an older version', async () => {
    await put('mine', script('mine', 'outcome: { final: rejected }'));
    const submitted = await submitDocument(base, {}, { 'x-ringback-scenario': 'mine' });
    await put('mine', script('mine', 'outcome: { final: error }'));
    await call('POST', `${base}/_ringback/clock`, { settle: true });
    const steps = (await runOf(submitted)).timeline[0].steps;
    expect(steps.at(-1)).toMatchObject({ state: 'done', set: { state: 92 } });
  });

  it('removes one, with its queued orders, until the reset', async () => {
    await put('mine', script('mine'));
    await call('POST', `${base}/_ringback/next`, { scenario: 'mine' });
    expect((await call('DELETE', `${base}/_ringback/scenarios/docdigitizer/mine`)).status).toBe(204);
    expect((await get('next')).body).toEqual({ queue: [], total: 0 });
    expect((await call('DELETE', `${base}/_ringback/scenarios/docdigitizer/rejected`)).status).toBe(204);
    expect(await names()).not.toContain('docdigitizer/rejected');
    const gone = await submitDocument(base, {}, { 'x-ringback-scenario': 'rejected' });
    expect(gone.status).toBe(400);
    await call('POST', `${base}/_ringback/reset`);
    expect(await names()).toContain('docdigitizer/rejected');
    expect(await names()).not.toContain('docdigitizer/mine');
  });

  it.each(['rejcted', 'docdigitizer/rejcted', 'docdigitzer/rejected'])(
    'returns 404 for the unknown %s, and names the nearest',
    async (name) => {
      for (const method of ['GET', 'DELETE']) {
        expect(await call(method, `${base}/_ringback/scenarios/${name}`)).toMatchObject({
          status: 404,
          body: { detail: expect.stringMatching(/(Did you mean|there is) "?(docdigitizer\/)?rejected/) },
        });
      }
    },
  );

  it.each([
    [
      'an unknown key',
      script('mine', 'outcme: { final: rejected }'),
      'body:4:1 /outcme',
      'Did you mean "outcome"?',
    ],
    [
      'an unknown fault',
      script('mine', 'outcome: { final: error }\nfaults:\n  - dely: 1s'),
      'body:6:5 /faults/0/dely',
      '"delay"',
    ],
    [
      'a negative duration',
      script('mine', 'outcome: { final: error }\ntimings: { final: -1s }'),
      'body:5:19 /timings/final',
      '-1s',
    ],
    [
      'a callback that the contract lacks',
      script('mine', 'timeline: [{ after: 1s, callback: documentStat }]'),
      'body:4:35 /timeline/0/callback',
      'documentState',
    ],
    [
      'an unknown retry preset',
      script('mine', 'outcome: { final: error }\nretry: stripes'),
      'body:5:8 /retry',
      'stripe',
    ],
    [
      'a retry policy without waits',
      script('mine', 'outcome: { final: error }\nretry: { on: [5xx] }'),
      'body:5:8 /retry',
      'retry.schedule',
    ],
    ['broken YAML', 'name: [', 'body:1:8', ''],
    ['nothing', '', 'body:1:1', 'empty'],
    ['two scripts', `${script('mine')}---\n${script('other')}`, 'body:6:1', 'expected one'],
    ['a name other than that in the path', script('other'), 'body:1:7 /name', '"mine" as in the path'],
    [
      'a provider other than that in the path',
      'provider: informed\nname: mine\noutcome: { extraction: unreadable }',
      'body:1:11 /provider',
      '"docdigitizer" as in the path',
    ],
    ['an alias that contains itself', 'name: &a [*a]', 'body:1:11', 'loop'],
    ['5 MB', `# ${'x'.repeat(5 * 1024 * 1024)}\n${script('mine')}`, 'body:1:1', 'too large'],
  ])('refuses %s with the place, and changes nothing', async (_, text, location, message) => {
    const before = (await get('scenarios')).body;
    const refused = await put('docdigitizer/mine', text, 'application/yaml');
    expect(refused.status).toBe(422);
    expect(refused.body.violations).toContainEqual(
      expect.objectContaining({ location, message: expect.stringContaining(message) }),
    );
    expect((await get('scenarios')).body).toEqual(before);
  });

  it.each([
    ['{"name": "mine",}', 'body:1:17'],
    ['name: mine', 'body:1:'],
    ['{"name":"mine","provider":"docdigitizer","outcome":{"final":"rejcted"}}', 'body:1:61 /outcome/final'],
  ])('refuses the JSON %s with the place', async (text, location) => {
    const { status, body } = await put('mine', text, 'application/json');
    expect({ status, location: body.violations[0].location }).toEqual({
      status: 422,
      location: expect.stringContaining(location),
    });
  });

  it('reports all violations together', async () => {
    const { body } = await put('mine', script('mine', 'outcome: { final: nope }\nmatch: {}\nsead: 1'));
    expect(body.violations.map(({ location }: { location: string }) => location).sort()).toEqual([
      'body:4:19 /outcome/final',
      'body:5:8 /match',
      'body:6:1 /sead',
    ]);
  });

  describe('that are played next', () => {
    const next = (body: unknown) => call('POST', `${base}/_ringback/next`, body);

    it('are the default one with faults, under a name of its own', async () => {
      const respond = [{ status: 503, times: 1 }];
      const { status, body } = await next({ provider: 'docdigitizer', respond });
      expect({ status, body }).toEqual({
        status: 201,
        body: { scenario: 'docdigitizer/respond-1', match: null, times: 1 },
      });
      const again = await next({ provider: 'docdigitizer', respond, times: 2 });
      expect(again.body).toEqual({ scenario: 'docdigitizer/respond-2', match: null, times: 2 });
      const usual = (await get('scenarios/docdigitizer/annotated')).body;
      const made = (await get('scenarios/docdigitizer/respond-1')).body;
      expect(made).toMatchObject({ outcome: usual.outcome, triggers: usual.triggers });
      expect(made.respond).toMatchObject([{ fault: 'status 503', times: 1 }]);
    });

    it.each([
      [{}, 400, /scenario/],
      [{ provider: 'docdigitizer' }, 400, /respond|scenario/],
      [
        { scenario: 'rejected', provider: 'docdigitizer', respond: [{ status: 503 }] },
        400,
        /unknown property/,
      ],
      [{ provider: 'nobody', respond: [{ status: 503 }] }, 422, /no provider "nobody"/],
      [{ provider: 'informed', respond: [{ status: 99 }] }, 422, /\/respond\/0\/status/],
    ])('refuses %j', async (order, status, detail) => {
      const refused = await next(order);
      expect(refused.status).toBe(status);
      expect(refused.body.detail).toMatch(detail);
    });

    it('apply to the next matching submissions, as often as ordered, and then no more', async () => {
      const order = { scenario: 'rejected', match: { body: { document_class: 'payslips' } }, times: 2 };
      expect(await next(order)).toMatchObject({
        status: 201,
        body: { ...order, scenario: 'docdigitizer/rejected' },
      });
      expect((await next({ scenario: 'informed/unreadable' })).status).toBe(201);
      expect((await get('next')).body.queue).toEqual([
        { ...order, scenario: 'docdigitizer/rejected' },
        { scenario: 'informed/unreadable', match: null, times: 1 },
      ]);
      const played: string[] = [];
      for (const document_class of ['invoice', 'payslips', 'payslips', 'payslips']) {
        const run = await runOf(await submitDocument(base, { document_class }));
        played.push(`${run.choice.rule} ${run.scenario}`);
      }
      expect(played).toEqual([
        'default docdigitizer/annotated',
        'next docdigitizer/rejected',
        'next docdigitizer/rejected',
        'default docdigitizer/annotated',
      ]);
      expect((await get('next')).body.queue).toMatchObject([{ scenario: 'informed/unreadable' }]);
    });

    it('can be removed', async () => {
      await next({ scenario: 'rejected' });
      expect((await call('DELETE', `${base}/_ringback/next`)).status).toBe(204);
      expect((await get('next')).body).toEqual({ queue: [], total: 0 });
      expect((await runOf(await submitDocument(base, {}))).choice.rule).toBe('default');
    });

    it.each([
      [{ scenario: 'rejcted' }, 'Did you mean'],
      [{}, 'scenario'],
      [{ scenario: 'rejected', times: 0 }, 'times'],
      [{ scenario: 'rejected', times: 1.5 }, 'times'],
      [{ scenario: 'rejected', tims: 1 }, 'Did you mean \\"times\\"?'],
      [{ scenario: 'rejected', match: {} }, 'match'],
      [{ scenario: 'rejected', match: { filename: 'a' } }, 'fileName'],
      [{ scenario: 'rejected', match: { operation: 'registerApplication' } }, 'submitDocument'],
      [{ scenario: 'rejected', match: { operation: 'getDocument' } }, 'must be one of submitDocument'],
    ])('are refused when they cannot be played: %j', async (order, text) => {
      const answer = await next(order);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain(text);
      expect(answer.body.detail).toMatch(/[^.?][.?]$/);
      expect((await get('next')).body).toEqual({ queue: [], total: 0 });
    });
  });
});
