import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { first, list, makeWorld, object, ofType, registration, text, type World } from './world.ts';

/** One applicant as Informed's documentation shows a registration. */
const documented: JsonObject = {
  first_name: 'Jo',
  middle_name: null,
  last_name: 'Boren',
  suffix: 'Jr.',
  email: 'jo@example.com',
  phone: '(310) 555-0123',
  ssn: '123459638',
  date_of_birth: '1984-02-29',
  address_info: [
    {
      address: { street_address: '1 Old Rd', city: 'Reno', state: 'NV', zip: '89501' },
      is_current: false,
      start_date: '2015-01-01',
      end_date: '2020-01-01',
      residence_type: 'Rent',
      monthly_housing_cost: 900,
    },
    {
      address: { street_address: '8717 S 4th Ave', city: 'Inglewood', state: 'CA', zip: '90305' },
      is_current: true,
      start_date: '2020-01-01',
      end_date: null,
      residence_type: 'Own',
      monthly_housing_cost: 1500,
    },
  ],
  employment_info: [
    {
      employment_type: 'Employed',
      employer_name: 'Old Mill',
      is_current: false,
      occupation: 'Clerk',
      income: { period: 'Yearly', amount: 20_000 },
      start_date: '2010-01-01',
      end_date: '2019-01-01',
      business_phone: '(310) 555-0100',
    },
    {
      employment_type: 'Employed',
      employer_name: 'Envoy Air, Inc.',
      is_current: true,
      occupation: 'Pilot',
      income: { period: 'Yearly', amount: 74_500 },
      start_date: '2019-02-01',
      end_date: null,
      business_phone: '(310) 555-0101',
    },
  ],
  additional_incomes: [{ source: 'ChildSupport', income: { period: 'Monthly', amount: 450 } }],
};
const secondJob: JsonObject = {
  employer_name: 'American Airlines',
  is_current: true,
  income: { period: 'Monthly', amount: 1716.4 },
};
const withTwoJobs: JsonObject = {
  ...documented,
  employment_info: [...(documented.employment_info as JsonObject[]), secondJob],
};

interface Played {
  readonly world: World;
  readonly application: string;
  readonly payloads: readonly JsonObject[];
}

/** Registers applicants, uploads files and settles. */
async function play(
  applicants: JsonObject,
  files: readonly string[],
  more: { registered?: JsonObject; outcome?: JsonObject } = {},
): Promise<Played> {
  const scenarios = JSON.stringify({ name: 'mine', provider: 'informed', outcome: more.outcome ?? {} });
  const world = makeWorld(more.outcome === undefined ? {} : { scenarios });
  const application = await world.register(
    {
      ...registration,
      verifications: { income: true, residence: true },
      applicants,
      ...more.registered,
    },
    more.outcome === undefined ? undefined : 'mine',
  );
  for (const file of await world.announce(application, files)) await world.upload(file);
  return { world, application, payloads: await world.settled() };
}

function extracted(payloads: readonly JsonObject[], type: string): JsonObject[] {
  return ofType(payloads, 'extractions')
    .flatMap((payload) => {
      const found = object(payload, 'documents')[type];
      return Array.isArray(found) ? (found as JsonObject[]) : [];
    })
    .map((document) => object(document, 'extracted_data'));
}

function verified(payloads: readonly JsonObject[], name: string): JsonObject {
  return first(list(ofType(payloads, 'verifications').at(-1), 'verifications', name));
}

async function warningsOf(world: World): Promise<{ location: string; message: string }[]> {
  return first(await world.space.store.runs.list()).warnings.map(({ location, message }) => ({
    location,
    message,
  }));
}

async function warned(applicant: JsonObject): Promise<{ location: string; message: string }[]> {
  const world = makeWorld();
  await world.register({ ...registration, applicants: { applicant1: applicant } });
  return warningsOf(world);
}

test('a registration as documented decides people, address, employer and income of every document', async () => {
  const { world, payloads } = await play({ applicant1: documented }, [
    'paystub.pdf',
    'bank.pdf',
    'w2.pdf',
    'utility bill.pdf',
    'license.pdf',
  ]);
  const address = {
    street_address: '8717 S 4th Ave',
    street_2: null,
    city: 'Inglewood',
    state: 'CA',
    zip: '90305',
  };
  const person = { address, first_name: 'Jo', middle_name: null, last_name: 'Boren', suffix: 'Jr.' };
  for (const type of ['paystub', 'bank_statement', 'w2', 'utility_bill', 'drivers_license'])
    expect(object(first(extracted(payloads, type)), 'applicants', 'applicant1')).toMatchObject(person);
  const [paystub] = extracted(payloads, 'paystub');
  expect(object(paystub, 'applicants', 'applicant1').ssn).toBe('9638');
  expect(paystub?.employer_name).toBe('Envoy Air, Inc.');
  const periods = paystub?.pay_frequency === 'weekly' ? 52 : 26;
  expect(Number(paystub?.gross_pay) * periods).toBeCloseTo(74_500, -2);
  expect(extracted(payloads, 'w2')).toMatchObject([{ employer_name: 'Envoy Air, Inc.' }]);
  expect(extracted(payloads, 'utility_bill')).toMatchObject([{ service_address: address }]);
  expect(extracted(payloads, 'drivers_license')).toMatchObject([
    { date_of_birth: '1984-02-29', issuing_state: 'CA' },
  ]);
  const descriptions = list(first(extracted(payloads, 'bank_statement')), 'deposits').map((deposit) =>
    text(deposit, 'description'),
  );
  expect(new Set(descriptions)).toEqual(new Set(['CHILD SUPPORT', 'ENVOY AIR, INC. PAYROLL']));

  const income = verified(payloads, 'income');
  expect(income.status).toBe('pass');
  expect(object(income, 'verification_questions', 'poi_matches_stated_income')).toMatchObject({
    expected: '>=$67,050.00',
    status: 'pass',
  });
  const [accepted] = list(income, 'acceptable_documents', 'paystub');
  expect(object(accepted, 'document_questions', 'matches_employer_name')).toMatchObject({
    expected: 'Envoy Air, Inc.',
    answer: 'Envoy Air, Inc.',
    status: 'pass',
  });
  const residence = verified(payloads, 'residence');
  expect(object(residence, 'verification_questions', 'por_residence_address').answer).toBe(
    '8717 S 4th Ave, Inglewood, CA 90305',
  );
  const [bill] = list(residence, 'acceptable_documents', 'utility_bill');
  expect(object(bill, 'document_questions', 'matches_address')).toMatchObject({
    expected: '8717 S 4th Ave, Inglewood, CA 90305',
    status: 'pass',
  });
  expect(await warningsOf(world)).toEqual([]);
});

test.each([
  ['Yearly', 62_400],
  ['Annually', 62_400],
  ['SemiAnnually', 31_200],
  ['Quarterly', 15_600],
  ['Monthly', 5_200],
  ['SemiMonthly', 2_600],
  ['BiMonthly', 2_600],
  ['BiWeekly', 2_400],
  ['Weekly', 1_200],
  ['Daily', 240],
  ['Hourly', 30],
])('an income with the period %s is what the paystub shows', async (period, amount) => {
  const employment_info = [{ employer_name: 'Acme', is_current: true, income: { period, amount } }];
  const { world, payloads } = await play({ applicant1: { employment_info } }, ['paystub.pdf']);
  expect(extracted(payloads, 'paystub')).toMatchObject([{ employer_name: 'Acme', pay_rate: 30 }]);
  expect(object(verified(payloads, 'income'), 'verification_questions')).toMatchObject({
    poi_income_from_employer: { answer: '$62,400.00' },
    poi_matches_stated_income: { expected: '>=$56,160.00', answer: '$62,400.00' },
  });
  expect(await warningsOf(world)).toEqual([]);
});

test.each([
  ['the one that is_current', [{ is_current: false }, { is_current: true }, { end_date: null }], 'B'],
  ['the first that has not ended', [{ end_date: '2020-01-01' }, { end_date: null }, {}], 'B'],
  ['the first that is not said to be past', [{ is_current: false }, {}, {}], 'B'],
  ['the first when all have ended', [{ end_date: '2020-01-01' }, { end_date: '2021-01-01' }], 'A'],
] as const)('of several addresses and employers, %s is the current one', async (_, entries, expected) => {
  const names = ['A', 'B', 'C'];
  const address_info = entries.map((entry, index) => ({ ...entry, address: { city: names[index] ?? '' } }));
  const employment_info = entries.map((entry, index) => ({ ...entry, employer_name: names[index] ?? '' }));
  const { payloads } = await play({ applicant1: { address_info, employment_info } }, ['paystub.pdf']);
  const [paystub] = extracted(payloads, 'paystub');
  expect(paystub?.employer_name).toBe(expected);
  expect(object(paystub, 'applicants', 'applicant1', 'address').city).toBe(expected);
});

test('two current employers give a paystub each, and a question about the income from the second', async () => {
  const { world, payloads } = await play({ applicant1: withTwoJobs }, ['scan.pdf', 'w2.pdf', 'bank.pdf']);
  const paystubs = extracted(payloads, 'paystub');
  expect(paystubs.map((paystub) => paystub.employer_name)).toEqual(['Envoy Air, Inc.', 'American Airlines']);
  expect(extracted(payloads, 'w2').map((w2) => w2.employer_name)).toEqual([
    'Envoy Air, Inc.',
    'American Airlines',
  ]);
  const deposits = list(first(extracted(payloads, 'bank_statement')), 'deposits');
  expect(new Set(deposits.map(({ description }) => description))).toEqual(
    new Set(['AMERICAN AIRLINES PAYROLL', 'CHILD SUPPORT', 'ENVOY AIR, INC. PAYROLL']),
  );
  const dates = deposits.map((deposit) => text(deposit, 'date'));
  expect(dates).toEqual(dates.toSorted());
  const income = verified(payloads, 'income');
  const questions = object(income, 'verification_questions');
  expect(Object.keys(questions).slice(0, 2)).toEqual([
    'poi_income_from_employer',
    'poi_income_from_second_employer',
  ]);
  expect(questions).toMatchObject({
    poi_income_from_employer: { answer: '$74,505.60', status: 'pass' },
    poi_income_from_second_employer: {
      question: 'What is the income from the second employer?',
      expected: '',
      answer: '$20,592.00',
      status: 'pass',
    },
    poi_matches_stated_income: { expected: '>=$85,587.12', answer: '$95,097.60', status: 'pass' },
  });
  const employers = list(income, 'acceptable_documents', 'paystub').map((document) =>
    object(document, 'document_questions', 'matches_employer_name'),
  );
  expect(employers).toMatchObject([
    { expected: 'Envoy Air, Inc.', answer: 'Envoy Air, Inc.', status: 'pass' },
    { expected: 'American Airlines', answer: 'American Airlines', status: 'pass' },
  ]);
  expect(await warningsOf(world)).toEqual([]);
});

test('a file named paystub holds one paystub of each current employer', async () => {
  const { payloads } = await play({ applicant1: withTwoJobs }, ['paystub.pdf', 'paystub-2.pdf']);
  expect(extracted(payloads, 'paystub').map((paystub) => paystub.employer_name)).toEqual([
    'Envoy Air, Inc.',
    'American Airlines',
    'Envoy Air, Inc.',
  ]);
});

test('a bank statement alone shows the income from both employers', async () => {
  const { payloads } = await play({ applicant1: withTwoJobs }, ['bank.pdf']);
  const deposits = list(first(extracted(payloads, 'bank_statement')), 'deposits');
  const yearly = (employer: string): string => {
    const sum = deposits
      .filter(({ description }) => description === `${employer} PAYROLL`)
      .reduce((total, { amount }) => total + Math.round(Number(amount) * 100), 0);
    return ((sum * 12) / 100).toLocaleString('en-US', { style: 'currency', currency: 'USD' });
  };
  expect(object(verified(payloads, 'income'), 'verification_questions')).toMatchObject({
    poi_income_from_employer: { answer: yearly('ENVOY AIR, INC.') },
    poi_income_from_second_employer: { answer: yearly('AMERICAN AIRLINES') },
    poi_additional_income: { answer: '$5,400.00', status: 'pass' },
  });
});

test('a second employer that no document shows leaves the income missing, and is asked for', async () => {
  const outcome = { documents: ['paystub'] };
  const { payloads } = await play({ applicant1: withTwoJobs }, ['a.pdf'], { outcome });
  const income = verified(payloads, 'income');
  expect(income).toMatchObject({
    status: 'missing',
    description: 'A document is still missing for the income verification.',
    recommendations: ["Jo Boren's income from the second employer must be shown by a document."],
  });
  expect(object(income, 'verification_questions', 'poi_income_from_second_employer')).toMatchObject({
    answer: null,
    status: 'missing',
  });
});

test.each(['pass', 'review', 'fail'] as const)(
  'with two employers the income ends as %s where the scenario says so',
  async (status) => {
    const { payloads } = await play({ applicant1: withTwoJobs }, ['a.pdf'], {
      outcome: { verifications: { income: status } },
    });
    expect(verified(payloads, 'income').status).toBe(status);
  },
);

test('an update in the documented shape decides what documents are judged by, and what later ones show', async () => {
  const { world, application } = await play({ applicant1: documented }, [
    'paystub.pdf',
    'bill electric bill.pdf',
  ]);
  const moved = {
    ...documented,
    address_info: [
      {
        address: { street_address: '9 New St', city: 'Reno', state: 'NV', zip: '89502' },
        is_current: true,
      },
    ],
    employment_info: [
      { employer_name: 'Zenith', is_current: true, income: { period: 'Monthly', amount: 9_000 } },
    ],
  };
  const path = { product: 'consumer', application_id: application };
  await world.call('updateApplication', { path, body: { applicants: { applicant1: moved } } });
  const after = await world.settled();
  const income = verified(after, 'income');
  expect(income.status).toBe('fail');
  const [accepted] = list(income, 'acceptable_documents', 'paystub');
  expect(object(accepted, 'document_questions', 'matches_employer_name')).toMatchObject({
    expected: 'Zenith',
    answer: 'Envoy Air, Inc.',
    status: 'fail',
  });
  expect(object(income, 'verification_questions', 'poi_matches_stated_income')).toMatchObject({
    expected: '>=$97,200.00',
    status: 'fail',
  });
  expect(verified(after, 'residence').status).toBe('fail');
  const [file = ''] = await world.announce(application, ['w2.pdf']);
  await world.upload(file);
  expect(extracted(await world.settled(), 'w2')).toMatchObject([{ employer_name: 'Zenith' }]);
});

test('an update of a part of an applicant leaves the rest and the other applicant unchanged', async () => {
  const applicants = { applicant1: documented, applicant2: { first_name: 'Al', last_name: 'Boren' } };
  const { world, application } = await play({ ...applicants }, ['paystub.pdf']);
  const path = { product: 'consumer', application_id: application };
  const employment_info = [{ employer_name: 'Zenith', is_current: true }];
  await world.call('updateApplication', { path, body: { applicants: { applicant1: { employment_info } } } });
  const after = await world.settled();
  const [paystub] = list(verified(after, 'income'), 'acceptable_documents', 'paystub');
  expect(object(paystub, 'document_questions')).toMatchObject({
    matches_applicant_name: { expected: 'Jo Boren', answer: 'Jo Boren', status: 'pass' },
    matches_employer_name: { expected: 'Zenith', answer: 'Envoy Air, Inc.', status: 'fail' },
  });
  const { body } = await world.call('getApplication', { path });
  expect(object(body as JsonObject, 'applicants')).toEqual({
    applicant1: { ...documented, employment_info },
    applicant2: applicants.applicant2,
  });
});

test('an update in the flat form, after a registration in the documented form, leaves a warning', async () => {
  const world = makeWorld();
  const path = {
    product: 'consumer',
    application_id: await world.register({ ...registration, applicants: { applicant1: documented } }),
  };
  const body = { applicants: { applicant1: { address: { city: 'Reno' } } } };
  await world.call('updateApplication', { path, body });
  expect(await warningsOf(world)).toMatchObject([
    {
      location: 'body/applicants/applicant1/address',
      message: 'Nothing uses this member, since address_info is given.',
    },
  ]);
});

test('the earlier flat form is still read', async () => {
  const flat = {
    first_name: 'Jo',
    last_name: 'Boren',
    address: { street_address: '1 Main St', city: 'Reno', state: 'NV', zip: 89_501 },
    employer_name: 'Acme',
    income: { period: 'monthly', amount: 5_200 },
  };
  const { world, payloads } = await play({ applicant1: flat }, ['paystub.pdf']);
  const [paystub] = extracted(payloads, 'paystub');
  expect(paystub).toMatchObject({ employer_name: 'Acme', pay_rate: 30 });
  expect(object(paystub, 'applicants', 'applicant1', 'address')).toMatchObject({
    city: 'Reno',
    zip: '89501',
  });
  expect(await warningsOf(world)).toEqual([]);
});

test('a documented property without effect gives no warning', async () => {
  const world = makeWorld();
  await world.register({
    ...registration,
    application_type: 'Joint',
    application_status: 'Pending',
    verifications: {},
    applicants: { applicant1: documented, applicant2: withTwoJobs },
  });
  expect(await warningsOf(world)).toEqual([]);
});

test.each<[JsonObject, string, string]>([
  [{ adress_info: [] }, '/adress_info', 'Nothing uses this member. Did you mean "address_info"?'],
  [{ favorite_color: 'red' }, '/favorite_color', 'Nothing uses this member.'],
  [
    { address_info: [{ adress: {} }] },
    '/address_info/0/adress',
    'Nothing uses this member. Did you mean "address"?',
  ],
  [
    { address_info: [{ address: { street_adress: '1 Main St' } }] },
    '/address_info/0/address/street_adress',
    'Nothing uses this member. Did you mean "street_address"?',
  ],
  [
    { employment_info: [{ employer: 'Acme' }] },
    '/employment_info/0/employer',
    'Nothing uses this member. Did you mean "employer_name"?',
  ],
  [
    { employment_info: [{ income: { period: 'Yearly', ammount: 1 } }] },
    '/employment_info/0/income/ammount',
    'Nothing uses this member. Did you mean "amount"?',
  ],
  [
    { additional_incomes: [{ sourse: 'Pension' }] },
    '/additional_incomes/0/sourse',
    'Nothing uses this member. Did you mean "source"?',
  ],
  [
    { employment_info: [{ income: { period: 'Lunar', amount: 9 } }] },
    '/employment_info/0/income/period',
    'Nothing uses this income, since its period is unknown: got "Lunar", expected Yearly,',
  ],
  [
    { employment_info: [{ income: { period: 'Montly', amount: 9 } }] },
    '/employment_info/0/income/period',
    'Did you mean "Monthly"?',
  ],
  [
    { employment_info: [{ income: { period: 'Yearly', amount: 'plenty' } }] },
    '/employment_info/0/income/amount',
    'Nothing uses this income: its amount must be more than 0 and at most $1,000,000,000 a year; got "plenty".',
  ],
  [
    { additional_incomes: [{ income: { period: 'Yearly', amount: -1 } }] },
    '/additional_incomes/0/income/amount',
    'got -1.',
  ],
  [
    { additional_incomes: [{ source: 'ChildSupport' }] },
    '/additional_incomes/0',
    'Nothing uses this entry: it has no income.',
  ],
  [
    { additional_incomes: [{ source: 'ChildSupport', income: 450 }] },
    '/additional_incomes/0/income',
    'Nothing uses this income: got 450, expected an object with an amount.',
  ],
  [
    { employment_info: [{ income: '52000' }] },
    '/employment_info/0/income',
    'Nothing uses this income: got "52000", expected an object with an amount.',
  ],
  [
    { address_info: [{ address: '8717 S 4th Ave' }] },
    '/address_info/0/address',
    'Nothing uses this address: got "8717 S 4th Ave", expected an object.',
  ],
  [{ address: 7 }, '/address', 'Nothing uses this address: got 7, expected an object.'],
  [{ income: { period: 'Yearly' } }, '/income', 'Nothing uses this income: it has no amount.'],
  [
    { employment_info: [{ income: { period: 'Yearly', amount: null } }] },
    '/employment_info/0/income',
    'Nothing uses this income: it has no amount.',
  ],
  [
    { employer: { foo: 1 } },
    '/employer',
    'Nothing uses this employer: got {"foo":1}, expected a name, or an object with a name.',
  ],
  [
    { employer_name: 7 },
    '/employer_name',
    'Nothing uses this employer: got 7, expected a name, or an object with a name.',
  ],
  [
    { address_info: [{ address: { street_2: 'Apt 1' } }] },
    '/address_info/0/address/street_2',
    'Nothing uses this member: the address has no street_address.',
  ],
  [
    { date_of_birth: '1984-02-30' },
    '/date_of_birth',
    'Nothing uses this day: got "1984-02-30", expected YYYY-MM-DD.',
  ],
  [{ ssn: '12-34' }, '/ssn', 'Nothing uses this number: got a value of 5 characters, expected nine digits.'],
  [
    { address_info: [{ address: { state: 'Nevada' } }] },
    '/address_info/0/address/state',
    'Nothing uses this state: got "Nevada", expected two letters.',
  ],
  [
    { address_info: [{ address: { zip: '9' } }] },
    '/address_info/0/address/zip',
    'Nothing uses this ZIP code: got "9", expected five digits.',
  ],
  [
    { employer_name: 'Acme', employment_info: [{ employer_name: 'Zenith' }] },
    '/employer_name',
    'Nothing uses this member, since employment_info is given.',
  ],
  [
    { address: { city: 'Reno' }, address_info: [{ address: { city: 'Reno' } }] },
    '/address',
    'Nothing uses this member, since address_info is given.',
  ],
  [
    { employment_info: [{ ...secondJob }, { ...secondJob }, { ...secondJob }] },
    '/employment_info/2',
    'Nothing uses this entry: documents show two current employers at most.',
  ],
])('the applicant %j leaves a warning at %s', async (applicant, place, message) => {
  const warnings = await warned(applicant);
  expect(warnings.map(({ location }) => location)).toEqual([`body/applicants/applicant1${place}`]);
  expect(warnings[0]?.message).toContain(message);
});

test.each<[JsonObject, string, string]>([
  [{ aplicants: {} }, 'aplicants', 'Did you mean "applicants"?'],
  [{ applicants: { applicant3: {} } }, 'applicants/applicant3', 'Nothing uses this member.'],
  [{ contract_date: '2029-02-30' }, 'contract_date', 'Nothing uses this day: got "2029-02-30"'],
  [{ vehicle: { vin: '1', color: 'red' } }, 'vehicle/color', 'Nothing uses this member.'],
  [{ vehicle: 'abc' }, 'vehicle', 'Nothing uses this vehicle: got "abc", expected an object with a vin.'],
  [{ vehicle: { vin: 7 } }, 'vehicle/vin', 'Nothing uses this number: got 7, expected a string.'],
  [{ vehicle: {}, vin: '1' }, 'vin', 'Nothing uses this member, since vehicle is given.'],
  [{ vin: 7 }, 'vin', 'Nothing uses this number: got 7, expected a string.'],
])('the registration with %j leaves a warning', async (members, place, message) => {
  const world = makeWorld();
  await world.register({ ...registration, ...members });
  const warnings = await warningsOf(world);
  expect(warnings.map(({ location }) => location)).toEqual([`body/${place}`]);
  expect(warnings[0]?.message).toContain(message);
});

test('a warning about an update is kept once on the run', async () => {
  const world = makeWorld();
  const path = { product: 'consumer', application_id: await world.register() };
  const body = { verifications: { incme: true }, colour: 'red' } as JsonValue;
  for (let i = 0; i < 2; i++) await world.call('updateApplication', { path, body });
  expect((await warningsOf(world)).map(({ location }) => location)).toEqual([
    'body/colour',
    'body/verifications/incme',
  ]);
});
