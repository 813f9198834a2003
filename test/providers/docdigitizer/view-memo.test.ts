import { expect, it } from 'vitest';
import type { Delivery } from '../../../src/core/engine/deliveries/delivery.ts';
import type { Resource } from '../../../src/core/engine/records.ts';
import type { Plan } from '../../../src/core/scenario/plan.ts';
import { ViewMemo, type ViewParts } from '../../../src/providers/docdigitizer/view-memo.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { timelinePlan } from './support.ts';

const plan: Plan = timelinePlan([]);
const delivery = (id: string): Delivery => ({ id }) as Delivery;
const document = (id: string): Resource => ({ id }) as Resource;
const first = delivery('a');
const parts: ViewParts = { plan, settings: defaultSettings, deliveries: [first, delivery('b')] };

/** A memo, and a reader whose views count how many were rendered. */
function makeMemo(limit = 10) {
  const memo = new ViewMemo(limit);
  let made = 0;
  return (of: Resource, from: ViewParts) => memo.get(of, from, () => ({ made: ++made }));
}

it('a view is rendered once while nothing changes', () => {
  const view = makeMemo();
  const one = document('1');
  expect(view(one, parts)).toEqual({ made: 1 });
  // Each request has a new array of deliveries.
  expect(view(one, { ...parts, deliveries: [...parts.deliveries] })).toEqual({ made: 1 });
});

it.each<[string, Partial<ViewParts>]>([
  ['another plan', { plan: { ...plan } }],
  ['no plan', { plan: undefined }],
  ['other settings', { settings: { ...defaultSettings } }],
  ['one delivery more', { deliveries: [...parts.deliveries, delivery('c')] }],
  ['one delivery less', { deliveries: [first] }],
  ['a delivery that has changed', { deliveries: [first, delivery('b')] }],
])('a view is rendered again for %s, and kept', (_, change) => {
  const view = makeMemo();
  const one = document('1');
  view(one, parts);
  const changed = { ...parts, ...change };
  expect(view(one, changed)).toEqual({ made: 2 });
  expect(view(one, changed)).toEqual({ made: 2 });
});

it('a changed document is rendered again', () => {
  const view = makeMemo();
  view(document('1'), parts);
  expect(view(document('1'), parts)).toEqual({ made: 2 });
});

it('the memo keeps its limit of views, the newest ones', () => {
  const view = makeMemo(2);
  const [one, two, three] = [document('1'), document('2'), document('3')];
  for (const each of [one, two, three]) view(each, parts);
  expect(view(three, parts)).toEqual({ made: 3 });
  expect(view(two, parts)).toEqual({ made: 2 });
  expect(view(one, parts)).toEqual({ made: 4 });
});
