import { expect, test } from 'vitest';
import { RingbackError } from '../../../src/core/errors.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { failure, first, list, makeWorld, object, ofType, registration, text, type World } from './world.ts';

const product = 'consumer';

test('a registration returns 201 Ready with the id that callbacks carry, and names its run', async () => {
  const world = makeWorld();
  const answer = await world.call('registerApplication', { path: { product }, body: registration });
  const run = first(await world.space.store.runs.list());
  expect(answer).toMatchObject({ status: 201, runs: [run.id] });
  expect(answer.body).toEqual({
    application_id: run.resourceId,
    application_reference_id: 'loan-1',
    status: 'Ready',
  });
});

test('the status of a registration is a setting', async () => {
  const world = makeWorld({ settings: { 'informed.registeredStatus': 202 } });
  const request = { path: { product }, body: registration, undeclared: true };
  expect((await world.call('registerApplication', request)).status).toBe(202);
});

test.each(['ftp://consumer.example/x', 'not a url', '/relative', 'http://', '', null])(
  'a registration with the webhook %j is refused',
  async (webhook) => {
    const error = await failure(makeWorld().register({ ...registration, webhook }));
    expect(error).toMatchObject({ code: 'request.invalid', violations: [{ location: 'body/webhook' }] });
  },
);

test('a verification for an unknown kind of applicant is refused with the nearest name', async () => {
  const error = await failure(
    makeWorld().register({ ...registration, verifications: { income: ['aplicant2'] } }),
  );
  expect(error).toMatchObject({
    code: 'request.invalid',
    violations: [{ location: 'body/verifications/income/0' }],
  });
  expect(error.message).toContain('Did you mean "applicant2"?');
});

test('an unsupported verification leaves a warning on the run and is omitted', async () => {
  const world = makeWorld();
  const application = await world.register({ ...registration, verifications: { incme: 'applicant1' } });
  expect(first(await world.space.store.runs.list()).warnings).toMatchObject([
    { location: 'body/verifications/incme', code: 'verification-unknown' },
  ]);
  const [file = ''] = await world.announce(application, ['paystub.pdf']);
  await world.upload(file);
  const [, verifications] = await world.settled();
  expect(list(verifications, 'verifications', 'incme').map((item) => item.status)).toEqual(['missing']);
});

test.each([
  [{}, ['income applicant1', 'income applicant2']],
  [{ identity: 'applicant2' }, ['identity applicant2']],
  [{ identity: ['applicant2', 'applicant1'] }, ['identity applicant1', 'identity applicant2']],
  [{ residence: { applicant1: true, applicant2: false } }, ['residence applicant1']],
  [{ identity: true }, ['identity applicant1', 'identity applicant2']],
  [{ identity: { belongs_to: 'applicant2' } }, ['identity applicant2']],
  [
    { identity: { belongs_to: ['applicant1', 'applicant2'] } },
    ['identity applicant1', 'identity applicant2'],
  ],
  [{ identity: [{ belongs_to: 'applicant2' }] }, ['identity applicant2']],
  [
    { identity: [{ belongs_to: 'applicant1' }, { belongs_to: 'applicant2' }] },
    ['identity applicant1', 'identity applicant2'],
  ],
  [{ residence: { applicant1: false, applicant2: null }, identity: 'applicant1' }, ['identity applicant1']],
  [{ bookout_sheet: true }, ['bookout_sheet application']],
  [
    { residence: {}, odometer_statement: 'application' },
    ['residence applicant1', 'residence applicant2', 'odometer_statement application'],
  ],
])('the verifications %j are run for %j', async (verifications, expected) => {
  const world = makeWorld();
  const [file = ''] = await world.announce(await world.register({ ...registration, verifications }), [
    'all.pdf',
  ]);
  await world.upload(file);
  const [, callback] = await world.settled();
  const results = object(callback, 'verifications');
  const run = Object.keys(results).flatMap((name) =>
    list(results, name).map((item) => `${name} ${item.belongs_to}`),
  );
  expect(run).toEqual(expected);
  const statuses = Object.keys(results).flatMap((name) => list(results, name).map((item) => item.status));
  expect(new Set(statuses)).toEqual(new Set(['pass']));
});

test.each<[JsonValue, string, string]>([
  [
    { belongs_to: 'aplicant1' },
    '/belongs_to',
    '"aplicant1" is not an applicant; expected applicant1, applicant2, application.',
  ],
  [{ belongs_too: 'applicant1' }, '', 'Did you mean "belongs_to"?'],
  [{ belongs_to: 5 }, '/belongs_to', 'got 5, expected a name or an array of names'],
  [{ belongs_to: null }, '/belongs_to', 'got null, expected a name or an array of names'],
  [{ belongs_to: ['applicant1', 5] }, '/belongs_to/1', 'got 5, expected a name'],
  [[{ belongs_to: 'mine' }], '/0/belongs_to', '"mine" is not an applicant'],
  [[5], '/0', 'got 5, expected a name or {"belongs_to": …}'],
  [false, '', 'got false, expected a name, an array of names, {"belongs_to": …} or true'],
  ['', '', '"" is not an applicant'],
])(
  'the verification income: %j is refused with the place and what is expected',
  async (income, place, words) => {
    const error = await failure(makeWorld().register({ ...registration, verifications: { income } }));
    expect(error).toMatchObject({
      code: 'request.invalid',
      violations: [{ location: `body/verifications/income${place}` }],
    });
    expect(error.message).toContain(words);
  },
);

test.each<[JsonObject, string, string]>([
  [{ income: { belongs_to: 'applicant1', statuss: 'pass' } }, 'income/statuss', 'Nothing uses this member.'],
  [{ income: 'application' }, 'income', 'belongs to applicants, not to the application.'],
  [{ bookout_sheet: 'applicant1' }, 'bookout_sheet', 'belongs to the application as a whole.'],
])('the verifications %j leave a warning', async (verifications, place, words) => {
  const world = makeWorld();
  await world.register({ ...registration, verifications });
  const { warnings } = first(await world.space.store.runs.list());
  expect(warnings.map(({ location }) => location)).toEqual([`body/verifications/${place}`]);
  expect(warnings[0]?.message).toContain(words);
});

test('which verifications run by default is a setting', async () => {
  const world = makeWorld({ settings: { 'informed.defaultVerifications': ['identity', 'bookout_sheet'] } });
  const [file = ''] = await world.announce(await world.register(), ['all.pdf']);
  await world.upload(file);
  const [, callback] = await world.settled();
  expect(Object.keys(object(callback, 'verifications'))).toEqual(['identity', 'bookout_sheet']);
});

test('a repeated file name within a request is refused with the place of the second', async () => {
  const world = makeWorld();
  const application = await world.register();
  const error = await failure(world.announce(application, ['a.pdf', 'b.pdf', 'a.pdf']));
  expect(error).toMatchObject({
    code: 'request.invalid',
    status: 400,
    violations: [{ location: 'body/image_files/2', code: 'uniqueItems' }],
  });
  expect(await world.announce(application, ['a.pdf'])).toHaveLength(1);
  expect(await world.announce(application, ['a.pdf'])).toHaveLength(1);
});

test('each announced file gets its own absolute URL', async () => {
  const world = makeWorld();
  const application_id = await world.register();
  const answer = await world.call('addDocuments', {
    path: { product, application_id },
    body: { image_files: ['a.pdf', 'b.pdf'] },
    baseUrl: 'https://mock.example/@team/informed',
  });
  const files = list(answer.body, 'image_files');
  expect(files.map((file) => file.file_reference_id)).toEqual(['a.pdf', 'b.pdf']);
  for (const file of files)
    expect(file.upload_url).toBe(`https://mock.example/@team/informed/uploads/${file.file_id}`);
  expect(new Set(files.map((file) => file.file_id)).size).toBe(2);
});

test('a misspelled scenario is refused with its place', async () => {
  const world = makeWorld();
  const application = await world.register();
  const [file = ''] = await world.announce(application, ['a.pdf']);
  expect(await failure(world.announce(application, ['b.pdf'], 'corupted'))).toMatchObject({
    code: 'scenario.unknown',
  });
  expect(await failure(world.upload(file, {}, 'corupted'))).toMatchObject({ code: 'scenario.unknown' });
  const path = { product, application_id: application };
  const headers = { 'x-ringback-scenario': 'corupted' };
  expect(await failure(world.call('updateApplication', { path, body: {}, headers }))).toMatchObject({
    code: 'scenario.unknown',
  });
  expect((await world.upload(file)).status).toBe(200);
});

test.each(['updateApplication', 'getApplication', 'addDocuments'])(
  '%s of an unknown application answers 404',
  async (operation) => {
    const path = { product, application_id: 'nobody' };
    const error = await failure(makeWorld().call(operation, { path, body: { image_files: ['a.pdf'] } }));
    expect(error).toMatchObject({ code: 'resource.not-found', status: 404 });
    expect(error.message).toContain('nobody');
  },
);

test.each(['updateApplication', 'getApplication', 'addDocuments'])(
  '%s finds an application under its own product only',
  async (operation) => {
    const world = makeWorld();
    const path = { product: 'auto', application_id: await world.register() };
    const error = await failure(world.call(operation, { path, body: { image_files: ['a.pdf'] } }));
    expect(error).toMatchObject({ code: 'resource.not-found', status: 404 });
    expect(error.message).toContain(
      'it was registered for consumer. Use the path /v1/consumer/applications.',
    );
  },
);

test('an upload to a URL that was never issued gets 404 before its body is read', async () => {
  const cutOff = new Error('the body was read');
  expect(await failure(makeWorld().upload('never-issued', { cutOff }))).toMatchObject({
    code: 'resource.not-found',
  });
});

test('the id of an application is not an upload URL', async () => {
  const world = makeWorld();
  expect(await failure(world.upload(await world.register()))).toMatchObject({ code: 'resource.not-found' });
});

test('a second upload to one URL gets 409 and changes nothing', async () => {
  const world = makeWorld();
  const [file = ''] = await world.announce(await world.register(), ['paystub.pdf']);
  await world.upload(file);
  expect(await failure(world.upload(file))).toMatchObject({ code: 'resource.conflict', status: 409 });
  expect(await world.settled()).toHaveLength(2);
  expect(await failure(world.upload(file))).toMatchObject({ code: 'resource.conflict' });
});

test('of two concurrent uploads to one URL, only one is accepted', async () => {
  const world = makeWorld();
  const [file = ''] = await world.announce(await world.register(), ['paystub.pdf']);
  const results = await Promise.allSettled([world.upload(file), world.upload(file), world.upload(file)]);
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  expect(await world.settled()).toHaveLength(2);
});

test('a truncated upload stores nothing and can be retried', async () => {
  const world = makeWorld();
  const application = await world.register();
  const [file = ''] = await world.announce(application, ['paystub.pdf']);
  const cutOff = new RingbackError('request.aborted', { detail: 'cut off' });
  expect(await failure(world.upload(file, { cutOff }))).toBe(cutOff);
  expect(await world.settled()).toEqual([]);
  const shown = await world.call('getApplication', { path: { product, application_id: application } });
  expect(list(shown.body, 'files')).toEqual([
    {
      file_id: file,
      file_reference_id: 'paystub.pdf',
      status: 'announced',
      bytes: null,
      uploaded_at: null,
      error_message: null,
    },
  ]);
  expect((await world.upload(file)).body).toEqual({
    file_id: file,
    file_reference_id: 'paystub.pdf',
    bytes: 1_234,
  });
});

test('an application shows its files, documents, verifications and deliveries as they are now', async () => {
  const world = makeWorld();
  const application_id = await world.register();
  const files = await world.announce(application_id, ['paystub.pdf', 'broken.pdf', 'later.pdf']);
  await world.upload(files[0] ?? '');
  await world.upload(files[1] ?? '', { content: { problem: 'corrupted' } });
  const path = { product, application_id };
  const before = (await world.call('getApplication', { path })).body;
  expect(list(before, 'files').map((file) => file.status)).toEqual(['uploaded', 'uploaded', 'announced']);
  expect(before).toMatchObject({ documents: [], verifications: {}, deliveries: [] });
  const payloads = await world.settled();
  const after = (await world.call('getApplication', { path })).body;
  expect(list(after, 'files').map((file) => file.status)).toEqual(['extracted', 'failed', 'announced']);
  expect(list(after, 'files')[1]?.error_message).toContain('no decode delegate');
  const [sent] = list(payloads[0], 'documents', 'paystub');
  expect(list(after, 'documents')).toMatchObject([
    { document_id: sent?.document_id, url: sent?.url, document_type: 'paystub' },
  ]);
  expect(object(after, 'verifications')).toEqual(payloads[2]?.verifications);
  expect(list(after, 'deliveries').map((delivery) => delivery.event_type)).toEqual([
    'extractions',
    'error',
    'verifications',
  ]);
  expect(after).toMatchObject({
    product,
    updated_at: '2030-01-01T00:00:08.000Z',
    created_at: '2030-01-01T00:00:00.000Z',
  });
});

async function registerThree(world: World): Promise<string[]> {
  const ids = [];
  for (const id of ['a', 'b', 'c']) {
    ids.push(await world.register({ ...registration, application_reference_id: id }));
    await world.space.advance(60_000);
  }
  return ids;
}

test('applications are listed least recently updated first, 25 by default', async () => {
  const world = makeWorld();
  const [a = ''] = await registerThree(world);
  const listed = async (query: JsonObject) =>
    list((await world.call('listApplications', { path: { product }, query })).body, 'applications').map(
      (one) => text(one, 'application_reference_id'),
    );
  expect(await listed({})).toEqual(['a', 'b', 'c']);
  expect(await listed({ limit: 2 })).toEqual(['a', 'b']);
  expect(await listed({ updated_after: '2030-01-01T00:01:00Z' })).toEqual(['b', 'c']);
  expect(await listed({ updated_before: '2030-01-01T01:01:00+01:00' })).toEqual(['a', 'b']);
  expect(await listed({ application_reference_id: 'c' })).toEqual(['c']);
  await world.call('updateApplication', { path: { product, application_id: a }, body: {} });
  expect(await listed({})).toEqual(['b', 'c', 'a']);
  for (let i = 0; i < 30; i++) await world.register();
  expect(await listed({})).toHaveLength(25);
  expect(await listed({ limit: 1000 })).toHaveLength(33);
});

test('a list repeats the requested bounds, and holds one product only', async () => {
  const world = makeWorld();
  await registerThree(world);
  const query = { updated_after: '2029-01-01T00:00:00Z' };
  const answer = await world.call('listApplications', { path: { product: 'auto' }, query });
  expect(answer.body).toEqual({ ...query, updated_before: null, applications: [] });
});

test.each([
  ['2030-01-01', ['a', 'b', 'c'], ['a']],
  ['2030-01-02', [], ['a', 'b', 'c']],
  ['2030-01-01T00:01:00', ['b', 'c'], ['a', 'b']],
  ['2030-01-01T00:01:00Z', ['b', 'c'], ['a', 'b']],
  ['2030-01-01t00:01:00.000z', ['b', 'c'], ['a', 'b']],
  ['2030-01-01T02:01:00+02:00', ['b', 'c'], ['a', 'b']],
])('the bound %s is read in UTC unless it names a zone', async (bound, after, before) => {
  const world = makeWorld();
  await registerThree(world);
  for (const [name, expected] of [
    ['updated_after', after],
    ['updated_before', before],
  ] as const) {
    const query = { [name]: bound };
    const { body } = await world.call('listApplications', { path: { product }, query });
    expect(object(body)[name]).toBe(bound);
    expect(list(body, 'applications').map((one) => one.application_reference_id)).toEqual(expected);
  }
});

test('an entry of the list has the documented properties first', async () => {
  const world = makeWorld();
  const id = await world.register();
  const { contract_date: _, ...undated } = registration;
  await world.register({ ...undated, application_date: '12/28/2029' });
  const { body } = await world.call('listApplications', { path: { product } });
  const [dated, other] = list(body, 'applications');
  expect(Object.entries(dated ?? {}).slice(0, 5)).toEqual([
    ['application_id', id],
    ['application_reference_id', 'loan-1'],
    ['application_date', '2029-12-28'],
    ['contract_date', '2029-12-30'],
    ['status', 'Ready'],
  ]);
  expect(other).toMatchObject({ application_date: '12/28/2029', contract_date: null });
});

test.each(['2029-02-30', '2029-01-01T24:00:00', '2029-01-01T10:00:60Z', '2029-01-01T10:00:00+99:00'])(
  'the bound %s, which is no time, is refused',
  async (updated_after) => {
    const request = { path: { product }, query: { updated_after } };
    const error = await failure(makeWorld().call('listApplications', request));
    expect(error).toMatchObject({
      code: 'request.invalid',
      violations: [{ location: 'query/updated_after' }],
    });
    expect(error.message).toContain(
      `got "${updated_after}", expected a time as YYYY-MM-DD, YYYY-MM-DDTHH:MM:SS`,
    );
  },
);

test('a malformed time bound is refused', async () => {
  const error = await failure(
    makeWorld().call('listApplications', { path: { product }, query: { updated_before: 'soon' } }),
  );
  expect(error).toMatchObject({
    code: 'request.invalid',
    violations: [{ location: 'query/updated_before' }],
  });
});

test.each([
  [undefined, [], 'auth.missing'],
  ['', [], 'auth.missing'],
  ['Bearer token', [], 'auth.wrong'],
  ['Basic !!!', [], 'auth.wrong'],
  [`Basic ${btoa('no-colon')}`, [], 'auth.wrong'],
  [`Basic ${btoa('any:thing')}`, [], null],
  [`basic ${btoa('any:')}`, [], null],
  [`Basic ${btoa('any:thing')}`, ['team:secret'], 'auth.wrong'],
  [`Basic ${btoa('team:wrong')}`, ['team:secret'], 'auth.wrong'],
  [`Basic ${btoa('team:secret')}`, ['team:secret'], null],
  [`Basic ${Buffer.from('jürgen:pässwörd:mit').toString('base64')}`, ['jürgen:pässwörd:mit'], null],
])('the Authorization %j with the credentials %j gives %j', async (authorization, credentials, code) => {
  const world = makeWorld({ settings: { 'informed.credentials': credentials } });
  // A header that is absent is one whose value is undefined here.
  const headers = { authorization } as unknown as Record<string, string>;
  const result = world.call('listApplications', { path: { product }, headers });
  if (code === null) expect((await result).status).toBe(200);
  else expect(await failure(result)).toMatchObject({ code, status: 401 });
});

test('the wrong password is not repeated in the error', async () => {
  const world = makeWorld({ settings: { 'informed.credentials': ['team:secret'] } });
  const headers = { authorization: `Basic ${btoa('team:hunter2')}` };
  const error = await failure(world.call('listApplications', { path: { product }, headers }));
  expect(error.message).not.toMatch(/hunter2|secret/);
});

test('uploads and downloads need no credentials', async () => {
  const world = makeWorld();
  const [file = ''] = await world.announce(await world.register(), ['paystub.pdf']);
  const headers = { authorization: undefined } as unknown as Record<string, string>;
  expect((await world.call('uploadFile', { path: { upload_id: file }, headers })).status).toBe(200);
});

async function downloadable(
  world: World,
  name = 'paystub.pdf',
): Promise<{ document_id: string; query: Record<string, string | number> }> {
  const [file = ''] = await world.announce(await world.register(), [name]);
  await world.upload(file);
  const extractions = ofType(await world.settled(), 'extractions').at(-1);
  const url = new URL(text(list(extractions, 'documents', 'paystub')[0], 'url'));
  const document_id = url.pathname.split('/').at(-1) ?? '';
  expect(`${url.origin}${url.pathname}`).toBe(`http://127.0.0.1:4020/informed/downloads/${document_id}`);
  const query = {
    ...Object.fromEntries(url.searchParams),
    'X-Amz-Expires': Number(url.searchParams.get('X-Amz-Expires')),
  };
  return { document_id, query };
}

test('the URL of a derived document returns the bytes of its file until it expires after an hour', async () => {
  const world = makeWorld();
  const { document_id, query } = await downloadable(world);
  const get = () => world.call('downloadDocument', { path: { document_id }, query });
  expect(await get()).toMatchObject({
    status: 200,
    blob: { key: 'blob-of-paystub.pdf', mediaType: 'application/pdf', modifiedAt: expect.any(Number) },
  });
  // Extracted after 5 s, settled after 8 s.
  await world.space.advance(3_600_000 - 3_000);
  expect((await get()).status).toBe(200);
  await world.space.advance(1);
  const expired = await get();
  expect(expired.status).toBe(403);
  expect(expired.text?.mediaType).toBe('application/xml');
  expect(expired.text?.content).toContain(
    '<Error><Code>AccessDenied</Code><Message>Request has expired</Message>',
  );
});

test('a setting decides how long a URL is valid', async () => {
  const world = makeWorld({ settings: { 'informed.downloadLifetime': '2s' } });
  const { document_id, query } = await downloadable(world);
  expect(query['X-Amz-Expires']).toBe(2);
  expect((await world.call('downloadDocument', { path: { document_id }, query })).status).toBe(403);
});

test.each([
  { 'X-Amz-Signature': 'ab'.repeat(32) },
  { 'X-Amz-Expires': 99_999 },
  { 'X-Amz-Date': '20300101T000006Z' },
  { 'X-Amz-Date': 'tomorrow' },
  { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' },
  { 'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20300102/us-east-1/s3/aws4_request' },
  { 'X-Amz-SignedHeaders': 'host;range' },
])('a URL tampered with %j is refused as S3 does', async (tampered) => {
  const world = makeWorld();
  const { document_id, query } = await downloadable(world);
  const answer = await world.call('downloadDocument', {
    path: { document_id },
    query: { ...query, ...tampered },
  });
  expect(answer.status).toBe(403);
  expect(answer.text?.content).toContain('<Code>SignatureDoesNotMatch</Code>');
});

test('the URL of one document is not valid for another, not even of the same file', async () => {
  const world = makeWorld();
  const { document_id, query } = await downloadable(world, 'paystub and bank.pdf');
  const documents = (await world.space.store.resources.list()).filter(({ kind }) => kind === 'document');
  const other = documents.find(({ id }) => id !== document_id)?.id ?? '';
  expect(documents).toHaveLength(2);
  expect((await world.call('downloadDocument', { path: { document_id }, query })).status).toBe(200);
  expect((await world.call('downloadDocument', { path: { document_id: other }, query })).status).toBe(403);
});

test('a document whose bytes were not kept gets NoSuchKey', async () => {
  const world = makeWorld();
  const { document_id, query } = await downloadable(world);
  const { resources } = world.space.store;
  const file = (await resources.list()).find(({ kind }) => kind === 'file');
  await resources.update(file?.id ?? '', (resource) => ({
    ...resource,
    data: { ...resource.data, blob: null },
  }));
  const answer = await world.call('downloadDocument', { path: { document_id }, query });
  expect(answer.status).toBe(404);
  expect(answer.text?.content).toContain('<Code>NoSuchKey</Code>');
});

test('evicting an application evicts its files and documents', async () => {
  const world = makeWorld({ settings: { 'limits.runs': 1 } });
  const [file = ''] = await world.announce(await world.register(), ['paystub.pdf']);
  await world.upload(file);
  await world.settled();
  await world.register();
  const kinds = (await world.space.store.resources.list()).map(({ kind }) => kind);
  expect(kinds).toEqual(['application']);
});
