import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DocdigitizerClient, docdigitizerClient } from '../support/clients.ts';
import { type Consumer, startConsumer } from '../support/consumer.ts';
import { answeredOperations } from '../support/defects.ts';
import { pngFile } from '../support/fixture-files.ts';
import { freePort } from '../support/tcp-server.ts';
import { smallPdf } from '../support/test-server.ts';
import type { SuiteOptions, Target } from './target.ts';

/** What a consumer of DocDigitizer encounters, with the log of each case. */
export function docdigitizerSuite(makeTarget: () => Promise<Target>, options: SuiteOptions = {}): void {
  let target: Target;
  let consumer: Consumer;
  let client: DocdigitizerClient;
  beforeAll(async () => {
    target = await makeTarget();
    consumer = await startConsumer();
    client = docdigitizerClient(target.api, target.send);
  });
  beforeEach(async () => {
    await target.ringback.reset();
    consumer.forget();
  });

  /** Submits one document and plays everything. */
  async function play(fields: Record<string, string>, scenario?: string) {
    const { status, body, headers } = await client.submit(fields, scenario === undefined ? {} : { scenario });
    expect({ status, detail: body.detail }).toEqual({ status: 202, detail: undefined });
    const before = consumer.requests.length;
    await target.ringback.settle();
    const id: string = body.document_id;
    return { id, before, runId: headers.get('x-ringback-run'), log: (await client.document(id)).callbackLog };
  }

  /** The last run, and its deliveries with their attempts. */
  async function lastRun() {
    const run = (await target.ringback.runs()).at(-1);
    expect(run.state).toBe('finished');
    return run;
  }

  describe('an asynchronous submission', () => {
    it('an asynchronous submission gets a GET callback for each phase, after its response', async () => {
      const { id, before, runId, log } = await play({ callbackUrl: `${consumer.url}/cb` });
      expect(before).toBe(0);
      expect(consumer.requests.map(({ method, url, body }) => [method, url, body.length])).toEqual([
        ['GET', `/cb?documentId=${id}&state=30&stateText=RECEIVEDMACHINELEARN`, 0],
        ['GET', `/cb?documentId=${id}&state=91&stateText=ANNOTATED`, 0],
      ]);
      expect(log).toMatchObject([
        {
          method: 'GET',
          url: consumer.url + consumer.requests[0]?.url,
          state: 30,
          statusCode: 200,
          error: null,
        },
        {
          method: 'GET',
          url: consumer.url + consumer.requests[1]?.url,
          state: 91,
          success: true,
          attempt: 1,
        },
      ]);
      const run = await lastRun();
      expect(run).toMatchObject({ id: runId, scenario: 'docdigitizer/annotated', warnings: [] });
      expect(run.choice.rule).toBe('default');
      expect(run.deliveries.map(({ state }: { state: string }) => state)).toEqual(['delivered', 'delivered']);
      expect(run.deliveries[0].attempts[0].violations).toEqual([]);
    });

    it.each([
      ['rejected', '92', 'REJECTED'],
      ['error', '999', 'ERROR'],
    ])('an asynchronous submission that plays %s ends in its state', async (scenario, state, stateText) => {
      const { id, log } = await play({ callbackUrl: consumer.url }, scenario);
      expect(consumer.requests.at(-1)?.query).toEqual({ documentId: id, state, stateText });
      expect(log.at(-1)).toMatchObject({ state: Number(state), stateText, success: true });
      expect(await lastRun()).toMatchObject({
        scenario: `docdigitizer/${scenario}`,
        choice: { rule: 'header' },
      });
    });

    it('a submission without a callback URL is processed without callbacks', async () => {
      const { id, log } = await play({});
      expect(await client.document(id)).toMatchObject({ state: 91, results: { partial: false } });
      expect(consumer.requests).toEqual([]);
      expect(log).toEqual([]);
      expect(await lastRun()).toMatchObject({ target: null, deliveryCount: 0, deliveries: [] });
    });

    if (options.asciiFilesOnly !== true) {
      it('a submission with several files, images too, is one document and one run for each', async () => {
        const files = ['a.png', 'b.png'].map((name) => ({ name, bytes: pngFile() }));
        const { body } = await client.submit({ callbackUrl: consumer.url }, { files });
        await target.ringback.settle();
        expect(new Set(consumer.requests.map(({ query }) => query.documentId))).toEqual(
          new Set(body.document_ids),
        );
        expect(await target.ringback.runs()).toHaveLength(2);
        expect(await client.document(body.document_ids[1])).toMatchObject({ file_name: 'b.png', state: 91 });
      });
    }
  });

  it('a synchronous submission returns the finished document, then gets one callback', async () => {
    const fields = { callbackUrl: consumer.url, isSync: 'true', useHumanRevision: 'false' };
    const { status, body } = await client.submit(fields);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 91, stateText: 'ANNOTATED', results: { partial: false } });
    await target.ringback.settle();
    expect(consumer.requests.map(({ query }) => query.state)).toEqual(['91']);
    expect((await client.document(body.document_id)).callbackLog).toMatchObject([
      { state: 91, success: true },
    ]);
    expect((await lastRun()).deliveries).toHaveLength(1);
  });

  describe('a callback', () => {
    const headers = {
      'callback_headers[Authorization]': 'API_KEY 7017f86c',
      'callback_headers[User]': 'john',
    };

    it('a callback by POST has the headers, the parameters in the query and no body', async () => {
      const { log } = await play({ callbackUrl: consumer.url, callback_method: 'POST', ...headers });
      for (const { method, headers: sent, body } of consumer.requests) {
        expect([method, sent.authorization, sent.user, body.length]).toEqual([
          'POST',
          'API_KEY 7017f86c',
          'john',
          0,
        ]);
      }
      expect(log).toMatchObject([
        { method: 'POST', state: 30 },
        { method: 'POST', state: 91 },
      ]);
      const run = await lastRun();
      expect(run.warnings).toEqual([]);
      expect(JSON.stringify(run)).not.toContain('7017f86c');
      expect(run.deliveries[0].headers.Authorization).toBe('API_KEY ***');
    });

    it('a callback by GET has no headers, and the run says that they were ignored', async () => {
      await play({ callbackUrl: consumer.url, ...headers });
      expect(consumer.requests).toHaveLength(2);
      for (const { headers: sent } of consumer.requests) {
        expect(sent).not.toHaveProperty('authorization');
        expect(sent).not.toHaveProperty('user');
      }
      expect((await lastRun()).warnings).toEqual([
        {
          location: 'body/callback_headers',
          code: 'callback-headers-ignored',
          message: expect.stringContaining('Authorization, User'),
        },
      ]);
    });

    it('a callback appends its parameters to a query string, and omits a fragment', async () => {
      const { id, log } = await play({ callbackUrl: `${consumer.url}/cb?tenant=7#top` });
      expect(consumer.requests[1]?.url).toBe(`/cb?tenant=7&documentId=${id}&state=91&stateText=ANNOTATED`);
      expect(log[1].url).toBe(consumer.url + consumer.requests[1]?.url);
    });

    if (options.noPercentEncodedForms !== true) {
      it('a callback keeps percent-encoding in its URL', async () => {
        const { id } = await play({ callbackUrl: `${consumer.url}/a%20b?q=x%26y` });
        expect(consumer.requests[1]?.url).toBe(
          `/a%20b?q=x%26y&documentId=${id}&state=91&stateText=ANNOTATED`,
        );
      });
    }

    // By the contract this is not a URI (RFC 3986) but an IRI; the mock accepts it anyway.
    if (options.noPercentEncodedForms !== true) {
      it('a callback to a URL beyond ASCII arrives percent-encoded', async () => {
        await play({ callbackUrl: `${consumer.url}/größe?名=値` });
        expect(decodeURIComponent(consumer.requests[0]?.url ?? '')).toMatch(/^\/größe\?名=値&documentId=/);
      });
    }

    it('a callback to a closed port is logged as refused', async () => {
      const { log } = await play({ callbackUrl: `http://127.0.0.1:${await freePort()}/cb` });
      expect(log).toHaveLength(2);
      expect(log[0]).toMatchObject({
        statusCode: null,
        success: false,
        error: expect.stringContaining('ECONNREFUSED'),
      });
      const [delivery] = (await lastRun()).deliveries;
      expect(delivery).toMatchObject({
        state: 'failed',
        attempts: [{ statusCode: null, response: null, retryAt: null }],
      });
    });

    it('a callback without a response in time is logged as timed out', async () => {
      await target.ringback.set({ 'docdigitizer.attemptTimeout': '100ms' });
      consumer.answerAlways({ instead: 'silence' });
      const { log } = await play({ callbackUrl: consumer.url });
      expect(log).toHaveLength(2);
      expect(log[0]).toMatchObject({
        statusCode: null,
        success: false,
        error: 'no response within 100ms',
      });
      expect((await lastRun()).deliveries[0]).toMatchObject({ state: 'failed' });
    });

    it('a callback whose connection ends without a response is logged as such', async () => {
      consumer.answerAlways({ instead: 'hang-up' });
      const { log } = await play({ callbackUrl: consumer.url });
      expect(log[0]).toMatchObject({ statusCode: null, success: false, error: expect.stringMatching(/\S/) });
      expect(consumer.requests).toHaveLength(2);
    });

    it('a callback does not follow a redirect, and the attempt has the violation', async () => {
      consumer.answerAlways({ status: 301, headers: { location: `${consumer.url}/elsewhere` } });
      const { log } = await play({ callbackUrl: `${consumer.url}/cb` });
      expect(consumer.requests.map(({ url }) => url.split('?')[0])).toEqual(['/cb', '/cb']);
      expect(log[0]).toMatchObject({
        statusCode: 301,
        success: false,
        error: `responded 301, a redirect to ${consumer.url}/elsewhere, which is not followed`,
      });
      expect((await lastRun()).deliveries[0].attempts[0].violations).toMatchObject([
        { code: 'answer.redirect' },
      ]);
    });

    it('a callback that gets 503 is sent once, since no retries are documented', async () => {
      consumer.answerAlways({ status: 503 });
      const { log } = await play({ callbackUrl: consumer.url });
      expect(consumer.requests.map(({ query }) => query.state)).toEqual(['30', '91']);
      expect(log).toMatchObject([
        { state: 30, attempt: 1, statusCode: 503, success: false, error: 'responded 503' },
        { state: 91, attempt: 1, statusCode: 503, success: false, error: 'responded 503' },
      ]);
    });

    it('a callback that gets 503 five times is delivered with the sixth attempt if settings ask for retries', async () => {
      await target.ringback.set({
        'docdigitizer.retryOn': ['5xx'],
        'docdigitizer.retryDelays': ['1s', '2s', '4s', '8s', '16s'],
      });
      consumer.answer(...Array.from({ length: 5 }, () => ({ status: 503 })));
      const { log } = await play({ callbackUrl: consumer.url, isSync: 'false' });
      expect(log.filter(({ success }: { success: boolean }) => !success)).toHaveLength(5);
      expect((await lastRun()).deliveries.map(({ state }: { state: string }) => state)).toEqual([
        'delivered',
        'delivered',
      ]);
    });

    it('a callback that gets 400 is not retried, even if settings ask for retries of 503', async () => {
      await target.ringback.set({ 'docdigitizer.retryOn': ['503'], 'docdigitizer.retryDelays': ['1s'] });
      consumer.answerAlways({ status: 400 });
      const { log } = await play({ callbackUrl: consumer.url });
      expect(log).toMatchObject([
        { state: 30, statusCode: 400 },
        { state: 91, statusCode: 400 },
      ]);
      expect(consumer.requests).toHaveLength(2);
    });

    it('a callback is delivered when the response body is not JSON, since DocDigitizer requires none', async () => {
      consumer.answerAlways({ status: 201, body: '<p>thanks</p>', headers: { 'content-type': 'text/html' } });
      await play({ callbackUrl: consumer.url });
      const [{ attempts }] = (await lastRun()).deliveries;
      expect(attempts).toMatchObject([
        { acknowledged: true, statusCode: 201, violations: [], response: { body: '<p>thanks</p>' } },
      ]);
    });
  });

  it('a file name beyond ASCII comes back unchanged', async () => {
    const name = 'Überweisung – 发票 №7 🧾.pdf';
    const { body } = await client.submit(
      { document_class: 'ćaritas' },
      { files: [{ name, bytes: Buffer.from(smallPdf()) }] },
    );
    await target.ringback.settle();
    expect(await client.document(body.document_id)).toMatchObject({
      file_name: name,
      document_class: 'ćaritas',
    });
  });

  it('a misspelled form field has no effect, and the run says so', async () => {
    await play({ callbackUrl: consumer.url, callbackMethod: 'POST' });
    expect((await lastRun()).warnings).toMatchObject([
      { location: 'body/callbackMethod', message: expect.stringContaining('callback_method') },
    ]);
  });

  it('an API key gives the tokens for submissions', async () => {
    const { status, body } = await client.call('POST', 'v2/authenticate', {
      headers: { authorization: 'a-key' },
    });
    expect(status).toBe(200);
    const submitted = await client.submit({}, { headers: { authorization: `Bearer ${body.accessToken}` } });
    expect(submitted.status).toBe(202);
  });

  it('the callback forms of the overview page and of API v1 can be set', async () => {
    await target.ringback.set({ 'docdigitizer.callbackVariant': 'documentStateOverview' });
    const overview = await play({ callbackUrl: consumer.url });
    expect(consumer.requests.map(({ query }) => query)).toEqual([
      { doc_id: overview.id, status: 'ANNOTATED' },
    ]);
    consumer.forget();
    await target.ringback.set({ 'docdigitizer.callbackVariant': 'documentStateV1' });
    const v1 = await play({ callbackUrl: consumer.url });
    expect(consumer.requests.at(-1)?.query).toEqual({ docid: v1.id, status: 'annotated' });
  });

  describe('API v1', () => {
    const headers = { authorization: 'API_KEY 7017f86c', 'x-docdigitizer-tag': 'a,b' };

    it.each(['v1/documents/annotate', 'v1/documents/annotate:invoice'])(
      'takes documents at %s, calls back each status, and shows task, document and assets',
      async (path) => {
        const {
          status,
          body,
          headers: answered,
        } = await client.submit({ callback_url: consumer.url }, { path, headers });
        expect(status).toBe(202);
        const { id, document_id, links } = body.task;
        expect(links.self).toBe(`/api/v1/tasks/${id}`);
        expect(answered.get('x-document-location')).toBe(
          `${target.api}/docdigitizer/api/v1/documents/${document_id}`,
        );
        await target.ringback.settle();
        expect(consumer.requests.map(({ query }) => query)).toEqual(
          ['start', 'classified', 'annotated'].map((word) => ({ docid: document_id, status: word })),
        );
        const get = (what: string) => client.call('GET', `v1/${what}`, { headers });
        expect((await get(`tasks/${id}`)).body.task.status).toBe('SUCCESS');
        expect((await get('tasks')).body.tasks).toHaveLength(1);
        expect((await get(`documents/${document_id}`)).body.document.annotation_status).toBe('success');
        expect((await get(`documents/${document_id}/assets`)).body.assets[0].name).toBe('invoice.pdf');
        expect((await lastRun()).deliveries).toHaveLength(3);
      },
    );
  });

  afterAll(() => {
    const all = target.ringback.server.contract.operations.filter(
      ({ provider }) => provider === 'docdigitizer',
    );
    expect(all.map(({ id }) => id).filter((id) => !answeredOperations().has(id))).toEqual([]);
  });
}
