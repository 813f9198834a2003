import { describe, expect, it } from 'vitest';
import { loadContract } from '../../../src/core/contract/load-contract.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { limitTime } from '../../../src/platform/limit-time.ts';
import { firstOperation, withBody } from './documents.ts';

/** The violations that a custom contract finds in a body. */
function check(schema: JsonObject, value: unknown): string[] {
  const contract = loadContract(withBody(schema), new Map(), { limitTime });
  const content = firstOperation(contract).requestBody?.content.get('application/json');
  if (content === undefined) throw new Error('the operation has no body');
  return content.validate(value).map(({ location, code, message }) => `${location} [${code}] ${message}`);
}

// Without a limit, most of these take minutes or more. The first few take seconds, so that a defect fails soon.
const evil = '^(a+)+$';
const evilText = `${'a'.repeat(29)}!`;
const tooMuch = (cause: string): string =>
  ` [time-limit] could not be checked: ${cause} takes too much time or memory for this value. Send a shorter value, or simplify the contract.`;

describe('a check that takes too long is ended, and its error names', () => {
  it.each<[string, JsonObject, unknown]>([
    ['pattern', { type: 'string', pattern: evil }, evilText],
    ['patternProperties', { patternProperties: { [evil]: true } }, { [evilText]: 1 }],
    ['propertyNames', { propertyNames: { pattern: evil } }, { [evilText]: 1 }],
    ['a branch of a union', { anyOf: [{ type: 'number' }, { pattern: evil }] }, evilText],
    [
      'many patterns that each take a little',
      { items: { pattern: evil } },
      Array(64).fill(evilText.slice(6)),
    ],
  ])('the pattern in %s', (_, schema, value) => {
    expect(check(schema, value)).toEqual([tooMuch(`the pattern "${evil}"`)]);
  });

  it('a pattern that is slow for long strings only', () => {
    expect(check({ pattern: '\\s+$' }, `${' '.repeat(300_000)}!`)).toEqual([
      tooMuch('the pattern "\\\\s+$"'),
    ]);
  });

  it('a pattern that exhausts the stack', () => {
    expect(check({ pattern: '^(?:a|b)*$' }, 'ab'.repeat(5_000_000))).toEqual([
      tooMuch('the pattern "^(?:a|b)*$"'),
    ]);
  });

  it('the schema when no pattern is the cause: unique items', () => {
    const items = Array.from({ length: 30_000 }, (_, index) => ({ index }));
    expect(check({ type: 'array', uniqueItems: true }, items)).toEqual([tooMuch('its schema')]);
  });

  it('the schema when no pattern is the cause: nested branches', () => {
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

describe('a contract with limited checks', () => {
  it('still works after a check was ended', () => {
    const contract = loadContract(withBody({ pattern: evil }), new Map(), { limitTime });
    const validate = firstOperation(contract).requestBody?.content.get('application/json')?.validate;
    expect(validate?.(evilText)).toMatchObject([{ code: 'time-limit' }]);
    expect(validate?.('aaa')).toEqual([]);
    expect(validate?.('b')).toMatchObject([{ code: 'pattern' }]);
  });

  it('distinguishes two patterns of one schema', () => {
    const schema = { properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } } };
    expect(check(schema, { a: 'a', b: 'b' })).toEqual([]);
    expect(check(schema, { a: 'b', b: 'a' })).toHaveLength(2);
  });

  it('explains a union as a contract without limits does', () => {
    const one = { properties: { kind: { const: 'one' }, size: { type: 'integer' } }, required: ['kind'] };
    const two = { properties: { kind: { const: 'two' }, name: { pattern: '^[a-z]+$' } }, required: ['kind'] };
    expect(check({ oneOf: [one, two] }, { kind: 'two', name: 'A' })).toEqual([
      '/name [pattern] must match the pattern ^[a-z]+$; got "A"',
    ]);
  });

  // Repeated groups and optional repetitions, as in contracts of real services: they look dangerous, but are not.
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
