import { connect as connectTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { informedClient } from '../support/clients.ts';
import { pdfFile } from '../support/fixture-files.ts';
import { startRingback } from '../support/ringback.ts';
import { sendRaw, sendText, split, toText } from './raw-exchange.ts';
import { faulty, play, type Subject, subjects, submit, submitted } from './subjects.ts';

const [docdigitizer, informed] = subjects as [Subject, Subject];

describe('a scripted answer', () => {
  test.each([
    [
      'an error without a body says whose it is',
      'status: 503',
      /^application\/problem\+json$/,
      /docdigitizer\/faulty/,
    ],
    [
      'a string is sent as text',
      'status: 418, body: short and stout',
      /^text\/plain; charset=utf-8$/,
      /^short and stout$/,
    ],
    ['JSON goes out as JSON', 'status: 200, body: [1, null]', /^application\/json$/, /^\[1,null\]$/],
    [
      'its own content type counts',
      'status: 500, headers: { Content-Type: text/html }, body: <p>',
      /^text\/html$/,
      /^<p>$/,
    ],
    [
      'JSON may be called otherwise',
      'status: 500, headers: { content-TYPE: text/x }, body: { a: 1 }',
      /^text\/x$/,
      /^\{"a":1\}$/,
    ],
    ['a success without a body is empty', 'status: 200', null, /^$/],
    [
      'and so is one that names its content type only',
      'status: 500, headers: { content-type: text/x }',
      /^text\/x$/,
      /^$/,
    ],
    ['204 has no body', 'status: 204', null, /^$/],
  ])('%s', async (_, entry, type, body) => {
    const mock = await startRingback();
    play(mock, faulty(docdigitizer, `{ ${entry} }`));
    const answer = split((await submit(mock, docdigitizer)).bytes);
    expect(answer.status).toBe(Number(/\d+/.exec(entry)?.[0]));
    const types = [...answer.head.matchAll(/^content-type: (.*)$/gim)].map(([, given]) => given);
    expect(types).toHaveLength(type === null ? 0 : 1);
    if (type !== null) expect(types[0]).toMatch(type);
    expect(answer.body).toMatch(body);
    expect(await mock.runs()).toEqual([]);
  });
});

describe('a response in flight', () => {
  test.each([0, 1, 100])('the connection is reset after %i bytes', async (after) => {
    const mock = await startRingback();
    play(mock, faulty(informed, `{ reset_peer: { after: ${after} } }`));
    const { bytes, error } = await submit(mock, informed);
    expect(error).toBe('ECONNRESET');
    expect(bytes).toHaveLength(after);
    expect(await mock.runs()).toHaveLength(1);
  });

  test('a reset after more bytes than the body has follows the whole response', async () => {
    const mock = await startRingback();
    play(mock, faulty(informed, '{ reset_peer: { after: 100000 } }'));
    const { bytes, error } = await submit(mock, informed);
    expect(error).toBe('ECONNRESET');
    expect(JSON.parse(split(bytes).body)).toHaveProperty('application_id');
  });

  test('a slow response to a pipelined request waits for the earlier ones', async () => {
    const mock = await startRingback();
    play(mock, faulty(docdigitizer, '{ operation: getDocument, slow: { bytesPerSecond: 20000 } }'));
    const id = docdigitizer.idOf(await submit(mock, docdigitizer));
    const pipeline = toText(docdigitizer.submit(), 'keep-alive') + toText(docdigitizer.read(id));
    const text = (await sendText(mock.server.port, pipeline)).bytes.toString('latin1');
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 202', 'HTTP/1.1 200']);
    expect(text).toContain(`"document_id":"${id}"`);
  });

  test('a client that disconnects during a slow response ends it, and its run continues', async () => {
    const mock = await startRingback();
    play(mock, faulty(docdigitizer, '{ slow: { bytesPerSecond: 1 } }'));
    const { port } = mock.server;
    const {
      authorization = '',
      'content-type': type = '',
      ...more
    } = docdigitizer.submit('faulty').headers ?? {};
    const gone = new AbortController();
    const sent = fetch(`http://127.0.0.1:${port}/docdigitizer/api/v2/documents`, {
      method: 'POST',
      headers: { authorization, 'content-type': type, ...more },
      body: docdigitizer.submit().body ?? '',
      signal: gone.signal,
    });
    while ((await mock.runs()).length === 0);
    gone.abort();
    await expect(sent).rejects.toThrow();
    await mock.settle();
    expect((await mock.runs())[0].state).toBe('finished');
  });

  test('a TLS connection is reset after the scripted number of bytes', async () => {
    const mock = await startRingback({ tls: true });
    play(mock, faulty(informed, '{ reset_peer: { after: 20 } }'));
    const text = await new Promise<string>((resolve) => {
      let received = '';
      const socket = connectTls(
        { port: mock.server.port, host: '127.0.0.1', rejectUnauthorized: false },
        () => socket.write(toText(informed.submit('faulty'))),
      );
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(received));
    });
    expect(text).toHaveLength(20);
    expect(await mock.server.spaces.get('default').store.runs.count()).toBe(1);
  });
});

test('a refusal by the provider itself is late, slow and truncated like any other response', async () => {
  const mock = await startRingback();
  play(mock, faulty(informed, '{ operation: uploadFile, reset_peer: { after: 15 } }'));
  const client = informedClient(mock.url);
  const application = informed.idOf(await submit(mock, informed));
  const { image_files } = await client.announce(application, ['a.pdf']);
  const path = new URL(image_files[0].upload_url).pathname;
  const upload = () =>
    sendRaw(mock.server.port, {
      method: 'PUT',
      path,
      headers: { 'content-type': 'application/pdf' },
      body: pdfFile()
        .toString('latin1')
        .replace(/[^\0-\x7f]/g, ' '),
    });
  expect((await upload()).bytes.toString('latin1')).toBe('HTTP/1.1 200 OK');
  // The file has arrived.
  expect((await upload()).bytes.toString('latin1')).toBe('HTTP/1.1 409 Co');
});

describe('a download', () => {
  async function downloadUrl(respond: string) {
    const mock = await startRingback();
    play(mock, faulty(informed, `{ operation: downloadDocument, ${respond} }`));
    const client = informedClient(mock.url);
    const application = informed.idOf(await submit(mock, informed));
    const file = pdfFile();
    await client.add(application, 'a.pdf', file);
    await mock.settle();
    const { documents } = await client.application(application);
    const { pathname, search } = new URL(documents[0].url);
    return { mock, file, path: pathname + search };
  }

  test('a download arrives slowly and complete', async () => {
    const { mock, file, path } = await downloadUrl('slow: { bytesPerSecond: 10000 }');
    const { bytes, tookMs } = await sendRaw(mock.server.port, { method: 'GET', path });
    expect(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4).equals(file)).toBe(true);
    expect(tookMs).toBeGreaterThan(bytes.length / 10 - 60);
  });

  test('a download is cut off', async () => {
    const { mock, path } = await downloadUrl('reset_peer: { after: 700 }');
    const { bytes, error } = await sendRaw(mock.server.port, { method: 'GET', path });
    expect([bytes.length, error]).toEqual([700, 'ECONNRESET']);
  });

  test('a download is not a PDF although its content type says so', async () => {
    const { mock, path } = await downloadUrl('malformed: true');
    const { head, body } = split((await sendRaw(mock.server.port, { method: 'GET', path })).bytes);
    expect(head).toMatch(/^content-type: application\/pdf$/im);
    expect(body).toBe('This response is malformed on purpose, by a script: it is not application/pdf.\n');
  });
});

test('an API fault is an event, without a run when none exists yet', async () => {
  const events: object[] = [];
  const mock = await startRingback({
    log: {
      request: () => undefined,
      failure: (what, error) => {
        throw new Error(what, { cause: error });
      },
      event: (event) => {
        if (event.kind === 'request.faulted') events.push(event);
      },
    },
  });
  play(
    mock,
    faulty(
      docdigitizer,
      '{ operation: submitDocument, times: 1, status: 503 }\n  - { malformed: true, times: 2 }',
    ),
  );
  await submit(mock, docdigitizer);
  const read = await submitted(mock, docdigitizer).catch((error: unknown) => error);
  expect(read).toBeInstanceOf(SyntaxError);
  const [run] = await mock.runs();
  const scenario = 'docdigitizer/faulty';
  expect(events).toMatchObject([
    { runId: null, operation: 'submitDocument', scenario, fault: 'status 503' },
    { runId: null, operation: 'submitDocument', scenario, fault: 'malformed' },
    { runId: null, operation: 'submitDocument', scenario, fault: 'malformed' },
  ]);
  expect(run.apiFaults).toMatchObject([{ operation: 'submitDocument', scenario, fault: 'malformed' }]);
});
