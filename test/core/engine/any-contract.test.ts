import { describe, expect, test } from 'vitest';
import { runBytes } from '../../../src/core/engine/record-bytes.ts';
import { answered, jobsStage } from '../../support/jobs-contract.ts';

const timeline = (steps: string, more = ''): string => `name: default\ntimeline: ${steps}\n${more}`;
const one = (step: string, more = ''): string => timeline(`[{ after: 1s, ${step} }]`, more);
const sentTo = 'http://consumer.test/cb';

describe('a callback of any contract', () => {
  test.each([
    [
      'an object',
      'callback: startJob.onDone',
      { 'content-type': 'application/json', 'X-Job': 'j1' },
      '{"id":"j1","status":"done"}',
    ],
    [
      'an array',
      'callback: startJob.onDone, payload: [1, 2]',
      { 'content-type': 'application/json', 'X-Job': 'j1' },
      '[1,2]',
    ],
    [
      'null',
      'callback: startJob.onDone, payload: null',
      { 'content-type': 'application/json', 'X-Job': 'j1' },
      'null',
    ],
    [
      'text',
      'callback: startJob.onText, payload: hello',
      { 'content-type': 'text/plain', 'X-Job': 'j1' },
      'text: hello',
    ],
    ['no body', 'callback: startJob.onEmpty', { 'X-Job': 'j1' }, null],
  ])('sends %s', async (_, step, headers, body) => {
    const { sent, deliveries } = await jobsStage({ scenarios: one(step) }).play();
    expect(sent).toMatchObject([{ url: sentTo, headers, body }]);
    expect(deliveries).toMatchObject([{ state: 'delivered', attempts: [{ violations: [] }] }]);
  });

  test('sends query parameters in their style', async () => {
    const scenarios = one('callback: startJob.onPing, query: { tags: [a b, c], other: 1 }');
    const { sent } = await jobsStage({ scenarios }).play();
    expect(sent.map(({ url, body }) => [url, body])).toEqual([[`${sentTo}?tags=a%20b,c&other=1`, null]]);
  });

  test('replaces and adds headers, in upper or lower case', async () => {
    const scenarios = one('callback: startJob.onDone, headers: { x-job: other, X-New: "1" }');
    const { sent, deliveries } = await jobsStage({ scenarios }).play();
    const [{ headers } = { headers: {} }] = sent;
    expect(headers).toEqual({
      'content-type': 'application/json',
      'x-job': 'other',
      'X-New': '1',
      traceparent: expect.any(String),
    });
    expect(deliveries[0]?.callback.faults).toEqual(['override']);
  });

  test('replaces the media type once', async () => {
    const scenarios = one(
      'callback: startJob.onDone, headers: { Content-Type: application/cloudevents+json }',
    );
    const { sent } = await jobsStage({ scenarios }).play();
    expect(sent[0]?.headers).toEqual({
      'X-Job': 'j1',
      'Content-Type': 'application/cloudevents+json',
      traceparent: expect.any(String),
    });
  });

  test('is retried never, unless the scenario says so', async () => {
    const answer = () => answered(503);
    expect((await jobsStage({ answer }).play()).sent).toHaveLength(1);
    const scenarios = one('callback: startJob.onDone', 'retry: { schedule: [1s, 1s] }');
    expect((await jobsStage({ answer, scenarios }).play()).sent).toHaveLength(3);
  });

  test('that has no target leaves a warning on its run', async () => {
    const scenarios = one('callback: invoice.paid');
    const { play, events } = jobsStage({ scenarios });
    const { run, sent } = await play();
    expect(run?.warnings).toMatchObject([{ code: 'callback.unaddressed' }]);
    expect(sent).toEqual([]);
    const message = 'The callback invoice.paid was not sent: it has no target.';
    expect(events).toContainEqual({
      kind: 'callback.unsent',
      at: (run?.createdAt ?? 0) + 1_000,
      runId: run?.id,
      message,
    });
    const settings = { 'webhooks.to': 'http://hooks.test/' };
    expect((await jobsStage({ scenarios, settings }).play()).sent).toMatchObject([
      { url: 'http://hooks.test/' },
    ]);
  });
});

describe('a scenario of any contract', () => {
  test('called default plays in place of the built-in one', async () => {
    expect((await jobsStage().play()).deliveries).toHaveLength(1);
    const scenarios = timeline('[{ after: 1s, callback: startJob.onDone }, { after: 1s, callback: onText }]');
    expect((await jobsStage({ scenarios }).play()).deliveries).toHaveLength(2);
  });

  test('called default replaces the built-in one for the operation of its match only', async () => {
    const scenarios = one('callback: onText', 'match: { operation: post /startJob }');
    const stage = jobsStage({ scenarios });
    const types = async (operation: string) =>
      (await stage.play(operation)).deliveries.map(({ callback }) => callback.type);
    expect(await types('startJob')).toEqual(['startJob.onText']);
    expect(await types('stopJob')).toEqual(['startJob.onDone']);
  });

  test.each([
    ['a nested property', '{ payload: { job: { status: failed } } }', [2]],
    ['an event', '{ callback: onDone }', [1, 2, 3]],
    ['a type', '{ callback: startJob.onDone, nth: 3 }', [3]],
    ['a payload that is not an object', '{ payload: { length: 2 } }', []],
  ])('selects the callbacks of a fault by %s', async (_, on, struck) => {
    const steps = ['{ status: done }', '{ status: failed, job: { status: failed } }', '[1, 2]'];
    const timelineText = `[${steps.map((payload) => `{ after: 1s, callback: startJob.onDone, payload: ${payload} }`).join(', ')}]`;
    const scenarios = timeline(timelineText, `faults: [{ on: ${on}, drop: true }]`);
    const { deliveries } = await jobsStage({ scenarios }).play();
    const dropped = deliveries.flatMap(({ state }, index) => (state === 'dropped' ? [index + 1] : []));
    expect(dropped).toEqual(struck);
  });

  test.each([
    ['corrupt: { schema: /status }', 'startJob.onDone', /^{"id":"j1","status":\{\}}$/, true],
    ['corrupt: invalid-json', 'startJob.onDone', /"done",$/, true],
    ['corrupt: invalid-json', 'startJob.onText', /^text: /, false],
    ['corrupt: { schema: /status }', 'startJob.onText', /^text: /, false],
    ['corrupt: empty', 'startJob.onText', /^$/, true],
    ['drift: unknown-property', 'startJob.onDone', /added_by_the_provider/, true],
    ['drift: new-enum-value', 'startJob.onDone', /"status":"a_new_value"/, true],
  ])('with %s on %s', async (fault, callback, body, applies) => {
    const scenarios = one(`callback: ${callback}`, `faults: [{ ${fault} }]`);
    const { sent, deliveries } = await jobsStage({ scenarios }).play();
    expect(sent[0]?.body).toMatch(body);
    const said = [...(deliveries[0]?.callback.faults ?? []), ...(deliveries[0]?.attempts[0]?.faults ?? [])];
    expect(said.some((words) => words.includes('does not apply'))).toBe(!applies);
  });
});

describe('a consumer of any contract', () => {
  test('may redirect once with a status that the contract declares', async () => {
    const moved = (n: number) => (n === 1 ? answered(308, { location: '/moved?to=1#part' }) : answered(204));
    const { sent, deliveries } = await jobsStage({ answer: moved }).play();
    expect(sent.map(({ url, method, body }) => [url, method, body])).toEqual([
      [sentTo, 'POST', '{"id":"j1","status":"done"}'],
      ['http://consumer.test/moved?to=1', 'POST', '{"id":"j1","status":"done"}'],
    ]);
    expect(deliveries).toMatchObject([
      {
        state: 'delivered',
        attempts: [{ statusCode: 204, redirectedTo: 'http://consumer.test/moved?to=1', violations: [] }],
      },
    ]);
  });

  test('gets no credentials of the first server on another one', async () => {
    const scenarios = one('callback: startJob.onDone, headers: { Authorization: Bearer secret }');
    const answer = (n: number) =>
      n === 1 ? answered(308, { location: 'http://other.test/' }) : answered(204);
    const { sent } = await jobsStage({ scenarios, answer }).play();
    expect(sent.map(({ headers }) => headers.Authorization)).toEqual(['Bearer secret', undefined]);
  });

  test.each([
    ['a second redirect', 308, { location: '/again' }, 2],
    ['a status that the contract does not declare', 307, { location: '/moved' }, 1],
    ['a place that is no web address', 308, { location: 'mailto:me@consumer.test' }, 1],
    ['no place', 308, {}, 1],
  ])('is not followed to %s', async (_, status, headers, requests) => {
    const { sent, deliveries } = await jobsStage({
      answer: () => answered(status, headers as Record<string, string>),
    }).play();
    expect(sent).toHaveLength(requests);
    expect(deliveries).toMatchObject([{ state: 'failed', attempts: [{ code: 'response.redirect' }] }]);
  });

  test('ends the callbacks of a run to its URL with a 410 that the contract declares', async () => {
    const steps = '[{ after: 1s, callback: startJob.onDone }, { after: 1s, callback: onText }]';
    const scenarios = timeline(steps, 'retry: { schedule: [1s] }');
    const stage = jobsStage({ scenarios, answer: (n) => answered(n === 1 ? 410 : 204) });
    const { deliveries, sent } = await stage.play();
    expect(sent).toHaveLength(1);
    expect(deliveries).toMatchObject([
      { state: 'failed', attempts: [{ statusCode: 410, code: 'response.gone', retryAt: null }] },
      { state: 'failed', attempts: [{ statusCode: null, code: 'target.gone', retryAt: null }] },
    ]);
    // Someone who sends it again by hand knows better.
    await stage.space.redeliver(deliveries[1]?.id ?? '');
    expect(stage.sent).toHaveLength(2);
    // A new submission starts over.
    expect((await stage.play()).deliveries).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
  });

  test('that responds 410 without the contract declaring it is called again', async () => {
    const scenarios = one('callback: onText', 'retry: { schedule: [1s] }');
    const { sent } = await jobsStage({ scenarios, answer: () => answered(410) }).play();
    expect(sent).toHaveLength(2);
  });

  test('may respond with any 2xx if the contract declares none', async () => {
    const scenarios = one('callback: onText');
    const { deliveries } = await jobsStage({ scenarios, answer: () => answered(202) }).play();
    expect(deliveries).toMatchObject([{ state: 'delivered', attempts: [{ violations: [] }] }]);
  });
});

describe('a callback that is fired by hand', () => {
  const to = 'http://consumer.test/hand';

  test('is what its provider makes of it', async () => {
    const { space, sent } = jobsStage();
    await space.fire({ callback: 'startJob.onDone', to, headers: { 'X-Mine': '1' } });
    expect(sent).toMatchObject([
      {
        url: `${to}?by=hand`,
        headers: { 'X-Mine': '1', 'X-Made': 'yes' },
        body: '{"id":"sampled","status":"done"}',
      },
    ]);
  });

  test('has any payload that is given', async () => {
    const { space, sent } = jobsStage();
    const { callback } = await space.fire({ callback: 'onText', to, payload: [1] });
    expect(sent[0]?.body).toBe('[1]');
    expect(callback).toMatchObject({ type: 'startJob.onText', payload: [1], faults: ['override'] });
  });

  test.each([
    [
      'onDone',
      /Several callbacks have the name "onDone", expected one of startJob\.onDone, stopJob\.onDone\./,
    ],
    ['startJob.onDune', /Did you mean "startJob.onDone"\?/],
    ['onTxt', /Did you mean "onText"\?/],
  ])('needs a name that says which one it is: %s', async (callback, message) => {
    await expect(jobsStage().space.fire({ callback, to })).rejects.toThrow(message);
  });
});

test('a run is as large as the exchange that it keeps', async () => {
  const { submit } = jobsStage();
  const small = await submit('startJob', { url: 'http://consumer.test/' });
  const large = await submit('startJob', { url: 'http://consumer.test/', note: 'x'.repeat(10_000) });
  expect(runBytes(large) - runBytes(small)).toBeGreaterThan(10_000);
});
