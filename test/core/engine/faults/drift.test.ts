import { describe, expect, test } from 'vitest';
import type { CallbackType } from '../../../../src/core/contract/contract.ts';
import { driftEverywhere, drift as driftOf } from '../../../../src/core/engine/faults/drift.ts';
import type { JsonObject } from '../../../../src/core/json.ts';
import { type Random, seededRandom } from '../../../../src/core/random.ts';
import { faultSchemas } from '../../../../src/core/scenario/fault-schemas.ts';
import { loadBundledContract } from '../../../../src/loading/contract-files.ts';
import { bundledProviders } from '../../../../src/providers/bundled.ts';

const contract = await loadBundledContract();
const types = [...contract.callbacks.values()];
const seeds = [1, 2, 3, 4, 5];

function typeOf(name: string): CallbackType {
  const type = contract.callbacks.get(name);
  if (type === undefined) throw new Error(`no callback ${name}`);
  return type;
}

const cases = types.flatMap((type) =>
  type.examples.flatMap((example, index) =>
    faultSchemas.drift.enum.map((kind) => ({ name: `${type.type} ${index}`, kind, type, example })),
  ),
);

function drift(kind: string, payload: JsonObject, type: CallbackType, random: Random): JsonObject | null {
  const { eventType } = bundledProviders.get(type.provider)?.language ?? {};
  return driftOf(kind, payload, type, random, eventType) as JsonObject | null;
}

/** Whether the kind of drift applies: a callback without a body has no event type. */
function applies({ kind, type }: (typeof cases)[number]): boolean {
  return kind !== 'new-event-type' || type.hasBody;
}

describe('every example of the contract drifts', () => {
  test.each(cases.filter(applies))('$name: $kind', ({ kind, type, example }) => {
    for (const seed of seeds) {
      const before = structuredClone(example);
      const drifted = drift(kind, example, type, seededRandom(seed)) as JsonObject;
      expect(example).toEqual(before);
      expect(JSON.stringify(drifted)).not.toBe(JSON.stringify(example));
      expect(drift(kind, example, type, seededRandom(seed))).toEqual(drifted);
      // Outside the schema: an unknown type, and a parameter that a provider without a policy leaves out.
      const unlawful = kind === 'new-event-type' || (kind === 'omit-null' && !type.hasBody);
      expect(type.validate(drifted).length > 0).toBe(unlawful);
      // A schema cannot express the order of members.
      expect(type.validateStrict(drifted).length > 0).toBe(kind !== 'reorder-properties');
    }
  });

  test.each(cases.filter((each) => !applies(each)))('$name: not $kind', ({ kind, type, example }) => {
    expect(drift(kind, example, type, seededRandom(1))).toBeNull();
  });
});

const state = { documentId: 'd1', state: 91, stateText: 'ANNOTATED' };
const documentState = typeOf('docdigitizer.documentState');
const v1 = typeOf('docdigitizer.documentStateV1');
const verifications = typeOf('informed.verifications');

test.each([
  ['null', documentState, state, { ...state, stateText: '' }],
  ['omit-null', documentState, state, { documentId: 'd1', state: 91 }],
  ['new-enum-value', documentState, state, { documentId: 'd1', state: 10_091, stateText: 'a_new_value' }],
  ['null', v1, { docid: 'd1', status: 'annotated' }, { docid: 'd1', status: '' }],
  ['omit-null', v1, { docid: 'd1', status: 'annotated' }, { docid: 'd1' }],
  ['new-enum-value', v1, { docid: 'd1', status: 'annotated' }, { docid: 'd1', status: 'a_new_value' }],
] as const)('%s of %#: a query string expresses it in its own way', (kind, type, payload, expected) => {
  expect(drift(kind, payload, type, seededRandom(1))).toEqual(expected);
});

test('reorders the members of every object, but no array', () => {
  const payload = { event_type: 'x', list: [{ a: 1, b: 2 }, { a: 3 }], inner: { c: 1, d: 2 } };
  const drifted = drift('reorder-properties', payload, verifications, seededRandom(1));
  expect(JSON.stringify(drifted)).toBe(
    '{"inner":{"d":2,"c":1},"list":[{"b":2,"a":1},{"a":3}],"event_type":"x"}',
  );
});

test('leaves out every null property, also in arrays, but no item of an array', () => {
  const payload = { a: null, b: [{ c: null, d: 1 }, null], e: { f: null } };
  expect(drift('omit-null', payload, verifications, seededRandom(1))).toEqual({ b: [{ d: 1 }, null], e: {} });
});

test('leaves out a nullable property when nothing is null', () => {
  const type = typeOf('informed.error');
  const [example = {}] = type.examples;
  const kept = new Set(
    seeds.map((seed) => Object.keys(drift('omit-null', example, type, seededRandom(seed)) ?? {}).join()),
  );
  for (const keys of kept) {
    expect(keys).toContain('event_type,application_id');
    expect(keys.split(',')).toHaveLength(Object.keys(example).length - 1);
  }
});

test('the same seed picks the same place, and other seeds pick others', () => {
  const [example = {}] = verifications.examples;
  const picked = new Set(
    Array.from({ length: 20 }, (_, seed) =>
      JSON.stringify(drift('null', example, verifications, seededRandom(seed))),
    ),
  );
  expect(picked.size).toBeGreaterThan(3);
});

test('drifts a payload that another fault has already broken', () => {
  const [example = {}] = verifications.examples;
  const broken = { ...example, data_sources: 7 };
  const drifted = drift('new-enum-value', broken, verifications, seededRandom(1));
  expect(JSON.stringify(drifted)).toContain('a_new_value');
  expect(drifted?.data_sources).toBe(7);
});

test('reports when there is nothing to drift', () => {
  for (const kind of [
    'null',
    'omit-null',
    'new-enum-value',
    'reorder-properties',
    'new-event-type',
    'other',
  ]) {
    expect(drift(kind, {}, verifications, seededRandom(1))).toBeNull();
  }
});

describe('everywhere', () => {
  const [example = {}] = verifications.examples;
  const statuses = (payload: unknown): unknown[] =>
    JSON.stringify(payload)
      .match(/"status":("\w+"|null)/g)
      ?.map((text) => text.slice(9)) ?? [];

  test('each enumeration has a new value, and the payload is valid', () => {
    const drifted = driftEverywhere('new-enum-value', example, verifications) ?? {};
    expect(statuses(example).length).toBeGreaterThan(2);
    expect(new Set(statuses(drifted))).toEqual(new Set(['"a_new_value"']));
    expect(verifications.validate(drifted)).toEqual([]);
  });

  test('each value that may be null is null or left out, and ids stay', () => {
    const nulled = driftEverywhere('null', example, verifications) ?? {};
    expect(new Set(statuses(nulled))).toEqual(new Set(['null']));
    const shorter = driftEverywhere('omit-null', example, verifications) ?? {};
    expect(statuses(shorter)).toEqual([]);
    for (const drifted of [nulled, shorter]) {
      expect(drifted).toMatchObject({ event_type: 'verifications', application_id: example.application_id });
      expect(verifications.validate(drifted)).toEqual([]);
    }
  });

  test('each object has one more property where the contract allows it', () => {
    const drifted = driftEverywhere('unknown-property', example, verifications, 2) ?? {};
    expect(verifications.validate(drifted)).toEqual([]);
    expect(Object.keys(drifted)).toEqual(Object.keys(example));
    expect(JSON.stringify(drifted).match(/added_by_the_provider/g)?.length).toBeGreaterThan(2);
  });

  test('from a depth on, what is above stays', () => {
    const type = typeOf('informed.error');
    const [error = {}] = type.examples;
    expect(driftEverywhere('null', error, type)).not.toBeNull();
    expect(driftEverywhere('null', error, type, 2)).toBeNull();
  });
});
