import { describe, expect, test } from 'vitest';
import { type SettingName, withSettings } from '../../src/core/settings.ts';
import { defaultSettings, settingsTable } from '../support/bundled.ts';

const names = Object.keys(settingsTable) as SettingName[];

test('every setting has a default, a description and a name with its provider or topic', () => {
  expect(Object.keys(defaultSettings)).toEqual(names);
  for (const name of names) {
    expect(name).toMatch(/^[a-z]+(\.[a-zA-Z0-9]+)+$/);
    expect(settingsTable[name].text).toMatch(/\.$/);
  }
});

test('setting a default again changes nothing', () => {
  const written = Object.fromEntries(names.map((name) => [name, settingsTable[name].default]));
  expect(withSettings(defaultSettings, written)).toEqual(defaultSettings);
});

test.each<[SettingName, unknown, unknown]>([
  ['docdigitizer.initialStateText', '', ''],
  ['docdigitizer.initialState', 0, 0],
  ['docdigitizer.initialState', '0', 0],
  ['docdigitizer.initialState', '25', 25],
  ['informed.strict', true, true],
  ['informed.strict', 'true', true],
  ['informed.strict', 'false', false],
  ['informed.strict', false, false],
  ['docdigitizer.documentPer', 'request', 'request'],
  ['informed.quietPeriod', '0s', 0],
  ['informed.quietPeriod', '1.5s', 1_500],
  ['informed.retryDelays', ['1s', '2m'], [1_000, 120_000]],
  ['informed.retryDelays', '1s, 2m', [1_000, 120_000]],
  ['informed.retryDelays', '', []],
  ['informed.retryDelays', [], []],
  ['informed.retryOn', [503, 'timeout'], ['503', 'timeout']],
  ['informed.retryOn', '503,timeout', ['503', 'timeout']],
])('%s accepts %j as %j', (name, value, read) => {
  expect(withSettings(defaultSettings, { [name]: value })[name]).toEqual(read);
});

test.each<[SettingName, unknown, string]>([
  ['docdigitizer.initialStateText', 5, 'a string'],
  ['docdigitizer.initialStateText', null, 'a string'],
  ['docdigitizer.initialState', -1, 'an integer from 0'],
  ['docdigitizer.initialState', 1.5, 'an integer from 0'],
  ['docdigitizer.initialState', '', 'an integer from 0'],
  ['docdigitizer.initialState', '1e3', 'an integer from 0'],
  ['docdigitizer.initialState', Number.NaN, 'an integer from 0'],
  ['docdigitizer.initialState', 2 ** 60, 'an integer from 0'],
  ['informed.strict', 'yes', 'true or false'],
  ['informed.strict', 1, 'true or false'],
  ['docdigitizer.documentPer', 'page', 'one of file, request'],
  ['docdigitizer.documentPer', true, 'one of file, request'],
  ['informed.quietPeriod', -3, 'a duration'],
  ['informed.quietPeriod', '3', 'a duration'],
  ['informed.quietPeriod', '-3s', 'a duration'],
  ['informed.quietPeriod', '99999d', '100 years'],
  ['informed.retryDelays', ['1s', 'soon'], 'a duration'],
  ['informed.retryDelays', { first: '1s' }, 'an array of strings'],
  ['informed.retryDelays', [true], 'an array of strings'],
  ['informed.retryOn', 503, 'an array of strings'],
  ['informed.retryOn', ['foo'], 'a list of statuses such as 503'],
  ['docdigitizer.retryOn', ['200'], 'a list of statuses such as 503'],
  ['docdigitizer.acceptedStatus', 100, 'a status from 200 to 299'],
  ['informed.registeredStatus', 0, 'a status from 200 to 299'],
  ['docdigitizer.invalidRequestStatus', 99_999, 'a status from 400 to 599'],
  ['docdigitizer.tooLargeStatus', 200, 'a status from 400 to 599'],
  ['informed.credentials', ['user:password', 'nocolon'], 'a list of user:password'],
  ['informed.endpointAuthorization', 'a\r\nX: b', 'the value of a header'],
  ['informed.attemptTimeout', '0s', 'a duration from 1ms'],
  ['informed.retryOn', undefined, 'an array of strings'],
])('%s refuses %j: expected %s', (name, value, expected) => {
  expect(() => withSettings(defaultSettings, { [name]: value })).toThrow(
    expect.objectContaining({
      code: 'setting.invalid',
      message: expect.stringMatching(new RegExp(`"${name}".*${expected}`)),
      violations: [expect.objectContaining({ location: name })],
    }),
  );
});

test('a refused secret is not repeated', () => {
  const set = (): unknown => withSettings(defaultSettings, { 'informed.credentials': 'hunter2' });
  expect(set).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
});

describe('an unknown setting', () => {
  test('is refused with the nearest known one, and that suggestion is valid', () => {
    const unknown = (): unknown => withSettings(defaultSettings, { 'informed.quietPeriode': '1s' });
    expect(unknown).toThrow(
      expect.objectContaining({
        code: 'setting.unknown',
        message: expect.stringContaining('Did you mean "informed.quietPeriod"?'),
      }),
    );
    expect(withSettings(defaultSettings, { 'informed.quietPeriod': '1s' })['informed.quietPeriod']).toBe(
      1_000,
    );
  });

  test.each(['toString', '__proto__', ''])('%j is refused', (name) => {
    const input = Object.fromEntries([[name, '1s']]);
    expect(() => withSettings(defaultSettings, input)).toThrow(
      expect.objectContaining({ code: 'setting.unknown' }),
    );
  });
});

test('the base is not modified, and nothing changes when one of several is wrong', () => {
  const before = { ...defaultSettings };
  const changed = withSettings(defaultSettings, { 'informed.strict': true });
  expect(changed['informed.strict']).toBe(true);
  expect(() => withSettings(changed, { 'informed.quietPeriod': '9s', 'informed.strict': 'x' })).toThrow();
  expect(changed['informed.quietPeriod']).toBe(3_000);
  expect(defaultSettings).toEqual(before);
});

test('an empty change returns the base itself', () => {
  expect(withSettings(defaultSettings, {})).toBe(defaultSettings);
});

test('settings are read-only', () => {
  expect(Object.isFrozen(defaultSettings)).toBe(true);
  expect(Object.isFrozen(withSettings(defaultSettings, { 'informed.strict': true }))).toBe(true);
});
