import { describe, expect, it } from 'vitest';
import type { RingbackError } from '../../src/core/errors.ts';
import { bundledCallbacks } from '../../src/testing/bundled-callbacks.ts';
import { assertCallback, validateCallback } from '../../src/testing/validate-callback.ts';
import type { CallbackTypeName, ErrorCallback } from '../../src/types/index.ts';

const error: ErrorCallback = {
  event_type: 'error',
  application_id: 'a1',
  application_reference_id: 'loan-1',
  error_message: 'unable to process this file',
  file_id: 'f1',
  file_reference_id: 'payslip.pdf',
  webhook_url: 'https://consumer.example/webhook',
};

describe('validateCallback', () => {
  it('validateCallback detects the type of every example of the contract, strictly too', () => {
    let examples = 0;
    for (const { type, examples: all } of bundledCallbacks().callbacks.values()) {
      for (const example of all) {
        examples++;
        expect(validateCallback(example, { strict: true })).toEqual({ valid: true, type, payload: example });
      }
    }
    expect(examples).toBeGreaterThan(10);
    expect([...bundledCallbacks().callbacks.keys()]).toEqual([
      'docdigitizer.documentState',
      'docdigitizer.documentStateOverview',
      'docdigitizer.documentStateV1',
      'informed.extractions',
      'informed.verifications',
      'informed.error',
    ]);
  });

  it('validateCallback reports each invalid place by its JSON pointer', () => {
    expect(validateCallback({ ...error, error_message: 7, application_reference_id: [] })).toEqual({
      valid: false,
      type: 'informed.error',
      violations: [
        {
          location: '/application_reference_id',
          code: 'type',
          message: expect.stringContaining('got an array'),
        },
        { location: '/error_message', code: 'type', message: expect.stringContaining('got 7') },
      ],
    });
  });

  it('validateCallback accepts what the provider may add, unless strict', () => {
    const grown = { ...error, severity: 'low' };
    expect(validateCallback(grown).valid).toBe(true);
    expect(validateCallback(grown, { strict: true })).toMatchObject({
      valid: false,
      violations: [{ code: 'additionalProperties', message: expect.stringContaining('severity') }],
    });
  });

  it('validateCallback accepts a bare name as type', () => {
    expect(validateCallback(error, { type: 'error' })).toMatchObject({ valid: true, type: 'informed.error' });
    expect(validateCallback(error, { type: 'informed.extractions' })).toMatchObject({
      valid: false,
      type: 'informed.extractions',
    });
  });

  it('validateCallback reads the strings of a query that a framework parsed', () => {
    const query = { documentId: '17', state: '91', stateText: 'ANNOTATED' };
    const payload = { documentId: '17', state: 91, stateText: 'ANNOTATED' };
    expect(validateCallback(query)).toEqual({ valid: true, type: 'docdigitizer.documentState', payload });
    expect(validateCallback(query, { type: 'documentState' })).toMatchObject({ valid: true, payload });
    expect(query.state).toBe('91');
  });

  it.each([
    [null, 'must be a JSON object'],
    [undefined, 'must be a JSON object'],
    [[error], 'must be a JSON object: one callback at a time'],
    [42, 'must be a JSON object'],
    [JSON.stringify(error), 'Parse a body with JSON.parse'],
    [{}, 'is missing, expected one of extractions, verifications, error'],
    [{ event_type: 'extraction' }, 'Did you mean "extractions"?'],
  ])('validateCallback finds no callback in %j', (payload, message) => {
    const result = validateCallback(payload);
    expect(result).toMatchObject({ valid: false, type: null });
    expect(result.valid ? '' : result.violations[0]?.message).toContain(message);
  });

  it('validateCallback refuses an unknown type and names the nearest', () => {
    const validate = () => validateCallback(error, { type: 'informed.eror' as CallbackTypeName });
    expect(validate).toThrow('there is no such callback. Got "informed.eror"');
    expect(validate).toThrow('Did you mean "informed.error"?');
    expect(validate).toThrow(expect.objectContaining({ code: 'callback.unknown' }));
    expect(() => validateCallback(error, { type: 'eror' as CallbackTypeName })).toThrow(
      'Did you mean "error"?',
    );
  });

  it('validateCallback refuses an unknown option and names the nearest', () => {
    expect(() => validateCallback(error, { stric: true } as object)).toThrow('Did you mean "strict"?');
    expect(() => validateCallback(error, null as unknown as object)).toThrow('Got null for its options');
  });
});

describe('assertCallback', () => {
  it('assertCallback passes for a valid payload', () => {
    expect(() => assertCallback(error, 'informed.error')).not.toThrow();
    expect(() => assertCallback(error, 'error', { strict: true })).not.toThrow();
    expect(() => assertCallback({ ...error, more: 1 }, 'error')).not.toThrow();
    expect(() => assertCallback({ ...error, more: 1 }, 'error', { strict: true })).toThrow('"more"');
  });

  it('assertCallback describes the violations in sentences', () => {
    const { webhook_url: _, application_reference_id: __, ...less } = error;
    let thrown: RingbackError | undefined;
    try {
      assertCallback({ ...less, application_id: [] }, 'informed.error');
    } catch (caught) {
      thrown = caught as RingbackError;
    }
    expect(thrown?.code).toBe('callback.invalid');
    expect(thrown?.violations).toHaveLength(2);
    expect(thrown?.message).toMatchInlineSnapshot(`
      "Could not assert that the value is the callback informed.error:
        (all)            must have the property "application_reference_id"
        /application_id  must be a string; got an array"
    `);
  });
});
