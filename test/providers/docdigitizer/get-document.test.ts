import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import type { Plan } from '../../../src/core/scenario/plan.ts';
import {
  makeDelivery,
  makeFile,
  makeWorld,
  outcomePlan,
  timelinePlan,
  type WorldOptions,
} from './support.ts';

/** Submits one document and returns a function that reads it. */
async function submitted(options: WorldOptions = {}, body: JsonObject = {}) {
  const world = makeWorld(options);
  const { body: answer, runs } = await world.call('submitDocument', { files: [makeFile()], body });
  const docid = (answer as { document_id: string }).document_id;
  const runId = runs?.[0] ?? '';
  const get = async () =>
    (await world.call('getDocument', { path: { docid } })).body as JsonObject & { results: JsonObject };
  return { world, docid, runId, get };
}

const planned = (plan: Plan): WorldOptions => ({ plan: () => plan });

describe('getDocument', () => {
  it('getDocument shows a document before its first step', async () => {
    const { docid, get } = await submitted({}, { document_class: 'invoice' });
    expect(await get()).toEqual({
      document_id: docid,
      file_name: 'invoice.pdf',
      document_class: 'invoice',
      state: 10,
      stateText: 'RECEIVED',
      created_at: '2030-01-01T00:00:00.000Z',
      results: { partial: true, annotations: {}, reasons: [] },
      callbackLog: [],
    });
  });

  it('getDocument shows the initial state of the plan, then of the settings', async () => {
    const settings = { 'docdigitizer.initialState': 0, 'docdigitizer.initialStateText': '' };
    expect(await (await submitted({ settings })).get()).toMatchObject({ state: 0, stateText: '' });
    const plan = outcomePlan({ final: 'annotated' }, {}, { 'docdigitizer.initialStateText': 'QUEUED' });
    expect(await (await submitted({ settings, ...planned(plan) })).get()).toMatchObject({
      state: 0,
      stateText: 'QUEUED',
    });
  });

  it('getDocument shows partial results in phase 1 and consistent complete ones at the end', async () => {
    const { world, runId, get } = await submitted({}, { document_class: 'invoice' });
    await world.play(runId, 2_000);
    const first = await get();
    expect(first).toMatchObject({
      state: 30,
      stateText: 'RECEIVEDMACHINELEARN',
      results: { partial: true, reasons: [] },
    });
    await world.play(runId);
    const last = await get();
    expect(last).toMatchObject({
      state: 91,
      stateText: 'ANNOTATED',
      results: { partial: false, reasons: [] },
    });
    const partial = first.results.annotations as JsonObject;
    const complete = last.results.annotations as JsonObject;
    expect(Object.keys(complete)).toHaveLength(15);
    expect(Object.keys(partial).length).toBeLessThan(15);
    expect(Object.values(partial)).toContain(null);
    for (const [key, value] of Object.entries(partial))
      if (value !== null) expect(value).toEqual(complete[key]);
  });

  it('getDocument shows the same data each time, and in another world of the same seed', async () => {
    const results = async (seed: number) => {
      const { world, runId, get } = await submitted({ seed });
      await world.play(runId);
      const once = await get();
      expect(await get()).toEqual(once);
      return once;
    };
    expect(await results(5)).toEqual(await results(5));
    expect((await results(5)).results).not.toEqual((await results(6)).results);
  });

  it('getDocument uses the seed of the plan if it has one, for a document of another id too', async () => {
    let ids = 0;
    const annotationsOf = async (seed: number) => {
      const { world, runId, get } = await submitted({
        ...planned({ ...outcomePlan({ final: 'annotated' }), seed }),
        seed: ++ids,
      });
      await world.play(runId);
      return (await get()).results.annotations;
    };
    expect(await annotationsOf(1)).toEqual(await annotationsOf(1));
    expect(await annotationsOf(1)).not.toEqual(await annotationsOf(2));
  });

  it.each([
    [{ final: 'rejected' }, ['not included in the license']],
    [{ final: 'rejected', reason: 'unreadable' }, ['unreadable']],
    [{ final: 'rejected', reasons: ['a', 'b'] }, ['a', 'b']],
    [{ final: 'error' }, []],
    [{ final: 'error', reason: 'down' }, ['down']],
  ])('getDocument gives the reasons of %j', async (outcome, reasons) => {
    const { world, runId, get } = await submitted(planned(outcomePlan(outcome)));
    await world.play(runId, 2_000);
    expect((await get()).results.reasons).toEqual([]);
    await world.play(runId);
    expect((await get()).results).toEqual({ partial: false, annotations: {}, reasons });
  });

  it('getDocument merges the annotations of an outcome over its own, null included', async () => {
    const annotations = {
      'document:financial-document:amount_total': 12.5,
      'document:financial-document:due_date': null,
    };
    const { world, runId, get } = await submitted(planned(outcomePlan({ final: 'annotated', annotations })), {
      document_class: 'invoice',
    });
    await world.play(runId);
    expect((await get()).results.annotations).toMatchObject(annotations);
  });

  it('getDocument merges what a script sets over its result', async () => {
    const plan = timelinePlan([
      { atMs: 0, set: { state: '92', results: { reasons: ['because'] }, file_name: 'other.pdf' } },
      { atMs: 1, set: { results: { partial: true } } },
    ]);
    const { world, runId, get } = await submitted(planned(plan));
    await world.play(runId);
    expect(await get()).toMatchObject({
      file_name: 'other.pdf',
      state: 92,
      stateText: 'REJECTED',
      results: { partial: true, annotations: {}, reasons: ['because'] },
    });
  });

  it.each(['nothing', ''])('getDocument returns 404 for the id %j', async (docid) => {
    await expect(makeWorld().call('getDocument', { path: { docid } })).rejects.toMatchObject({
      code: 'resource.not-found',
      status: 404,
      message: expect.stringContaining(JSON.stringify(docid)),
    });
  });

  it('getDocument returns 404 for the id of an object that is not a document', async () => {
    const world = makeWorld();
    const { body } = await world.call('annotateDocument', { files: [makeFile()] });
    const docid = (body as { task: { id: string } }).task.id;
    await expect(world.call('getDocument', { path: { docid } })).rejects.toMatchObject({
      code: 'resource.not-found',
    });
  });
});

describe('callbackLog', () => {
  it('callbackLog lists every attempt of every delivery in order', async () => {
    const { world, docid, runId, get } = await submitted();
    const start = world.context.clock.now();
    const payload = (state: number, stateText: string) => ({ documentId: docid, state, stateText });
    world.deliveries.set(runId, [
      makeDelivery(
        payload(30, 'RECEIVEDMACHINELEARN'),
        [
          [start + 2_000, 503, 'The consumer responded 503.'],
          [start + 12_000, 200, null],
        ],
        {
          url: 'http://a.test/cb?state=30',
        },
      ),
      makeDelivery(payload(91, 'ANNOTATED'), [[start + 10_000, null, 'connection refused']], {
        method: 'POST',
        url: 'http://a.test/cb?state=91',
      }),
      makeDelivery(payload(91, 'ANNOTATED'), [], { state: 'dropped' }),
    ]);
    const made = {
      url: 'http://a.test/cb?state=30',
      method: 'GET',
      state: 30,
      stateText: 'RECEIVEDMACHINELEARN',
    };
    expect((await get()).callbackLog).toEqual([
      {
        timestamp: '2030-01-01T00:00:02.000Z',
        ...made,
        attempt: 1,
        statusCode: 503,
        success: false,
        error: 'The consumer responded 503.',
      },
      {
        timestamp: '2030-01-01T00:00:10.000Z',
        method: 'POST',
        url: 'http://a.test/cb?state=91',
        state: 91,
        stateText: 'ANNOTATED',
        attempt: 1,
        statusCode: null,
        success: false,
        error: 'connection refused',
      },
      {
        timestamp: '2030-01-01T00:00:12.000Z',
        ...made,
        attempt: 2,
        statusCode: 200,
        success: true,
        error: null,
      },
    ]);
  });

  it('callbackLog uses the status as text when the form of the callback has no state', async () => {
    const { world, runId, get } = await submitted();
    world.deliveries.set(runId, [makeDelivery({ docid: 'x', status: 'classified' }, [[0, 200, null]])]);
    expect((await get()).callbackLog).toMatchObject([{ state: null, stateText: 'classified' }]);
  });
});
