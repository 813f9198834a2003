import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { loadCatalogue } from '../../src/loading/catalogue.ts';
import { fileWith } from '../providers/contract/support.ts';
import { draft } from './support.ts';

const body = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  requestBody: { content: { 'application/json': { schema: { type: 'object', properties, required } } } },
  responses: { 204: { description: 'received' } },
});
const status = (...values: readonly string[]) => ({ type: 'string', enum: values });
const url = '{$request.body#/url}';

const order = {
  type: 'object',
  required: ['id', 'status'],
  properties: { id: { type: 'string' }, status: status('open', 'shipped', 'cancelled') },
};
const json = (schema: object) => ({
  description: 'fine',
  content: { 'application/json': { schema } },
});

/** Orders, which the API shows, with the given callbacks and webhooks. */
function shop(callbacks: object, webhooks: object = {}): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Shop', version: '2' },
    paths: {
      '/orders': {
        post: {
          operationId: 'order',
          callbacks,
          ...body({ url: { type: 'string' } }),
          responses: { 201: json(order) },
        },
      },
      '/orders/{id}': {
        get: {
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: json(order) },
        },
      },
    },
    webhooks,
  };
}

async function drafted(document: object, only: readonly string[] | null = null) {
  const project = draft(await loadCatalogue(fileWith(document)), only);
  const scenarios = project.scenarios.flatMap(({ text }) =>
    parseAllDocuments(text).map((each) => each.toJS() as Record<string, never>),
  );
  const named = (name: string) => scenarios.find((each) => each.name === name);
  return { ...project, named, texts: project.scenarios.map(({ text }) => text).join('\n') };
}

const moved = { [url]: { post: body({ state: status('on-hold', 'running', 'delivered', 'lost') }) } };
const event = { [url]: { post: body({ note: { type: 'string' } }) } };

test('a webhook is played by an operation that calls back, before any other POST', async () => {
  const { paths, ...rest } = shop({ moved }, { refunded: event[url] }) as { paths: object };
  const login = { post: { responses: { 200: json({ type: 'object' }) } } };
  const { texts } = await drafted({ ...rest, paths: { '/logins': login, ...paths } }, ['refunded']);
  expect(texts).toContain('in the header X-Ringback-Scenario of POST /orders.');
});

describe('the scenarios of a callback', () => {
  test('take states of payload and resource from enums of the contract', async () => {
    const { named } = await drafted(shop({ moved }));
    const step = { after: '2s', callback: 'moved' };
    const delivered = { ...step, set: { status: 'shipped' }, payload: { state: 'delivered' } };
    expect(named('moved')?.timeline).toEqual([delivered]);
    expect(named('moved-failure')?.timeline).toEqual([
      { ...step, set: { status: 'cancelled' }, payload: { state: 'lost' } },
    ]);
    expect(named('moved-duplicate')).toMatchObject({
      timeline: [delivered],
      faults: [{ duplicate: { times: 2, gap: '1s' } }],
    });
    expect(named('moved-late')).toMatchObject({ timeline: [delivered], faults: [{ delay: '1h' }] });
    expect(named('moved-lost')).toMatchObject({
      description: expect.stringContaining('GET /orders/{id}'),
      faults: [{ drop: true }],
    });
    expect(named('moved-out-of-order')).toMatchObject({
      timeline: [
        { set: { status: 'open' }, payload: { state: 'running' } },
        { set: { status: 'shipped' }, payload: { state: 'delivered' } },
      ],
      faults: [{ on: { nth: 1 }, reorder: true }],
    });
  });

  test('have the state on the way of a parcel', async () => {
    const parcel = {
      moved: { [url]: { post: body({ status: status('booked', 'in_transit', 'delivered') }) } },
    };
    const { named, texts } = await drafted(shop(parcel));
    expect(named('moved-out-of-order')?.timeline).toMatchObject([
      { payload: { status: 'in_transit' } },
      { payload: { status: 'delivered' } },
    ]);
    expect(texts.replaceAll('\n# ', ' ')).toContain('the payload no state whose name says so');
  });

  test('take another event of the operation as failure and as the earlier one', async () => {
    const { named, texts } = await drafted(shop({ packed: event, shipped: event, shippingFailed: event }));
    expect(named('shipped-failure')?.timeline).toEqual([
      expect.objectContaining({ callback: 'shippingFailed' }),
    ]);
    expect(named('shipped-out-of-order')?.timeline).toEqual([
      expect.objectContaining({ callback: 'packed' }),
      expect.objectContaining({ callback: 'shipped' }),
    ]);
    expect(named('shipping-failed-failure')).toBeUndefined();
    expect(texts).toContain('# Failure: there is no scenario here, since the callback itself says');
  });

  test('are left out with a reason where the contract has no second event or state', async () => {
    const { scenarios, texts } = await drafted(shop({ shipped: event }));
    expect(scenarios[0]?.names).toEqual(['shipped', 'shipped-duplicate', 'shipped-late', 'shipped-lost']);
    const text = texts.replaceAll('\n# ', ' ');
    expect(text).toContain(
      'Failure: there is no scenario here, since order has no other event that means failure',
    );
    expect(text).toContain(
      'Out of order: there is no scenario here, since it takes two callbacks of one run',
    );
  });

  test('use no state with which a payload would be invalid', async () => {
    const paid = { properties: { state: { const: 'paid' }, at: { type: 'string' } }, required: ['at'] };
    const failed = { properties: { state: { const: 'failed' }, why: { type: 'string' } }, required: ['why'] };
    const schema = {
      type: 'object',
      required: ['state'],
      properties: { state: status('paid', 'failed') },
      oneOf: [paid, failed],
    };
    const post = { requestBody: json(schema), responses: { 204: { description: 'received' } } };
    const { named } = await drafted(shop({ charged: { [url]: { post } } }));
    expect(named('charged')?.timeline).toEqual([expect.not.objectContaining({ payload: expect.anything() })]);
    expect(named('charged-failure')).toBeUndefined();
  });

  test('of a query replace parameters of the query', async () => {
    const parameter = { name: 'state', in: 'query', required: true, schema: status('done', 'failed') };
    const get = { parameters: [parameter], responses: { 204: { description: 'received' } } };
    const { named } = await drafted(shop({ told: { [url]: { get } } }));
    expect(named('told-failure')?.timeline).toEqual([
      expect.objectContaining({ query: { state: 'failed' } }),
    ]);
  });

  test('name the kind of the event itself among those of others', async () => {
    const type = status('refund.failed', 'order.shipped', 'order.cancelled', 'refund.paid');
    const post = body({ type });
    const webhooks = { orderShipped: { post }, orderLost: { post: body({ note: { type: 'string' } }) } };
    const { named } = await drafted(shop({}, webhooks), ['orderShipped']);
    expect(named('order-shipped')?.timeline).toEqual([
      { after: '2s', callback: 'orderShipped', payload: { type: 'order.shipped' } },
    ]);
    expect(named('order-shipped-failure')?.timeline).toEqual([{ after: '2s', callback: 'orderLost' }]);
  });
});

test('an event with one meaning keeps its name and its state, after the event before it', async () => {
  const type = status('order.paid', 'order.refunded');
  const state = status('open', 'paid', 'refunded', 'failed');
  const callback = { [url]: { post: body({ type, data: { type: 'object', properties: { state } } }) } };
  const { named } = await drafted(shop({ orderPaid: callback, orderRefunded: callback }));
  const paid = { callback: 'orderPaid', payload: { type: 'order.paid', data: { state: 'paid' } } };
  const refunded = {
    callback: 'orderRefunded',
    payload: { type: 'order.refunded', data: { state: 'refunded' } },
  };
  for (const name of ['order-paid-out-of-order', 'order-refunded-out-of-order'])
    expect(named(name)?.timeline).toMatchObject([paid, refunded]);
});

describe('which callbacks get a file', () => {
  test('webhooks do when they are named', async () => {
    const document = shop({ shipped: event }, { stock: { post: body({ note: { type: 'string' } }) } });
    const all = await drafted(document);
    expect(all.scenarios.map(({ path }) => path)).toEqual(['scenarios/shipped.yaml']);
    expect(all.webhooks.map(({ type }) => type)).toEqual(['stock']);
    const some = await drafted(document, ['stock', 'stock']);
    expect(some.scenarios.map(({ path }) => path)).toEqual(['scenarios/stock.yaml']);
    expect(some.webhooks).toEqual([]);
  });

  test('of 400, the first 40 do, and the others are listed', async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`event${at}`, event]));
    const { scenarios, left } = await drafted(shop(many));
    expect(scenarios).toHaveLength(40);
    expect(left).toHaveLength(360);
    expect((await drafted(shop(many), ['event399'])).scenarios).toHaveLength(1);
    expect((await drafted(shop(many), Object.keys(many).slice(0, 41))).scenarios).toHaveLength(41);
  });

  test('one without a URL does not, and the configuration asks for it', async () => {
    const { scenarios, unplayable, config } = await drafted(
      shop({ shipped: event, told: { '{partnerPortal}': event[url] } }),
    );
    expect(scenarios).toHaveLength(1);
    expect(unplayable).toEqual([
      { type: expect.objectContaining({ event: 'told' }), why: expect.stringContaining('Could not read') },
    ]);
    expect(config.text).toMatch(/^# {5}callbackUrl: \$request\.body#\/url$/m);
  });

  test.each([
    ['shiped', 'Did you mean "shipped"?'],
    ['told', 'no scenario can send order.told'],
  ])('--only %s is refused', async (name, why) => {
    const document = shop({ shipped: event, told: { '{partnerPortal}': event[url] } });
    await expect(drafted(document, [name])).rejects.toThrow(why);
  });

  test('a contract without callbacks is refused', async () => {
    await expect(drafted(shop({}))).rejects.toThrow('Shop declares no callbacks and no webhooks');
  });

  test('webhooks of a contract with nothing to submit are refused', async () => {
    const document = { ...shop({}, { stock: { post: body({}) } }), paths: {} };
    await expect(drafted(document, ['stock'])).rejects.toThrow('ringback trigger <webhook> --to <url>');
  });
});

describe('the configuration', () => {
  test('names contract, provider and scenarios', async () => {
    const { config } = await drafted(shop({ shipped: event }));
    expect(config.path).toBe('ringback.yaml');
    expect(parse(config.text)).toEqual({
      contract: './openapi.yaml',
      name: 'shop',
      scenarios: ['./scenarios'],
    });
    expect(config.text).not.toContain('operations:');
  });

  test('has a target for webhooks', async () => {
    const { config } = await drafted(shop({}, { stock: { post: body({}) } }));
    expect(parse(config.text)).toMatchObject({ webhooks: { to: 'http://127.0.0.1:3000/webhooks' } });
    expect(config.text).toContain('# scenarios:');
  });

  test('shows how to sign with a secret where the contract declares a signature', async () => {
    const header = (name: string) => ({ name, in: 'header', schema: { type: 'string' } });
    const signed = (...names: readonly string[]) =>
      shop({ shipped: { [url]: { post: { ...body({}), parameters: names.map(header) } } } });
    const { config } = await drafted(signed('webhook-id', 'webhook-timestamp', 'webhook-signature'));
    expect(config.text).toContain('webhook-signature (standard-webhooks)');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of ringback.yaml
    expect(config.text).toContain("# signing: { secret: '${WEBHOOK_SECRET}' }");
    expect((await drafted(signed('x-signature'))).config.text).toContain('# signing: { scheme: hmac');
  });

  test('shows which callbacks an operation sends by default', async () => {
    const { config } = await drafted(shop({ lost: event, shipped: event }));
    expect(config.text).toMatch(/^# {3}order:\n# .*\n# {5}callbacks: \[shipped\]$/m);
    expect(config.text).not.toContain('callbackUrl');
    const twice = { shipped: { ...event, '{$request.body#/other}': event[url] } };
    expect((await drafted(shop(twice))).config.text).toContain(
      'callbacks: ["order.shipped POST {$request.body#/url}"]',
    );
  });

  test('has suggestions for 20 operations, and says how many are left', async () => {
    const { paths } = shop({ lost: event, shipped: event }) as { paths: Record<string, object> };
    const post = (paths['/orders'] as { post: object }).post;
    const many = Array.from({ length: 22 }, (_, at) => [
      `/orders${at}`,
      { post: { ...post, operationId: `order${at}` } },
    ]);
    const { config } = await drafted({ ...shop({}), paths: Object.fromEntries(many) });
    expect(config.text.match(/^# {5}callbacks:/gm)).toHaveLength(20);
    expect(config.text).toContain('… and 2 more operations');
  });

  test('shows where the id of what is created may be', async () => {
    const document = shop({ shipped: event }) as { paths: Record<string, { post: { responses: object } }> };
    const schema = {
      type: 'object',
      properties: { key: { type: 'object' }, order_reference: { type: 'string' } },
    };
    Object.assign(document.paths['/orders']?.post ?? {}, { responses: { 201: json(schema) } });
    const { config } = await drafted(document);
    expect(config.text).toMatch(/^# {5}id: \$response\.body#\/order_reference$/m);
    // The only callback is no question.
    expect(config.text).not.toContain('callbacks:');
  });
});
