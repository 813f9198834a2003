import { expect, test } from 'vitest';
import { Carried, carriedInto } from '../../../../src/core/contract/sample/carried.ts';

const carried = new Carried({
  id: 'r1',
  status: 'open',
  name: 'Ana',
  orderNumber: 7,
  customer_id: 'c1',
  list: [1],
});

test.each([
  [1, 'orderNumber', 'root', 7],
  [1, 'order_number', 'root', 7],
  [5, 'OrderNumber', 'lines', 7],
  [0, 'orderNumber', 'root', undefined],
  // What is true of the request is not true of its callback.
  [1, 'status', 'root', undefined],
  [1, 'name', 'root', 'Ana'],
  [2, 'name', 'data', 'Ana'],
  [2, 'name', 'seller', undefined],
  [4, 'name', 'data', undefined],
  [1, 'payment_id', 'root', 'r1'],
  [1, 'eventId', 'root', undefined],
  [1, 'customerId', 'root', 'c1'],
  [2, 'paymentId', 'seller', undefined],
  [1, 'own payment id', 'root', undefined],
])('at depth %i, %s of %s is %j', (depth, name, parent, expected) => {
  expect(carried.at(depth, name, parent)).toBe(expected);
});

test('values at fault are left out by the words of their names', () => {
  const less = carried.without(new Set(['order_number']));
  expect(less.at(1, 'orderNumber', 'root')).toBeUndefined();
  expect(less.at(1, 'name', 'root')).toBe('Ana');
});

test('an example takes values of its own type only', () => {
  const example = {
    orderNumber: 1,
    name: null,
    list: {},
    data: { name: 'x' },
    seller: { name: 'y' },
    customer_id: 3,
  };
  expect(carriedInto(example, carried)).toEqual({ ...example, orderNumber: 7, data: { name: 'Ana' } });
});

test('an object that is called like the resource has its id', () => {
  const payment = new Carried({ id: 'r1', payment_id: 'r1', seller_id: 's1' });
  expect(payment.at(2, 'id', 'payment')).toBe('r1');
  expect(payment.at(2, 'id', 'seller')).toBeUndefined();
  expect(new Carried({}).at(2, 'id', 'payment')).toBeUndefined();
});
