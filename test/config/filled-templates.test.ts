import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';
import { folderWith, orders } from './support.ts';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

/** Orders whose callback requires an API key. */
const withKey = structuredClone(orders) as typeof orders & { components?: object };
withKey.components = { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } };
Object.assign(withKey.paths['/orders'].post.callbacks.shipped['{$request.body#/fallback}'].post, {
  security: [{ key: [] }],
});

/** Serves orders with a configuration. `HERE` in it is the URL of the consumer. */
async function serve(own: string, scenario = 'default') {
  const consumer = await startConsumer();
  const scenarios = [
    'name: refunds\ntimeline: [{ after: 1s, callback: refunded, headers: { x-event: "{{event.id}}", x-random: "{{random.uuid}}" } }]',
    'name: moved\ntimeline: [{ after: 1s, set: { amount: 9 } }, { after: 1s, callback: shipped }]',
  ];
  const folder = folderWith({
    'openapi.yaml': withKey,
    'own.yaml': scenarios.join('\n---\n'),
    'ringback.yaml': `contract: ./openapi.yaml\nscenarios: [./own.yaml]\n${own.replaceAll('HERE', consumer.url)}`,
  });
  const { server } = await startRingback({
    config: join(folder, 'ringback.yaml'),
    clock: 'virtual',
    seed: 4,
  });
  const submit = async (body: object) => {
    const headers = { 'X-Ringback-Scenario': scenario, 'X-Tenant': 'a b' };
    const answer = await call('POST', `${server.url}/orders`, body, headers);
    await call('POST', `${server.url}/_ringback/clock`, { settle: true });
    return answer.body.order;
  };
  const warnings = async () => {
    const { body } = await call('GET', `${server.url}/_ringback/runs`);
    return body.runs[0].warnings.map(({ message }: { message: string }) => message);
  };
  return { consumer, server, submit, warnings, urls: () => consumer.requests.map(({ url }) => url) };
}

test('the target of webhooks has values of the submission, encoded, and the event of the step', async () => {
  const target =
    "webhooks: { to: 'HERE/{{request.headers.x-tenant}}/{{event.id}}/{{random.uuid}}?at={{now}}' }";
  const { consumer, submit } = await serve(target, 'refunds');
  await submit({ amount: 1 });
  const [request] = consumer.requests;
  const [, tenant, event = '', random] = request?.url.split(/[/?]/) ?? [];
  expect(tenant).toBe('a%20b');
  expect(event).toMatch(uuid);
  expect(request?.headers['x-event']).toBe(event);
  expect(random).toMatch(uuid);
  expect(random).not.toBe(event);
  expect(random).not.toBe(request?.headers['x-random']);
  expect(request?.url).toMatch(/\?at=2030-01-01T00%3A00%3A01\.000Z$/);
});

test('a template at the start of the target is all of it', async () => {
  const { urls, consumer, submit } = await serve("webhooks: { to: '{{request.body.notify}}' }", 'refunds');
  await submit({ notify: `${consumer.url}/of/them` });
  expect(urls()).toEqual(['/of/them']);
});

test('a webhook whose target has no value is not sent, and the run says which template', async () => {
  const { urls, submit, warnings } = await serve(
    "webhooks: { to: 'HERE/{{request.body.nothing}}' }",
    'refunds',
  );
  await submit({ amount: 1 });
  expect(urls()).toEqual([]);
  expect(await warnings()).toEqual([
    expect.stringContaining('it has no target, since {{request.body.nothing}} is absent.'),
  ]);
});

test('a callback URL has the resource as of when it is sent, beside runtime expressions', async () => {
  const url = "'HERE/{$request.body#/notify}/{{resource.amount}}/{{response.status}}'";
  const { urls, submit } = await serve(
    `operations: { createOrder: { id: $response.body#/order/handle, callbackUrl: ${url} } }`,
    'moved',
  );
  await submit({ notify: 'x/y', amount: 3 });
  expect(urls()).toEqual(['/x%2Fy/9/201']);
});

test('a callback URL that only its resource has is known when it is due', async () => {
  const url = "'{{resource.amount}}/hook'";
  const { urls, submit, warnings } = await serve(
    `operations: { createOrder: { id: $response.body#/order/handle, callbackUrl: ${url} } }`,
  );
  await submit({ amount: 3 });
  expect(urls()).toEqual([]);
  expect(await warnings()).toEqual([expect.stringContaining('the URL is "3/hook"')]);
});

test('a callback URL without a value gives way to that of the contract', async () => {
  const { urls, submit, consumer } = await serve(
    "operations: { createOrder: { callbackUrl: '{{request.body.notify}}' } }",
  );
  await submit({ fallback: `${consumer.url}/own` });
  expect(urls()).toEqual(['/own']);
});

test('a credential has a value of the submission', async () => {
  const { consumer, submit, warnings } = await serve(
    "credentials: { callbacks: 'k-{{request.body.amount}}' }",
  );
  await submit({ amount: 7, fallback: consumer.url });
  expect(consumer.requests[0]?.headers['x-key']).toBe('k-7');
  expect(await warnings()).toEqual([]);
});

test('a callback whose credential has no value is sent without it, and the run has a warning', async () => {
  const { consumer, submit, warnings } = await serve("credentials: { callbacks: '{{request.body.token}}' }");
  await submit({ fallback: consumer.url });
  expect(consumer.requests).toHaveLength(1);
  expect(consumer.requests[0]?.headers).not.toHaveProperty('x-key');
  expect(await warnings()).toEqual([expect.stringContaining('{{request.body.token}} of the setting')]);
});

test('a callback that is sent by hand has a time in its credential, and no value of a submission', async () => {
  const fire = async (credential: string) => {
    const { server, consumer } = await serve(`credentials: { callbacks: '${credential}' }`);
    const order = { callback: 'createOrder.shipped', to: consumer.url };
    const { status, body } = await call('POST', `${server.url}/_ringback/callbacks`, order);
    return { status, body, key: consumer.requests[0]?.headers['x-key'] };
  };
  expect(await fire('at {{now}}')).toMatchObject({ status: 201, key: 'at 2030-01-01T00:00:00.000Z' });
  const refused = await fire('{{request.body.token}}');
  expect(refused).toMatchObject({ status: 400, key: undefined });
  expect(refused.body.detail).toContain('{{request.body.token}}, which only a submission has');
});

test('a wrong template is refused wherever the setting is set', async () => {
  const { server } = await serve('');
  const { status, body } = await call('PATCH', `${server.url}/_ringback/settings`, {
    'webhooks.to': 'http://localhost/{{request.bdy.id}}',
  });
  expect(status).toBe(400);
  expect(body.detail).toContain('Did you mean "request.body"?');
});

test('what a submission gives is no template', async () => {
  const { urls, submit, consumer } = await serve(
    'operations: { createOrder: { callbackUrl: $request.body#/notify } }',
  );
  await submit({ notify: `${consumer.url}/{{now}}` });
  expect(urls()).toEqual(['/%7B%7Bnow%7D%7D']);
});
