import { describe, expect, test } from 'vitest';
import type { Attempt, Callback, Delivery } from '../../../../src/core/engine/deliveries/delivery.ts';
import { departureOf, expectedAnswer } from '../../../../src/core/engine/deliveries/expected-answer.ts';
import type { Strike } from '../../../../src/core/engine/faults/select-faults.ts';

const strike = (expect?: Strike['expect'], attempt: number | null = null): Strike => ({
  fault: 'corrupt',
  value: 'empty',
  attempt,
  ...(expect !== undefined && { expect }),
});

function delivery(
  strikes: readonly Strike[],
  statuses: readonly (number | null)[],
  state: Delivery['state'] = (statuses.at(-1) ?? 500) < 300 && statuses.at(-1) !== null
    ? 'delivered'
    : 'failed',
): Delivery {
  const attempts = statuses.map((statusCode, index) => ({
    number: index + 1,
    statusCode,
    acknowledged: statusCode !== null && statusCode < 300,
    error: statusCode === null ? 'the connection was reset' : `responded ${statusCode}`,
    faults: [] as readonly string[],
  })) as unknown as Attempt[];
  const callback = { strikes, faults: [] } as unknown as Callback;
  return { state, attempts, callback } as unknown as Delivery;
}

describe('the expected response of a good consumer', () => {
  test.each([
    [[], [200], null],
    [[], [503, 200], null],
    [[], [400], 'got status 400; a good consumer acknowledges it with a 2xx, on a retry at the latest'],
    [
      [],
      [null],
      'got no response: the connection was reset; a good consumer acknowledges it with a 2xx, on a retry at the latest',
    ],
    [
      [strike()],
      [400],
      'got status 400; a good consumer acknowledges it with a 2xx, on a retry at the latest',
    ],
    [[strike('refused')], [400], null],
    [[strike('refused')], [499], null],
    [[strike('refused')], [200], 'was acknowledged with 200; a good consumer refuses it with a 4xx'],
    [[strike('refused')], [500], 'got status 500; a good consumer refuses it with a 4xx'],
    [[strike('refused')], [302], 'got status 302; a good consumer refuses it with a 4xx'],
    [
      [strike('refused')],
      [null],
      'got no response: the connection was reset; a good consumer refuses it with a 4xx',
    ],
    [[strike(), strike('refused')], [400], null],
    [[strike('answered')], [400], null],
    [[strike('answered')], [204], null],
    [[strike('answered')], [500], 'got status 500; a good consumer acknowledges or refuses it: 2xx or 4xx'],
    [[strike('unanswered')], [null], null],
    [[strike('unanswered')], [408], null],
    [
      [strike('unanswered')],
      [200],
      'was acknowledged with 200; a good consumer cannot acknowledge it: no complete request arrives',
    ],
    [[strike('refused', 1)], [400, 200], null],
    [[strike('refused', 1)], [200], 'was acknowledged with 200; a good consumer refuses it with a 4xx'],
    [[strike('refused', 1)], [429, 500], 'got status 500 on its last attempt'],
    [[strike('refused', 2)], [503, 400], null],
  ] as const)('%j, response %j: %s', (strikes, statuses, departure) => {
    expect(departureOf(delivery(strikes, statuses))).toBe(departure);
  });

  test('is null when a script drops the delivery, and unknown while it is pending', () => {
    expect(departureOf(delivery([strike('refused')], [], 'dropped'))).toBeNull();
    expect(departureOf(delivery([], [], 'pending'))).toBe('was not sent yet');
    expect(departureOf(delivery([], [503], 'pending'))).toBe('is not over');
  });

  test('is to acknowledge the delivery when the fault that expects something else does not apply', () => {
    const missing: Strike = { fault: 'auth', value: 'missing', attempt: null, expect: 'refused' };
    const plain = delivery([missing], [200]);
    const callback = { ...plain.callback, faults: ['auth missing (does not apply)'] };
    expect(expectedAnswer({ ...plain, callback })).toEqual({ expect: 'acknowledged', attempt: null });
    expect(expectedAnswer(plain)).toEqual({ expect: 'refused', attempt: null });
    expect(expectedAnswer(plain, false)).toEqual({ expect: 'answered', attempt: null });
  });
});
