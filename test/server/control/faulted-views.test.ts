import { beforeEach, describe, expect, it } from 'vitest';
import type { ControlBody } from '../../support/ringback.ts';
import { call, submitDocument, useTestServer } from '../../support/test-server.ts';

describe('the control API’s view of faults', () => {
  const server = useTestServer();
  let base: string;
  let space = 0;
  beforeEach(() => {
    base = `${server().url}/@faults-${space++}`;
  });
  const get = async (path: string): Promise<ControlBody> =>
    (await call('GET', `${base}/_ringback/${path}`)).body;
  const post = (path: string, body?: unknown) => call('POST', `${base}/_ringback/${path}`, body);

  /** Submits a document for a script with these faults. Returns the path of the run. */
  async function submit(faults: string, rest = ''): Promise<string> {
    const script = `name: odd\nprovider: docdigitizer\noutcome: { final: rejected }\n${rest}\nfaults:\n${faults}`;
    const put = await fetch(`${base}/_ringback/scenarios/odd`, { method: 'PUT', body: script });
    expect({ status: put.status, body: await put.json() }).toMatchObject({ status: 201 });
    const fields = { callbackUrl: `${base}/_ringback/inbox/a`, callback_method: 'POST' };
    const { headers } = await submitDocument(base, fields, { 'x-ringback-scenario': 'odd' });
    return `runs/${headers.get('x-ringback-run')}`;
  }

  it('lists the faults of a delivery as a whole, and of each attempt', async () => {
    const retry = 'retry: { schedule: [1s], on: [non-2xx] }';
    const run = await submit(
      '- { on: { state: 92, attempt: 1 }, corrupt: { missingQuery: state } }\n- { on: { state: 92 }, delay: 1m }\n',
      retry,
    );
    await call('PUT', `${base}/_ringback/inboxes/a`, {
      answers: [{ status: 200 }, { status: 400 }, { status: 200 }],
    });
    await post('clock', { settle: true });
    const { deliveries, choice } = await get(run);
    expect(choice).toEqual({ rule: 'header', because: expect.stringContaining('docdigitizer/odd') });
    expect(deliveries).toMatchObject([
      { faults: [], draws: [], attempts: [{ faults: [] }] },
      {
        state: 'delivered',
        faults: ['delay 1m'],
        attempts: [
          { faults: ['corrupt missingQuery state'], statusCode: 400 },
          { faults: [], statusCode: 200 },
        ],
      },
    ]);
  });

  it('shows the outcome of each draw', async () => {
    const run = await submit(
      '- { on: { state: 30 }, drop: true, probability: 1 }\n- { probability: 0, delay: 1h }\n',
    );
    await post('clock', { settle: true });
    const { deliveries } = await get(run);
    expect(deliveries[0]).toMatchObject({ state: 'dropped', faults: ['drop'], dueAt: null, attempts: [] });
    expect(deliveries[1].draws).toEqual([
      { fault: 'delay 1h', probability: 0, drawn: expect.any(Number), struck: false },
    ]);
    expect(deliveries[1].faults).toEqual([]);
  });

  it('shows a held-back delivery: pending without a time, named by its run, until it leaves', async () => {
    const run = await submit('- { on: { state: 30 }, reorder: true }\n');
    await post('clock', { advance: '5s' });
    const held = await get(run);
    expect(held).toMatchObject({
      state: 'playing',
      openDeliveries: 1,
      deliveries: [{ state: 'pending', dueAt: null, attempts: [], faults: ['reorder'] }],
    });
    expect(held.heldDeliveries).toEqual([held.deliveries[0].id]);
    const early = await post(`deliveries/${held.deliveries[0].id}/redeliver`);
    expect(early).toMatchObject({ status: 409, body: { detail: expect.stringContaining('pending') } });
    const moved = await post('clock', { settle: true });
    expect(moved.body.deliveries.map(({ payload }: ControlBody) => payload.state)).toEqual([92, 30]);
    expect(await get(run)).toMatchObject({ state: 'finished', heldDeliveries: [] });
  });

  it('shows the steps that were played before the response', async () => {
    const run = await submit('- { on: { state: 30 }, early: true }\n');
    const { timeline, deliveries } = await get(run);
    expect(timeline).toMatchObject([{ playedEarly: 1, steps: [{ state: 'done' }, { state: 'pending' }] }]);
    expect(deliveries).toMatchObject([{ state: 'delivered', faults: ['early'] }]);
  });

  it('redelivers a dropped or corrupted callback in its original form, without the faults of its requests', async () => {
    const run = await submit(
      '- { on: { state: 30 }, drop: true }\n- { on: { state: 92 }, corrupt: { missingQuery: state } }\n',
    );
    await post('clock', { settle: true });
    const { deliveries } = await get(run);
    for (const { id } of deliveries) {
      expect(await post(`deliveries/${id}/redeliver`)).toMatchObject({
        status: 201,
        body: { redeliveryOf: id, state: 'delivered', draws: [], attempts: [{ number: 1, faults: [] }] },
      });
    }
    const { requests } = await get('inboxes/a');
    expect(requests.map(({ query }: ControlBody) => query.state)).toEqual([undefined, '30', '92']);
  });

  it('reports that the `set` of a script made a payload violate the contract', async () => {
    const script =
      'name: odd\nprovider: docdigitizer\ntimeline:\n- { after: 1s, set: { state: done } }\n- { after: 1s, callback: documentState }\n';
    await fetch(`${base}/_ringback/scenarios/odd`, { method: 'PUT', body: script });
    const { headers } = await submitDocument(
      base,
      { callbackUrl: `${base}/_ringback/inbox/a` },
      { 'x-ringback-scenario': 'odd' },
    );
    await post('clock', { settle: true });
    const { deliveries } = await get(`runs/${headers.get('x-ringback-run')}`);
    expect(deliveries).toMatchObject([
      { state: 'delivered', faults: ['set'], violations: [{ location: '/state' }] },
    ]);
  });

  it('reports that a payload given by hand is an override, and how it violates the contract', async () => {
    const payload = { event_type: 'error', error_message: 5 };
    const { body } = await post('callbacks', {
      callback: 'informed.error',
      to: `${base}/_ringback/inbox/a`,
      payload,
    });
    expect(body).toMatchObject({ state: 'delivered', faults: ['override'], payload });
    expect(body.violations.map(({ location }: ControlBody) => location)).toContain('/error_message');
  });
});
