import { describe, expect, test } from 'vitest';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { docdigitizer } from '../../src/providers/docdigitizer/docdigitizer.ts';
import { informed } from '../../src/providers/informed/informed.ts';
import { docdigitizerClient, informedClient, registration } from '../support/clients.ts';
import { pdfFile } from '../support/fixture-files.ts';
import { parseScenarios } from '../support/parse-scenarios.ts';
import { startRingback, type TestRingback } from '../support/ringback.ts';
import { play } from './subjects.ts';

const contract = await loadBundledContract();

/** Everything that a space holds, for comparison before and after. */
async function kept(mock: TestRingback): Promise<string> {
  const { resources, runs } = mock.server.spaces.get('default').store;
  const played = (await runs.list()).map(({ id, branches }) => ({ id, branches: branches.length }));
  return JSON.stringify([await resources.list(), played]);
}

function refusing(provider: string, operation: string): string {
  const outcome = provider === 'docdigitizer' ? '{ final: annotated }' : '{ extraction: ok }';
  return `name: faulty\nprovider: ${provider}\noutcome: ${outcome}\nrespond: [{ operation: ${operation}, times: 1, status: 503 }]\n`;
}

type Answer = { status: number };

/** By operation: a request to it, after its document or application was created under the scenario `faulty`. */
const ofDocdigitizer: Readonly<Record<string, (mock: TestRingback) => Promise<() => Promise<Answer>>>> = {
  async submitDocument({ url }) {
    return () => docdigitizerClient(url).submit({}, { scenario: 'faulty' });
  },
  async getDocument({ url }) {
    const client = docdigitizerClient(url);
    const { body } = await client.submit({}, { scenario: 'faulty' });
    return () => client.call('GET', `v2/documents/${body.document_id}`);
  },
  async annotateDocument(mock) {
    return () => v1(mock);
  },
  async annotateDocumentOfClass(mock) {
    return () => v1(mock, ':invoice');
  },
  getTask: async (mock) => read(mock, ({ id }) => `v1/tasks/${id}`),
  getDocumentV1: async (mock) => read(mock, ({ document_id }) => `v1/documents/${document_id}`),
  getDocumentAssets: async (mock) => read(mock, ({ document_id }) => `v1/documents/${document_id}/assets`),
};

const key = { authorization: 'API_KEY k' };

function v1({ url }: TestRingback, suffix = '') {
  const path = `v1/documents/annotate${suffix}`;
  return docdigitizerClient(url).submit({}, { scenario: 'faulty', path, headers: key });
}

async function read(mock: TestRingback, path: (task: { id: string; document_id: string }) => string) {
  const { body } = await v1(mock);
  return () => docdigitizerClient(mock.url).call('GET', path(body.task), { headers: key });
}

const ofInformed: Readonly<Record<string, (mock: TestRingback) => Promise<() => Promise<Answer>>>> = {
  async registerApplication({ url }) {
    const { call } = informedClient(url);
    const body = { ...registration, webhook: 'http://127.0.0.1:9/' };
    return () => call('POST', 'applications', body, { 'x-ringback-scenario': 'faulty' });
  },
  async getApplication({ url }) {
    const client = informedClient(url);
    const id = await client.register('http://127.0.0.1:9/', {}, 'faulty');
    return () => client.call('GET', `applications/${id}`);
  },
  async updateApplication({ url }) {
    const client = informedClient(url);
    const id = await client.register('http://127.0.0.1:9/', {}, 'faulty');
    return () => client.call('PUT', `applications/${id}`, { application_status: 'FUNDED' });
  },
  async addDocuments({ url }) {
    const client = informedClient(url);
    const id = await client.register('http://127.0.0.1:9/', {}, 'faulty');
    return () => client.call('POST', `applications/${id}/documents`, { image_files: ['a.pdf'] });
  },
  async uploadFile({ url }) {
    const client = informedClient(url);
    const id = await client.register('http://127.0.0.1:9/', {}, 'faulty');
    const { image_files } = await client.announce(id, ['a.pdf']);
    return () => client.upload(image_files[0].upload_url);
  },
  async downloadDocument(mock) {
    const client = informedClient(mock.url);
    const id = await client.register('http://127.0.0.1:9/', { services: ['extract'] }, 'faulty');
    await client.add(id, 'a.pdf', pdfFile());
    await mock.settle();
    const { documents } = await client.application(id);
    return async () => ({ status: (await fetch(documents[0].url)).status });
  },
};

describe.each([
  [docdigitizer, ofDocdigitizer],
  [informed, ofInformed],
])('$name', (provider, table) => {
  const { name, operations, operationsWithoutRun = [] } = provider;

  test('every operation with a run is in the table', () => {
    const about = Object.keys(operations).filter((id) => !operationsWithoutRun.includes(id));
    expect(Object.keys(table).toSorted()).toEqual(about.toSorted());
  });

  test.each(Object.entries(table))('%s is refused once, before it changes anything', async (id, prepare) => {
    const mock = await startRingback();
    play(mock, refusing(name, id));
    const send = await prepare(mock);
    const before = await kept(mock);
    expect((await send()).status).toBe(503);
    expect(await kept(mock)).toBe(before);
    expect((await send()).status).toBeLessThan(300);
  });

  test.each(operationsWithoutRun)('%s is refused in a script, since it has no run', (id) => {
    const load = () =>
      parseScenarios(refusing(name, id), {
        file: 'test.yaml',
        contract,
        providers: new Map([[name, provider]]),
      });
    expect(load).toThrow(/\/respond\/0\/operation: .* belongs to no run, so no scenario applies to it/);
  });
});
