import { describe, expect, it } from 'vitest';
import { parseStateCallback } from '../../src/testing/parse-state-callback.ts';

const state = { documentId: 'd 1', state: 92, stateText: 'REJECTED' };
const query = 'documentId=d%201&state=92&stateText=REJECTED';

describe('parseStateCallback', () => {
  it.each<[string, Parameters<typeof parseStateCallback>[0]]>([
    ['a URL', `https://consumer.example/hook?${query}`],
    ['a URL with parameters of its own and a fragment', `http://127.0.0.1/hook?${query}#top`],
    ['a request target', `/hook?${query}`],
    ['a query with its question mark', `?${query}`],
    ['a bare query', query],
    ['a URL object', new URL(`https://consumer.example/hook?${query}`)],
    ['URLSearchParams', new URLSearchParams(query)],
    ['a record of texts', { documentId: 'd 1', state: '92', stateText: 'REJECTED' }],
    ['a record with a number', { ...state }],
  ])('parseStateCallback reads %s', (_, input) => {
    expect(parseStateCallback(input)).toEqual({
      valid: true,
      type: 'docdigitizer.documentState',
      payload: state,
    });
  });

  it('parseStateCallback distinguishes the three variants', () => {
    expect(parseStateCallback('doc_id=1&status=ERROR')).toMatchObject({
      type: 'docdigitizer.documentStateOverview',
      payload: { doc_id: '1', status: 'ERROR' },
    });
    expect(parseStateCallback('docid=1&status=classified')).toMatchObject({
      type: 'docdigitizer.documentStateV1',
      payload: { docid: '1', status: 'classified' },
    });
  });

  it('parseStateCallback keeps parameters that the consumer put into its URL', () => {
    expect(parseStateCallback(`/hook?tenant=7&${query}`)).toMatchObject({
      valid: true,
      payload: { ...state, tenant: '7' },
    });
  });

  it('parseStateCallback reports missing, misspelled and repeated parameters', () => {
    expect(parseStateCallback('documentId=1&state=ready')).toMatchObject({
      valid: false,
      violations: [{ message: expect.stringContaining('"stateText"') }, { location: '/state' }],
    });
    expect(parseStateCallback(`${query}&state=91`)).toMatchObject({
      valid: false,
      violations: [{ location: '/state', code: 'query.repeated' }],
    });
    expect(parseStateCallback({ documentId: ['1', '2'], state: '91', stateText: 'ANNOTATED' })).toMatchObject(
      {
        valid: false,
        violations: [{ location: '/documentId', code: 'query.repeated' }],
      },
    );
  });

  it.each(['https://consumer.example/hook', '/hook', '', 'x=1'])(
    'parseStateCallback finds no callback in "%s"',
    (input) => {
      expect(parseStateCallback(input)).toMatchObject({
        valid: false,
        type: null,
        violations: [{ code: 'callback.unknown' }],
      });
    },
  );

  it('parseStateCallback checks against the given variant, strictly on request', () => {
    expect(parseStateCallback('docid=1&status=annotated', { type: 'documentStateOverview' })).toMatchObject({
      valid: false,
      type: 'docdigitizer.documentStateOverview',
    });
    const own = `${query}&tenant=7`;
    expect(parseStateCallback(own, { strict: true }).valid).toBe(false);
  });

  it('parseStateCallback refuses input that it cannot read', () => {
    expect(() => parseStateCallback(17 as unknown as string)).toThrow('pass e.g. request.url');
    expect(() => parseStateCallback(query, { typ: 'x' } as object)).toThrow('Did you mean "type"?');
  });
});
