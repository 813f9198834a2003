import { describe, expect, it } from 'vitest';
import { informedClient } from '../support/clients.ts';
import { call, smallPdf, submitDocument, useTestServer } from '../support/test-server.ts';

const server = useTestServer();
const credentials = { authorization: `Basic ${btoa('a:b')}` };

function text(length: number): string {
  return 'x'.repeat(length);
}

function many(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`member-${n}`, 'y']));
}

const registration = {
  application_reference_id: 'r',
  application_date: '2029-12-28',
  webhook: 'http://127.0.0.1:9/',
  services: ['extract'],
};

type Row = readonly [
  what: string,
  location: string,
  send: (url: string) => Promise<{ status: number; body: unknown }>,
];

const register = (more: object) => (url: string) =>
  call('POST', `${url}/informed/v1/consumer/applications`, { ...registration, ...more }, credentials);
const announce = (body: object) => async (url: string) => {
  const id = await informedClient(url).register('http://127.0.0.1:9/');
  return call('POST', `${url}/informed/v1/consumer/applications/${id}/documents`, body, credentials);
};
const control = (method: string, path: string, body: unknown) => (url: string) =>
  call(method, `${url}/_ringback/${path}`, body);

const rows: readonly Row[] = [
  ['a document_class', 'body/document_class', (url) => submitDocument(url, { document_class: text(1025) })],
  [
    'a callback URL',
    'body/callbackUrl',
    (url) => submitDocument(url, { callbackUrl: `http://a/${text(8192)}` }),
  ],
  [
    'a header for the consumer',
    'body/callback_headers/X-A',
    (url) => submitDocument(url, { 'callback_headers[X-A]': text(8193), callback_method: 'POST' }),
  ],
  [
    'the name of a scenario',
    'header/x-ringback-scenario',
    (url) => submitDocument(url, {}, { 'x-ringback-scenario': text(1025) }),
  ],
  [
    'the name of an uploaded file',
    'body/files',
    async (url) => {
      const form = new FormData();
      form.append('files', new Blob([smallPdf()]), text(1025));
      const headers = { authorization: 'any' };
      const response = await fetch(`${url}/docdigitizer/api/v2/documents`, {
        method: 'POST',
        headers,
        body: form,
      });
      return { status: response.status, body: await response.json() };
    },
  ],
  ['a reference', 'body/application_reference_id', register({ application_reference_id: text(1025) })],
  ['a webhook', 'body/webhook', register({ webhook: `http://a/${text(8192)}` })],
  [
    'a name',
    'body/applicants/applicant1/first_name',
    register({ applicants: { applicant1: { first_name: text(1025) } } }),
  ],
  [
    'a list of jobs',
    'body/applicants/applicant1/employment_info',
    register({ applicants: { applicant1: { employment_info: Array(101).fill({}) } } }),
  ],
  ['a registration', 'body', register(many(97))],
  ['a list of files', 'body/image_files', announce({ image_files: Object.keys(many(1001)) })],
  ['the name of an announced file', 'body/image_files/0', announce({ image_files: [text(1025)] })],
  [
    'a glob',
    'body/match/fileName',
    control('POST', 'next', { scenario: 'docdigitizer/annotated', match: { fileName: text(513) } }),
  ],
  [
    'a header of an inbox',
    'body/answers/0',
    control('PUT', 'inboxes/x', { answers: [{ status: 200, headers: { a: text(8193) } }] }),
  ],
  [
    'a URL to call',
    'body/to',
    control('POST', 'callbacks', { callback: 'informed.error', to: `http://a/${text(8192)}` }),
  ],
  [
    'a string of a setting',
    'informed.endpointAuthorization',
    control('PATCH', 'settings', { 'informed.endpointAuthorization': text(8193) }),
  ],
  [
    'a list of a setting',
    'docdigitizer.apiKeys',
    control('PATCH', 'settings', { 'docdigitizer.apiKeys': Array(1001).fill('key') }),
  ],
];

describe('a request with too much in one place', () => {
  it.each(rows)('is refused: %s', async (_, location, send) => {
    const { status, body } = await send(server().url);
    expect(status).toBe(400);
    const { violations, detail } = body as { violations: { location: string }[]; detail: string };
    expect(violations.map((violation) => violation.location)).toContainEqual(
      expect.stringContaining(location),
    );
    expect(detail.length).toBeLessThan(2_000);
  });
});

describe('a script with a glob over 512 characters', () => {
  it('is refused', async () => {
    const script = { name: 'long', provider: 'docdigitizer', match: { fileName: text(513) } };
    const { status, body } = await control('PUT', 'scenarios/docdigitizer/long', script)(server().url);
    expect(status).toBe(422);
    expect(body).toMatchObject({ violations: [{ location: expect.stringContaining('/match/fileName') }] });
  });
});

describe('the warnings of a run', () => {
  it('are a hundred at most, and the last one says so', async () => {
    const { status } = await register({
      applicants: { applicant1: many(90), applicant2: many(90) },
    })(server().url);
    expect(status).toBe(201);
    const { runs } = (await control('GET', 'runs', undefined)(server().url)).body as {
      runs: { warnings: { message: string }[] }[];
    };
    const warnings = runs.at(-1)?.warnings ?? [];
    expect(warnings).toHaveLength(100);
    expect(warnings.at(-1)?.message).toBe('Only the first 99 warnings are kept.');
  });
});
