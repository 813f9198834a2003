import { describe, expect, it } from 'vitest';
import { bundledCallbacks } from '../../src/testing/bundled-callbacks.ts';
import { callbackExample } from '../../src/testing/callback-example.ts';
import { validateCallback } from '../../src/testing/validate-callback.ts';
import type { CallbackTypeName } from '../../src/types/index.ts';

const types = [...bundledCallbacks().callbacks.keys()] as CallbackTypeName[];

describe('callbackExample', () => {
  it.each(types)('callbackExample makes a %s that is valid in its strict shape, for any seed', (type) => {
    for (let seed = 0; seed < 25; seed++) {
      const result = validateCallback(callbackExample(type, { seed }), { type, strict: true });
      expect(result).toMatchObject({ valid: true, type });
    }
  });

  it.each(types)(
    'callbackExample makes the same %s for the same seed, and a different one for another seed',
    (type) => {
      expect(callbackExample(type, { seed: 5 })).toEqual(callbackExample(type, { seed: 5 }));
      expect(callbackExample(type, { seed: 5 })).not.toEqual(callbackExample(type, { seed: 6 }));
      expect(callbackExample(type)).toEqual(callbackExample(type, { seed: 1 }));
    },
  );

  it('callbackExample uses one application in all callbacks of a seed', () => {
    const extractions = callbackExample('informed.extractions', { seed: 9 });
    const verifications = callbackExample('informed.verifications', { seed: 9 });
    const error = callbackExample('informed.error', { seed: 9 });
    expect(verifications.application_id).toBe(extractions.application_id);
    expect(error.application_id).toBe(extractions.application_id);
    const extracted = Object.values(extractions.documents).flatMap((list) =>
      (list ?? []).map(({ document_id }) => document_id),
    );
    const verified = Object.values(verifications.verifications)
      .flatMap((list) => list ?? [])
      .flatMap(({ acceptable_documents }) => Object.values(acceptable_documents ?? {}))
      .flatMap((list) => (list ?? []).map(({ document_id }) => document_id));
    expect(verified.length).toBeGreaterThan(0);
    expect(extracted).toEqual(expect.arrayContaining(verified));
  });

  it('callbackExample merges overrides into the payload, at any depth', () => {
    const body = callbackExample('informed.error', {
      overrides: { application_id: 'mine', webhook_url: undefined },
    });
    expect(body.application_id).toBe('mine');
    expect(body).not.toHaveProperty('webhook_url');
    const plain = callbackExample('informed.verifications');
    const changed = callbackExample('informed.verifications', {
      overrides: { data_sources: { structured_data: [] }, application_reference_id: 'ref' },
    });
    expect(changed.data_sources?.image_files).toEqual(plain.data_sources?.image_files);
    expect(changed.application_reference_id).toBe('ref');
  });

  it('callbackExample keeps no reference to the overrides', () => {
    const overrides = { data_sources: { image_files: [{ file_id: 'f', file_reference_id: 'r' }] } };
    const body = callbackExample('informed.verifications', { overrides });
    expect(body.data_sources?.image_files).toEqual(overrides.data_sources.image_files);
    expect(body.data_sources?.image_files).not.toBe(overrides.data_sources.image_files);
  });

  it('callbackExample sets the text that belongs to a state', () => {
    expect(callbackExample('documentState')).toMatchObject({ state: 91, stateText: 'ANNOTATED' });
    expect(callbackExample('documentState', { overrides: { state: 999 } })).toMatchObject({
      stateText: 'ERROR',
    });
  });

  it('callbackExample removes the file from an error message that concerns none', () => {
    const overrides = { error_message: 'Verification response is delayed' };
    const body = callbackExample('error', { overrides });
    expect(body).not.toHaveProperty('file_id');
    expect(validateCallback(body, { strict: true })).toMatchObject({ valid: true });
  });

  it('callbackExample refuses overrides that violate the contract, unless that is allowed', () => {
    const overrides = { application_id: undefined, error_message: 7 as unknown as string };
    expect(() => callbackExample('informed.error', { overrides })).toThrowErrorMatchingInlineSnapshot(`
      [RingbackError: Could not make an example of informed.error: the overrides break the contract.
        (all)           must have the property "application_id"
        /error_message  must be a string or null; got 7
      Change them, or set allowInvalid: true if that is what you want.]
    `);
    const body = callbackExample('informed.error', { overrides, allowInvalid: true });
    expect(body.error_message).toBe(7);
    expect(body).not.toHaveProperty('application_id');
  });

  it('refuses unknown types, options and seeds', () => {
    expect(() => callbackExample('verification' as 'verifications')).toThrow('Did you mean "verifications"?');
    expect(() => callbackExample('error', { override: {} } as object)).toThrow('Did you mean "overrides"?');
    expect(() => callbackExample('error', { seed: 1.5 })).toThrow('Got the seed 1.5, expected an integer');
  });
});
