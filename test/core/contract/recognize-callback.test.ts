import { describe, expect, it } from 'vitest';
import { judgeBody, judgeQuery } from '../../../src/core/contract/judge-payload.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { documentWith, load } from './documents.ts';

/** A contract with a webhook for each schema. A name with a slash has its provider in front: `acme/paid`. */
function contractOf(schemas: Readonly<Record<string, JsonObject>>, components: JsonObject = {}) {
  const webhooks = Object.entries(schemas).map(([key, schema]) => {
    const [name = '', provider = 'acme'] = key.split('/').toReversed();
    const requestBody = { content: { 'application/json': { schema } } };
    const post = { tags: [provider], requestBody, responses: { 200: { description: 'Fine.' } } };
    return [name, { post }] as const;
  });
  return load(documentWith({ webhooks: Object.fromEntries(webhooks), components }));
}

function judge(value: unknown, contract: ReturnType<typeof contractOf>) {
  const { type, violations } = judgeBody(value, contract, {
    type: null,
    strict: false,
    option: '--callback',
  });
  return type?.type ?? violations[0];
}

function kind(values: JsonValue, others: JsonObject = {}): JsonObject {
  const named = Array.isArray(values) ? { enum: values } : { const: values };
  return {
    type: 'object',
    required: ['kind', ...Object.keys(others)],
    properties: { kind: named, ...others },
  };
}

const text: JsonObject = { type: 'string' };

describe('a callback with a body is recognized', () => {
  it('as the only one, even if it is invalid', () => {
    const contract = contractOf({ paid: kind('paid') });
    expect(judge({}, contract)).toBe('acme.paid');
    expect(judge([], contract)).toBe('acme.paid');
  });

  it('by a constant, although the rest is invalid', () => {
    const contract = contractOf({
      paid: kind('paid', { sum: text }),
      refunded: kind('refunded', { sum: text }),
    });
    expect(judge({ kind: 'refunded', sum: 5 }, contract)).toBe('acme.refunded');
  });

  it('by one of several values', () => {
    const contract = contractOf({ moved: kind(['left', 'arrived']), lost: kind(['lost']) });
    expect(judge({ kind: 'arrived' }, contract)).toBe('acme.moved');
  });

  it('by a property with different values, not by a constant that all share', () => {
    const version = { const: 2 };
    const contract = contractOf({
      paid: kind('paid', { version }),
      refunded: kind('refunded', { version }),
      ping: { required: ['version'], properties: { version } },
    });
    expect(judge({ kind: 'paid', version: 1 }, contract)).toBe('acme.paid');
  });

  it('by the property that most callbacks restrict', () => {
    const contract = contractOf({
      euros: kind('created', { currency: { const: 'EUR' } }),
      dollars: kind('created', { currency: { const: 'USD' } }),
      closed: kind('closed', { sum: text }),
    });
    expect(judge({ kind: 'closed', sum: 5 }, contract)).toBe('acme.closed');
    expect(judge({ kind: 'created', currency: 'USD' }, contract)).toBe('acme.dollars');
  });

  it('by what allOf, oneOf and $ref restrict', () => {
    const contract = contractOf(
      {
        paid: { allOf: [{ $ref: '#/components/schemas/Event' }, kind('paid')] },
        changed: { oneOf: [kind('grown'), { $ref: '#/components/schemas/Shrunk' }] },
      },
      {
        schemas: {
          Event: { required: ['id'], properties: { id: text } },
          Shrunk: kind('shrunk', { id: text }),
        },
      },
    );
    expect(judge({ kind: 'paid' }, contract)).toBe('acme.paid');
    expect(judge({ kind: 'shrunk', id: 7 }, contract)).toBe('acme.changed');
  });

  it('within a schema that contains itself', () => {
    const node = {
      ...kind('node'),
      anyOf: [{ $ref: '#/components/schemas/Node' }, { required: ['leaf'], properties: { leaf: text } }],
    };
    const contract = contractOf(
      { node: { $ref: '#/components/schemas/Node' }, end: kind('end') },
      { schemas: { Node: node } },
    );
    expect(judge({ kind: 'end' }, contract)).toBe('acme.end');
  });

  it('by its schema, if no property distinguishes callbacks', () => {
    const body = (name: string): JsonObject => ({ required: [name], properties: { [name]: text } });
    const contract = contractOf({ a: body('a'), b: body('b') });
    expect(judge({ b: 'x' }, contract)).toBe('acme.b');
    expect(judge({ a: 'x', b: 'x' }, contract)).toEqual({
      location: '',
      code: 'callback.ambiguous',
      message: 'may be one of several callbacks: acme.a, acme.b; choose one with --callback',
    });
    expect(judge({}, contract)).toEqual({
      location: '',
      code: 'callback.unknown',
      message: 'is valid for none of the callbacks acme.a, acme.b; name the callback with --callback',
    });
  });

  it('by its schema, among several with the same constant', () => {
    const contract = contractOf({
      issue: kind('created', { issue: text }),
      comment: kind('created', { comment: text }),
      closed: kind('closed'),
      ping: { type: 'object' },
    });
    expect(judge({ kind: 'created', comment: 'x' }, contract)).toBe('acme.comment');
    expect(judge({ kind: 'created' }, contract)).toMatchObject({
      code: 'callback.ambiguous',
      message: expect.stringContaining('acme.issue, acme.comment;'),
    });
  });

  it('by its schema, if it lacks the property that distinguishes callbacks', () => {
    const optional = { properties: { kind: { const: 'paid' }, sum: text } };
    const contract = contractOf({ paid: optional, refunded: kind('refunded') });
    expect(judge({ kind: 'paid', sum: 5 }, contract)).toBe('acme.paid');
    expect(judge({ sum: 'x' }, contract)).toBe('acme.paid');
    expect(judge({ kind: 'returned' }, contract)).toMatchObject({ code: 'callback.unknown' });
  });

  it('by its schema, if only one alternative of it restricts the property', () => {
    const mixed = { oneOf: [kind('grown'), { required: ['zen'], properties: { zen: text } }] };
    const contract = contractOf({ mixed, paid: kind('paid') });
    expect(judge({ kind: 'grown', zen: 'x' }, contract)).toMatchObject({ code: 'callback.unknown' });
    expect(judge({ kind: 'grown' }, contract)).toBe('acme.mixed');
    expect(judge({ kind: 'other', zen: 'x' }, contract)).toBe('acme.mixed');
  });

  it('by its schema, if it is the one without the property', () => {
    const ping: JsonObject = { required: ['zen'], properties: { zen: text } };
    const contract = contractOf({ paid: kind('paid'), refunded: kind('refunded'), ping });
    expect(judge({ zen: 'x' }, contract)).toBe('acme.ping');
  });

  it('by the property of its own provider', () => {
    const event = (name: string): JsonObject => ({
      required: ['event'],
      properties: { event: { const: name } },
    });
    const contract = contractOf({
      'acme/paid': kind('paid', { event: { const: 'payment' } }),
      'acme/refunded': kind('refunded'),
      'zenith/up': event('up'),
      'zenith/down': event('down'),
    });
    expect(judge({ kind: 'paid', event: 'payment' }, contract)).toBe('acme.paid');
    expect(judge({ event: 'down' }, contract)).toBe('zenith.down');
    expect(judge({ event: 'don' }, contract)).toEqual({
      location: '/event',
      code: 'callback.unknown',
      message:
        'is "don", expected one of up, down; or name the callback with --callback. Did you mean "down"?',
    });
  });
});

describe('a callback in a query string', () => {
  const webhook = (...names: string[]): JsonObject => ({
    get: {
      tags: ['acme'],
      parameters: names.map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
      responses: { 200: { description: 'Fine.' } },
    },
  });
  const contract = load(
    documentWith({
      webhooks: { moved: webhook('id', 'from', 'to'), lost: webhook('id', 'since'), seen: webhook('id') },
    }),
  );
  const judgeNamed = (pairs: readonly (readonly [string, string])[]) =>
    judgeQuery(pairs, contract, { type: null, strict: false, option: '--callback' });

  it.each([
    [['id', 'to'], 'acme.moved'],
    [['id', 'since', 'more'], 'acme.lost'],
    [['id'], 'acme.seen'],
  ])('with %j is the one that shares most parameters: %s', (names, type) => {
    expect(judgeNamed(names.map((name) => [name, 'x'])).type?.type).toBe(type);
  });

  it('is unknown if it shares none', () => {
    expect(judgeNamed([['x', '1']])).toMatchObject({
      type: null,
      violations: [{ code: 'callback.unknown' }],
    });
  });

  it('may not have a parameter twice', () => {
    const { value, violations } = judgeNamed([
      ['id', '1'],
      ['since', 'a'],
      ['since', 'b'],
    ]);
    expect(value).toEqual({ id: '1', since: 'a' });
    expect(violations).toEqual([
      { location: '/since', code: 'query.repeated', message: 'occurs more than once' },
    ]);
  });
});
