import { beforeAll, beforeEach, expect } from 'vitest';
import { type DocdigitizerClient, docdigitizerClient } from '../support/clients.ts';
import { type Consumer, startConsumer } from '../support/consumer.ts';
import { pdfFile } from '../support/fixture-files.ts';
import { startRingback, type TestRingback } from '../support/ringback.ts';
import { docdigitizerCallbackFeature } from './docdigitizer-callback-feature.ts';
import { testSentences } from './says.ts';

let ringback: TestRingback;
let consumer: Consumer;
let client: DocdigitizerClient;

beforeAll(async () => {
  ringback = await startRingback();
  consumer = await startConsumer();
  client = docdigitizerClient(ringback.url);
});
beforeEach(async () => {
  await ringback.reset();
  consumer.forget();
});

async function submit(
  fields: Record<string, string>,
  options?: Parameters<DocdigitizerClient['submit']>[1],
): Promise<string> {
  const { status, body } = await client.submit(fields, options);
  expect(status).toBe(202);
  return body.document_id;
}

/** Submits a document that is called back about, and plays everything. */
async function play(
  fields: Record<string, string> = {},
  options?: Parameters<DocdigitizerClient['submit']>[1],
): Promise<string> {
  const id = await submit({ callbackUrl: `${consumer.url}/`, ...fields }, options);
  await ringback.settle();
  return id;
}

const methods = (): string[] => consumer.requests.map(({ method }) => method);
const queries = () => consumer.requests.map(({ query }) => query);

testSentences(docdigitizerCallbackFeature, (says) => {
  says(
    'The callback is a platform feature that informs the client about the state of is uploaded documents.',
    async () => {
      const id = await play();
      const { state } = await client.document(id);
      expect(consumer.requests.at(-1)?.query).toMatchObject({ documentId: id, state: String(state) });
    },
  );

  says('Currently there are 2 phases where we notify the state of the document:', async () => {
    const log = (await client.document(await play())).callbackLog;
    expect(consumer.requests).toHaveLength(2);
    expect(log).toHaveLength(2);
    expect(Date.parse(log[0].timestamp)).toBeLessThan(Date.parse(log[1].timestamp));
  });

  says(
    'After ML (Machine Learning algorithms) have classified and extracted the data from the document',
    async () => {
      const id = await submit({ callbackUrl: consumer.url, document_class: 'invoice' });
      expect(Object.keys((await client.document(id)).results.annotations)).toEqual([]);
      await ringback.advance('2s');
      expect(consumer.requests).toHaveLength(1);
      expect(Object.keys((await client.document(id)).results.annotations)).not.toEqual([]);
    },
  );

  says(
    'In this phase the callback is made with `state=30&stateText=RECEIVEDMACHINELEARN`, but keep in mind that in this phase the document is still being processed, which means that the data extracted could be incomplete or have some misalignments with your expected results.',
    async () => {
      const id = await submit({ callbackUrl: consumer.url, document_class: 'invoice' });
      await ringback.advance('2s');
      expect(consumer.requests.map(({ url }) => url)).toEqual([
        `/?documentId=${id}&state=30&stateText=RECEIVEDMACHINELEARN`,
      ]);
      const first = (await client.document(id)).results;
      expect((await ringback.control('GET', 'clock')).body.pending).toBe(1);
      await ringback.settle();
      const last = (await client.document(id)).results;
      expect([first.partial, last.partial]).toEqual([true, false]);
      const read = Object.keys(first.annotations);
      expect(read.length).toBeLessThan(Object.keys(last.annotations).length);
      expect(Object.values(first.annotations)).toContain(null);
    },
  );

  says('After all process have being done - final state', async () => {
    const id = await play();
    const document = await client.document(id);
    expect((await ringback.advance('30d')).jobs).toBe(0);
    expect(await client.document(id)).toEqual(document);
    expect(consumer.requests.at(-1)?.query.state).toBe(String(document.state));
  });

  says('In this phase the callback could be made with one of the 3 final states:', async () => {
    for (const scenario of ['annotated', 'rejected', 'error']) await play({}, { scenario });
    const finals = queries().filter(({ state }) => state !== '30');
    expect(finals.map(({ state }) => state)).toEqual(['91', '92', '999']);
  });

  says(
    '`state=91&stateText=ANNOTATED` - When all the extractions and revisions are successfully done.',
    async () => {
      const id = await play({ document_class: 'invoice' });
      expect(consumer.requests[1]?.url).toBe(`/?documentId=${id}&state=91&stateText=ANNOTATED`);
      const { results } = await client.document(id);
      expect(results).toMatchObject({ partial: false, reasons: [] });
      const fields = [
        ...['recipient_name', 'recipient_tax_number', 'supplier_name', 'supplier_tax_number'],
        ...['document_type', 'document_identifier', 'issue_date', 'due_date', 'currency', 'amount_total'],
        ...['amount_tax_total', 'amount_paid', 'amount_rounding', 'amount_due', 'amout_base_total'],
      ];
      const keys = fields.map((field) => `document:financial-document:${field}`);
      expect(Object.keys(results.annotations).sort()).toEqual(keys.sort());
      for (const key of keys) expect(results.annotations[key], key).not.toBeNull();
    },
  );

  says(
    '`state=92&stateText=REJECTED` - When the document was rejected due to some known reasons also available in the results data.',
    async () => {
      const id = await play({}, { scenario: 'rejected' });
      expect(consumer.requests[1]?.url).toBe(`/?documentId=${id}&state=92&stateText=REJECTED`);
      expect((await client.document(id)).results.reasons).toEqual(['not included in the license']);
    },
  );

  says(
    '`state=999&stateText=ERROR` - When we could not processed the document or the process was interrupted unexpectedly.',
    async () => {
      const unreadable = await play({}, { files: [{ name: 'a.pdf', bytes: pdfFile().subarray(0, 400) }] });
      const interrupted = await play({}, { scenario: 'error' });
      const finals = consumer.requests.map(({ url }) => url).filter((url) => !url.includes('state=30'));
      expect(finals).toEqual(
        [unreadable, interrupted].map((id) => `/?documentId=${id}&state=999&stateText=ERROR`),
      );
      const reasons = [];
      for (const id of [unreadable, interrupted]) reasons.push((await client.document(id)).results.reasons);
      expect(reasons).toEqual([[], []]);
    },
  );

  says(
    'Note: If the document was uploaded synchronously there are only the final state callback (as phase 2 above).',
    async () => {
      const fields = { callbackUrl: consumer.url, isSync: 'true', useHumanRevision: 'false' };
      const { status, body } = await client.submit(fields);
      await ringback.settle();
      expect(status).toBe(200);
      expect(queries()).toEqual([{ documentId: body.document_id, state: '91', stateText: 'ANNOTATED' }]);
    },
  );

  says('That service could be called using the “GET” or “POST” method.', async () => {
    await play({ callback_method: 'GET' });
    await play({ callback_method: 'POST' });
    expect(methods()).toEqual(['GET', 'GET', 'POST', 'POST']);
  });

  says('We call your service with “GET” method by default.', async () => {
    await play();
    expect(methods()).toEqual(['GET', 'GET']);
  });

  says(
    'To call it with the “POST” method instead, you must fill the parameter `callback_method=POST` of the (submit service).',
    async () => {
      await play({ callback_method: 'POST' });
      expect(methods()).toEqual(['POST', 'POST']);
    },
  );

  says('That service could be anonymously open or authenticated.', async () => {
    await play({ callback_method: 'POST' });
    expect(consumer.requests[0]?.headers).not.toHaveProperty('authorization');
    consumer.forget();
    await play({ callback_method: 'POST', 'callback_headers[Authorization]': 'Bearer right' });
    expect(consumer.requests[0]?.headers.authorization).toBe('Bearer right');
    consumer.answerAlways({ status: 401 });
    const id = await play({ callback_method: 'POST' });
    expect((await client.document(id)).callbackLog).toMatchObject([{ statusCode: 401 }, { statusCode: 401 }]);
  });

  says(
    'To be authenticated the “POST” method must be used and you can pass your http authentication headers filling the parameter `callback_headers` of the (submit service) with a strings dictionary, like the following examples:',
    async () => {
      const headers = { 'callback_headers[Authorization]': 'Bearer right' };
      await play({ callback_method: 'GET', ...headers });
      await play({ callback_method: 'POST', ...headers });
      expect(consumer.requests.map((request) => request.headers.authorization)).toEqual([
        undefined,
        undefined,
        'Bearer right',
        'Bearer right',
      ]);
    },
  );

  says('Example 1: `callback_headers[Authorization] = API_KEY 7017f86c-6ea3-xxxx-xxxx-...`', async () => {
    const value = 'API_KEY 7017f86c-6ea3-xxxx-xxxx-...';
    await play({ callback_method: 'POST', 'callback_headers[Authorization]': value });
    expect(consumer.requests.map(({ headers }) => headers.authorization)).toEqual([value, value]);
  });

  says('Example 2: `callback_headers[User] = john, callback_headers[Password] = 123`', async () => {
    await play({
      callback_method: 'POST',
      'callback_headers[User]': 'john',
      'callback_headers[Password]': '123',
    });
    expect(consumer.requests).toHaveLength(2);
    for (const { headers } of consumer.requests)
      expect([headers.user, headers.password]).toEqual(['john', '123']);
  });

  says('The mandatory query string parameters are:', async () => {
    for (const callback_method of ['GET', 'POST']) await play({ callback_method });
    expect(consumer.requests).toHaveLength(4);
    for (const query of queries()) expect(Object.keys(query)).toEqual(['documentId', 'state', 'stateText']);
  });

  says('documentId: id of the document', async () => {
    const id = await play();
    expect(queries().map(({ documentId }) => documentId)).toEqual([id, id]);
  });

  says('state: state of the document (integer)', async () => {
    const id = await submit({ callbackUrl: consumer.url });
    for (const [index, time] of ['2s', '8s'].entries()) {
      await ringback.advance(time);
      const told = consumer.requests[index]?.query.state;
      expect(told).toMatch(/^\d+$/);
      expect((await client.document(id)).state).toBe(Number(told));
    }
  });

  says('stateText: state of the document (string)', async () => {
    const id = await submit({ callbackUrl: consumer.url });
    for (const [index, time] of ['2s', '8s'].entries()) {
      await ringback.advance(time);
      expect((await client.document(id)).stateText).toBe(consumer.requests[index]?.query.stateText);
    }
  });

  says(
    'Having your service available from the internet you can start using immediately, just provide us your uri when submit a new file through our (submit service).',
    async () => {
      const fresh = await startRingback();
      await docdigitizerClient(fresh.url).submit({ callbackUrl: consumer.url });
      await fresh.settle();
      expect(consumer.requests).toHaveLength(2);
    },
  );

  says(
    'Please note that you only be notified about the documents uploaded with the callback information fulfilled.',
    async () => {
      await submit({});
      const id = await play();
      expect(queries().map(({ documentId }) => documentId)).toEqual([id, id]);
    },
  );

  says(
    'callbackUrl: the uri of your service, like "https://_myapiurl.com_". This is mandatory.',
    async () => {
      const without = await submit({ callback_method: 'POST' });
      await ringback.settle();
      expect(consumer.requests).toEqual([]);
      expect((await client.document(without)).callbackLog).toEqual([]);
      for (const callbackUrl of ['no-uri', 'mailto:me@example.com', 'ftp://example.com/cb', 'http://'])
        expect((await client.submit({ callbackUrl })).status, callbackUrl).toBe(400);
      await play();
      expect(consumer.requests).toHaveLength(2);
    },
  );

  says('callback_method: "GET" or "POST". We keep with GET by default if no info provided.', async () => {
    await play();
    for (const callback_method of ['GET', 'POST']) await play({ callback_method });
    expect(methods()).toEqual(['GET', 'GET', 'GET', 'GET', 'POST', 'POST']);
    expect((await client.submit({ callbackUrl: consumer.url, callback_method: 'PUT' })).status).toBe(400);
  });

  says(
    'callback_headers: the strings dictionary as seen above. This is mandatory only if your service needs authentication.',
    async () => {
      const id = await play({ callback_method: 'POST' });
      expect((await client.document(id)).callbackLog).toMatchObject([{ success: true }, { success: true }]);
    },
  );

  says(
    "It could be due to 1) your document is still in process (accordingly with your SLA), or 2) we tried but found something wrong while calling your service, or 3) we call your service but you didn't notice.",
    async () => {
      const id = await submit({ callbackUrl: consumer.url });
      const log = async () => (await client.document(id)).callbackLog;
      expect(await log()).toEqual([]);
      consumer.answer({ status: 500 });
      await ringback.advance('2s');
      expect(await log()).toMatchObject([{ success: false, statusCode: 500, error: 'responded 500' }]);
      await ringback.settle();
      expect((await log())[1]).toMatchObject({ success: true, statusCode: 200, error: null });
    },
  );

  says(
    'However you can always call the (get document service), and look for the `callbackLog` field, where you will find a log of the callbacks we did or tried for your document, as showed bellow.',
    async () => {
      // One that has no open connection yet: a GET that an open one lost would be sent again.
      const other = await startConsumer();
      other.answer({ instead: 'hang-up' });
      const { callbackLog } = await client.document(await play({ callbackUrl: `${other.url}/` }));
      expect(callbackLog).toMatchObject([
        {
          state: 30,
          method: 'GET',
          attempt: 1,
          statusCode: null,
          success: false,
          error: expect.stringMatching(/\S/),
        },
        { state: 91, method: 'GET', attempt: 1, statusCode: 200, success: true, error: null },
      ]);
      expect(callbackLog.map(({ url }: { url: string }) => url)).toEqual(
        other.requests.map(({ url }) => other.url + url),
      );
    },
  );
});
