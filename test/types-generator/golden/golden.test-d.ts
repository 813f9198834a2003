import { expectTypeOf, test } from 'vitest';
import type * as events from './events/openapi.gen.ts';
import type * as orders from './orders/openapi.gen.ts';
import type * as plain from './plain/openapi.gen.ts';
import type * as streams from './streams/openapi.gen.ts';

type Order = orders.components['schemas']['Order'];
type Paid = orders.operations['orderPaid'];

test('a callback is found by its operation and name', () => {
  type Data = streams.callbacks['POST /streams']['onData']['post'];
  expectTypeOf<Data['requestBody']['content']['application/json']>().toEqualTypeOf<{ userData: string }>();
  expectTypeOf<keyof Data['responses']>().toEqualTypeOf<202 | 204>();
  expectTypeOf<keyof streams.callbacks>().toEqualTypeOf<'POST /streams' | 'renew' | 'renewed'>();
});

test('a callback with several URLs has one entry for each', () => {
  type Ends = Exclude<keyof streams.callbacks['POST /streams'], 'onData'>;
  expectTypeOf<Ends>().toEqualTypeOf<
    'onEnd {$request.query.callbackUrl}/end' | 'onEnd {$request.query.callbackUrl}/failed'
  >();
});

test('a nested callback belongs to the operation of its parent callback', () => {
  expectTypeOf<streams.callbacks['renewed']['onAgain']['get']['responses']>().toHaveProperty(200);
});

test('a callback that is a webhook too has its type, and a shared one is the same everywhere', () => {
  expectTypeOf<orders.callbacks['placeOrder']['orderShipped']>().toEqualTypeOf<
    orders.webhooks['orderShipped']
  >();
  expectTypeOf<orders.callbacks['cancelOrder']['orderPaid']['post']>().toEqualTypeOf<Paid>();
});

test('payloads have the names that the server gives the callbacks', () => {
  expectTypeOf<keyof orders.CallbackPayloads>().toEqualTypeOf<
    'placeOrder.orderShipped' | 'placeOrder.orderPaid' | 'cancelOrder.orderPaid' | 'orderShipped'
  >();
  expectTypeOf<orders.CallbackPayloads['orderShipped']>().toEqualTypeOf<Order>();
  expectTypeOf<
    Extract<orders.CallbackPayloads['cancelOrder.orderPaid'], { kind: 'card' }>['number']
  >().toEqualTypeOf<string>();
  expectTypeOf<streams.CallbackPayloads['POST /streams.onData']>().toEqualTypeOf<{ userData: string }>();
  expectTypeOf<streams.CallbackPayloads['renew.onRenewed']>().toEqualTypeOf<null>();
});

test('schemas of other files, their $defs and open enumerations have their types', () => {
  expectTypeOf<Order['lines'][number]>().toEqualTypeOf<{ sku: string; count?: number }>();
  expectTypeOf<'placed'>().toExtend<NonNullable<Order['state']>>();
  expectTypeOf<'another'>().toExtend<NonNullable<Order['state']>>();
  expectTypeOf<Order['note']>().toEqualTypeOf<string | null | undefined>();
  expectTypeOf<Order['parent']>().toEqualTypeOf<Order | undefined>();
});

test('a discriminator distinguishes the schemas of its mapping', () => {
  type Payment = NonNullable<Paid['requestBody']>['content']['application/json'];
  expectTypeOf<Extract<Payment, { kind: 'card' }>['number']>().toEqualTypeOf<string>();
  expectTypeOf<Extract<Payment, { kind: 'transfer' }>['receipt']>().toEqualTypeOf<Blob | undefined>();
});

test('a document without callbacks has none', () => {
  expectTypeOf<keyof typeof plain>().toEqualTypeOf<never>();
  expectTypeOf<plain.paths['/health']['get']>().toEqualTypeOf<plain.operations['getHealth']>();
  expectTypeOf<plain.components['schemas']['Free']>().toEqualTypeOf<unknown>();
  expectTypeOf<plain.components['schemas']['Flags']>().toEqualTypeOf<{ a?: boolean }>();
});

test('OpenAPI 3.0 has the types of what it means, and a callback that is also an x-webhook has one type', () => {
  type Put = events.paths['/subscriptions/{id}']['put'];
  type Body = NonNullable<Put['requestBody']>['content']['application/json'];
  expectTypeOf<Body['limit']>().toEqualTypeOf<number | null | undefined>();
  expectTypeOf<Body['owner']>().toEqualTypeOf<string | null | undefined>();
  expectTypeOf<Body['since']>().toEqualTypeOf<string | undefined>();
  type Told = events.callbacks['PUT /subscriptions/{id}']['told'];
  expectTypeOf<Told>().toEqualTypeOf<events.webhooks['closed']>();
  expectTypeOf<null>().toExtend<events.components['schemas']['Event']>();
  type Gone = events.components['responses']['Gone']['content']['application/octet-stream'];
  expectTypeOf<Gone>().toEqualTypeOf<Blob>();
});
