import { describe, expect, test } from 'vitest';
import { play } from '../respond/subjects.ts';
import { docdigitizerClient, informedClient, registration } from '../support/clients.ts';
import { pdfFile, protectedPdf } from '../support/fixture-files.ts';
import { startRingback, type TestRingback } from '../support/ringback.ts';

/** Rule and scenario of each run, oldest first. */
async function choices(mock: TestRingback): Promise<string[]> {
  return (await mock.runs()).map(({ scenario, choice }) => `${choice.rule} ${scenario}`);
}

/** Rule and scenario of the branches of the only run that uploads started. */
async function uploads(mock: TestRingback): Promise<string[]> {
  const [run] = await mock.runs();
  return run.timeline
    .filter(({ trigger }: { trigger: string }) => trigger === 'upload')
    .map(
      (branch: { scenario: string; choice: { rule: string } }) => `${branch.choice.rule} ${branch.scenario}`,
    );
}

const document = (name: string, match = '') =>
  `name: ${name}\nprovider: docdigitizer\n${match}\noutcome: { final: annotated }\n`;
const application = (name: string, match = '') =>
  `name: ${name}\nprovider: informed\n${match}\noutcome: { extraction: ok }\n`;

describe('docdigitizer', () => {
  const scripts = [
    document('by-header'),
    document('by-next'),
    document('by-name'),
    document('by-match', 'match: { fileName: "*.PDF", body: { document_class: invoice } }'),
  ].join('---\n');

  test('the first matching rule of a submission decides: header, next, file name, match, content, default', async () => {
    const mock = await startRingback();
    play(mock, scripts);
    const { scenarios } = mock.server.spaces.get('default');
    scenarios.queueNext({ scenario: 'by-next', match: null, times: 1 });
    const { submit } = docdigitizerClient(mock.url);
    const files = (name: string, bytes = protectedPdf()) => [{ name, bytes }];
    const invoice = { document_class: 'invoice' };
    await submit(invoice, { scenario: 'by-header', files: files('a.by-name.pdf') });
    await submit(invoice, { files: files('a.by-name.pdf') });
    await submit(invoice, { files: files('a.by-name.pdf') });
    await submit(invoice, { files: files('a.pdf') });
    await submit({}, { files: files('a.pdf') });
    await submit({}, { files: files('a.pdf', pdfFile()) });
    expect(await choices(mock)).toEqual([
      'header docdigitizer/by-header',
      'next docdigitizer/by-next',
      'file-name docdigitizer/by-name',
      'match docdigitizer/by-match',
      'content docdigitizer/error',
      'default docdigitizer/annotated',
    ]);
  });

  test('each file of a submission gets its own scenario; an order for one submission is for one document', async () => {
    const mock = await startRingback();
    play(mock, scripts);
    mock.server.spaces.get('default').scenarios.queueNext({ scenario: 'by-next', match: null, times: 1 });
    const names = ['first.by-name.pdf', 'second.by-name.pdf', 'third.pdf', 'fourth.PDF'];
    const files = names.map((name, index) => ({ name, bytes: index === 2 ? protectedPdf() : pdfFile() }));
    const { body, headers } = await docdigitizerClient(mock.url).submit(
      { document_class: 'invoice' },
      { files },
    );
    expect(await choices(mock)).toEqual([
      'next docdigitizer/by-next',
      'file-name docdigitizer/by-name',
      'match docdigitizer/by-match',
      'match docdigitizer/by-match',
    ]);
    const runs = await mock.runs();
    expect(runs.map(({ resourceId }) => resourceId)).toEqual(body.document_ids);
    expect(headers.get('x-ringback-run')).toBe(runs.map(({ id }) => id).join(', '));
  });

  test('one file whose scenario refuses the submission refuses the whole submission', async () => {
    const mock = await startRingback();
    const refusing = `${document('by-name')}respond: [{ status: 503, times: 1 }]\n`;
    play(mock, refusing);
    mock.server.spaces.get('default').scenarios.queueNext({ scenario: 'rejected', match: null, times: 1 });
    const files = ['a.pdf', 'b.by-name.pdf'].map((name) => ({ name, bytes: pdfFile() }));
    const { submit } = docdigitizerClient(mock.url);
    expect((await submit({}, { files })).status).toBe(503);
    expect(await mock.runs()).toEqual([]);
    expect((await submit({}, { files })).status).toBe(202);
    expect(await choices(mock)).toEqual(['next docdigitizer/rejected', 'file-name docdigitizer/by-name']);
  });

  test('an order waits for the submission that its globs and form fields match', async () => {
    const mock = await startRingback();
    play(mock, scripts);
    const { scenarios } = mock.server.spaces.get('default');
    scenarios.queueNext({
      scenario: 'by-next',
      match: { operation: 'submitDocument', fileName: 'inv?ice-*.pdf', body: { document_class: 'payslips' } },
      times: 2,
    });
    const { submit } = docdigitizerClient(mock.url);
    const send = (name: string, document_class: string) =>
      submit({ document_class }, { files: [{ name, bytes: pdfFile() }] });
    await send('invoice-1.pdf', 'receipt');
    await send('invoiice-1.pdf', 'payslips');
    await send('INVOICE-.pdf', 'payslips');
    await send('invXice-2.3.pdf', 'payslips');
    await send('invoice-4.pdf', 'payslips');
    expect(await choices(mock)).toEqual([
      'default docdigitizer/annotated',
      'default docdigitizer/annotated',
      'next docdigitizer/by-next',
      'next docdigitizer/by-next',
      'default docdigitizer/annotated',
    ]);
  });

  test.each([
    ['rejectd', /Did you mean "rejected"\?/],
    ['docdigitizer/rejectd', /Did you mean "docdigitizer\/rejected"\?/],
    ['informed/complete', /it belongs to informed/],
    ['complete', /only informed has one of that name/],
  ])('a header that names %j is refused, and nothing is created', async (scenario, detail) => {
    const mock = await startRingback();
    const { scenarios } = mock.server.spaces.get('default');
    scenarios.queueNext({ scenario: 'rejected', match: null, times: 1 });
    const { status, body } = await docdigitizerClient(mock.url).submit({}, { scenario });
    expect(status).toBe(400);
    expect(body.detail).toMatch(detail);
    expect(await mock.runs()).toEqual([]);
    expect(scenarios.queue()).toHaveLength(1);
  });
});

describe('informed', () => {
  const scripts = [
    application('by-header'),
    application('by-next'),
    application('by-name'),
    application(
      'by-match',
      'match: { operation: registerApplication, body: { applicants: { applicant1: { first_name: Jo } } } }',
    ),
    application('of-uploads', 'match: { operation: uploadFile, fileName: "*.tiff" }'),
  ].join('---\n');

  test('the first matching rule of a registration decides: header, next, match, default', async () => {
    const mock = await startRingback();
    play(mock, scripts);
    mock.server.spaces.get('default').scenarios.queueNext({ scenario: 'by-next', match: null, times: 1 });
    const client = informedClient(mock.url);
    await client.register('http://127.0.0.1:9/', {}, 'by-header');
    await client.register('http://127.0.0.1:9/');
    await client.register('http://127.0.0.1:9/');
    await client.register('http://127.0.0.1:9/', { applicants: { applicant1: { first_name: 'Lou' } } });
    expect(await choices(mock)).toEqual([
      'header informed/by-header',
      'next informed/by-next',
      'match informed/by-match',
      'default informed/complete',
    ]);
  });

  test('the first matching rule of an upload decides: header, next, file name, match, content, default', async () => {
    const mock = await startRingback();
    play(mock, scripts);
    const { scenarios } = mock.server.spaces.get('default');
    const client = informedClient(mock.url);
    const id = await client.register('http://127.0.0.1:9/', {
      applicants: { applicant1: { first_name: 'Lou' } },
    });
    scenarios.queueNext({ scenario: 'informed/by-next', match: { operation: 'uploadFile' }, times: 1 });
    const upload = async (name: string, bytes: Buffer, scenario?: string) => {
      const { image_files } = await client.announce(id, [name]);
      await client.upload(image_files[0].upload_url, bytes, scenario);
    };
    await upload('a.by-name.tiff', protectedPdf(), 'by-header');
    await upload('a.by-name.tiff', protectedPdf());
    await upload('a.by-name.tiff', protectedPdf());
    await upload('a.tiff', protectedPdf());
    await upload('a.pdf', protectedPdf());
    await upload('a.pdf', pdfFile());
    expect(await uploads(mock)).toEqual([
      'header informed/by-header',
      'next informed/by-next',
      'file-name informed/by-name',
      'match informed/of-uploads',
      'content informed/password-protected',
      'default informed/complete',
    ]);
  });

  test('an upload, an announcement or an update of an earlier submission does not use an order for the next one', async () => {
    const mock = await startRingback();
    const client = informedClient(mock.url);
    const id = await client.register('http://127.0.0.1:9/');
    mock.server.spaces
      .get('default')
      .scenarios.queueNext({ scenario: 'informed/unreadable', match: null, times: 1 });
    await client.add(id, 'a.pdf');
    await client.call('PUT', `applications/${id}`, registration);
    await client.register('http://127.0.0.1:9/');
    expect(await uploads(mock)).toEqual(['default informed/complete']);
    expect(await choices(mock)).toEqual(['default informed/complete', 'next informed/unreadable']);
  });

  test('an order whose match has a file name is for the upload of that file', async () => {
    const mock = await startRingback();
    const client = informedClient(mock.url);
    mock.server.spaces
      .get('default')
      .scenarios.queueNext({ scenario: 'informed/unreadable', match: { fileName: 'b*' }, times: 1 });
    const id = await client.register('http://127.0.0.1:9/');
    await client.add(id, 'a.pdf');
    await client.add(id, 'b.pdf');
    expect(await uploads(mock)).toEqual(['default informed/complete', 'next informed/unreadable']);
  });

  test('a scenario that was named for the application takes precedence over the content of its files', async () => {
    const mock = await startRingback();
    const client = informedClient(mock.url);
    const id = await client.register('http://127.0.0.1:9/', {}, 'complete');
    await client.add(id, 'a.pdf', protectedPdf());
    expect(await uploads(mock)).toEqual(['header informed/complete']);
  });

  test('an upload that its scenario refuses gives its order back, and the file can be uploaded again', async () => {
    const mock = await startRingback();
    play(mock, `${application('by-next')}respond: [{ operation: uploadFile, status: 503, times: 1 }]\n`);
    const { scenarios } = mock.server.spaces.get('default');
    scenarios.queueNext({ scenario: 'informed/by-next', match: { fileName: '*' }, times: 1 });
    const client = informedClient(mock.url);
    const id = await client.register('http://127.0.0.1:9/');
    const { image_files } = await client.announce(id, ['a.pdf']);
    expect((await client.upload(image_files[0].upload_url)).status).toBe(503);
    expect(scenarios.queue()).toHaveLength(1);
    expect((await client.upload(image_files[0].upload_url)).status).toBe(200);
    expect(scenarios.queue()).toEqual([]);
    expect(await uploads(mock)).toEqual(['next informed/by-next']);
  });
});
