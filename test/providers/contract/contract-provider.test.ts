import { describe, expect, test } from 'vitest';
import { call } from '../../support/test-server.ts';
import { fileWith, payments, type Stage, serveContract } from './support.ts';

const key = { 'x-api-key': 'any' };

function pay(
  { ringback, consumer }: Stage,
  body: object = {},
  headers: Record<string, string> = {},
): ReturnType<typeof call> {
  return call(
    'POST',
    `${ringback.url}/payments`,
    { amount: 12.5, reference: 'order-7', callbackUrl: consumer.url, ...body },
    { ...key, ...headers },
  );
}

describe('a submission', () => {
  test('is answered as the contract says, with the values of the request', async () => {
    const stage = await serveContract(payments);
    const { status, body } = await pay(stage);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      amount: 12.5,
      reference: 'order-7',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('sends the callback that means success, 2 s after the response, and no other', async () => {
    const stage = await serveContract(payments);
    const { body } = await pay(stage);
    await stage.ringback.advance('1999ms');
    expect(stage.bodies()).toEqual([]);
    await stage.ringback.advance('1ms');
    await stage.ringback.settle();
    expect(stage.bodies()).toEqual([expect.objectContaining({ paymentId: body.id, reference: 'order-7' })]);
    const [delivery] = await stage.ringback.deliveries();
    expect(delivery).toMatchObject({
      callback: 'createPayment.succeeded',
      state: 'delivered',
      violations: [],
    });
  });

  test('is served below the path of the servers, too', async () => {
    const stage = await serveContract(payments);
    const answer = await call('POST', `${stage.ringback.url}/v1/payments`, { amount: 1 }, key);
    expect(answer.status).toBe(201);
  });

  test('without a callback URL is accepted, and calls nobody back', async () => {
    const stage = await serveContract(payments);
    expect((await pay(stage, { callbackUrl: undefined })).status).toBe(201);
    await stage.ringback.settle();
    expect(await stage.ringback.deliveries()).toEqual([]);
    const [run] = await stage.ringback.runs();
    expect(run.warnings[0].message).toContain('$request.body#/callbackUrl is absent');
  });

  test.each([
    ['a missing property', { amount: undefined }],
    ['a wrong value', { amount: -1 }],
  ])('with %s is refused and calls nobody back', async (_, body) => {
    const stage = await serveContract(payments);
    const answer = await pay(stage, body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('amount');
    await stage.ringback.settle();
    expect(stage.bodies()).toEqual([]);
    expect(await stage.ringback.runs()).toEqual([]);
  });

  test('gives the same bytes for the same seed', async () => {
    const played = async (): Promise<unknown> => {
      const stage = await serveContract(payments, { seed: 5 });
      const { body } = await pay(stage, { callbackUrl: `${stage.ringback.url}/_ringback/inbox/mine` });
      await stage.ringback.settle();
      const [{ payload, runId }] = await stage.ringback.deliveries();
      return { body, payload, runId };
    };
    expect(await played()).toEqual(await played());
  });
});

describe('the header Prefer', () => {
  test('chooses another declared status, which calls nobody back', async () => {
    const stage = await serveContract(payments);
    const answer = await pay(stage, {}, { prefer: 'code=402' });
    expect(answer).toMatchObject({ status: 402, body: { reason: expect.any(String) } });
    await stage.ringback.settle();
    expect(stage.bodies()).toEqual([]);
  });

  test('cannot choose a status that the contract lacks', async () => {
    const stage = await serveContract(payments);
    const answer = await pay(stage, {}, { prefer: 'code=418' });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('expected one of 201, 402');
  });
});

describe('credentials', () => {
  test('are required where the contract requires them', async () => {
    const stage = await serveContract(payments);
    const answer = await call('POST', `${stage.ringback.url}/payments`, { amount: 1 });
    expect(answer.status).toBe(401);
    expect(answer.body.detail).toContain('X-Api-Key');
    expect((await call('GET', `${stage.ringback.url}/status`)).status).toBe(200);
  });

  test('may be any, unless some are configured', async () => {
    const stage = await serveContract(payments, { settings: { 'payment-service.credentials': ['s3cret'] } });
    expect((await pay(stage)).status).toBe(401);
    expect((await pay(stage, {}, { 'x-api-key': 's3cret' })).status).toBe(201);
  });
});

test('a callback can be sent by hand, with a made-up payload', async () => {
  const stage = await serveContract(payments);
  const answer = await call('POST', `${stage.ringback.url}/_ringback/callbacks`, {
    callback: 'payout.sent',
    to: stage.consumer.url,
  });
  expect(answer.status).toBe(201);
  expect(stage.bodies()).toEqual([expect.objectContaining({ paymentId: expect.any(String) })]);
});

test('a header replaces that of the same name in upper or lower case', async () => {
  const document = structuredClone(payments);
  const schema = { type: 'string', example: 'declared' };
  Object.assign(document.webhooks['payout.sent'].post, {
    security: [{ key: [] }],
    parameters: ['X-Event', 'x-api-key'].map((name) => ({ name, in: 'header', required: true, schema })),
  });
  const { ringback, consumer } = await serveContract(document);
  const fire = (headers: object) =>
    ringback.control('POST', 'callbacks', { callback: 'payout.sent', to: consumer.url, headers });
  await fire({});
  await fire({ 'x-event': 'mine', 'X-API-KEY': 'my key' });
  expect(consumer.requests.map(({ headers }) => [headers['x-event'], headers['x-api-key']])).toEqual([
    ['declared', expect.not.stringContaining('declared')],
    ['mine', 'my key'],
  ]);
});

test('the same GET gets the same answer, with the id of its path', async () => {
  const stage = await serveContract(payments);
  const get = () =>
    call('GET', `${stage.ringback.url}/payments/0b0a3cf2-6a4e-4f4e-9d0e-5a2f1c8f7a11`, undefined, key);
  const { body } = await get();
  expect(body).toMatchObject({ id: '0b0a3cf2-6a4e-4f4e-9d0e-5a2f1c8f7a11' });
  expect((await get()).body).toEqual(body);
});
describe('a scenario', () => {
  const play = async (stage: Stage, script: object): Promise<void> => {
    await stage.ringback.control('PUT', 'scenarios/mine', { name: 'mine', ...script });
    expect((await pay(stage, {}, { 'x-ringback-scenario': 'mine' })).status).toBe(201);
    await stage.ringback.settle();
  };

  test('chooses callbacks, patches their payloads and adds headers, without naming the provider', async () => {
    const stage = await serveContract(payments);
    await play(stage, {
      timeline: [
        { after: '1m', callback: 'failed', payload: { status: 'failed' }, headers: { 'x-note': 'late' } },
        { after: '1h', callback: 'createPayment.succeeded', payload: { status: 'paid' } },
      ],
    });
    expect(stage.bodies()).toEqual([
      expect.objectContaining({ status: 'failed' }),
      expect.objectContaining({ status: 'paid' }),
    ]);
    expect(stage.consumer.requests[0]?.headers['x-note']).toBe('late');
  });

  test('makes up other values for each callback, also for those before the response', async () => {
    const document = structuredClone(payments);
    Object.assign(document.components.schemas.Event.properties, {
      eventId: { type: 'string', format: 'uuid' },
    });
    Object.assign(document.components.schemas.Event, { required: ['paymentId', 'status', 'eventId'] });
    const timeline = [
      { after: '1s', callback: 'succeeded', payload: { status: 'pending' } },
      { after: '2s', callback: 'succeeded', payload: { status: 'paid' } },
    ];
    for (const faults of [[], [{ on: { payload: { status: 'paid' } }, early: true }]]) {
      const stage = await serveContract(document);
      await play(stage, { timeline, faults });
      const ids = stage.bodies().map((body) => (body as { eventId: string }).eventId);
      expect(new Set(ids).size).toBe(2);
    }
  });

  test('selects callbacks by any property of the payload', async () => {
    const stage = await serveContract(payments);
    await play(stage, {
      timeline: [
        { after: '1s', callback: 'succeeded', payload: { status: 'pending' } },
        { after: '1s', callback: 'succeeded', payload: { status: 'paid' } },
      ],
      faults: [{ on: { payload: { status: 'paid' } }, duplicate: { times: 2 } }],
    });
    expect(stage.bodies()).toHaveLength(3);
  });

  test('has settings of its own for the attempts of its callbacks, and for no others', async () => {
    const stage = await serveContract(payments);
    stage.consumer.answer({ status: 204 }, { status: 204 });
    await play(stage, {
      timeline: [{ after: '1s', callback: 'succeeded' }],
      settings: { 'callbacks.deliveryIdHeader': 'X-Delivery', 'callbacks.slowAnswer': '0s' },
    });
    await pay(stage);
    await stage.ringback.settle();
    const [own, other] = await stage.ringback.deliveries();
    expect(stage.consumer.requests.map(({ headers }) => headers['x-delivery'])).toEqual([own.id, undefined]);
    expect(own.attempts[0].violations).toEqual([expect.objectContaining({ code: 'answer.slow' })]);
    expect(other.attempts[0].violations).toEqual([]);
  });

  test('fails later requests about what its submission created', async () => {
    const stage = await serveContract(payments);
    await stage.ringback.control('PUT', 'scenarios/mine', {
      name: 'mine',
      timeline: [{ after: '1s', callback: 'succeeded' }],
      respond: [{ operation: 'getPayment', status: 503, times: 1 }],
    });
    const { body } = await pay(stage, {}, { 'x-ringback-scenario': 'mine' });
    const get = () => call('GET', `${stage.ringback.url}/payments/${body.id}`, undefined, key);
    expect([(await get()).status, (await get()).status]).toEqual([503, 200]);
  });

  test('retries nothing unless it says so', async () => {
    const stage = await serveContract(payments);
    stage.consumer.answer({ status: 503 }, { status: 503 }, { status: 503 });
    await pay(stage);
    await stage.ringback.settle();
    expect(stage.bodies()).toHaveLength(1);
    await play(stage, {
      timeline: [{ after: '1s', callback: 'succeeded' }],
      retry: { schedule: ['1m', '1h'], on: ['5xx'] },
    });
    expect(stage.bodies()).toHaveLength(4);
  });

  test('sends webhooks to their target', async () => {
    const stage = await serveContract(payments);
    const script = { timeline: [{ after: '1s', callback: 'payout.sent' }] };
    await play(stage, script);
    expect(stage.bodies()).toEqual([]);
    const [run] = await stage.ringback.runs();
    expect(run.warnings[0].message).toContain('--webhooks-to');
    await stage.ringback.set({ 'webhooks.to': stage.consumer.url });
    await play(stage, script);
    expect(stage.bodies()).toHaveLength(1);
  });

  test('called default replaces the default callback', async () => {
    const stage = await serveContract(payments, {
      scenarios: [fileWith('name: default\ntimeline: [{ after: 1s, callback: failed }]\n', 'mine.yaml')],
    });
    await pay(stage);
    await stage.ringback.settle();
    const [{ callback }] = await stage.ringback.deliveries();
    expect(callback).toBe('createPayment.failed');
    const { body } = await stage.ringback.control('GET', 'callbacks');
    const chosen = body.callbacks.filter(({ byDefault }: { byDefault: boolean }) => byDefault);
    expect(chosen).toEqual([expect.objectContaining({ event: 'failed' })]);
  });
});

describe('a callback whose schema nothing satisfies', () => {
  const impossible = structuredClone(payments);
  Object.assign(impossible.webhooks['payout.sent'].post, {
    requestBody: {
      content: { 'application/json': { schema: { allOf: [{ type: 'string' }, { type: 'integer' }] } } },
    },
  });

  test('is listed with the reason', async () => {
    const { ringback } = await serveContract(impossible);
    const { body } = await ringback.control('GET', 'callbacks');
    const webhook = body.callbacks.find(({ event }: { event: string }) => event === 'payout.sent');
    expect(webhook).toMatchObject({ fireable: false, reason: expect.stringContaining('No valid body') });
  });

  test('is not sent, and the run says why', async () => {
    const stage = await serveContract(impossible, { webhooksTo: 'http://127.0.0.1:9/' });
    await stage.ringback.control('PUT', 'scenarios/mine', {
      name: 'mine',
      timeline: [{ after: '1s', callback: 'payout.sent' }],
    });
    await pay(stage, {}, { 'x-ringback-scenario': 'mine' });
    await stage.ringback.settle();
    expect(await stage.ringback.deliveries()).toEqual([]);
    const [run] = await stage.ringback.runs();
    expect(run.warnings[0].message).toContain('No valid body');
  });

  test('is sent by hand only with a payload', async () => {
    const stage = await serveContract(impossible);
    const fire = (more: object) =>
      call('POST', `${stage.ringback.url}/_ringback/callbacks`, {
        callback: 'payout.sent',
        to: stage.consumer.url,
        ...more,
      });
    expect((await fire({})).status).toBe(400);
    expect((await fire({ payload: 'any' })).status).toBe(201);
    expect(stage.bodies()).toEqual(['any']);
  });
});

describe('what HTTP cannot carry', () => {
  const header = { schema: { type: 'string', example: 'one\r\ntwo → three' } };
  const untidy = structuredClone(payments);
  Object.assign(untidy.paths['/status'].get.responses[200], {
    headers: { 'X-Note': header, 'not a name': header },
  });
  Object.assign(untidy.webhooks['payout.sent'].post, {
    parameters: [
      { name: 'X-Note', in: 'header', required: true, ...header },
      { name: 'not a name', in: 'header', required: true, ...header },
    ],
  });

  test('is made into a header of a response', async () => {
    const { ringback } = await serveContract(untidy);
    const response = await fetch(`${ringback.url}/status`);
    expect([response.status, response.headers.get('x-note')]).toEqual([200, 'one two %E2%86%92 three']);
  });

  test('is made into a header of a callback', async () => {
    const { ringback, consumer } = await serveContract(untidy);
    await call('POST', `${ringback.url}/_ringback/callbacks`, { callback: 'payout.sent', to: consumer.url });
    expect(consumer.requests.map(({ headers }) => headers['x-note'])).toEqual(['one two %E2%86%92 three']);
  });
});

test('a response of the media type * is sent as JSON', async () => {
  const any = structuredClone(payments);
  Object.assign(any.paths['/status'].get.responses[200], { content: { '*': { schema: { const: 'up' } } } });
  const { ringback } = await serveContract(any);
  const { body, headers } = await call('GET', `${ringback.url}/status`);
  expect([body, headers.get('content-type')]).toEqual(['up', 'application/json']);
});

test('ranges of media types with a suffix are taken and sent', async () => {
  const content = (media: { content: { 'application/json': object } }) => ({
    content: { 'application/*+json': media.content['application/json'] },
  });
  const ranged = structuredClone(payments);
  const { post } = ranged.paths['/payments'];
  Object.assign(post.requestBody, content(post.requestBody));
  Object.assign(post.responses[201], content(post.responses[201]));
  const { requestBody } = post.callbacks.succeeded['{$request.body#/callbackUrl}'].post;
  Object.assign(requestBody, content(requestBody));
  const stage = await serveContract(ranged);
  const { status, headers } = await pay(stage, {}, { 'content-type': 'application/vnd.pay+json' });
  expect([status, headers.get('content-type')]).toEqual([201, 'application/vnd.example+json']);
  expect((await pay(stage, {}, { 'content-type': 'application/json' })).status).toBe(415);
  await stage.ringback.settle();
  const [callback] = stage.consumer.requests;
  expect(callback?.headers['content-type']).toBe('application/vnd.example+json');
});
