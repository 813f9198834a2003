import { beforeEach, describe, expect, it } from 'vitest';
import { type ControlBody, startRingback, type TestRingback } from '../../support/ringback.ts';
import { call, submitDocument, type TestAnswer } from '../../support/test-server.ts';

describe('a list with wait', () => {
  let ringback: TestRingback;
  let base: string;
  beforeEach(async () => {
    ringback = await startRingback();
    base = `${ringback.url}/_ringback`;
  });
  const submit = (scenario: string, space = '') =>
    submitDocument(
      `${ringback.url}${space}`,
      { callbackUrl: `${base}/inbox/a` },
      { 'x-ringback-scenario': scenario },
    );
  /** Sends the request, and returns its later response once the server has that many waiting requests. */
  const waiting = async (path: string, most = 1, signal: AbortSignal | null = null) => {
    const answer = fetch(`${base}/${path}`, { signal }).then(
      async (response): Promise<TestAnswer> => ({
        status: response.status,
        headers: response.headers,
        body: await response.json(),
      }),
    );
    answer.catch(() => undefined);
    await readers(most);
    return { answer };
  };
  const readers = async (expected: number): Promise<void> => {
    const count = async () => (await ringback.control('GET', 'spaces')).body.spaces[0].eventReaders;
    while ((await count()) !== expected);
  };
  const states = ({ body }: TestAnswer) => body.deliveries.map(({ state }: ControlBody) => state);

  it('responds once as many deliveries have ended as count says, on a virtual clock too', async () => {
    await submit('annotated');
    const { answer } = await waiting('deliveries?wait=5m&count=2');
    await ringback.advance('2s');
    await readers(1);
    await ringback.advance('8s');
    expect((await answer).body).toMatchObject({ reached: true, total: 2 });
    expect(states(await answer)).toEqual(['delivered', 'delivered']);
    await readers(0);
  });

  it('responds immediately if they have ended already', async () => {
    await submit('annotated');
    await ringback.settle();
    const { body } = await call('GET', `${base}/deliveries?wait=5m&count=2`);
    expect(body).toMatchObject({ reached: true, total: 2 });
  });

  it('counts only what matches the filters, and a delivery that failed or was dropped as ended', async () => {
    await submit('annotated');
    const rejected = await submit('rejected');
    const run = rejected.headers.get('x-ringback-run');
    const ofRun = await waiting(`deliveries?wait=5m&count=2&run=${run}`);
    const { body } = await call('GET', `${base}/deliveries?wait=1ms&state=failed`);
    expect(body).toEqual({ deliveries: [], total: 0, evicted: 0, reached: false });
    await ringback.settle();
    expect((await ofRun.answer).body.deliveries.map(({ runId }: ControlBody) => runId)).toEqual([run, run]);
    const dropped = await waiting('deliveries?wait=5m&state=dropped');
    await submit('lost-final');
    await ringback.settle();
    expect(states(await dropped.answer)).toEqual(['dropped']);
  });

  it('responds with what there is at the end of the wait, in real time', async () => {
    await submit('annotated');
    await ringback.advance('2s');
    const { status, body } = await call('GET', `${base}/deliveries?wait=20ms&count=2`);
    expect({ status, ...body }).toMatchObject({ status: 200, reached: false, total: 1 });
    expect((await call('GET', `${base}/deliveries?wait=0s`)).body.reached).toBe(true);
  });

  it('waits on the real clock', async () => {
    ringback = await startRingback({ clock: 'real', speed: 100 });
    base = `${ringback.url}/_ringback`;
    await submit('annotated');
    expect((await call('GET', `${base}/deliveries?wait=1m&count=2`)).body).toMatchObject({
      reached: true,
      total: 2,
    });
  });

  it('waits for finished runs', async () => {
    const { answer } = await waiting('runs?wait=5m&scenario=rejected');
    await submit('rejected');
    expect((await call('GET', `${base}/runs?wait=1ms`)).body).toMatchObject({ reached: false, total: 1 });
    await ringback.settle();
    expect((await answer).body).toMatchObject({ reached: true, runs: [{ state: 'finished' }] });
  });

  it('waits for the requests of one inbox', async () => {
    const { answer } = await waiting('inboxes/a?wait=5m&count=2');
    for (const name of ['b', 'a', 'a']) await call('POST', `${base}/inbox/${name}`, { name });
    expect((await answer).body).toMatchObject({
      reached: true,
      total: 2,
      requests: [{ body: '{"name":"a"}' }, {}],
    });
    expect((await call('GET', `${base}/inboxes/b?wait=1ms&count=2`)).body).toMatchObject({
      reached: false,
      total: 1,
    });
  });

  it('ends with a reset of the space', async () => {
    await submit('annotated');
    await ringback.settle();
    const waits = [
      await waiting('deliveries?wait=5m&count=3'),
      await waiting('inboxes/a?wait=5m&count=9', 2),
    ];
    await ringback.reset();
    for (const { answer } of waits) expect((await answer).body).toMatchObject({ reached: false, total: 0 });
  });

  it('ends when the client disconnects, and when the server closes', async () => {
    const stop = new AbortController();
    const gone = await waiting('deliveries?wait=5m', 1, stop.signal);
    stop.abort();
    await readers(0);
    await expect(gone.answer).rejects.toThrow();
    const last = await waiting('deliveries?wait=5m');
    await ringback.server.close();
    expect((await last.answer).body).toMatchObject({ reached: false });
  });

  it('keeps its space', async () => {
    ringback = await startRingback({ maxSpaces: 2 });
    base = `${ringback.url}/_ringback`;
    const answer = call('GET', `${ringback.url}/@one/_ringback/deliveries?wait=5m`);
    const listed = async () => (await ringback.control('GET', 'spaces')).body.spaces;
    while ((await listed())[1]?.eventReaders !== 1);
    expect((await call('GET', `${ringback.url}/@two/_ringback/health`)).status).toBe(429);
    await call('POST', `${ringback.url}/@one/_ringback/reset`);
    expect((await answer).body.reached).toBe(false);
    expect((await call('GET', `${ringback.url}/@two/_ringback/health`)).status).toBe(200);
  });

  it('past the limit of its space gets 429', async () => {
    await ringback.set({ 'limits.eventStreams': 1 });
    const first = await waiting('deliveries?wait=5m');
    const { status, body } = await call('GET', `${base}/runs?wait=1s`);
    expect([status, body.type, body.detail]).toEqual([
      429,
      expect.stringMatching(/events\.limit$/),
      'Could not wait: the space already has 1 event streams and waiting requests, the limit that limits.eventStreams sets.',
    ]);
    await ringback.reset();
    await first.answer;
  });

  it.each([
    ['deliveries?wait=soon', 'query/wait must be a duration such as 500ms, 10s or 2m'],
    ['deliveries?wait=10', 'query/wait must be a duration such as 500ms, 10s or 2m'],
    ['deliveries?wait=-1s', 'query/wait must be a duration such as 500ms, 10s or 2m'],
    ['deliveries?wait=', 'query/wait must be a duration such as 500ms, 10s or 2m'],
    ['deliveries?wait=5m&wait=6m', 'query/wait'],
    ['deliveries?wait=301s', 'query/wait must be at most 5m; got 301s. Wait again after that.'],
    ['deliveries?wait=1000000000d', 'longer than 100 years'],
    ['deliveries?count=2', 'query/count is given without wait'],
    ['deliveries?wait=1s&count=0', 'query/count must be at least 1'],
    ['deliveries?wait=1s&count=1.5', 'query/count must be an integer'],
    ['deliveries?wait=1s&count=100001', 'query/count must be at most 100000'],
    ['deliveries?wait=1s&state=pending', 'query/state is pending, and a wait counts only what has ended'],
    ['runs?wait=1s&state=playing', 'query/state is playing, and a wait counts only what has ended'],
    ['inboxes/a?count=1', 'query/count is given without wait'],
    ['scenarios?wait=1s', 'query/wait is not a parameter of listScenarios'],
  ])('%s gets 400', async (path, detail) => {
    const { status, body } = await call('GET', `${base}/${path}`);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(detail)]);
  });
});
