import { beforeAll, describe, expect, it } from 'vitest';
import { judgeCallback } from '../../src/cli/judge-callback.ts';
import type { Contract } from '../../src/core/contract/contract.ts';
import { loadBundledContract } from '../../src/loading/contract-files.ts';

describe('judgeCallback', () => {
  let contract: Contract;
  beforeAll(async () => {
    contract = await loadBundledContract();
  });
  const judge = (text: string, callback: string | null = null, strict = false) =>
    judgeCallback(Buffer.from(text), contract, { callback, strict });
  const example = (type: string): Record<string, unknown> => {
    const [first] = contract.callbacks.get(type)?.examples ?? [];
    if (first === undefined) throw new Error(`no example of ${type}`);
    return { ...first };
  };

  it('judgeCallback detects every callback with a body by its event_type, and accepts its examples', () => {
    const bodies = [...contract.callbacks.values()].filter((type) => type.hasBody);
    expect(bodies.length).toBeGreaterThan(2);
    for (const type of bodies) {
      for (const body of type.examples) {
        expect(judge(JSON.stringify(body), null, true)).toEqual({
          valid: true,
          type: type.type,
          violations: [],
        });
      }
    }
  });

  it('judgeCallback detects every callback in a query string by its parameters, as URL, query or bare', () => {
    const queries = [...contract.callbacks.values()].filter((type) => !type.hasBody);
    expect(queries.length).toBeGreaterThan(2);
    for (const type of queries) {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries(example(type.type))) parameters.append(name, String(value));
      const query = parameters.toString();
      for (const text of [
        `https://consumer.test/hook?${query}`,
        `?${query}`,
        `${query}\n`,
        `http://h/x?${query}#part`,
      ]) {
        expect(judge(text)).toEqual({ valid: true, type: type.type, violations: [] });
      }
    }
  });

  it('judgeCallback reports a state that is not a number', () => {
    const { valid, type, violations } = judge('documentId=a1&state=ready&stateText=ANNOTATED');
    expect({ valid, type }).toEqual({ valid: false, type: 'docdigitizer.documentState' });
    expect(violations.map(({ location }) => location)).toContain('/state');
  });

  it('judgeCallback keeps an id that looks like a number a string', () => {
    expect(judge('documentId=123&state=91&stateText=ANNOTATED')).toMatchObject({ valid: true });
  });

  it('judgeCallback reports a missing parameter and a repeated one', () => {
    expect(judge('documentId=a1&state=91').violations).toMatchObject([{ code: 'required' }]);
    expect(judge('documentId=a1&state=91&stateText=ANNOTATED&state=92').violations).toMatchObject([
      { location: '/state', code: 'query.repeated' },
    ]);
  });

  it('judgeCallback applies the strict schema only on request', () => {
    const body = JSON.stringify({ ...example('informed.extractions'), brand_new: 1 });
    expect(judge(body)).toMatchObject({ valid: true });
    expect(judge(body, null, true)).toMatchObject({ valid: false, type: 'informed.extractions' });
  });

  it('judgeCallback checks against a named callback, by its full or bare name', () => {
    const body = JSON.stringify(example('informed.extractions'));
    expect(judge(body, 'informed.extractions')).toMatchObject({ valid: true });
    expect(judge(body, 'verifications')).toMatchObject({ valid: false, type: 'informed.verifications' });
  });

  it.each([
    ['', 'syntax', /is empty/],
    ['{"event_type":', 'syntax', /neither JSON nor a query string/],
    ['[]', 'type', /one callback at a time/],
    ['null', 'type', /must be a JSON object/],
    ['{}', 'callback.unknown', /is missing, expected one of .*extractions/],
    ['{"event_type":"extraction"}', 'callback.unknown', /Did you mean "extractions"\?/],
    ['{"event_type":7}', 'callback.unknown', /is 7/],
    [
      'https://consumer.test/hook',
      'callback.unknown',
      /docdigitizer\.documentState \(documentId, state, stateText\)/,
    ],
    ['?x=1', 'callback.unknown', /has no parameter of any callback/],
  ])('judgeCallback refuses %j', (text, code, message) => {
    expect(judge(text)).toEqual({
      valid: false,
      type: null,
      violations: [{ location: expect.any(String), code, message: expect.stringMatching(message) }],
    });
  });

  it('judgeCallback names the form of the callback when the input has the other form', () => {
    expect(judge('a=1', 'informed.error').violations).toMatchObject([{ code: 'form' }]);
    expect(judge('{}', 'docdigitizer.documentState').violations).toMatchObject([
      { code: 'form', message: expect.stringContaining('documentId, state, stateText') },
    ]);
  });

  it('judgeCallback suggests the nearest name for an unknown callback', () => {
    expect(() => judge('{}', 'informed.extraction')).toThrow(/Did you mean "informed\.extractions"\?/);
  });

  it('judgeCallback ignores properties that every object inherits', () => {
    expect(judge('__proto__=1')).toMatchObject({ valid: false, type: null });
    expect(judge('{"event_type":"__proto__"}')).toMatchObject({ valid: false, type: null });
  });
});
