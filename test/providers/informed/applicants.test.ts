import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { applicantOf, applicantsOf, referenceDay } from '../../../src/providers/informed/applicants.ts';
import { isoDay } from '../../../src/providers/informed/calendar.ts';
import { places } from '../../../src/providers/informed/data/places.ts';
import type { Application } from '../../../src/providers/informed/resources.ts';
import {
  compareAddresses,
  compareEmployers,
  compareNames,
} from '../../../src/providers/informed/verification/compare.ts';

function application(registration: JsonObject, seed = 'seed'): Application {
  return {
    id: 'a',
    createdAt: Date.UTC(2030, 0, 2, 23),
    patch: {},
    data: {
      product: 'consumer',
      baseUrl: '',
      registration,
      runId: '',
      seed,
      signingKey: '',
      updatedAt: 0,
      fileIds: [],
      uploads: 0,
      documentIds: [],
      documentCounts: {},
      structured: 0,
      updates: {},
    },
  };
}

const applicant = (given: JsonValue) =>
  applicantOf(application({ applicants: { applicant1: given } }), 'applicant1');

test.each([
  [{ contract_date: '2029-05-09', application_date: '2029-05-01' }, '2029-05-09'],
  [{ application_date: '05/01/2029' }, '2029-05-01'],
  [{ contract_date: '2029-02-30', application_date: '2029-05-01T10:00:00Z' }, '2029-05-01'],
  [{ contract_date: null }, '2030-01-02'],
])('documents of %j are judged by %s', (registration, expected) => {
  expect(isoDay(referenceDay(application(registration)))).toBe(expected);
});

test.each([
  [undefined, ['applicant1']],
  [{}, ['applicant1']],
  [{ applicant2: {} }, ['applicant2']],
  [{ applicant1: {}, applicant2: {}, applicant3: {} }, ['applicant1', 'applicant2']],
])('the applicants %j are %j', (applicants, expected) => {
  expect(applicantsOf(application(applicants === undefined ? {} : { applicants }))).toEqual(expected);
});

test.each([
  [{ period: 'annual', amount: 52_000 }, 52_000_00],
  [{ period: 'monthly', amount: 1_000 }, 12_000_00],
  [{ period: 'Bi-Weekly', amount: 1_000 }, 26_000_00],
  [{ period: 'weekly', amount: '1,000.50' }, 52_026_00],
  [{ period: 'semi-monthly', amount: 1_000 }, 24_000_00],
  [{ period: 'hourly', amount: 20 }, 41_600_00],
  [{ amount: 30_000 }, 30_000_00],
  [{ period: 'monthly', amount: 0 }, null],
  [{ period: 'monthly', amount: -5 }, null],
  [{ period: 'monthly', amount: 1e300 }, null],
  [{ period: 'monthly', amount: 'plenty' }, null],
  [null, null],
])('the income %j is %j cents a year', (income, expected) => {
  expect(applicant({ income }).jobs[0].income).toBe(expected);
});

test('a stated address is used, and an impossible US address is replaced by an invented one', () => {
  const address = {
    street_address: '1 Main St',
    street_2: 'Unit 2',
    city: 'Reno',
    state: 'nv',
    zip: '89501-1234',
  };
  expect(applicant({ address }).address).toEqual({ ...address, state: 'NV' });
  const partly = applicant({ address: { ...address, state: 'Nevada', zip: 'ABC' } }).address;
  expect(partly).toMatchObject({ street_address: '1 Main St', city: 'Reno' });
  expect(partly.state).toMatch(/^[A-Z]{2}$/);
  expect(partly.zip).toMatch(/^\d{5}$/);
});

test('an invented person lives where their ZIP code and area code are', () => {
  for (let seed = 0; seed < 300; seed++) {
    const { address, phone } = applicantOf(application({}, String(seed)), 'applicant1');
    const place = places.find(({ zip }) => zip === address.zip);
    expect(place).toMatchObject({ city: address.city, state: address.state, areaCode: phone.slice(1, 4) });
  }
});

test('the two applicants of an application are different people', () => {
  const both = application({ applicants: { applicant1: {}, applicant2: {} } });
  expect(applicantOf(both, 'applicant1').ssn).not.toBe(applicantOf(both, 'applicant2').ssn);
});

test.each([
  ['Jo Boren', 'JO BOREN', 'pass'],
  ['José Núñez', 'Jose Nunez', 'pass'],
  ["Mary O'Neil", 'Mary ONeil', 'pass'],
  ['Jo Boren', 'J. Boren', 'review'],
  ['Jo Boren', 'Joanna Boren', 'review'],
  ['Jo Boren', 'Al Boren', 'fail'],
  ['Jo Boren', 'Jo Bonadio', 'fail'],
  ['李 明', '李 明', 'pass'],
  ['Jo Boren', '', 'fail'],
])('the name %s compared with %s gives %s', (stated, found, expected) => {
  expect(compareNames(stated, found)).toBe(expected);
});

test.each([
  ['Acme', 'ACME', 'pass'],
  ['Acme', 'Acme Holdings', 'review'],
  ['Acme', 'Zenith', 'fail'],
  ['Acme', '', 'fail'],
])('the employer %s compared with %s gives %s', (stated, found, expected) => {
  expect(compareEmployers(stated, found)).toBe(expected);
});

test.each([
  ['1 Main St, Reno, NV 89501', '1 MAIN ST, Reno, NV 89501', 'pass'],
  ['1 Main St, Reno, NV 89501', '1 Main St Apt 2, Reno, NV 89501', 'review'],
  ['1 Main St, Reno, NV 89501', '2 Main St, Reno, NV 89501', 'fail'],
  ['1 Main St, Reno, NV 89501', '1 Main St, Reno, NV 89502', 'fail'],
])('the address %s compared with %s gives %s', (stated, found, expected) => {
  expect(compareAddresses(stated, found)).toBe(expected);
});
