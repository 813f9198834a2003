import { describe, expect, it } from 'vitest';
import { type JsonObject, objectOf } from '../../../src/core/json.ts';
import type { TimelineStep } from '../../../src/core/scenario/plan.ts';
import type { SettingsInput } from '../../../src/core/settings.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { toResource } from '../../../src/providers/docdigitizer/document.ts';
import { consumer, makeRun, makeWorld, momentOf, timelinePlan, violationsOf } from './support.ts';

const document = toResource('döc/1', 0, {
  runId: 'a-run',
  files: [{ name: 'a.pdf', type: 'pdf', bytes: 1 }],
});

/** Performs steps on one document and returns what the last one sends. */
async function perform(
  steps: TimelineStep | readonly TimelineStep[],
  given: Parameters<typeof makeRun>[2] & { settings?: SettingsInput } = {},
) {
  const world = makeWorld({ settings: given.settings ?? {} });
  await world.store.resources.put(document);
  const list = Array.isArray(steps) ? (steps as TimelineStep[]) : [steps as TimelineStep];
  const run = makeRun(document, timelinePlan(list), given);
  let effect = await docdigitizer.performStep({ atMs: 0 }, momentOf(run, world.context));
  for (const step of list) effect = await docdigitizer.performStep(step, momentOf(run, world.context));
  return { drafts: effect.callbacks, patch: (await world.store.resources.get(document.id))?.patch };
}

const stateStep = (state: number, stateText: string, more: Partial<TimelineStep> = {}): TimelineStep => ({
  atMs: 0,
  set: { state, stateText },
  callback: 'documentState',
  ...more,
});

const all = [
  [10, 'RECEIVED'],
  [30, 'RECEIVEDMACHINELEARN'],
  [91, 'ANNOTATED'],
  [92, 'REJECTED'],
  [999, 'ERROR'],
] as const;

describe('perform', () => {
  it.each(all)('perform sets the state %i %s and sends it', async (state, stateText) => {
    const { drafts, patch } = await perform(stateStep(state, stateText));
    expect(patch).toEqual({ state, stateText });
    expect(drafts).toEqual([
      {
        callback: 'documentState',
        target: { url: consumer, method: 'GET', headers: {} },
        payload: { documentId: 'döc/1', state, stateText },
        selects: { state: [state, stateText] },
      },
    ]);
  });

  it('perform sets the state but sends nothing without a callback URL', async () => {
    const { drafts, patch } = await perform(stateStep(91, 'ANNOTATED'), { target: null });
    expect(drafts).toEqual([]);
    expect(patch).toEqual({ state: 91, stateText: 'ANNOTATED' });
  });

  it('perform sends nothing for a step without a callback', async () => {
    expect((await perform({ atMs: 0, set: { state: 91 } })).drafts).toEqual([]);
  });

  it('perform sends the state of the document when the step sets none', async () => {
    const { drafts } = await perform([
      stateStep(30, 'RECEIVEDMACHINELEARN'),
      { atMs: 1, callback: 'documentState' },
    ]);
    expect(drafts[0]?.payload).toMatchObject({ state: 30, stateText: 'RECEIVEDMACHINELEARN' });
  });

  it('perform adds the text of a known state when a script sets only the state', async () => {
    expect(
      (await perform({ atMs: 0, set: { state: 92 }, callback: 'documentState' })).drafts[0]?.payload,
    ).toMatchObject({
      state: 92,
      stateText: 'REJECTED',
    });
  });

  it('the query of a step replaces and adds parameters, states as integers', async () => {
    const step = {
      atMs: 0,
      callback: 'documentState',
      query: { state: '91', stateText: 'ANNOTATED', extra: 'x' },
    };
    const { drafts, patch } = await perform(step);
    expect(drafts[0]?.payload).toEqual({
      documentId: 'döc/1',
      state: 91,
      stateText: 'ANNOTATED',
      extra: 'x',
    });
    expect(patch).toEqual({});
  });

  it('the payload of a step is merged over the parameters, and null removes one', async () => {
    const step = stateStep(91, 'ANNOTATED', { payload: { stateText: null, state: 'x' } });
    expect((await perform(step)).drafts[0]?.payload).toEqual({ documentId: 'döc/1', state: 'x' });
  });

  it('what several steps set is combined', async () => {
    const { patch } = await perform([
      { atMs: 0, set: { state: 30, results: { reasons: ['a'], partial: null } } },
      { atMs: 1, set: { state: 91, results: { reasons: ['b'] } } },
    ]);
    expect(patch).toEqual({ state: 91, results: { reasons: ['b'], partial: null } });
  });

  it('perform does nothing for an evicted document', async () => {
    const world = makeWorld();
    const run = makeRun(document, timelinePlan([]));
    expect(await docdigitizer.performStep(stateStep(91, 'ANNOTATED'), momentOf(run, world.context))).toEqual({
      callbacks: [],
    });
  });

  it('perform refuses a callback that DocDigitizer does not have', async () => {
    await expect(perform({ atMs: 0, callback: 'documentStat' })).rejects.toMatchObject({
      code: 'scenario.invalid',
      message: expect.stringContaining('Did you mean "documentState"?'),
    });
  });
});

describe('the forms of a state callback', () => {
  const payloads = async (given: Parameters<typeof perform>[1], callback = 'documentState') => {
    const said: (JsonObject | null)[] = [];
    for (const [state, stateText] of all) {
      const { drafts } = await perform(stateStep(state, stateText, { callback }), given);
      for (const draft of drafts)
        expect(violationsOf(draft)).toEqual(callback === 'documentState' ? [] : expect.anything());
      said.push(drafts[0] === undefined ? null : objectOf(drafts[0].payload));
    }
    return said;
  };
  const statusesV1 = ['start', 'classified', 'annotated', 'rejected', 'rejected'].map((status) => ({
    docid: 'döc/1',
    status,
  }));
  const overview = { settings: { 'docdigitizer.callbackVariant': 'documentStateOverview' } };

  it('a setting gives state callbacks doc_id and status, for final states only', async () => {
    expect(await payloads(overview)).toEqual([
      null,
      null,
      ...['ANNOTATED', 'REJECTED', 'ERROR'].map((status) => ({ doc_id: 'döc/1', status })),
    ]);
  });

  it('a setting gives state callbacks docid and status', async () => {
    expect(await payloads({ settings: { 'docdigitizer.callbackVariant': 'documentStateV1' } })).toEqual(
      statusesV1,
    );
  });

  it.each(['annotateDocument', 'annotateDocumentOfClass'])(
    'have docid and status for %s, whatever the setting',
    async (operation) => {
      expect(await payloads({ ...overview, operation })).toEqual(statusesV1);
    },
  );

  it('a setting turns the error callback of v1 off', async () => {
    const settings = { 'docdigitizer.v1.errorStatus': 'none' };
    expect(await payloads({ settings, operation: 'annotateDocument' })).toEqual([
      ...statusesV1.slice(0, 4),
      null,
    ]);
  });

  it('a step can name the form, against the setting and for states without a status', async () => {
    expect(await payloads({}, 'documentStateOverview')).toEqual(
      ['RECEIVED', 'RECEIVEDMACHINELEARN', 'ANNOTATED', 'REJECTED', 'ERROR'].map((status) => ({
        doc_id: 'döc/1',
        status,
      })),
    );
    expect(await payloads(overview, 'documentStateV1')).toEqual(statusesV1);
  });

  it('each form follows the state and id of a query, and keeps its status unchanged', async () => {
    const step = { atMs: 0, callback: 'documentState', query: { state: '92', documentId: 'other' } };
    expect((await perform(step, { operation: 'annotateDocument' })).drafts[0]?.payload).toEqual({
      docid: 'other',
      status: 'rejected',
    });
    const status = { atMs: 0, callback: 'documentStateV1', query: { status: 'annotated' } };
    expect((await perform(status)).drafts[0]?.payload).toEqual({ docid: 'döc/1', status: 'annotated' });
  });
});

describe('the body of a state callback', () => {
  const target = {
    url: consumer,
    method: 'POST',
    headers: { Authorization: 'API_KEY x', 'Content-Type': 'text/x-own' },
  };
  const bodyFor = async (
    settings: SettingsInput,
    headers = target.headers as Record<string, string>,
    method = 'POST',
  ) =>
    (await perform(stateStep(91, 'A&Ü'), { settings, target: { url: consumer, method, headers } })).drafts[0];

  it('the body of a state callback is empty for POST', async () => {
    expect(await bodyFor({})).not.toHaveProperty('body');
  });

  it.each([
    ['form', 'documentId=d%C3%B6c%2F1&state=91&stateText=A%26%C3%9C', 'application/x-www-form-urlencoded'],
    ['json', '{"documentId":"döc/1","state":91,"stateText":"A&Ü"}', 'application/json'],
  ])('a setting makes the body repeat the parameters as %s', async (postBody, content, mediaType) => {
    const draft = await bodyFor({ 'docdigitizer.postBody': postBody }, { Authorization: 'API_KEY x' });
    expect(draft?.body?.mediaType).toBe(mediaType);
    expect(draft?.body?.content(draft.payload)).toBe(content);
    expect(draft?.target.headers).toEqual({ Authorization: 'API_KEY x' });
  });

  it('the body has the content type that the consumer requested, once', async () => {
    const draft = await bodyFor({ 'docdigitizer.postBody': 'json' });
    expect(draft?.body?.mediaType).toBe('text/x-own');
    expect(draft?.target.headers).toEqual({ Authorization: 'API_KEY x' });
  });

  it('a GET callback never has a body', async () => {
    expect(await bodyFor({ 'docdigitizer.postBody': 'json' }, {}, 'GET')).not.toHaveProperty('body');
  });
});
