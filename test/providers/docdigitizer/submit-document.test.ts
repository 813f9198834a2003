import { describe, expect, it } from 'vitest';
import { type JsonObject, objectOf } from '../../../src/core/json.ts';
import { consumer, makeFile, makeRequest, makeWorld, outcomePlan, timelinePlan } from './support.ts';

const files = [makeFile()];

function idOf(body: unknown): string {
  return (body as { document_id: string }).document_id;
}

describe('an asynchronous submission', () => {
  it('an asynchronous submission returns 202, the document and its run', async () => {
    const world = makeWorld();
    const { status, body, runs } = await world.call('submitDocument', { files });
    expect(status).toBe(202);
    expect(body).toEqual({ document_id: expect.any(String), document_ids: [idOf(body)] });
    expect(runs).toEqual([(await world.store.runs.list())[0]?.id]);
    expect(world.waits).toEqual([]);
  });

  it('an asynchronous submission returns the status of the plan, then of the setting', async () => {
    const settings = { 'docdigitizer.acceptedStatus': 201 };
    const request = makeRequest('submitDocument', { files });
    expect((await makeWorld({ settings }).answer(request)).status).toBe(201);
    const plan = () => outcomePlan({ final: 'annotated' }, {}, { 'docdigitizer.acceptedStatus': 200 });
    expect((await makeWorld({ settings, plan }).answer(request)).status).toBe(200);
  });

  it('a submission makes one document and one run for each file', async () => {
    const world = makeWorld();
    const { body, runs } = await world.call('submitDocument', {
      files: [makeFile('a.pdf'), makeFile('b.pdf')],
    });
    const ids = (body as { document_ids: string[] }).document_ids;
    expect(new Set(ids).size).toBe(2);
    expect(idOf(body)).toBe(ids[0]);
    expect(runs).toHaveLength(2);
    const shown = await Promise.all(ids.map((docid) => world.call('getDocument', { path: { docid } })));
    expect(shown.map((answer) => (answer.body as JsonObject).file_name)).toEqual(['a.pdf', 'b.pdf']);
  });

  it('a setting makes one document of all files', async () => {
    const world = makeWorld({ settings: { 'docdigitizer.documentPer': 'request' } });
    const { body, runs } = await world.call('submitDocument', {
      files: [makeFile('a.pdf'), makeFile('b.pdf')],
    });
    expect((body as { document_ids: string[] }).document_ids).toHaveLength(1);
    expect(runs).toHaveLength(1);
    const shown = await world.call('getDocument', { path: { docid: idOf(body) } });
    expect((shown.body as JsonObject).file_name).toBe('a.pdf, b.pdf');
  });

  it('each document gets its scenario by its own file', async () => {
    const world = makeWorld();
    await world.call('submitDocument', {
      files: [makeFile('good.pdf'), makeFile('bad.pdf', { problem: 'password' })],
      headers: { 'x-ringback-scenario': 'rejected' },
      body: { document_class: 'invoice' },
    });
    expect(world.facts).toMatchObject([
      {
        provider: 'docdigitizer',
        operation: 'submitDocument',
        header: 'rejected',
        fileName: 'good.pdf',
        byContent: null,
      },
      {
        fileName: 'bad.pdf',
        byContent: 'docdigitizer/error',
        content: { problem: 'password' },
        body: { document_class: 'invoice' },
      },
    ]);
  });

  it.each(['type', 'password', 'corrupted', 'dimensions'] as const)(
    'ends in an error for a file with the problem %s',
    async (problem) => {
      const world = makeWorld();
      const { body, runs } = await world.call('submitDocument', {
        files: [makeFile('x', { problem, type: null })],
      });
      await world.play(runs?.[0] ?? '');
      const shown = await world.call('getDocument', { path: { docid: idOf(body) } });
      expect(shown.body).toMatchObject({
        state: 999,
        stateText: 'ERROR',
        results: { partial: false, annotations: {}, reasons: [] },
      });
    },
  );

  it.each([
    [{}, 'damaged', 91],
    [{ 'files.repairPdf': false }, 'damaged', 999],
    [{ 'files.inspect': false }, 'damaged', 91],
    [{ 'files.inspect': false }, 'type', 91],
    [{ 'files.inspect': false }, 'password', 91],
  ] as const)(
    'with the settings %j ends a file with the problem %s in state %i',
    async (settings, problem, state) => {
      const world = makeWorld({ settings });
      const { body, runs } = await world.call('submitDocument', { files: [makeFile('x', { problem })] });
      await world.play(runs?.[0] ?? '');
      const shown = await world.call('getDocument', { path: { docid: idOf(body) } });
      expect(shown.body).toMatchObject({ state });
    },
  );

  it('a document of several files ends in an error when one is bad', async () => {
    const world = makeWorld({ settings: { 'docdigitizer.documentPer': 'request' } });
    const given = [makeFile('good.pdf'), makeFile('bad.pdf', { problem: 'password' })];
    const { body, runs } = await world.call('submitDocument', { files: given });
    await world.play(runs?.[0] ?? '');
    const shown = await world.call('getDocument', { path: { docid: idOf(body) } });
    expect(shown.body).toMatchObject({
      state: 999,
      results: { reasons: [] },
    });
  });

  it('an unknown form field leaves a warning on the run', async () => {
    const world = makeWorld();
    await world.call('submitDocument', {
      files,
      unknownFields: [{ name: 'callback_url', suggestion: ' Did you mean "callbackUrl"?' }],
    });
    expect(world.orders[0]?.warnings).toEqual([
      {
        location: 'body/callback_url',
        code: 'unknown-field',
        message: expect.stringContaining('Did you mean "callbackUrl"?'),
      },
    ]);
  });

  it('the same submissions get the same ids in another world of the same seed', async () => {
    const answer = async (seed: number) => (await makeWorld({ seed }).call('submitDocument', { files })).body;
    expect(await answer(3)).toEqual(await answer(3));
    expect(await answer(3)).not.toEqual(await answer(4));
  });
});

describe('what a submission asks to be called back with', () => {
  const targetFor = async (body: JsonObject, settings = {}) => {
    const world = makeWorld({ settings });
    await world.call('submitDocument', { files, body });
    return { target: world.orders[0]?.target, warnings: world.orders[0]?.warnings };
  };

  it('a submission without a callback URL requests no callback', async () => {
    expect(await targetFor({ callback_method: 'POST', callback_headers: { A: 'b' } })).toEqual({
      target: null,
      warnings: [],
    });
  });

  it('callbacks are GET without headers by default', async () => {
    expect(await targetFor({ callbackUrl: consumer })).toEqual({
      target: { url: consumer, method: 'GET', headers: {} },
      warnings: [],
    });
  });

  it('callbacks have headers with POST', async () => {
    const headers = { User: 'john', Password: '123' };
    const asked = { callbackUrl: consumer, callback_method: 'POST', callback_headers: headers };
    expect(await targetFor(asked)).toEqual({
      target: { url: consumer, method: 'POST', headers },
      warnings: [],
    });
  });

  it('callbacks have no headers with GET, and the run says so', async () => {
    expect(await targetFor({ callbackUrl: consumer, callback_headers: { User: 'john' } })).toEqual({
      target: { url: consumer, method: 'GET', headers: {} },
      warnings: [
        {
          location: 'body/callback_headers',
          code: 'callback-headers-ignored',
          message: expect.stringContaining('User'),
        },
      ],
    });
  });

  it('a setting gives GET callbacks headers', async () => {
    const asked = { callbackUrl: consumer, callback_headers: { User: 'john' } };
    expect(await targetFor(asked, { 'docdigitizer.headersOnGet': 'send' })).toEqual({
      target: { url: consumer, method: 'GET', headers: { User: 'john' } },
      warnings: [],
    });
  });

  it.each([
    ['http://a.test/cb?x=1#part', 'http://a.test/cb?x=1'],
    ['HTTPS://a.test/%2F?q=%20&&b', 'HTTPS://a.test/%2F?q=%20&&b'],
    ['http://a.test/ç?q=ü', 'http://a.test/%C3%A7?q=%C3%BC'],
  ])('the callback URL %s is called as %s', async (callbackUrl, url) => {
    expect((await targetFor({ callbackUrl })).target?.url).toBe(url);
  });

  it.each([
    '/relative',
    'a.test/cb',
    'ftp://a.test/cb',
    'http://',
    'http:///cb d',
    'http://a.test/\ncb',
    ' http://a.test/',
    '',
  ])('the callback URL %j is refused', async (callbackUrl) => {
    await expect(targetFor({ callbackUrl })).rejects.toMatchObject({
      code: 'request.invalid',
      status: 400,
      violations: [{ location: 'body/callbackUrl', code: 'format' }],
    });
  });

  it.each([
    ['Bad Name', 'x', 'a header name'],
    ['', 'x', 'a header name'],
    ['Content-Length', '3', 'the sender sets this one'],
    ['X-A', 'line\r\nX-B: line', 'one line'],
    ['X-A', 'snow ☃', 'one line'],
  ])('the callback header %j is refused', async (name, value, reason) => {
    await expect(
      targetFor({ callbackUrl: consumer, callback_method: 'POST', callback_headers: { [name]: value } }),
    ).rejects.toMatchObject({
      code: 'request.invalid',
      message: expect.stringContaining(reason),
      violations: [{ location: `body/callback_headers/${name}` }],
    });
  });

  it('the value of a refused header is not repeated', async () => {
    const asked = { callbackUrl: consumer, callback_headers: { Authorization: 'secret ☃' } };
    await expect(targetFor(asked)).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
  });

  it('refusals have the status of the setting', async () => {
    await expect(
      targetFor({ callbackUrl: 'x' }, { 'docdigitizer.invalidRequestStatus': 422 }),
    ).rejects.toMatchObject({ status: 422 });
  });
});

describe('a submission that is refused', () => {
  it('a submission without a file is refused', async () => {
    await expect(makeWorld().call('submitDocument')).rejects.toMatchObject({
      code: 'request.invalid',
      status: 400,
      violations: [{ location: 'body/files' }],
    });
  });

  it('a submission with a file over the limit is refused: the file is named and nothing is created', async () => {
    const world = makeWorld({
      settings: { 'docdigitizer.maxFileBytes': 100, 'docdigitizer.tooLargeStatus': 400 },
    });
    const small = makeFile('small.pdf', {}, 100);
    const large = makeFile('large.pdf', { problem: 'too-large' }, 101);
    await expect(world.call('submitDocument', { files: [small, large] })).rejects.toMatchObject({
      code: 'request.too-large',
      status: 400,
      violations: [
        { location: 'body/files/1', message: '"large.pdf" has 101 bytes, at most 100 are accepted' },
      ],
    });
    expect(await world.store.resources.count()).toBe(0);
    await expect(world.call('submitDocument', { files: [small] })).resolves.toMatchObject({ status: 202 });
  });

  it('a file over the limit gets 413, and the default limit is 25 MiB', async () => {
    const large = makeFile('large.pdf', {}, 25 * 1024 * 1024 + 1);
    await expect(makeWorld().call('submitDocument', { files: [large] })).rejects.toMatchObject({
      status: 413,
    });
  });

  it.each([{ isSync: true }, { isSync: true, useHumanRevision: true }])(
    'is synchronous with human revision: %j',
    async (body) => {
      await expect(makeWorld().call('submitDocument', { files, body })).rejects.toMatchObject({
        status: 400,
        violations: [{ location: 'body/isSync', code: 'sync-with-human-revision' }],
      });
      const settings = { 'docdigitizer.syncWithHumanRevision': 'accept' };
      await expect(makeWorld({ settings }).call('submitDocument', { files, body })).resolves.toMatchObject({
        status: 200,
      });
    },
  );
});

describe('a synchronous submission', () => {
  const body = { isSync: true, useHumanRevision: false, callbackUrl: consumer };

  it('a synchronous submission returns the finished document after the processing time', async () => {
    const world = makeWorld();
    const answer = await world.call('submitDocument', { files, body });
    expect(answer.status).toBe(200);
    expect(world.waits).toEqual([10_000]);
    expect(answer.body).toMatchObject({
      state: 91,
      stateText: 'ANNOTATED',
      created_at: '2030-01-01T00:00:00.000Z',
      results: { partial: false, reasons: [] },
      callbackLog: [],
    });
    const { document_ids: _ids, ...document } = answer.body as JsonObject;
    expect((await world.call('getDocument', { path: { docid: idOf(answer.body) } })).body).toEqual(document);
  });

  it('a synchronous submission gets only the final callback, immediately', async () => {
    const world = makeWorld();
    const { body: answer, runs } = await world.call('submitDocument', { files, body });
    expect(world.orders[0]?.branches).toEqual([
      { trigger: 'submission', subject: null, steps: [{ atMs: 0, callback: 'documentState' }] },
    ]);
    const drafts = await world.play(runs?.[0] ?? '');
    expect(drafts.map((draft) => draft.payload)).toEqual([
      { documentId: idOf(answer), state: 91, stateText: 'ANNOTATED' },
    ]);
  });

  it('a synchronous submission ends in the final state even if machine learning is scripted after it', async () => {
    const steps = [
      { atMs: 1_000, set: { state: 92, stateText: 'REJECTED' }, callback: 'documentState' },
      { atMs: 5_000, set: { state: 30, stateText: 'RECEIVEDMACHINELEARN' }, callback: 'documentState' },
    ];
    const world = makeWorld({ plan: () => timelinePlan(steps) });
    const answer = await world.call('submitDocument', { files, body });
    expect(answer.body).toMatchObject({ state: 92 });
    expect(world.waits).toEqual([1_000]);
  });

  it('a synchronous submission plays a script without a final callback to its end', async () => {
    const steps = [
      { atMs: 1_000, callback: 'documentState', query: { state: '30', stateText: 'RECEIVEDMACHINELEARN' } },
      { atMs: 5_000, set: { state: 91 } },
    ];
    const world = makeWorld({ plan: () => timelinePlan(steps) });
    const { body: answer, runs } = await world.call('submitDocument', { files, body });
    expect(answer).toMatchObject({ state: 91, stateText: 'ANNOTATED' });
    expect(world.waits).toEqual([5_000]);
    expect((await world.play(runs?.[0] ?? '')).map((draft) => objectOf(draft.payload).state)).toEqual([30]);
  });

  it('a synchronous submission does not wait for a script without steps', async () => {
    const world = makeWorld({ plan: () => timelinePlan([]) });
    expect((await world.call('submitDocument', { files, body })).body).toMatchObject({
      state: 10,
      stateText: 'RECEIVED',
    });
    expect(world.waits).toEqual([0]);
  });

  it('a synchronous submission finishes the documents of all its files', async () => {
    const world = makeWorld();
    const answer = await world.call('submitDocument', {
      files: [makeFile('a.pdf'), makeFile('b.pdf')],
      body,
    });
    const ids = (answer.body as { document_ids: string[] }).document_ids;
    const shown = await Promise.all(ids.map((docid) => world.call('getDocument', { path: { docid } })));
    expect(shown.map((one) => (one.body as JsonObject).state)).toEqual([91, 91]);
    expect(world.waits).toEqual([10_000]);
  });
});
