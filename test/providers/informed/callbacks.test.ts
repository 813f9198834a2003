import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { fileErrorMessages } from '../../../src/providers/informed/error-messages.ts';
import { first, list, makeWorld, object, ofType, registration, webhook } from './world.ts';

test('one file gets its extractions and, after the quiet period, one verifications callback', async () => {
  const world = makeWorld();
  const application = await world.register();
  const [file = ''] = await world.announce(application, ['paystub.pdf']);
  await world.upload(file);
  const payloads = await world.settled();
  expect(payloads.map((payload) => payload.event_type)).toEqual(['extractions', 'verifications']);
  const [paystub] = list(first(payloads).documents, 'paystub');
  const [income] = list(payloads[1], 'verifications', 'income');
  expect(income).toMatchObject({ status: 'pass', belongs_to: 'applicant1', recommendations: [] });
  expect(list(income, 'acceptable_documents', 'paystub')[0]).toMatchObject({
    document_id: paystub?.document_id,
    file_ids: [file],
    file_reference_ids: ['paystub.pdf'],
    category: 'Current Paystub',
  });
  expect(object(payloads[1], 'data_sources')).toEqual({
    image_files: [{ file_id: file, file_reference_id: 'paystub.pdf' }],
    structured_data: [],
  });
  expect(payloads[1]).not.toHaveProperty('application_update_reference_id');
  expect(paystub?.updated_at).toBe('2030-01-01T00:00:05Z');
  expect(income?.updated_at).toBe('2030-01-01 00:00:08 +0000');
});

test('callbacks go by POST to the webhook without its fragment and with the agreed Authorization', async () => {
  const world = makeWorld({ settings: { 'informed.endpointAuthorization': 'Bearer agreed' } });
  const [file = ''] = await world.announce(await world.register(), ['paystub.pdf']);
  await world.upload(file);
  await world.settled();
  expect(world.sent).toHaveLength(2);
  for (const request of world.sent) {
    expect(request).toMatchObject({ method: 'POST', url: 'http://127.0.0.1:9/informed?tenant=a%20b' });
    expect(request.headers.authorization).toBe('Bearer agreed');
  }
});

test('no Authorization is sent when none was agreed', async () => {
  const world = makeWorld();
  const [file = ''] = await world.announce(await world.register(), ['paystub.pdf']);
  await world.upload(file);
  await world.settled();
  expect(first(world.sent).headers).not.toHaveProperty('authorization');
});

test('uploads within one quiet period give one aggregate, a later upload another', async () => {
  const world = makeWorld();
  const application = await world.register();
  const files = await world.announce(application, ['paystub.pdf', 'bank.pdf', 'late-bank.pdf']);
  await world.upload(files[0] ?? '');
  await world.space.advance(2_000);
  await world.upload(files[1] ?? '');
  const before = ofType(await world.settled(), 'verifications');
  expect(before).toHaveLength(1);
  expect(list(first(before), 'data_sources', 'image_files')).toHaveLength(2);
  await world.upload(files[2] ?? '');
  const after = ofType(await world.settled(), 'verifications');
  expect(after).toHaveLength(2);
  expect(list(after[1], 'data_sources', 'image_files').map((source) => source.file_id)).toEqual(files);
});

test('a quiet period that ends before an uploaded file is extracted sends nothing', async () => {
  const world = makeWorld({ settings: { 'informed.extractionTime': '1m', 'informed.quietPeriod': '1s' } });
  const [file = ''] = await world.announce(await world.register(), ['paystub.pdf']);
  await world.upload(file);
  await world.space.advance(59_000);
  expect(world.sent).toHaveLength(0);
  expect((await world.settled()).map((payload) => payload.event_type)).toEqual([
    'extractions',
    'verifications',
  ]);
});

test.each([
  { services: ['extract'], expected: ['extractions'] },
  { services: ['verify'], expected: ['verifications'] },
  { services: ['verify', 'extract'], expected: ['extractions', 'verifications'] },
])('with the services $services come $expected', async ({ services, expected }) => {
  const world = makeWorld();
  const [file = ''] = await world.announce(await world.register({ ...registration, services }), [
    'paystub.pdf',
  ]);
  await world.upload(file);
  expect((await world.settled()).map((payload) => payload.event_type)).toEqual(expected);
});

test.each(['extract', 'verify'])(
  'with the service %s alone a file that fails gets its error callback',
  async (service) => {
    const world = makeWorld();
    const application = await world.register({ ...registration, services: [service] });
    const [file = ''] = await world.announce(application, ['paystub.pdf']);
    await world.upload(file, { content: { problem: 'password' } });
    const payloads = await world.settled();
    expect(payloads.map((payload) => payload.error_message)).toEqual([
      fileErrorMessages['password-protected'],
    ]);
  },
);

test.each([
  ['a.txt', {}, 'The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.'],
  [
    'a.pdf',
    { content: { type: null, problem: 'type' } },
    'The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.',
  ],
  [
    'a.pdf',
    { content: { problem: 'corrupted' } },
    "identify: no decode delegate for this image format `' @ error/constitute",
  ],
  ['a.pdf', { content: { problem: 'password' } }, '**** This file requires a password for access'],
  [
    'a.png',
    { content: { type: 'png', width: 99, height: 400, problem: 'dimensions' } },
    'The image dimension is invalid.',
  ],
  [
    'a.pdf',
    { bytes: 80 * 1024 * 1024 + 1, content: { problem: 'too-large' } },
    'The file size is too large. It should be less than 80MB.',
  ],
] as const)('the bytes of %s (%o) lead to the error callback', async (name, bytes, message) => {
  const world = makeWorld();
  const application = await world.register();
  const [file = ''] = await world.announce(application, [name]);
  await world.upload(file, bytes);
  expect(await world.settled()).toEqual([
    {
      event_type: 'error',
      application_id: application,
      application_reference_id: 'loan-1',
      error_message: message,
      file_id: file,
      file_reference_id: name,
      webhook_url: webhook,
    },
  ]);
});

test.each([
  ['informed/unreadable', 'unable to process this file'],
  ['informed/invalid-type', fileErrorMessages['invalid-type']],
  ['informed/corrupted', fileErrorMessages.corrupted],
  ['informed/password-protected', fileErrorMessages['password-protected']],
  ['informed/too-small', fileErrorMessages['too-small']],
  ['informed/too-large', fileErrorMessages['too-large']],
])(
  '%s named at the registration, the announcement or the upload plays for the file',
  async (scenario, message) => {
    const chosenAt = [[scenario], [undefined, scenario], [undefined, undefined, scenario]] as const;
    for (const [registered, announced, uploaded] of chosenAt) {
      const world = makeWorld();
      const [file = ''] = await world.announce(
        await world.register(registration, registered),
        ['a.pdf'],
        announced,
      );
      await world.upload(file, {}, uploaded);
      expect((await world.settled()).map((payload) => payload.error_message)).toEqual([message]);
    }
  },
);

test('a scenario in the name of a file plays for that file alone', async () => {
  const world = makeWorld();
  const files = await world.announce(await world.register(), ['paystub.pdf', 'scan.corrupted.pdf']);
  for (const file of files) await world.upload(file);
  const payloads = await world.settled();
  expect(payloads.map((payload) => payload.event_type)).toEqual(['extractions', 'error', 'verifications']);
  expect(list(payloads[2], 'data_sources', 'image_files').map((source) => source.file_id)).toEqual([
    files[0],
  ]);
});

test('a named scenario takes precedence over the detected content', async () => {
  const world = makeWorld();
  const application = await world.register(registration, 'complete');
  const [file = ''] = await world.announce(application, ['paystub.txt']);
  await world.upload(file, { content: { problem: 'corrupted' } });
  expect((await world.settled()).map((payload) => payload.event_type)).toEqual([
    'extractions',
    'verifications',
  ]);
});

test('the detected content takes precedence over the default scenario', async () => {
  const world = makeWorld();
  const [file = ''] = await world.announce(await world.register(), ['paystub.pdf']);
  await world.upload(file, { content: { problem: 'corrupted' } });
  const run = first(await world.space.store.runs.list());
  expect(run.branches.find((branch) => branch.trigger === 'upload')).toMatchObject({
    scenario: 'informed/corrupted',
    choice: { rule: 'content' },
  });
});

test('delayed verifications are announced by an error without file ids, and none follow', async () => {
  const world = makeWorld();
  const application = await world.register(registration, 'informed/verifications-delayed');
  const [file = ''] = await world.announce(application, ['paystub.pdf']);
  await world.upload(file);
  const payloads = await world.settled();
  expect(payloads.map((payload) => payload.event_type)).toEqual(['extractions', 'error']);
  expect(payloads[1]).toEqual({
    event_type: 'error',
    application_id: application,
    application_reference_id: 'loan-1',
    webhook_url: webhook,
    error_message: 'Verification response is delayed',
  });
});

test('a PUT leads to verifications that carry its reference id, and no other callback carries it', async () => {
  const world = makeWorld();
  const application = await world.register();
  const files = await world.announce(application, ['paystub.pdf', 'bank.pdf']);
  await world.upload(files[0] ?? '');
  await world.settled();
  const path = { product: 'consumer', application_id: application };
  const answer = await world.call('updateApplication', {
    path,
    body: { application_update_reference_id: 'update-7' },
  });
  expect(answer.body).toMatchObject({
    application_id: application,
    application_update_reference_id: 'update-7',
  });
  await world.settled();
  await world.call('updateApplication', { path, body: {} });
  await world.settled();
  await world.upload(files[1] ?? '');
  const references = ofType(await world.settled(), 'verifications').map(
    (payload) => payload.application_update_reference_id,
  );
  expect(references).toEqual([undefined, 'update-7', undefined, undefined]);
});

test('two PUTs in quick succession each get verifications', async () => {
  const world = makeWorld();
  const application = await world.register();
  const path = { product: 'consumer', application_id: application };
  for (const id of ['a', 'b', 'a']) {
    await world.call('updateApplication', { path, body: { application_update_reference_id: id } });
  }
  const payloads = await world.settled();
  expect(payloads.map((payload) => payload.application_update_reference_id)).toEqual(['a', 'b', 'a']);
  expect(list(payloads[0], 'verifications', 'income').map((item) => item.status)).toEqual([
    'missing',
    'missing',
  ]);
});

test('verifications use the data that a PUT changed', async () => {
  const world = makeWorld();
  const application = await world.register();
  const [file = ''] = await world.announce(application, ['paystub.pdf']);
  await world.upload(file);
  await world.settled();
  await world.call('updateApplication', {
    path: { product: 'consumer', application_id: application },
    body: { contract_date: '2030-06-01', webhook: 'http://127.0.0.1:9/moved' },
  });
  const [before, after] = ofType(await world.settled(), 'verifications').map(
    (payload) => list(payload, 'verifications', 'income')[0],
  );
  expect(before?.status).toBe('pass');
  expect(after?.status).toBe('fail');
  expect(after?.recommendations).toEqual([
    "Jo Boren's Current Paystub must be issued within 60 days of the contract date.",
  ]);
  expect(world.sent.at(-1)?.url).toBe('http://127.0.0.1:9/moved');
});

test('structured data are verified without a file, and named among the data sources', async () => {
  const world = makeWorld();
  const application = await world.register();
  const answer = await world.call('addDocuments', {
    path: { product: 'consumer', application_id: application },
    body: {
      structured_data: [
        { document_type: 'paystub', document_reference_id: 'edoc-1' },
        { document_type: 'ssi_award_letter', document_reference_id: 'edoc-2' },
      ],
    },
  });
  const ids = list(answer.body, 'structured_data').map((item) => item.document_id);
  const payloads = await world.settled();
  expect(payloads.map((payload) => payload.event_type)).toEqual(['verifications']);
  expect(object(payloads[0], 'data_sources')).toEqual({
    image_files: [],
    structured_data: [
      { document_id: ids[0], document_reference_id: 'edoc-1' },
      { document_id: ids[1], document_reference_id: 'edoc-2' },
    ],
  });
  const [income] = list(payloads[0], 'verifications', 'income');
  expect(income?.status).toBe('pass');
  expect(list(income, 'acceptable_documents', 'paystub')[0]).toMatchObject({
    document_id: ids[0],
    file_ids: [],
  });
});

const scripts = `
name: by-hand
provider: informed
timeline:
  - { after: 1s, set: { status: Working, application_type: null } }
  - { on: upload, after: 2s, callback: extractions, payload: { application_reference_id: changed } }
  - { on: upload, after: 2s, callback: error }
  - { on: upload, after: 1s, callback: error, payload: { error_message: anything } }
  - { on: quiet, after: 1s, callback: verifications }
---
name: silent-extraction
provider: informed
timeline:
  - { on: quiet, after: 1s, callback: verifications }
---
name: two-types
provider: informed
outcome: { documents: [[paystub, paystub, bank_statement], [w2]], verifications: none }
timings: { extraction: 30s }
---
name: same-types
provider: informed
outcome: { documents: [utility_bill] }
---
name: fixed
provider: informed
seed: 7
outcome: {}
`;

test('a timeline plays as written, its payloads merged over the default ones', async () => {
  const world = makeWorld({ scenarios: scripts });
  const application = await world.register({ ...registration, application_type: 'new' }, 'by-hand');
  const [file = ''] = await world.announce(application, ['paystub.pdf']);
  await world.upload(file);
  const payloads = await world.settled();
  expect(payloads.map((payload) => payload.event_type)).toEqual([
    'extractions',
    'verifications',
    'error',
    'error',
    'verifications',
  ]);
  expect(payloads[0]?.application_reference_id).toBe('changed');
  expect(payloads[2]?.error_message).toBe('unable to process this file');
  expect(payloads[3]?.error_message).toBe('anything');
  const shown = await world.call('getApplication', {
    path: { product: 'consumer', application_id: application },
  });
  expect(shown.body).toMatchObject({ status: 'Working' });
  expect(shown.body).not.toHaveProperty('application_type');
});

test('a timeline without a step for uploads extracts files without a callback', async () => {
  const world = makeWorld({ scenarios: scripts });
  const [file = ''] = await world.announce(await world.register(registration, 'silent-extraction'), [
    'paystub.pdf',
  ]);
  await world.upload(file);
  const payloads = await world.settled();
  expect(payloads.map((payload) => payload.event_type)).toEqual(['verifications']);
  expect(list(payloads[0], 'verifications', 'income')[0]?.status).toBe('pass');
});

test('an outcome says which documents the first, the second and all further files uploaded hold', async () => {
  const world = makeWorld({ scenarios: scripts });
  const files = await world.announce(await world.register(registration, 'two-types'), [
    'bank.pdf',
    'license.pdf',
    'another.pdf',
  ]);
  await world.upload(files[1] ?? '');
  await world.space.advance(29_999);
  expect(world.sent).toHaveLength(0);
  await world.upload(files[0] ?? '');
  await world.upload(files[2] ?? '');
  const payloads = await world.settled();
  expect(
    payloads.map((payload) =>
      Object.entries(object(payload.documents)).map(([type, items]) => [
        type,
        list({ items }, 'items').length,
      ]),
    ),
  ).toEqual([
    [
      ['paystub', 2],
      ['bank_statement', 1],
    ],
    [['w2', 1]],
    [['w2', 1]],
  ]);
  const owners = list(payloads[0]?.documents, 'paystub').map((item) =>
    Object.keys(object(item, 'extracted_data', 'applicants')),
  );
  expect(owners).toEqual([['applicant1'], ['applicant2']]);
});

test.each([
  ['verifications-delayed', ['extractions', 'error', 'error']],
  [undefined, ['extractions', 'error', 'verifications']],
])('with an application of %j, a last file of another scenario leaves it %j', async (scenario, expected) => {
  const world = makeWorld();
  const files = await world.announce(await world.register(registration, scenario), [
    'a.pdf',
    'b.unreadable.pdf',
  ]);
  for (const file of files) await world.upload(file);
  const payloads = await world.settled();
  expect(payloads.map((payload) => payload.event_type)).toEqual(expected);
  if (scenario !== undefined) expect(payloads[2]?.error_message).toBe('Verification response is delayed');
});

test('one array of document types applies to every file', async () => {
  const world = makeWorld({ scenarios: scripts });
  const files = await world.announce(await world.register(registration, 'same-types'), [
    'a.pdf',
    'b.pdf',
    'c.pdf',
  ]);
  for (const file of files) await world.upload(file);
  const found = ofType(await world.settled(), 'extractions').map((payload) =>
    Object.keys(object(payload.documents)),
  );
  expect(found).toEqual([['utility_bill'], ['utility_bill'], ['utility_bill']]);
});

test("a scenario's seed gives the same people in every space and application", async () => {
  const people = [];
  for (const seed of [1, 2]) {
    const world = makeWorld({ seed, scenarios: scripts });
    await world.register(registration);
    const { applicants: _, ...anonymous } = registration;
    const [file = ''] = await world.announce(await world.register(anonymous, 'fixed'), ['paystub.pdf']);
    await world.upload(file);
    people.push(list(first(await world.settled()).documents, 'paystub')[0]?.extracted_data);
  }
  expect(people[0]).toEqual(people[1]);
});

test('the delivery log of an application shows a retried 503 and a 400 that was not retried', async () => {
  let refused = 0;
  const world = makeWorld({
    status: (body) => (body.includes('"extractions"') ? (refused++ < 5 ? 503 : 200) : 400),
  });
  const application = await world.register();
  const [file = ''] = await world.announce(application, ['paystub.pdf']);
  await world.upload(file);
  await world.settled();
  const path = { product: 'consumer', application_id: application };
  const shown = await world.call('getApplication', { path });
  const log = list(shown.body, 'deliveries').map((delivery) => [
    delivery.event_type,
    delivery.state,
    list(delivery, 'attempts').map((attempt) => attempt.status_code),
  ]);
  expect(log).toEqual([
    ['extractions', 'delivered', [503, 503, 503, 503, 503, 200]],
    ['verifications', 'failed', [400]],
  ]);
});

test('properties are in the order of the documented samples', async () => {
  const scenarios = `
name: some
provider: informed
outcome: { documents: [[paystub, bank_statement], [paystub]], extraction: [ok, unreadable] }
---
name: late
provider: informed
outcome: { verifications: delayed }
`;
  const world = makeWorld({ scenarios });
  const keys = (value: JsonObject, ...path: string[]) => Object.keys(object(value, ...path));
  const application_id = await world.register(registration, 'some');
  const path = { product: 'consumer', application_id };
  const structured_data = [{ document_type: 'w2', document_reference_id: 'edoc-1' }];
  await world.call('addDocuments', { path, body: { image_files: [], structured_data } });
  for (const file of await world.announce(application_id, ['a.pdf', 'b.pdf'])) await world.upload(file);
  await world.settled();
  await world.call('updateApplication', { path, body: { application_update_reference_id: 'u' } });
  const [late = ''] = await world.announce(await world.register(registration, 'late'), ['paystub.pdf']);
  await world.upload(late);
  const payloads = await world.settled();

  const [extractions = {}] = ofType(payloads, 'extractions');
  const head = ['event_type', 'application_id', 'application_reference_id'];
  expect(keys(extractions)).toEqual([...head, 'documents']);
  const document = first(list(extractions, 'documents', 'paystub'));
  expect(keys(document)).toEqual([
    ...['data_action', 'document_id', 'file_ids', 'file_reference_ids', 'url', 'extracted_data'],
    'updated_at',
  ]);
  const person = object(document, 'extracted_data', 'applicants', 'applicant1');
  expect(keys(person)).toEqual([...['address', 'first_name', 'middle_name', 'last_name', 'suffix', 'ssn']]);
  expect(keys(person, 'address')).toEqual(['street_address', 'street_2', 'city', 'state', 'zip']);

  const verifications = first(
    ofType(payloads, 'verifications').filter((one) => one.application_update_reference_id === 'u'),
  );
  expect(keys(verifications)).toEqual([
    ...[...head, 'application_update_reference_id', 'data_sources', 'verifications'],
  ]);
  expect(keys(verifications, 'data_sources')).toEqual(['image_files', 'structured_data']);
  expect(keys(first(list(verifications, 'data_sources', 'image_files')))).toEqual([
    ...['file_id', 'file_reference_id'],
  ]);
  expect(keys(first(list(verifications, 'data_sources', 'structured_data')))).toEqual([
    ...['document_id', 'document_reference_id'],
  ]);
  const income = first(list(verifications, 'verifications', 'income'));
  expect(keys(income)).toEqual([
    ...['status', 'belongs_to', 'updated_at', 'description', 'verification_questions'],
    ...['acceptable_documents', 'recommendations'],
  ]);
  const question = ['question', 'expected', 'answer', 'status'];
  expect(keys(income, 'verification_questions', 'poi_income_from_employer')).toEqual(question);
  const paystub = first(list(income, 'acceptable_documents', 'paystub'));
  expect(keys(paystub)).toEqual([
    ...['document_id', 'file_ids', 'file_reference_ids', 'category', 'document_questions'],
  ]);
  expect(keys(paystub, 'document_questions')).toEqual([
    ...['matches_applicant_name', 'is_issued_recently', 'working_days_elapsed', 'matches_employer_name'],
  ]);
  expect(keys(paystub, 'document_questions', 'matches_employer_name')).toEqual(question);
  const statement = first(list(income, 'acceptable_documents', 'bank_statement'));
  expect(keys(statement, 'document_questions')).toEqual([
    ...['matches_applicant_name', 'is_issued_recently', 'has_excessive_overdrafts', 'salient_deposits'],
  ]);

  const [ofFile = {}, delayed = {}] = ofType(payloads, 'error');
  expect(keys(ofFile)).toEqual([
    ...[...head, 'error_message', 'file_id', 'file_reference_id', 'webhook_url'],
  ]);
  expect(keys(delayed)).toEqual([...head, 'webhook_url', 'error_message']);
});

test.each(['retail_installment_sales_contract_electronic', 'retail_installment_sales_contract'])(
  'structured data of the type %s satisfies the verification of the contract',
  async (document_type) => {
    const world = makeWorld();
    const application_id = await world.register({
      ...registration,
      verifications: { retail_installment_sales_contract: true },
    });
    await world.call('addDocuments', {
      path: { product: 'consumer', application_id },
      body: { structured_data: [{ document_type, document_reference_id: 'contract-1' }] },
    });
    const [verifications] = await world.settled();
    const [contract] = list(verifications, 'verifications', 'retail_installment_sales_contract');
    expect(contract).toMatchObject({ status: 'pass', belongs_to: 'application', recommendations: [] });
    expect(list(contract, 'acceptable_documents', document_type)).toMatchObject([
      { category: 'Retail Installment Sales Contract', document_questions: { is_signed: { answer: true } } },
    ]);
    expect(first(await world.space.store.runs.list()).warnings).toEqual([]);
  },
);

test.each(['pass', 'fail', 'review'] as const)(
  'an electronic contract ends as %s where the scenario says so',
  async (status) => {
    const outcome = { verifications: { retail_installment_sales_contract: status } };
    const world = makeWorld({
      scenarios: JSON.stringify({ name: 'mine', provider: 'informed', outcome }),
    });
    const verifications = { retail_installment_sales_contract: true };
    const application_id = await world.register({ ...registration, verifications }, 'mine');
    const document_type = 'retail_installment_sales_contract_electronic';
    await world.call('addDocuments', {
      path: { product: 'consumer', application_id },
      body: { structured_data: [{ document_type, document_reference_id: 'contract-1' }] },
    });
    const [callback] = await world.settled();
    expect(list(callback, 'verifications', 'retail_installment_sales_contract')).toMatchObject([{ status }]);
  },
);

test('structured data of a type that no verification accepts leaves a warning on the run', async () => {
  const world = makeWorld();
  const application_id = await world.register();
  await world.call('addDocuments', {
    path: { product: 'consumer', application_id },
    body: { structured_data: [{ document_type: 'pay_stub', document_reference_id: 'edoc-1' }] },
  });
  expect(first(await world.space.store.runs.list()).warnings).toEqual([
    {
      location: 'body/structured_data/0/document_type',
      code: 'document-type-unknown',
      message: 'No verification accepts a document of the type "pay_stub". Did you mean "paystub"?',
    },
  ]);
});
