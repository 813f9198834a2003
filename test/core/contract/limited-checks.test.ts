import { describe, expect, it } from 'vitest';
import { loadContract } from '../../../src/core/contract/load-contract.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { limitTime } from '../../../src/platform/limit-time.ts';
import { firstOperation, withBody } from './documents.ts';

/** What a contract of somebody's own says of a body. */
function check(schema: JsonObject, value: unknown): string[] {
  const contract = loadContract(withBody(schema), new Map(), { limitTime });
  const content = firstOperation(contract).requestBody?.content.get('application/json');
  if (content === undefined) throw new Error('the operation has no body');
  return content.validate(value).map(({ location, code, message }) => `${location} [${code}] ${message}`);
}

// Without a limit each of these takes minutes or more, except the first few, which take seconds: a defect fails soon.
const evil = '^(a+)+$';
const evilText = `${'a'.repeat(29)}!`;
const tooMuch = (cause: string): string =>
  ` [time-limit] could not be checked: ${cause} takes too much time or memory for this value. Send a shorter value, or simplify the contract.`;

describe('a check that takes too long is ended, and names', () => {
  it.each<[string, JsonObject, unknown]>([
    ['pattern', { type: 'string', pattern: evil }, evilText],
    ['patternProperties', { patternProperties: { [evil]: true } }, { [evilText]: 1 }],
    ['propertyNames', { propertyNames: { pattern: evil } }, { [evilText]: 1 }],
    ['a branch of a union', { anyOf: [{ type: 'number' }, { pattern: evil }] }, evilText],
    ['many patterns that take a little', { items: { pattern: evil } }, Array(64).fill(evilText.slice(6))],
  ])('the pattern in %s', (_, schema, value) => {
    expect(check(schema, value)).toEqual([tooMuch(`the pattern "${evil}"`)]);
  });

  it('a pattern that is slow for long texts only', () => {
    expect(check({ pattern: '\\s+$' }, `${' '.repeat(300_000)}!`)).toEqual([
      tooMuch('the pattern "\\\\s+$"'),
    ]);
  });

  it('a pattern that fills the stack', () => {
    expect(check({ pattern: '^(?:a|b)*$' }, 'ab'.repeat(5_000_000))).toEqual([
      tooMuch('the pattern "^(?:a|b)*$"'),
    ]);
  });

  it('the schema when it is no pattern: items that must differ', () => {
    const items = Array.from({ length: 30_000 }, (_, index) => ({ index }));
    expect(check({ type: 'array', uniqueItems: true }, items)).toEqual([tooMuch('its schema')]);
  });

  it('the schema when it is no pattern: branches in branches', () => {
    const branch = { properties: { next: { $ref: '#/components/schemas/Node' } } };
    const contract = loadContract(
      withBody({ $ref: '#/components/schemas/Node' }, { schemas: { Node: { allOf: [branch, branch] } } }),
      new Map(),
      { limitTime },
    );
    let value: JsonObject = {};
    for (let depth = 0; depth < 30; depth++) value = { next: value };
    const content = firstOperation(contract).requestBody?.content.get('application/json');
    expect(content?.validate(value)).toMatchObject([{ location: '', code: 'time-limit' }]);
  });
});

describe('a contract whose checks are limited', () => {
  it('works on after a check was ended', () => {
    const contract = loadContract(withBody({ pattern: evil }), new Map(), { limitTime });
    const validate = firstOperation(contract).requestBody?.content.get('application/json')?.validate;
    expect(validate?.(evilText)).toMatchObject([{ code: 'time-limit' }]);
    expect(validate?.('aaa')).toEqual([]);
    expect(validate?.('b')).toMatchObject([{ code: 'pattern' }]);
  });

  it('tells two patterns of one schema apart', () => {
    const schema = { properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } } };
    expect(check(schema, { a: 'a', b: 'b' })).toEqual([]);
    expect(check(schema, { a: 'b', b: 'a' })).toHaveLength(2);
  });

  it('explains a union as one without limits does', () => {
    const one = { properties: { kind: { const: 'one' }, size: { type: 'integer' } }, required: ['kind'] };
    const two = { properties: { kind: { const: 'two' }, name: { pattern: '^[a-z]+$' } }, required: ['kind'] };
    expect(check({ oneOf: [one, two] }, { kind: 'two', name: 'A' })).toEqual([
      '/name [pattern] must match the pattern ^[a-z]+$; got "A"',
    ]);
  });

  // Repeated groups and optional repetitions, as contracts of real services have them: all look dangerous, none is.
  it.each([
    ['^([a-z0-9]+(-[a-z0-9]+)*)$', 'a-b-c', 'a--b'],
    ['^([0-9]+h)?([0-9]+m)?$', '1h30m', '30m1h'],
    ['^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}\\.?$', 'a.example.com', 'a..com'],
    ['^[0-9A-F]{2}(:[0-9A-F]{2})+$', '0A:FF', '0A:'],
    ['^(?=\\d|T)(\\d+D)?(T(\\d+H)?)?$', '1DT2H', 'D'],
    ['(?<=^|,)x+(?=,|$)', 'a,xx,b', 'axb'],
  ])('loads the pattern %s, and runs it unchanged', (pattern, fits, fails) => {
    expect(check({ pattern }, fits)).toEqual([]);
    expect(check({ pattern }, fails)).toEqual([expect.stringContaining('[pattern]')]);
  });
});
