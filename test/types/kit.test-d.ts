import { setupServer } from 'msw/node';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type AnyCallbacks,
  assertCallback,
  type CallbackNameIn,
  type CallbackReference,
  type CheckReport,
  type CheckResult,
  callbackExample,
  checkConsumer,
  type DeliveryRecord,
  type LoadedContract,
  loadContract,
  type MockProvider,
  type RuleId,
  startProvider,
  type Violation,
  validateCallback,
} from '../../src/index.ts';
import {
  describeConsumer as describeInJest,
  useProvider as useJestProvider,
} from '../../src/testing/jest.ts';
import { matchers } from '../../src/testing/matchers.ts';
import { mswProvider } from '../../src/testing/msw.ts';
import { nockProvider } from '../../src/testing/nock.ts';
import {
  assert,
  describeConsumer as describeInNode,
  useProvider,
  withProvider,
} from '../../src/testing/node-test.ts';
import { createTest, describeConsumer as describeInVitest } from '../../src/testing/vitest.ts';
import type { CallbackPayloads as BundledPayloads, ErrorCallback } from '../../src/types/index.ts';
import type { CallbackPayloads, components } from '../types-generator/golden/orders/openapi.gen.ts';

type Order = components['schemas']['Order'];
type Payment = CallbackPayloads['placeOrder.orderPaid'];
type Name = 'placeOrder.orderShipped' | 'placeOrder.orderPaid' | 'cancelOrder.orderPaid' | 'orderShipped';

declare const provider: MockProvider<CallbackPayloads>;
declare const untyped: MockProvider;
declare const contract: LoadedContract<CallbackPayloads>;
declare const order: Order;

describe('with the generated payloads', () => {
  test('every way to a provider has their type argument', () => {
    expectTypeOf(startProvider<CallbackPayloads>({ contract: 'a.yaml' })).resolves.toEqualTypeOf<
      MockProvider<CallbackPayloads>
    >();
    createTest<CallbackPayloads>({ contract: 'a.yaml' })('x', ({ provider: own }) => {
      expectTypeOf(own).toEqualTypeOf<MockProvider<CallbackPayloads>>();
    });
    expectTypeOf(useProvider<CallbackPayloads>()).toEqualTypeOf<MockProvider<CallbackPayloads>>();
    expectTypeOf(useJestProvider<CallbackPayloads>()).toEqualTypeOf<MockProvider<CallbackPayloads>>();
    withProvider<CallbackPayloads>((own) => {
      expectTypeOf(own).toEqualTypeOf<MockProvider<CallbackPayloads>>();
    });
    expectTypeOf(provider.space('a')).toEqualTypeOf<MockProvider<CallbackPayloads>>();
  });

  test('the names are those of the contract, and no others', () => {
    expectTypeOf<CallbackNameIn<CallbackPayloads>>().toEqualTypeOf<Name>();
    expectTypeOf<DeliveryRecord<CallbackPayloads>['callback']>().toEqualTypeOf<Name>();
    // @ts-expect-error no such callback
    provider.sendCallback({ callback: 'orderLost', to: '' });
    // @ts-expect-error the bare name of a callback of operations
    provider.deliveries({ callback: 'orderPaid' });
    // @ts-expect-error a callback of a bundled provider
    provider.waitForDelivery({ callback: 'informed.error' });
  });

  test('a delivery has the payload of the callback that the call names', () => {
    expectTypeOf(provider.sendCallback({ callback: 'orderShipped', to: '' }))
      .resolves.toHaveProperty('payload')
      .toEqualTypeOf<Order>();
    expectTypeOf(provider.deliveries({ callback: 'placeOrder.orderPaid' }).then(([first]) => first?.payload))
      .resolves.exclude(undefined)
      .toEqualTypeOf<Payment>();
    expectTypeOf(provider.waitForDelivery({ callback: 'orderShipped' }))
      .resolves.toHaveProperty('callback')
      .toEqualTypeOf<'orderShipped'>();
  });

  test('the name of the callback narrows the payload of any delivery', async () => {
    for (const delivery of await provider.deliveries()) {
      if (delivery.callback === 'orderShipped') expectTypeOf(delivery.payload).toEqualTypeOf<Order>();
    }
    const [run] = await provider.runs();
    expectTypeOf(run?.deliveries)
      .exclude(undefined)
      .toEqualTypeOf<readonly DeliveryRecord<CallbackPayloads>[]>();
    const { deliveries } = await provider.settle();
    expectTypeOf(deliveries).toEqualTypeOf<readonly DeliveryRecord<CallbackPayloads>[]>();
    for await (const event of provider.events())
      if (event.type === 'delivery.created')
        expectTypeOf(event.delivery).toEqualTypeOf<DeliveryRecord<CallbackPayloads>>();
  });

  test('a payload that is sent has the type of its callback', () => {
    provider.sendCallback({ callback: 'orderShipped', to: '', payload: order });
    // @ts-expect-error the payload of another callback
    provider.sendCallback({ callback: 'orderShipped', to: '', payload: { kind: 'card', number: '1' } });
  });

  test('functions that take any provider take one with payloads', () => {
    const submit = (own: MockProvider): string => own.urls.api;
    submit(provider);
    expectTypeOf<MockProvider<CallbackPayloads>>().toExtend<MockProvider>();
  });

  test('a loaded contract gives its types to checks and examples', () => {
    expectTypeOf(loadContract<CallbackPayloads>('a.yaml')).resolves.toEqualTypeOf(contract);
    expectTypeOf(contract.callbacks).toEqualTypeOf<readonly Name[]>();
    const result = validateCallback(order, { contract });
    if (!result.valid) expectTypeOf(result.violations).toEqualTypeOf<readonly Violation[]>();
    else if (result.type === 'orderShipped') expectTypeOf(result.payload).toEqualTypeOf<Order>();
    const named = validateCallback(order, { contract, callback: 'orderShipped' });
    if (named.valid) expectTypeOf(named.payload).toEqualTypeOf<Order>();
    expectTypeOf(callbackExample('orderShipped', { contract })).toEqualTypeOf<Order>();
    callbackExample('orderShipped', { contract, overrides: { lines: [{ sku: 'a' }] } });
    // @ts-expect-error no such property
    callbackExample('orderShipped', { contract, overrides: { sku: 'a' } });
    // @ts-expect-error no such callback
    callbackExample('orderLost', { contract });
    const body: unknown = order;
    assertCallback(body, 'orderShipped', { contract });
    expectTypeOf(body).toEqualTypeOf<Order>();
  });

  test('the path of a contract gives a promise', () => {
    expectTypeOf(validateCallback<CallbackPayloads>(order, { contract: 'a.yaml' })).resolves.toEqualTypeOf(
      validateCallback(order, { contract }),
    );
    // @ts-expect-error no such callback
    validateCallback<CallbackPayloads>(order, { contract: 'a.yaml', callback: 'orderLost' });
  });

  test('matchers take the names and parts of the payloads', () => {
    const deliveries = [] as readonly DeliveryRecord<CallbackPayloads>[];
    expect(deliveries).toHaveReceivedCallbacks<CallbackPayloads>([
      'placeOrder.orderPaid',
      { callback: 'orderShipped', payload: { lines: expect.any(Array) } },
    ]);
    // @ts-expect-error no such callback
    expect(deliveries).toHaveReceivedCallbacks<CallbackPayloads>(['orderLost']);
    expect(deliveries).toHaveReceivedCallbacks<CallbackPayloads>([
      // @ts-expect-error no such property
      { callback: 'orderShipped', payload: { sku: 'a' } },
    ]);
    expect(order).toBeCallback('orderShipped', { contract });
    // @ts-expect-error no such callback
    expect(order).toBeCallback('orderLost', { contract });
    assert.callback(order, 'orderShipped', { contract });
    assert.not.receivedCallbacks<CallbackPayloads>(deliveries, ['orderShipped'], { exact: true });
    // @ts-expect-error no such callback
    assert.receivedCallbacks<CallbackPayloads>(deliveries, ['orderLost']);
    matchers.toHaveReceivedCallbacks<CallbackPayloads>(deliveries, ['orderShipped']);
  });

  test('the providers for nock and MSW have them too', async () => {
    const nock = await nockProvider<CallbackPayloads>({ contract: 'a.yaml', baseUrls: 'https://a.example' });
    expectTypeOf(nock.deliveries({ callback: 'orderShipped' }).then(([first]) => first?.payload))
      .resolves.exclude(undefined)
      .toEqualTypeOf<Order>();
    const msw = await mswProvider<CallbackPayloads>({ contract: 'a.yaml', baseUrls: 'https://a.example' });
    expectTypeOf(msw.deliveries({ callback: 'orderShipped' }).then(([first]) => first?.payload))
      .resolves.exclude(undefined)
      .toEqualTypeOf<Order>();
    setupServer(...msw.handlers);
    // @ts-expect-error no such option
    await mswProvider({ baseUrl: 'https://a.example' });
  });

  test('the payloads of the bundled providers come the same way', async () => {
    const bundled = await startProvider<BundledPayloads>();
    const [first] = await bundled.deliveries({ callback: 'informed.error' });
    expectTypeOf(first?.payload).exclude(undefined).toEqualTypeOf<ErrorCallback>();
    // @ts-expect-error no such callback
    bundled.deliveries({ callback: 'informed.eror' });
  });
});

describe('without generated payloads', () => {
  test('names are strings, of which the bundled ones are known, and a payload can be any value', () => {
    expectTypeOf<CallbackReference | (string & {})>().toEqualTypeOf<CallbackNameIn<AnyCallbacks>>();
    untyped.sendCallback({ callback: 'anything', to: '', payload: 'text' });
    untyped.deliveries({ callback: String('any') });
    expectTypeOf<DeliveryRecord['payload']>().toBeUnknown();
    expectTypeOf(untyped.waitForDelivery({ callback: 'informed.error' }))
      .resolves.toHaveProperty('payload')
      .toBeUnknown();
    expect([]).toHaveReceivedCallbacks(['anything', { callback: 'other', payload: { a: 1 } }]);
    assert.receivedCallbacks([], ['anything']);
    expect({}).toBeCallback('documentState');
    // @ts-expect-error without a contract, it is one of a bundled provider
    expect({}).toBeCallback('anything');
    expect(Promise.resolve([])).resolves.toHaveReceivedCallbacks(['anything']);
    expect(Promise.resolve({})).resolves.toBeCallback('anything', { contract });
  });

  test('a contract without types gives any names and unknown payloads', async () => {
    const loaded = await loadContract('a.yaml');
    const result = validateCallback({}, { contract: loaded, callback: 'anything' });
    if (result.valid) expectTypeOf(result.payload).toBeUnknown();
    const read = await validateCallback({}, { contract: 'a.yaml', callback: 'anything' });
    if (read.valid) expectTypeOf(read.payload).toBeUnknown();
    expectTypeOf(callbackExample('anything', { contract: loaded })).toBeUnknown();
    expectTypeOf(callbackExample('anything', { contract: 'a.yaml' })).resolves.toBeUnknown();
  });

  test('faults and lists take the names of other providers', () => {
    untyped.injectFaults('payments', { operation: 'createPayment', status: 503 });
    untyped.runs({ provider: 'payments' });
    // @ts-expect-error no operation of the bundled provider
    untyped.injectFaults('docdigitizer', { operation: 'createPayment', status: 503 });
  });
});

describe('the check of a consumer', () => {
  test('it takes a URL, or a function that returns one, and names of rules', () => {
    for (const describeConsumer of [describeInVitest, describeInJest, describeInNode]) {
      describeConsumer('http://localhost:3000/callback', { provider: 'docdigitizer', only: ['growth'] });
      describeConsumer(async () => ({ url: 'http://localhost:3000/callback', port: 4021 }), {
        observe: ({ id, reference }) => ({ id, reference }),
      });
      // @ts-expect-error no rule
      describeConsumer('http://localhost:3000/callback', { only: ['growing'] });
      // @ts-expect-error the function returns no URL
      describeConsumer(() => ({ port: 4021 }));
      // @ts-expect-error the state is no JSON
      describeConsumer('http://localhost:3000/callback', { observe: () => new Map() });
    }
    expectTypeOf(checkConsumer('http://localhost:3000/callback')).resolves.toEqualTypeOf<CheckReport>();
    expectTypeOf<CheckReport['rules'][number]['result']>().toEqualTypeOf<CheckResult>();
    expectTypeOf<CheckReport['rules'][number]['id']>().toEqualTypeOf<RuleId>();
  });
});
