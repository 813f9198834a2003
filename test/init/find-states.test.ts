import { expect, test } from 'vitest';
import { SchemaView } from '../../src/core/contract/schema-view.ts';
import { statesIn } from '../../src/init/find-states.ts';

const paid = { enum: ['open', 'paid', 'failed'] };

/** The values of each state, by its path. */
function states(properties: object, event = ''): Record<string, unknown> {
  const found = statesIn(new SchemaView({ type: 'object', properties } as never, {}), event);
  return Object.fromEntries(
    found.map(({ path, values, own }) => [path.join('.'), { ...Object.fromEntries(values), own }]),
  );
}

test('a state has a value for success and another one', () => {
  expect(states({ status: paid, state: { enum: ['paid'] }, phase: { enum: ['a', 'b'] } })).toEqual({
    status: { success: 'paid', failure: 'failed', pending: 'open', own: null },
  });
});

test('a part of the name of an event is enough only where states usually are', () => {
  const kinds = { enum: ['refunded', 'captured'] };
  expect(states({ status: kinds, kind: kinds }, 'paymentRefunded')).toEqual({
    status: expect.objectContaining({ own: 'refunded' }),
  });
});

test('only a boolean is a flag', () => {
  const all = {
    paid: { type: 'boolean' },
    failed: { type: ['boolean', 'string'] },
    big: { type: 'boolean' },
  };
  expect(states(all)).toEqual({ paid: { success: true, failure: false, own: null } });
});

test('of a huge schema, the first 2000 properties are looked at', () => {
  const fill = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { type: 'string' }]));
  expect(states({ ...fill(1_999), status: paid })).toHaveProperty('status');
  expect(states({ ...fill(2_000), status: paid })).toEqual({});
});
