import { beforeAll, describe, expect, it } from 'vitest';
import { docdigitizerClient, informedClient } from '../../support/clients.ts';
import { call, submitDocument, useTestServer } from '../../support/test-server.ts';

const ids = (body: { id: string }[]): string[] => body.map(({ id }) => id);

describe('queries of a space', () => {
  const server = useTestServer({
    settings: { 'docdigitizer.retryOn': ['5xx'], 'docdigitizer.retryDelays': ['1s'] },
  });
  let base: string;
  /** A space whose consumer responds with 503 twice, and from then on with 200. */
  let inbox: string;
  const get = (query: string) => call('GET', `${base}/_ringback/data/${query}`);

  beforeAll(async () => {
    base = `${server().url}/@queries`;
    inbox = `${base.replace('//', '//user:secret@')}/_ringback/inbox/consumer`;
    await call('PUT', `${base}/_ringback/inboxes/consumer`, { answers: [{ status: 503 }, { status: 200 }] });
    for (const scenario of ['annotated', 'rejected', 'rejected', 'error']) {
      const submitted = await submitDocument(
        base,
        { callbackUrl: inbox, document_class: `class-${scenario}` },
        { 'x-ringback-scenario': scenario },
      );
      expect(submitted.status).toBe(202);
    }
    await call('POST', `${base}/_ringback/clock`, { settle: true });
    await submitDocument(base, {});
  });

  it('shows runs as the control API does, and filters them', async () => {
    const listed = await call('GET', `${base}/_ringback/runs`);
    expect((await get('runs')).body).toEqual(listed.body.runs);
    const rejected = await get('runs?scenario=docdigitizer/rejected');
    expect(rejected.status).toBe(200);
    expect(rejected.headers.get('content-type')).toBe('application/json');
    expect(rejected.body).toHaveLength(2);
    expect((await get('runs?state=playing')).body).toHaveLength(1);
    expect((await get('runs?state=playing&scenario=docdigitizer/rejected')).body).toEqual([]);
    expect((await get('runs?choice.rule=default')).body).toHaveLength(1);
  });

  it.each([
    ['runs?_expand=run', '_expand'],
    ['runs?_expand=document', '_expand'],
    ['deliveries?_expand=document', '_expand'],
    ['deliveries?_expand=ru', '_expand'],
    ['deliveries?_expand=__proto__', '_expand'],
    ['documents?_expand=application', '_expand'],
    ['documents?_embed=deliveries', '_embed'],
    ['runs?_embed=runs', '_embed'],
    ['runs?_embed=', '_embed'],
  ])('refuses an unknown relation: %s', async (query, name) => {
    const { status, body } = await get(query);
    expect(status).toBe(400);
    expect(body.violations).toMatchObject([{ location: `query/${name}`, code: 'query.relation' }]);
  });

  it('shows a delivery that belongs to no run without one', async () => {
    const fired = `${server().url}/@fired`;
    const to = `${fired}/_ringback/inbox/consumer`;
    await submitDocument(fired, { callbackUrl: to });
    await call('POST', `${fired}/_ringback/clock`, { settle: true });
    await call('POST', `${fired}/_ringback/callbacks`, { callback: 'documentState', to });
    const { status, body } = await call('GET', `${fired}/_ringback/data/deliveries?_expand=run`);
    expect(status).toBe(200);
    expect(body.at(-1).runId).toBeNull();
    expect(body.map(({ run }: { run?: { id: string } }) => run?.id ?? null)).toEqual(
      body.map(({ runId }: { runId: string | null }) => runId),
    );
    expect(body[0].run.id).toBe(body[0].runId);
  });

  it('refuses an expression that takes too long', async () => {
    const { status, body } = await get('runs?id_like=.*.*.*.*.*.*.*.*.*.*x$');
    expect(status).toBe(400);
    expect(body.detail).toContain('query/id_like takes too long');
  });

  it('shows deliveries with type, run, number of attempts and last status at the top', async () => {
    const { body } = await get('deliveries?attemptCount_gte=2');
    expect(body).toEqual([
      expect.objectContaining({
        provider: 'docdigitizer',
        type: 'docdigitizer.documentState',
        state: 'delivered',
        attemptCount: 2,
        statusCode: 200,
        error: null,
      }),
    ]);
    expect(body[0].attempts.map(({ statusCode }: { statusCode: number }) => statusCode)).toEqual([503, 200]);
    expect(ids((await get(`deliveries?runId=${body[0].runId}`)).body)).toHaveLength(2);
    expect((await get('deliveries?type_like=^informed')).body).toEqual([]);
  });

  it.each([
    ['_ne', 'deliveries?nth_ne=1', 4],
    ['_lte', 'deliveries?nth_lte=1', 4],
    ['_like', 'runs?scenario_like=/(rejected|error)$', 3],
    ['an array', 'runs?scenario=docdigitizer/rejected&scenario=docdigitizer/error', 3],
    ['q', 'documents?q=CLASS-REJ', 2],
  ])('filters by %s', async (_, query, count) => {
    const { status, body } = await get(query);
    expect({ status, count: body.length }).toEqual({ status: 200, count });
  });

  it('shows documents as their provider does, filtered by nested properties too', async () => {
    const { body } = await get('documents?state=92');
    expect(body).toHaveLength(2);
    const shown = await docdigitizerClient(base).document(body[0].id);
    expect(body[0]).toEqual({
      ...shown,
      id: shown.document_id,
      provider: 'docdigitizer',
      runId: expect.any(String),
      callbackLog: shown.callbackLog.map((entry: { url: string }) => ({
        ...entry,
        url: entry.url.replace('user:secret@', '***@'),
      })),
    });
    expect((await get('documents?results.partial=true')).body).toHaveLength(1);
  });

  it('masks secrets and passwords of URLs', async () => {
    for (const collection of ['documents', 'runs', 'deliveries']) {
      const text = JSON.stringify((await get(collection)).body);
      expect(text).toContain('***@');
      expect(text).not.toContain('secret');
    }
  });

  it('sorts by several members, in either direction', async () => {
    const { body } = await get('deliveries?_sort=nth,createdAt&_order=desc,asc');
    expect(body.map(({ nth }: { nth: number }) => nth)).toEqual([2, 2, 2, 2, 1, 1, 1, 1]);
    const byState = (await get('runs?_sort=state,scenario&_order=desc,asc')).body;
    expect(byState.map(({ scenario }: { scenario: string }) => scenario)).toEqual(
      ['annotated', 'annotated', 'error', 'rejected', 'rejected'].map((name) => `docdigitizer/${name}`),
    );
  });

  it('pages, with the total and links to the other pages', async () => {
    const first = await get('runs?_page=1&_limit=2&_sort=createdAt');
    expect(first.body).toHaveLength(2);
    expect(first.headers.get('x-total-count')).toBe('5');
    const links = Object.fromEntries(
      [...(first.headers.get('link') ?? '').matchAll(/<([^>]*)>; rel="(\w+)"/g)].map(([, url, rel]) => [
        rel,
        url,
      ]),
    );
    expect(links.next).toBe(`${base}/_ringback/data/runs?_page=2&_limit=2&_sort=createdAt`);
    const last = await call('GET', links.last ?? '');
    expect(last.body).toHaveLength(1);
    expect(ids(first.body)).not.toContain(last.body[0].id);
    expect((await get('runs?_start=1&_end=3')).body).toHaveLength(2);
    const limited = await get('runs?_limit=1');
    expect([limited.body.length, limited.headers.get('x-total-count')]).toEqual([1, '5']);
  });

  it('returns the total of a list without a limit', async () => {
    expect((await get('runs')).headers.get('x-total-count')).toBe('5');
  });

  it('shows a single row, with its related rows', async () => {
    const [run] = (await get('runs?scenario=docdigitizer/error')).body;
    expect((await get(`runs/${run.id}`)).body).toEqual(run);
    const { body } = await get(`runs/${run.id}?_embed=deliveries`);
    expect(body.deliveries.map(({ nth }: { nth: number }) => nth)).toEqual([1, 2]);
    const expanded = await get(`deliveries/${body.deliveries[0].id}?_expand=run`);
    expect(expanded.body.run).toEqual(run);
  });

  it('responds to HEAD with the total alone', async () => {
    const { status, headers, body } = await call('HEAD', `${base}/_ringback/data/runs`);
    expect([status, headers.get('x-total-count'), body]).toEqual([200, '5', '']);
  });

  it('keeps spaces apart, also under concurrent queries', async () => {
    const other = `${server().url}/@queries-other`;
    await submitDocument(other, { callbackUrl: inbox }, { 'x-ringback-scenario': 'rejected' });
    const [own, others, none] = await Promise.all([
      get('runs'),
      call('GET', `${other}/_ringback/data/runs`),
      call('GET', `${server().url}/_ringback/data/runs`),
    ]);
    expect([own.body.length, others.body.length, none.body.length]).toEqual([5, 1, 0]);
    expect(others.body[0].scenario).toBe('docdigitizer/rejected');
  });

  it('shows what has happened since the last query', async () => {
    const space = `${server().url}/@queries-live`;
    const runs = () => call('GET', `${space}/_ringback/data/runs?state=playing`);
    await submitDocument(space, { callbackUrl: inbox });
    expect((await runs()).body).toHaveLength(1);
    await call('POST', `${space}/_ringback/clock`, { settle: true });
    expect((await runs()).body).toEqual([]);
    await call('POST', `${space}/_ringback/reset`);
    expect((await call('GET', `${space}/_ringback/data/runs`)).body).toEqual([]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('refuses %s with 405', async (method) => {
    const answer = await call(method, `${base}/_ringback/data/runs`, method === 'DELETE' ? undefined : {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await get('runs')).body).toHaveLength(5);
  });

  it.each([
    [
      'an unknown collection',
      'runz',
      404,
      'there is no collection "runz". Expected one of documents, applications, runs, deliveries. Did you mean "runs"?',
    ],
    ['an unknown row', 'runs/none', 404, 'There is no "none" among the runs of the space "queries".'],
    [
      'a filter that no row has',
      'runs?scenarios=x',
      400,
      'query/scenarios names "scenarios", which no row has. Did you mean "scenario"?',
    ],
    [
      'a sort by an unknown property',
      'runs?_sort=created',
      400,
      'query/_sort names "created", which no row has. Did you mean "createdAt"?',
    ],
    [
      'an unknown parameter',
      'runs?_limits=1',
      400,
      'query/_limits is not a parameter of queries. Did you mean "_limit"?',
    ],
    ['a delay', 'runs?_delay=100000', 400, 'query/_delay is not a parameter of queries.'],
    [
      'JSONP',
      'runs?callback=steal',
      400,
      'query/callback is not a filter: here the type of a delivery is "type".',
    ],
    [
      'a broken expression',
      'runs?scenario_like=(',
      400,
      'query/scenario_like is not a regular expression: "(".',
    ],
    ['a limit of nothing', 'runs?_limit=0', 400, 'query/_limit'],
    ['a limit without bounds', 'runs?_limit=99999999', 400, 'query/_limit'],
    ['a page that is not a number', 'runs?_page=one', 400, 'query/_page'],
  ])('refuses %s', async (_, query, status, detail) => {
    const answer = await get(query);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body.detail).toContain(detail);
  });
});

describe('queries of applications', () => {
  const server = useTestServer();

  it('show applications and the documents of their files as their provider does', async () => {
    const base = `${server().url}/@applications`;
    const client = informedClient(base);
    const id = await client.register(`${base}/_ringback/inbox/webhook`);
    await client.add(id, 'payslip.pdf');
    await call('POST', `${base}/_ringback/clock`, { settle: true });
    const applications = await call('GET', `${base}/_ringback/data/applications`);
    const shown = await client.application(id);
    expect(applications.body).toEqual([{ ...shown, id, provider: 'informed', runId: expect.any(String) }]);
    const documents = await call('GET', `${base}/_ringback/data/documents?application_id=${id}`);
    expect(ids(documents.body)).toEqual(
      shown.documents.map((one: { document_id: string }) => one.document_id),
    );
    expect(documents.body[0]).toMatchObject(shown.documents[0]);
  });
});
