import { describe, expect, it } from 'vitest';
import { type JsonObject, objectOf } from '../../../src/core/json.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { consumer, makeFile, makeWorld, outcomePlan, timelinePlan } from './support.ts';

const files = [makeFile()];

interface Task {
  readonly id: string;
  readonly status: string;
  readonly document_id: string;
}

const taskOf = (body: unknown): Task => (body as { task: Task }).task;
const documentOf = (body: unknown): JsonObject => (body as { document: JsonObject }).document;

describe('annotateDocument', () => {
  it('annotateDocument returns 202, a task and the URL of the document', async () => {
    const world = makeWorld();
    const { status, headers, body, runs } = await world.call('annotateDocument', { files });
    const { id, document_id } = taskOf(body);
    expect(status).toBe(202);
    expect(body).toEqual({
      detail: 'Accepted',
      status: 202,
      task: {
        created: expect.stringMatching(/^2030-01-01T00:00:00\.000\d{3}$/),
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        links: { self: `/api/v1/tasks/${id}`, collection: '/api/v1/tasks' },
        status: 'PENDING',
        document_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    expect(headers).toEqual({
      'X-Document-Location': `http://127.0.0.1:4020/docdigitizer/api/v1/documents/${document_id}`,
    });
    expect(runs).toHaveLength(1);
  });

  it('every task has a time with microseconds', async () => {
    const world = makeWorld();
    for (let i = 0; i < 40; i++) await world.call('annotateDocument', { files });
    const { tasks } = (await world.call('listTasks')).body as unknown as { tasks: { created: string }[] };
    for (const { created } of tasks) expect(created).toMatch(/^2030-01-01T00:00:00\.\d{6}$/);
    expect(new Set(tasks.map(({ created }) => created)).size).toBeGreaterThan(20);
  });

  it('annotateDocument sends callbacks for start, classified and annotated', async () => {
    const world = makeWorld();
    const { body, runs } = await world.call('annotateDocument', { files, body: { callback_url: consumer } });
    const drafts = await world.play(runs?.[0] ?? '');
    expect(world.orders[0]?.branches[0]?.steps?.map((step) => step.atMs)).toEqual([0, 2_000, 10_000]);
    expect(drafts.map(({ callback, payload }) => [callback, payload])).toEqual(
      ['start', 'classified', 'annotated'].map((status) => [
        'documentStateV1',
        { docid: taskOf(body).document_id, status },
      ]),
    );
  });

  it('annotateDocument plays a timeline as written, without adding a start', async () => {
    const plan = () => timelinePlan([{ atMs: 5, set: { state: 92 }, callback: 'documentState' }]);
    const world = makeWorld({ plan });
    const { runs } = await world.call('annotateDocument', { files, body: { callback_url: consumer } });
    expect((await world.play(runs?.[0] ?? '')).map((draft) => objectOf(draft.payload).status)).toEqual([
      'rejected',
    ]);
  });

  it('annotateDocument calls back by POST with headers on request', async () => {
    const world = makeWorld();
    const asked = {
      callback_url: consumer,
      callback_method: 'POST',
      callback_headers: { Authorization: 'x' },
    };
    await world.call('annotateDocument', { files, body: asked });
    expect(world.orders[0]?.target).toEqual({
      url: consumer,
      method: 'POST',
      headers: { Authorization: 'x' },
    });
  });

  it('annotateDocument names its own field when it refuses a callback URL', async () => {
    await expect(
      makeWorld().call('annotateDocument', { files, body: { callback_url: '/x' } }),
    ).rejects.toMatchObject({
      violations: [{ location: 'body/callback_url' }],
    });
  });

  it('annotateDocument makes one document per file, all in one task', async () => {
    const world = makeWorld();
    const { body, runs } = await world.call('annotateDocument', {
      files: [makeFile('a.pdf'), makeFile('b.pdf')],
    });
    const { document_id, document_ids } = (body as { task: { document_id: string; document_ids: string[] } })
      .task;
    expect(document_ids).toHaveLength(2);
    expect(document_ids[0]).toBe(document_id);
    await world.play(runs?.[0] ?? '');
    const status = async () =>
      taskOf((await world.call('getTask', { path: { taskId: taskOf(body).id } })).body).status;
    expect(await status()).toBe('PENDING');
    await world.play(runs?.[1] ?? '');
    expect(await status()).toBe('SUCCESS');
  });

  it('annotateDocument refuses a submission without a file and makes no task', async () => {
    const world = makeWorld();
    await expect(world.call('annotateDocument')).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await world.store.resources.count()).toBe(0);
  });

  it('a task is evicted with its first document', async () => {
    const world = makeWorld();
    const { body } = await world.call('annotateDocument', { files: [makeFile('a.pdf'), makeFile('b.pdf')] });
    const owned = new Map(
      (await world.store.resources.list()).map((one) => [one.id, docdigitizer.dependentResources(one)]),
    );
    const { id, document_id } = taskOf(body);
    expect(owned.get(document_id)).toEqual([id]);
    expect([...owned.values()].flat()).toEqual([id]);
  });
});

describe('annotateDocumentOfClass', () => {
  it('annotateDocumentOfClass takes the class from the path', async () => {
    const world = makeWorld();
    const path = { document_class: 'payslips' };
    const { body, runs } = await world.call('annotateDocumentOfClass', { files, path });
    await world.play(runs?.[0] ?? '');
    const shown = await world.call('getDocumentV1', { path: { docid: taskOf(body).document_id } });
    const { data } = documentOf(shown.body).annotations as { data: JsonObject };
    expect(data).toHaveProperty(['document:payslip:amount_net']);
    const v2 = await world.call('getDocument', { path: { docid: taskOf(body).document_id } });
    expect(v2.body).toMatchObject({ document_class: 'payslips', state: 91 });
  });
});

describe('getTask', () => {
  it.each([
    ['annotated', 'SUCCESS'],
    ['rejected', 'SUCCESS'],
    ['error', 'FAILURE'],
  ])('a task is PENDING and after an outcome %s %s', async (final, status) => {
    const world = makeWorld({ plan: () => outcomePlan({ final }) });
    const { body, runs } = await world.call('annotateDocument', { files });
    const get = async () => taskOf((await world.call('getTask', { path: { taskId: taskOf(body).id } })).body);
    expect(await get()).toEqual(taskOf(body));
    await world.play(runs?.[0] ?? '', 2_000);
    expect((await get()).status).toBe('PENDING');
    await world.play(runs?.[0] ?? '');
    expect(await get()).toEqual({ ...taskOf(body), status });
  });

  it('getTask returns 404 for an unknown task and for the id of a document', async () => {
    const world = makeWorld();
    const { body } = await world.call('annotateDocument', { files });
    for (const taskId of ['nothing', taskOf(body).document_id]) {
      await expect(world.call('getTask', { path: { taskId } })).rejects.toMatchObject({
        code: 'resource.not-found',
      });
    }
  });
});

describe('listTasks', () => {
  it('listTasks lists only the tasks, oldest first', async () => {
    const world = makeWorld();
    expect((await world.call('listTasks')).body).toEqual({ tasks: [] });
    const first = await world.call('annotateDocument', { files });
    await world.call('submitDocument', { files });
    const second = await world.call('annotateDocument', { files });
    expect((await world.call('listTasks')).body).toEqual({
      tasks: [taskOf(first.body), taskOf(second.body)],
    });
  });
});

describe('getDocumentV1', () => {
  it.each([
    ['annotated', 'success'],
    ['rejected', 'rejected'],
    ['error', 'error'],
  ])('a document of API v1 is pending and after an outcome %s %s', async (final, status) => {
    const world = makeWorld({ plan: () => outcomePlan({ final }) });
    const path = { document_class: 'invoice' };
    const { body, runs } = await world.call('annotateDocumentOfClass', { files, path });
    const get = async () =>
      documentOf((await world.call('getDocumentV1', { path: { docid: taskOf(body).document_id } })).body);
    expect(await get()).toEqual({
      id: taskOf(body).document_id,
      annotation_status: 'pending',
      annotations: { data: {} },
    });
    await world.play(runs?.[0] ?? '');
    const { annotation_status, annotations } = await get();
    expect(annotation_status).toBe(status);
    expect(Object.keys((annotations as { data: JsonObject }).data)).toHaveLength(
      final === 'annotated' ? 15 : 0,
    );
  });

  it('getDocumentV1 shows the tags of the submission', async () => {
    const world = makeWorld();
    const { body } = await world.call('annotateDocument', {
      files,
      headers: { 'x-docdigitizer-tag': ' a, b,,' },
    });
    const shown = await world.call('getDocumentV1', { path: { docid: taskOf(body).document_id } });
    expect(documentOf(shown.body).tags).toEqual(['a', 'b']);
  });

  it('getDocumentV1 returns 404 for an unknown document', async () => {
    for (const operation of ['getDocumentV1', 'getDocumentAssets']) {
      await expect(makeWorld().call(operation, { path: { docid: 'x' } })).rejects.toMatchObject({
        status: 404,
      });
    }
  });
});

describe('getDocumentAssets', () => {
  it('getDocumentAssets lists the files of the document with their detected types', async () => {
    const world = makeWorld({ settings: { 'docdigitizer.documentPer': 'request' } });
    const given = [
      makeFile('a.pdf', {}, 5),
      makeFile('b.tif', { type: 'tiff' }, 0),
      makeFile('c', { type: null, problem: 'type' }, 7),
    ];
    const { body } = await world.call('annotateDocument', { files: given });
    const { body: assets } = await world.call('getDocumentAssets', {
      path: { docid: taskOf(body).document_id },
    });
    expect(assets).toEqual({
      assets: [
        { name: 'a.pdf', content_type: 'application/pdf', size: 5 },
        { name: 'b.tif', content_type: 'image/tiff', size: 0 },
        { name: 'c', content_type: null, size: 7 },
      ],
    });
  });
});
