import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type InformedClient, informedClient } from '../support/clients.ts';
import { type Consumer, type ConsumerAnswer, jsonOf, startConsumer } from '../support/consumer.ts';
import { answeredOperations } from '../support/defects.ts';
import { otherFiles, pngFile, protectedPdf, truncated } from '../support/fixture-files.ts';
import type { ControlBody } from '../support/ringback.ts';
import { freePort } from '../support/tcp-server.ts';
import { smallPdf } from '../support/test-server.ts';
import type { SuiteOptions, Target } from './target.ts';

/** What a consumer of Informed encounters, with the log of each case. */
export function informedSuite(makeTarget: () => Promise<Target>, options: SuiteOptions = {}): void {
  let target: Target;
  let consumer: Consumer;
  let client: InformedClient;
  beforeAll(async () => {
    target = await makeTarget();
    consumer = await startConsumer();
    client = informedClient(target.api, target.send);
  });
  beforeEach(async () => {
    await target.ringback.reset();
    consumer.forget();
  });

  const bodies = (): ControlBody[] => consumer.requests.map((request) => jsonOf(request));
  const eventTypes = (): string[] => bodies().map((body) => body.event_type);

  /** Plays one file of an application with extractions only: one webhook, whatever its outcome. */
  async function playOneWebhook(webhook = `${consumer.url}/hook`) {
    const id = await client.register(webhook, { services: ['extract'] });
    await client.add(id, 'paystub.pdf');
    const moved = await target.ringback.settle();
    const [run] = await target.ringback.runs();
    expect(run).toMatchObject({ state: 'finished', deliveryCount: 1 });
    const [shown] = (await client.application(id)).deliveries;
    return { id, moved, run, delivery: run.deliveries[0], shown };
  }

  const repeated = (count: number, answer: ConsumerAnswer): ConsumerAnswer[] =>
    Array.from({ length: count }, () => answer);
  const statuses = (attempts: readonly ControlBody[]): (number | null)[] =>
    attempts.map(({ statusCode }) => statusCode);
  const codes = (attempt: ControlBody): string[] => attempt.violations.map(({ code }: ControlBody) => code);

  describe('an application', () => {
    it('an application gets extractions and verifications by POST, after the responses, and shows the log of both', async () => {
      const id = await client.register(`${consumer.url}/hook`);
      const file = await client.add(id, 'paystub.pdf');
      expect(consumer.requests).toEqual([]);
      await target.ringback.settle();
      expect(
        consumer.requests.map(({ method, url, headers }) => [method, url, headers['content-type']]),
      ).toEqual([
        ['POST', '/hook', 'application/json'],
        ['POST', '/hook', 'application/json'],
      ]);
      const [extractions, verifications] = bodies();
      expect(extractions).toMatchObject({ event_type: 'extractions', application_id: id });
      const [paystub] = extractions.documents.paystub;
      expect(paystub).toMatchObject({ file_ids: [file], file_reference_ids: ['paystub.pdf'] });
      const [income] = verifications.verifications.income;
      expect(income.acceptable_documents.paystub[0].document_id).toBe(paystub.document_id);
      const shown = await client.application(id);
      expect(shown.files).toMatchObject([{ file_id: file, status: 'extracted', error_message: null }]);
      expect(shown.deliveries).toMatchObject(
        ['extractions', 'verifications'].map((event_type) => ({
          event_type,
          state: 'delivered',
          webhook_url: `${consumer.url}/hook`,
          attempts: [{ attempt: 1, status_code: 200, success: true, error: null }],
        })),
      );
      expect(await target.ringback.runs()).toMatchObject([
        { scenario: 'informed/complete', state: 'finished', choice: { rule: 'default' }, warnings: [] },
      ]);
    });

    it('an application gets one extractions callback per file, and another aggregate after a later upload', async () => {
      const id = await client.register(consumer.url);
      const { image_files } = await client.announce(id, ['paystub.pdf', 'bank.pdf', 'late.pdf']);
      await client.upload(image_files[0].upload_url);
      await client.upload(image_files[1].upload_url);
      await target.ringback.settle();
      expect(eventTypes()).toEqual(['extractions', 'extractions', 'verifications']);
      await client.upload(image_files[2].upload_url);
      await target.ringback.settle();
      expect(eventTypes().slice(3)).toEqual(['extractions', 'verifications']);
      const sources = bodies()
        .filter((body) => body.event_type === 'verifications')
        .map((body) => body.data_sources.image_files.length);
      expect(sources).toEqual([2, 3]);
      const [run] = await target.ringback.runs();
      const triggers = run.timeline.map(({ trigger }: ControlBody) => trigger);
      expect(triggers.filter((trigger: string) => trigger === 'upload')).toHaveLength(3);
    });

    it('an updated application gets verifications with the id of the update, which no others have', async () => {
      const id = await client.register(consumer.url);
      await client.add(id, 'paystub.pdf');
      await target.ringback.settle();
      const answer = await client.call('PUT', `applications/${id}`, {
        application_update_reference_id: 'update-1',
      });
      expect(answer.status).toBe(200);
      await target.ringback.settle();
      const verifications = bodies().filter((body) => body.event_type === 'verifications');
      expect(verifications.map((body) => body.application_update_reference_id)).toEqual([
        undefined,
        'update-1',
      ]);
      expect((await client.application(id)).deliveries).toHaveLength(3);
    });

    it('an application keeps ids and names beyond ASCII unchanged everywhere', async () => {
      const reference = 'заявка-№7 🧾';
      const name = 'paystub – Überweisung 发票.pdf';
      const id = await client.register(consumer.url, { application_reference_id: reference });
      const { structured_data } = await client.announce(
        id,
        [],
        [{ document_type: 'bank_statement', document_reference_id: 'relevé-é' }],
      );
      await client.add(id, name);
      await client.call('PUT', `applications/${id}`, { application_update_reference_id: 'actualización-ñ' });
      await target.ringback.settle();
      const last = bodies().findLast((body) => body.application_update_reference_id !== undefined);
      expect(last).toMatchObject({
        application_reference_id: reference,
        application_update_reference_id: 'actualización-ñ',
        data_sources: { structured_data },
      });
      expect(structured_data[0].document_reference_id).toBe('relevé-é');
      const extractions = bodies().find((body) => body.event_type === 'extractions');
      expect(extractions.documents.paystub[0].file_reference_ids).toEqual([name]);
      expect((await client.application(id)).files[0].file_reference_id).toBe(name);
      expect(consumer.requests[0]?.headers['content-length']).toBe(String(consumer.requests[0]?.body.length));
      const listed = await client.call(
        'GET',
        `applications?application_reference_id=${encodeURIComponent(reference)}`,
      );
      expect(listed.body.applications).toMatchObject([
        { application_id: id, application_reference_id: reference },
      ]);
    });

    it('an application is listed by the time of its update', async () => {
      const id = await client.register(consumer.url);
      await target.ringback.advance('1h');
      const query = (bound: string) => client.call('GET', `applications?${bound}&limit=5`);
      for (const time of ['2030-01-01T00:30:00Z', '2030-01-01T00:30:00', '2030-01-02']) {
        expect((await query(`updated_after=${time}`)).body.applications).toEqual([]);
        expect((await query(`updated_before=${time}`)).body.applications).toMatchObject([
          { application_id: id, application_date: expect.any(String), contract_date: null },
        ]);
      }
    });
  });

  describe('a derived document', () => {
    it('a derived document is downloadable by its URL in time, and refused as S3 does afterwards', async () => {
      const id = await client.register(consumer.url);
      await client.add(id, 'paystub.pdf');
      await target.ringback.settle();
      const { url } = bodies()[0].documents.paystub[0];
      expect(url.startsWith(target.api)).toBe(true);
      const inTime = await target.send(url, {});
      expect([inTime.status, inTime.headers.get('content-type')]).toEqual([200, 'application/pdf']);
      expect(await inTime.text()).toBe(smallPdf());
      await target.ringback.advance('2h');
      const late = await target.send(url, {});
      expect([late.status, late.headers.get('content-type')]).toEqual([403, 'application/xml']);
      expect(await late.text()).toContain('<Message>Request has expired</Message>');
    });
  });

  describe('a file that cannot be processed', () => {
    if (options.asciiFilesOnly !== true) {
      it.each([
        ['a protected PDF', 'a.pdf', protectedPdf(), '**** This file requires a password for access'],
        ['an image below 100×100', 'a.png', pngFile(99, 300), 'The image dimension is invalid.'],
        [
          'an image cut off',
          'a.png',
          truncated(pngFile()),
          "identify: no decode delegate for this image format `' @ error/constitute",
        ],
      ])('%s leads to the error callback in place of its extractions', (_what, name, bytes, message) =>
        playError(name, bytes, message),
      );
    }

    it('a file of another type leads to the error callback in place of its extractions', () =>
      playError(
        'letter.txt',
        otherFiles.txt,
        'The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.',
      ));

    async function playError(name: string, bytes: Buffer, message: string): Promise<void> {
      const id = await client.register(`${consumer.url}/hook`);
      const file = await client.add(id, name, bytes);
      await target.ringback.settle();
      expect(bodies()).toEqual([
        {
          event_type: 'error',
          application_id: id,
          application_reference_id: 'loan-1',
          error_message: message,
          file_id: file,
          file_reference_id: name,
          webhook_url: `${consumer.url}/hook`,
        },
      ]);
      expect((await client.application(id)).files).toMatchObject([
        { status: 'failed', error_message: message },
      ]);
      const [run] = await target.ringback.runs();
      const upload = run.timeline.find(({ trigger }: ControlBody) => trigger === 'upload');
      expect(upload).toMatchObject({ choice: { rule: 'content' }, subject: file });
    }

    it('a file that a scenario fails leads to the error callback, whatever its bytes', async () => {
      const id = await client.register(consumer.url, {}, 'unreadable');
      await client.add(id, 'paystub.pdf');
      await target.ringback.settle();
      expect(bodies()).toMatchObject([{ event_type: 'error', error_message: 'unable to process this file' }]);
    });
  });

  it('delayed verifications are an error callback without a file, and nothing follows', async () => {
    const id = await client.register(consumer.url, {}, 'verifications-delayed');
    await client.add(id, 'paystub.pdf');
    await target.ringback.settle();
    expect(eventTypes()).toEqual(['extractions', 'error']);
    expect(bodies()[1]).toEqual({
      event_type: 'error',
      application_id: id,
      application_reference_id: 'loan-1',
      webhook_url: consumer.url,
      error_message: 'Verification response is delayed',
    });
    expect((await target.ringback.advance('30d')).jobs).toBe(0);
  });

  describe('a webhook', () => {
    it('a webhook is called with its query string and without its fragment', async () => {
      const { delivery, shown } = await playOneWebhook(`${consumer.url}/hook?tenant=a%20b&x=1#part`);
      expect(consumer.requests.map(({ url }) => url)).toEqual(['/hook?tenant=a%20b&x=1']);
      expect([delivery.url, shown.webhook_url]).toEqual(
        Array(2).fill(`${consumer.url}/hook?tenant=a%20b&x=1`),
      );
    });

    it('a webhook carries the agreed Authorization, which no log shows', async () => {
      await target.ringback.set({ 'informed.endpointAuthorization': 'Bearer agreed-on' });
      const { run } = await playOneWebhook();
      expect(consumer.requests[0]?.headers.authorization).toBe('Bearer agreed-on');
      expect(JSON.stringify(run)).not.toContain('agreed-on');
    });

    it('a webhook that gets 503 five times is delivered with the sixth request', async () => {
      consumer.answer(...repeated(5, { status: 503 }));
      const { delivery, shown } = await playOneWebhook();
      expect(delivery.state).toBe('delivered');
      expect(statuses(delivery.attempts)).toEqual([503, 503, 503, 503, 503, 200]);
      const began = Date.parse(delivery.attempts[0].at);
      const seconds = delivery.attempts.map(({ at }: ControlBody) => (Date.parse(at) - began) / 1000);
      expect(seconds).toEqual([0, 1, 3, 7, 15, 31]);
      expect(delivery.attempts[0]).toMatchObject({
        error: 'responded 503',
        retryAt: delivery.attempts[1].at,
        violations: [],
      });
      expect(shown.attempts).toHaveLength(6);
      expect(new Set(consumer.requests.map(({ body }) => body.toString())).size).toBe(1);
    });

    it('a webhook that always gets 503 fails after six requests', async () => {
      consumer.answerAlways({ status: 503 });
      const { delivery, shown, moved } = await playOneWebhook();
      expect(consumer.requests).toHaveLength(6);
      expect(delivery).toMatchObject({ state: 'failed', dueAt: null });
      expect(statuses(delivery.attempts)).toEqual(Array(6).fill(503));
      expect(delivery.attempts[5].retryAt).toBeNull();
      expect(shown).toMatchObject({ state: 'failed' });
      expect(moved).toMatchObject({ pending: 0, bound: null });
    });

    it.each([429, 500, 502, 503, 504])('a webhook that gets %i is retried', async (status) => {
      consumer.answer({ status });
      expect(statuses((await playOneWebhook()).delivery.attempts)).toEqual([status, 200]);
    });

    it.each([400, 401, 404, 410, 501])('a webhook that gets %i is not retried', async (status) => {
      consumer.answerAlways({ status });
      const { delivery, shown } = await playOneWebhook();
      expect(consumer.requests).toHaveLength(1);
      expect(delivery).toMatchObject({ state: 'failed', attempts: [{ statusCode: status, retryAt: null }] });
      expect(shown.attempts).toMatchObject([{ success: false, error: `responded ${status}` }]);
    });

    it('a webhook is retried after Retry-After, within a minute', async () => {
      consumer.answer({ status: 429, headers: { 'retry-after': '45' } });
      const [first, second] = (await playOneWebhook()).delivery.attempts;
      expect(Date.parse(second.at) - Date.parse(first.at)).toBe(45_000);
    });

    it('a redirect with 301 is not followed, and the attempt has the violation', async () => {
      consumer.answerAlways({ status: 301, headers: { location: `${consumer.url}/elsewhere` } });
      const { delivery } = await playOneWebhook();
      expect(consumer.requests.map(({ url }) => url)).toEqual(['/hook']);
      expect(delivery).toMatchObject({
        state: 'failed',
        attempts: [{ statusCode: 301, acknowledged: false }],
      });
      expect(delivery.attempts[0].error).toContain(`${consumer.url}/elsewhere`);
      expect(codes(delivery.attempts[0])).toEqual(['answer.redirect']);
    });

    it('a webhook is delivered with a violation when the response body is not JSON', async () => {
      consumer.answer({ body: 'OK', headers: { 'content-type': 'text/plain' } });
      const { delivery } = await playOneWebhook();
      expect(delivery).toMatchObject({ state: 'delivered', attempts: [{ response: { body: 'OK' } }] });
      expect(delivery.attempts[0].violations).toEqual([
        { location: 'response.body', code: 'answer.body', message: expect.stringContaining('JSON') },
      ]);
    });

    it('a webhook that gets a JSON body has no violation', async () => {
      consumer.answer({ body: '{"received":true}', headers: { 'content-type': 'application/json' } });
      expect(codes((await playOneWebhook()).delivery.attempts[0])).toEqual([]);
    });

    it.each([201, 204])(
      'answered %i is delivered, with the violation that 200 is asked for',
      async (status) => {
        consumer.answer({ status });
        const { delivery } = await playOneWebhook();
        expect(delivery.state).toBe('delivered');
        expect(codes(delivery.attempts[0])).toEqual(['answer.status']);
      },
    );

    it('a webhook that refuses the connection is tried six times', async () => {
      const { delivery } = await playOneWebhook(`http://127.0.0.1:${await freePort()}/hook`);
      expect(delivery.state).toBe('failed');
      expect(delivery.attempts).toHaveLength(6);
      for (const attempt of delivery.attempts) {
        expect(attempt).toMatchObject({
          statusCode: null,
          response: null,
          error: expect.stringContaining('ECONNREFUSED'),
        });
      }
    });

    it('a webhook that does not respond in time is retried', async () => {
      await target.ringback.set({ 'informed.attemptTimeout': '100ms' });
      consumer.answer({ instead: 'silence' });
      const { delivery } = await playOneWebhook();
      expect(delivery.attempts).toMatchObject([
        { statusCode: null, error: 'no response within 100ms' },
        { statusCode: 200, error: null },
      ]);
    });

    it('a webhook that hangs up is retried', async () => {
      consumer.answer({ instead: 'hang-up' });
      const { delivery } = await playOneWebhook();
      expect(statuses(delivery.attempts)).toEqual([null, 200]);
      expect(delivery.attempts[0].error).toMatch(/\S/);
    });

    it('a webhook over plain HTTP is a violation in strict mode', async () => {
      await target.ringback.set({ 'informed.strict': true });
      expect(codes((await playOneWebhook()).delivery.attempts[0])).toEqual(['endpoint.https']);
    });
  });

  afterAll(() => {
    const all = target.ringback.server.contract.operations.filter(({ provider }) => provider === 'informed');
    expect(all.map(({ id }) => id).filter((id) => !answeredOperations().has(id))).toEqual([]);
  });
}
