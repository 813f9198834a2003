import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import type { TimelineStep } from '../../../src/core/scenario/plan.ts';
import { fillStep, isPlain, templateProblems } from '../../../src/core/scenario/templates.ts';

const scope = {
  exchange: {
    url: 'http://api.example/orders?a=1',
    method: 'POST',
    request: {
      headers: { 'x-id': 'h1' },
      query: { a: 1 },
      path: { id: 'p1' },
      body: { items: [{ sku: 'x' }] },
    },
    response: { statusCode: 201, headers: { location: '/orders/7' }, query: {}, path: {}, body: { id: 7 } },
  },
  resource: { status: 'paid', nested: { ok: true } },
  now: Date.UTC(2030, 0, 1),
  random: seededRandom(1),
} as const;

const filled = (payload: TimelineStep['payload'] & {}) => fillStep({ atMs: 0, payload }, scope).step.payload;

describe('fillStep', () => {
  test.each([
    ['{{request.body.items.0.sku}}', 'x'],
    ['{{request.query.a}}', 1],
    ['{{request.path.id}}', 'p1'],
    ['{{request.headers.X-Id}}', 'h1'],
    ['{{request.method}}', 'POST'],
    ['{{ response.body.id }}', 7],
    ['{{response.status}}', 201],
    ['{{response.headers.Location}}', '/orders/7'],
    ['{{resource.nested}}', { ok: true }],
    ['{{now}}', '2030-01-01T00:00:00.000Z'],
    ['{{now + 1h}}', '2030-01-01T01:00:00.000Z'],
    ['{{now - 1.5s}}', '2029-12-31T23:59:58.500Z'],
    ['order {{response.body.id}} is {{resource.status}}', 'order 7 is paid'],
    [String.raw`\{{name}}`, '{{name}}'],
    [String.raw`\{{ {{response.status}}`, '{{ 201'],
  ])('reads %s', (template, value) => {
    expect(filled({ a: [template] })).toEqual({ a: [value] });
  });

  test('has one event id for the step, and another UUID each time', () => {
    const payload = { a: '{{event.id}}', b: '{{event.id}}', c: '{{random.uuid}}', d: '{{random.uuid}}' };
    const made = filled(payload) as Record<string, string>;
    expect(made.a).toMatch(/^[0-9a-f]{8}-/);
    expect(made.b).toBe(made.a);
    expect(new Set(Object.values(made)).size).toBe(3);
  });

  test('leaves out what has no value, and names the template', () => {
    const { step, missing } = fillStep({ atMs: 0, payload: { a: '{{request.body.b}}', c: 1 } }, scope);
    expect(step.payload).toEqual({ c: 1 });
    expect(missing).toEqual(['{{request.body.b}}']);
  });

  test('leaves out an item, or a whole part, that has no value', () => {
    const payload = { list: [1, '{{request.body.b}}', 2] };
    expect(fillStep({ atMs: 0, payload }, scope).step.payload).toEqual({ list: [1, 2] });
    const { step, missing } = fillStep({ atMs: 0, payload: '{{request.body.b}}' }, scope);
    expect([step, missing]).toEqual([{ atMs: 0 }, ['{{request.body.b}}']]);
  });

  test('has no time after the last one of a date', () => {
    const { step } = fillStep({ atMs: 0, payload: ['{{now + 1d}}'] }, { ...scope, now: 8.64e15 });
    expect(step.payload).toEqual(['+275760-09-13T00:00:00.000Z']);
  });

  test('writes headers as text without line breaks', () => {
    const { step } = fillStep(
      { atMs: 0, headers: { 'x-id': '{{response.body.id}}', 'x-text': '{{request.body.text}}' } },
      {
        ...scope,
        exchange: { ...scope.exchange, request: { ...scope.exchange.request, body: { text: 'a\r\nb: c' } } },
      },
    );
    expect(step.headers).toEqual({ 'x-id': '7', 'x-text': 'a b: c' });
  });

  test('fills no template in a value', () => {
    const body = { text: String.raw`{{now}} \{{` };
    const exchange = { ...scope.exchange, request: { ...scope.exchange.request, body } };
    const { step } = fillStep({ atMs: 0, payload: 'x {{request.body.text}}' }, { ...scope, exchange });
    expect(step.payload).toBe(`x ${body.text}`);
  });

  test('changes no step without templates', () => {
    expect(isPlain({ atMs: 0, payload: { a: '{b}' } })).toBe(true);
    expect(isPlain({ atMs: 0, set: { a: '{{now}}' } })).toBe(false);
  });
});

describe('templateProblems', () => {
  test.each([
    ['{{request.bdy.id}}', 'Did you mean "request.body'],
    ['{{reqest.body.id}}', 'Did you mean "request"'],
    ['{{now + soon}}', 'expected a duration'],
    ['{{1 + 1}}', 'expected one of'],
    ['{{event.id.x}}', 'expected one of'],
    ['{{now.year}}', 'expected one of'],
    ['{{request.body..id}}', 'expected one of'],
    ['{{}}', 'expected one of'],
    ['{{now', 'has no "}}" after it'],
  ])('finds %s', (template, message) => {
    expect(templateProblems({ a: { 'b/c': `x ${template}` } }, true)).toEqual([
      { pointer: '/a/b~1c', message: expect.stringContaining(message) },
    ]);
  });

  test('finds what a provider without submissions lacks', () => {
    expect(templateProblems(['{{now}}', '{{event.id}}', '{{random.uuid}}'], false)).toEqual([]);
    expect(templateProblems('{{request.body.id}}', false)).toEqual([
      { pointer: '', message: expect.stringContaining('expected one of now, event.id, random.uuid') },
    ]);
  });
});
