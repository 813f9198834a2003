import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  callbackExample,
  type DeliveryFilter,
  defineScenario,
  isRingbackError,
  type MockProvider,
  type RunFilter,
  startProvider,
  version,
} from '../../src/index.ts';
import { startServer } from '../../src/server/start-server.ts';
import type { DocumentStateCallback } from '../../src/types/index.ts';
import { docdigitizerClient } from '../support/clients.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startConsumer } from '../support/consumer.ts';
import { submitApplication, submitDocument } from './support/consumer-client.ts';

const outage = defineScenario({
  name: 'outage',
  provider: 'docdigitizer',
  outcome: { final: 'annotated' },
  retry: { schedule: ['1m', '2h'], on: ['5xx'] },
});

async function started(options: Parameters<typeof startProvider>[0] = {}): Promise<MockProvider> {
  const provider = await startProvider(options);
  closeAfterwards(() => provider.close());
  return provider;
}

it.each<[string, () => unknown]>([
  ['startProvider(options)', () => startProvider({}, 7 as never)],
  ['callbackExample(type, options)', () => callbackExample('error', {}, 7 as never)],
])('%s refuses an extra argument', async (signature, misuse) => {
  await expect((async () => misuse())()).rejects.toMatchObject({
    code: 'option.invalid',
    message: expect.stringContaining(`Got 1 argument too many: 7. Expected ${signature}.`),
  });
});

describe.each(['in process', 'attached'])('a provider %s', (where) => {
  let provider: MockProvider;
  beforeAll(async () => {
    if (where === 'in process') {
      provider = await startProvider();
    } else {
      const server = await startServer({ port: 0, clock: 'virtual', seed: 42, controlToken: 'secret' });
      closeAfterwards(async () => void (await server.close({ graceMs: 1_000 })));
      provider = await startProvider({ url: `${server.url}/`, space: 'team-a', token: 'secret' });
    }
  });
  beforeEach(() => provider.reset());
  afterAll(() => provider.close());

  it('has URLs to configure the consumer', () => {
    const { base, docdigitizer, informed, control } = provider.urls;
    expect(base).toMatch(
      where === 'attached' ? /^http:\/\/127\.0\.0\.1:\d+\/@team-a$/ : /^http:\/\/127\.0\.0\.1:\d+$/,
    );
    expect({ docdigitizer, informed, control }).toEqual({
      docdigitizer: `${base}/docdigitizer`,
      informed: `${base}/informed`,
      control: `${base}/_ringback`,
    });
  });

  it('plays the next submissions as ordered', async () => {
    await provider.playNext('docdigitizer/rejected', { times: 2 });
    const ids = [
      await submitDocument(provider),
      await submitDocument(provider),
      await submitDocument(provider),
    ];
    await provider.settle();
    const runs = await provider.runs();
    expect(runs.map(({ resourceId }) => resourceId)).toEqual(ids);
    expect(runs.map(({ scenario }) => scenario)).toEqual([
      'docdigitizer/rejected',
      'docdigitizer/rejected',
      'docdigitizer/annotated',
    ]);
    expect(runs.every(({ state }) => state === 'finished')).toBe(true);
  });

  it('plays an order only for matching submissions', async () => {
    await provider.playNext('docdigitizer/rejected', { match: { body: { document_class: 'payslips' } } });
    await submitDocument(provider);
    await docdigitizerClient(provider.urls.base).submit({ document_class: 'payslips' });
    expect((await provider.runs()).map(({ scenario }) => scenario)).toEqual([
      'docdigitizer/annotated',
      'docdigitizer/rejected',
    ]);
  });

  it('accepts a scenario as an object, and as YAML of one or several', async () => {
    expect(await provider.addScenario(outage)).toBe('docdigitizer/outage');
    expect(await provider.addScenario('name: late\nprovider: informed\noutcome: {}\n')).toBe('informed/late');
    const several = [
      'name: first\nprovider: docdigitizer\noutcome: { final: error }',
      'name: second\nprovider: docdigitizer\noutcome: { final: rejected }',
    ].join('\n---\n');
    expect(await provider.addScenario(several)).toBe('docdigitizer/second');
    await provider.playNext('docdigitizer/first');
    await submitDocument(provider);
    await provider.settle();
    expect((await provider.deliveries()).at(-1)?.payload).toMatchObject({ stateText: 'ERROR' });
  });

  it('names the invalid property of a scenario object, and no lines or files', async () => {
    const refused = (script: object) =>
      provider.addScenario(script as never).then(
        () => null,
        (error: Error & { violations: readonly { location: string }[] }) => error,
      );
    const one = await refused({ ...outage, outcome: { final: 'rejcted' } });
    expect(one?.message).toMatch(/^Could not read the scenario: \/outcome\/final: .*"rejected"/);
    expect(one?.violations.map(({ location }) => location)).toEqual(['/outcome/final']);
    const several = await refused({ ...outage, sead: 1, match: {} });
    expect(several?.violations.map(({ location }) => location)).toEqual(['/sead', '/match']);
    expect(several?.message).not.toMatch(/body|:\d+:\d+/);
    // The provider does not exist: the path and the object agree, so the value is wrong.
    expect((await refused({ ...outage, provider: 'nobody' }))?.message).toMatch(/scenario: \/provider: /);
    expect((await refused({}))?.message).not.toMatch(/body|:\d+:\d+/);
  });

  it('starts its clock at `now`', async () => {
    await using later = await startProvider({ now: '2031-03-01T08:00:00Z' });
    expect(await later.now()).toBe('2031-03-01T08:00:00.000Z');
    expect(await later.space('other').now()).toBe('2031-03-01T08:00:00.000Z');
    await expect(startProvider({ now: '2031-03-01' })).rejects.toThrow(
      'Could not call startProvider: Got "2031-03-01" for now, expected an RFC 3339 time from 1970 to 9899',
    );
    // @ts-expect-error a Date
    await expect(startProvider({ now: new Date(0) })).rejects.toThrow(
      'Could not call startProvider: Got a Date for now; pass its toISOString().',
    );
    await expect(startProvider({ now: '2031-03-01T08:00:00Z', clock: 'real' })).rejects.toThrow(
      '"now" sets a virtual clock, and the clock is real.',
    );
  });

  it('moves its clock by a number of milliseconds', async () => {
    const before = Date.parse(await provider.now());
    expect(Date.parse((await provider.advance(1_500)).now) - before).toBe(1_500);
  });

  it('moves its clock through hours of retries', async () => {
    const inbox = provider.inbox();
    await inbox.script([503, { status: 500, times: 3 }, 200]);
    await provider.playNext(await provider.addScenario(outage));
    await submitDocument(provider);
    const before = Date.parse(await provider.now());
    const { jobs, deliveries } = await provider.advance('3s');
    expect({ jobs, attempts: deliveries.map(({ attempts }) => attempts.length) }).toEqual({
      jobs: 1,
      attempts: [1],
    });
    expect(Date.parse(await provider.now()) - before).toBe(3_000);
    const move = await provider.settle();
    expect(move).toMatchObject({ pending: 0, bound: null });
    expect(Date.parse(await provider.now()) - before).toBe(10_000 + 60_000 + 7_200_000);
    const [first, second] = await provider.deliveries();
    expect(first?.attempts.map(({ statusCode }) => statusCode)).toEqual([503, 500, 200]);
    expect(second?.attempts.map(({ statusCode }) => statusCode)).toEqual([500, 500, 200]);
    expect(await inbox.requests()).toHaveLength(6);
  });

  it('shows what an inbox received', async () => {
    const inbox = provider.inbox('webhook');
    expect(inbox).toMatchObject({ name: 'webhook', url: `${provider.urls.control}/inbox/webhook` });
    await provider.sendCallback({ callback: 'error', to: inbox.url, headers: { 'x-mine': '1' } });
    const [request] = await inbox.requests();
    expect(request).toMatchObject({ method: 'POST', answeredWith: 200, json: { event_type: 'error' } });
    expect(request?.headers['x-mine']).toBe('1');
  });

  it('fires a callback, and sends a delivery again', async () => {
    const payload = { documentId: '1', state: 92, stateText: 'REJECTED' };
    const to = provider.inbox().url;
    const fired = await provider.sendCallback({ callback: 'documentState', to, method: 'POST', payload });
    expect(fired).toMatchObject({ state: 'delivered', method: 'POST', payload, runId: null });
    expect(await provider.deliveries({ run: null })).toContainEqual(fired);
    expect((await provider.deliveries({ run: null })).every(({ runId }) => runId === null)).toBe(true);
    const again = await provider.redeliver(fired);
    expect(again).toMatchObject({ state: 'delivered', redeliveryOf: fired.id, payload });
    expect((await provider.redeliver(again.id)).id).not.toBe(again.id);
    expect(await provider.inbox().requests()).toHaveLength(3);
  });

  it('responds to the next submission with faults, then normally', async () => {
    await provider.injectFaults('docdigitizer', { status: 503, times: 2, headers: { 'retry-after': '1' } });
    const client = docdigitizerClient(provider.urls.base);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await client.submit({})).status);
    expect(statuses).toEqual([503, 503, 202]);
    await provider.injectFaults('informed', [{ operation: 'registerApplication', status: 500, times: 1 }], {
      times: 1,
    });
    await expect(submitApplication(provider)).rejects.toThrow('500');
    await submitApplication(provider);
    await provider.settle();
    expect((await provider.runs()).map(({ state }) => state)).toEqual(['finished', 'finished']);
  });

  it('responds with the faults of every handle on a space, in the order of the calls', async () => {
    const own = provider.space('shared');
    const attach = () =>
      startProvider({
        url: new URL(own.urls.base).origin,
        space: 'shared',
        ...(where === 'attached' && { token: 'secret' }),
      });
    const handles = [own, provider.space('shared'), await attach(), await attach()];
    const expected = [503, 418, 500, 429];
    for (const [index, handle] of handles.entries()) {
      await handle.injectFaults('docdigitizer', { status: expected[index] ?? 0, times: 1 });
    }
    const client = docdigitizerClient(own.urls.base);
    const statuses = [];
    for (const _ of [...handles, ...handles]) statuses.push((await client.submit({})).status);
    expect(statuses).toEqual(expected.flatMap((status) => [status, 202]));
  });

  it('changes settings', async () => {
    await provider.configure({ 'docdigitizer.callbackVariant': 'documentStateV1' });
    await submitDocument(provider);
    await provider.settle();
    await provider.configure({ 'docdigitizer.callbackVariant': 'documentState' });
    expect((await provider.deliveries())[0]?.callback).toBe('docdigitizer.documentStateV1');
  });

  it('deletes everything at a reset', async () => {
    await provider.addScenario(outage);
    await submitDocument(provider);
    await provider.reset();
    expect([...(await provider.runs()), ...(await provider.deliveries())]).toEqual([]);
    await expect(provider.playNext('outage')).rejects.toThrow('there is none of that name');
  });

  it('streams events as they happen', async () => {
    const types: string[] = [];
    const reading = (async () => {
      for await (const event of provider.events({ after: 0 })) {
        if (event.type !== 'gap') types.push(event.type);
        if (event.type === 'delivery.delivered') break;
      }
    })();
    await provider.sendCallback({ callback: 'error', to: provider.inbox().url });
    await reading;
    expect(types.slice(-3)).toEqual(['delivery.created', 'attempt.ended', 'delivery.delivered']);
  });

  it('waits for an event, also one that has already happened', async () => {
    const run = provider.waitForRun({ provider: 'docdigitizer', scenario: 'annotated' });
    const delivery = provider.waitForDelivery((one) => (one.payload as DocumentStateCallback).state === 91);
    const id = await submitDocument(provider);
    await provider.settle();
    expect((await run).resourceId).toBe(id);
    expect((await delivery).payload).toMatchObject({ documentId: id });
    const found = await provider
      .waitForDelivery({ callback: 'documentState', state: 'delivered' }, { timeout: 0 })
      .catch((error: unknown) => error);
    expect(found).toMatchObject({ code: 'wait.timeout' });
    expect((await provider.waitForDelivery({ callback: 'documentState' })).payload).toMatchObject({
      state: 30,
    });
  });

  it('lists what happened when a wait times out', async () => {
    await submitDocument(provider, `${provider.inbox().url}`);
    await provider.advance('2s');
    const waiting = provider.waitForDelivery({ callback: 'documentState', state: 'failed' }, { timeout: 50 });
    await expect(waiting).rejects.toThrowErrorMatchingInlineSnapshot(`
      [RingbackError: Could not wait for a failed delivery of docdigitizer.documentState: there was none within 50 ms. The clock is virtual and stands still, and 1 step or attempt is to come: move it with advance() or settle(). What happened:
      docdigitizer/annotated (submitDocument, playing; It is the default scenario of docdigitizer)
        +2s   #1 documentState 30 RECEIVEDMACHINELEARN GET → 200, delivered
        +10s  to come: documentState]
    `);
  });

  it('gives the values of an error separately from its message', async () => {
    const errorOf = (call: Promise<unknown>) => call.catch((error: unknown) => error);
    expect(await errorOf(provider.playNext('docdigitizer/rejectd'))).toMatchObject({
      details: { name: 'docdigitizer/rejectd', suggestion: 'docdigitizer/rejected' },
    });
    expect(await errorOf(provider.advance('5 min' as '5m'))).toMatchObject({ details: { given: '"5 min"' } });
    const waiting = provider.waitForRun({ scenario: 'none' }, { timeout: 1 });
    expect(await errorOf(waiting)).toMatchObject({
      details: { awaited: 'a finished run of the scenario none', timeoutMs: 1 },
    });
    const invalid = await errorOf(provider.deliveries({ limit: -1 }));
    expect(invalid).toMatchObject({ code: 'request.invalid', details: {} });
    expect(isRingbackError(invalid, 'request.invalid')).toBe(true);
    expect(isRingbackError(invalid, 'wait.timeout')).toBe(false);
  });

  it('includes warnings of the mock wherever it reports what happened', async () => {
    await docdigitizerClient(provider.urls.base).submit({ callbackURL: provider.inbox().url });
    await provider.settle();
    const warning =
      '\n  ! body/callbackURL The form field "callbackURL" is not one of this operation and has no effect. Did you mean "callbackUrl"?\n';
    const told = [
      await provider.timeline(),
      await provider.waitForRun({ state: 'playing' }, { timeout: 0 }).catch((error: Error) => error.message),
    ];
    for (const text of told) expect(text).toContain(warning);
  });

  it('lists the runs and deliveries that match a filter, as HTTP does', async () => {
    const id = await submitDocument(provider);
    await provider.playNext('docdigitizer/rejected');
    await submitDocument(provider);
    await submitApplication(provider);
    await provider.advance('5s');
    const states = async (filter: DeliveryFilter) =>
      (await provider.deliveries(filter)).map(
        ({ callback, payload }) => (payload as Partial<DocumentStateCallback>).state ?? callback,
      );
    expect(await states({})).toEqual([30, 30, 'informed.extractions']);
    expect(await states({ provider: 'informed' })).toEqual(['informed.extractions']);
    expect(await states({ callback: 'documentState' })).toEqual([30, 30]);
    expect(await states({ callback: 'docdigitizer.documentState', limit: 1 })).toEqual([30]);
    expect(await states({ state: 'failed' })).toEqual([]);
    const [first] = await provider.runs({ limit: 3 });
    expect(first?.resourceId).toBe(id);
    expect(await states({ run: String(first?.id) })).toEqual([30]);
    const played = async (filter: RunFilter) => (await provider.runs(filter)).map(({ scenario }) => scenario);
    expect(await played({ provider: 'docdigitizer' })).toEqual([
      'docdigitizer/annotated',
      'docdigitizer/rejected',
    ]);
    expect(await played({ scenario: 'rejected' })).toEqual(['docdigitizer/rejected']);
    expect(await played({ limit: 1 })).toEqual(['informed/complete']);
    expect(await played({ state: 'finished' })).toEqual([]);
    await provider.settle();
    expect(await played({ state: 'finished' })).toHaveLength(3);
    const received = await provider.inbox().requests();
    expect(received).toHaveLength(6);
    expect(await provider.inbox().requests({ limit: 2 })).toEqual(received.slice(-2));
  });

  it.each<[signature: string, given: readonly unknown[]]>([
    ['playNext(scenario, options)', ['docdigitizer/rejected', {}]],
    ['addScenario(script)', [outage]],
    ['advance(duration)', ['1s']],
    ['settle()', []],
    ['now()', []],
    ['runs(filter)', [{}]],
    ['deliveries(filter)', [{}]],
    ['inbox(name)', ['a']],
    ['inbox().requests(filter)', [{}]],
    ['inbox().script(answers)', [[200]]],
    ['sendCallback(order)', [{ callback: 'error', to: 'http://127.0.0.1:1' }]],
    ['redeliver(delivery)', ['nothing']],
    ['injectFaults(provider, faults, options)', ['informed', { status: 500 }, {}]],
    ['configure(settings)', [{}]],
    ['waitForDelivery(condition, options)', [{}, { timeout: 0 }]],
    ['waitForRun(condition, options)', [{}, { timeout: 0 }]],
    ['timeline()', []],
    ['reset()', []],
    ['space(name)', ['a']],
    ['close()', []],
  ])('refuses an extra argument to %s', async (signature, given) => {
    const call = signature.slice(0, signature.lastIndexOf('('));
    const name = call.replace('inbox().', '');
    const methods = (name === call ? provider : provider.inbox()) as unknown as Record<
      string,
      (...args: readonly unknown[]) => unknown
    >;
    const misuse = async () => methods[name]?.(...given, { until: 'later' });
    await expect(misuse()).rejects.toMatchObject({
      code: 'option.invalid',
      message: `Could not call ${call}. Got 1 argument too many: {"until":"later"}. Expected ${signature}.`,
    });
  });

  it('refuses an extra argument to events once they are read', async () => {
    const events = (provider.events as (...args: unknown[]) => AsyncIterable<unknown>).call(provider, {}, 7);
    await expect(events[Symbol.asyncIterator]().next()).rejects.toThrow(
      'Got 1 argument too many: 7. Expected events(options).',
    );
  });

  it('isolates spaces', async () => {
    const other = provider.space('other');
    await other.now();
    await submitDocument(other);
    expect(await provider.runs()).toEqual([]);
    expect(await other.runs()).toHaveLength(1);
    expect(other.spaceName).toBe('other');
    await other.close();
    await other.close();
    expect(await provider.space('other').runs()).toEqual([]);
    expect(await provider.runs()).toEqual([]);
  });

  it.each<[string, (provider: MockProvider) => Promise<unknown>, string]>([
    ['scenario.unknown', (p) => p.playNext('docdigitizer/rejectd'), 'Did you mean "docdigitizer/rejected"?'],
    ['request.invalid', (p) => p.playNext('docdigitizer/rejected', { times: 0 }), 'times must be at least 1'],
    ['option.unknown', (p) => p.playNext('x', { time: 2 } as never), 'Did you mean "times"?'],
    ['duration.invalid', (p) => p.advance('5 min' as '5m'), 'expected a duration such as 250ms'],
    [
      'callback.unknown',
      (p) => p.sendCallback({ callback: 'errors' as 'error', to: '' }),
      'Did you mean "error"?',
    ],
    [
      'request.invalid',
      (p) => p.sendCallback({ callback: 'error', to: 'webhook' }),
      'must be an absolute http or https URL',
    ],
    [
      'option.unknown',
      (p) => p.sendCallback({ callback: 'error', url: '' } as never),
      'Expected callback, to',
    ],
    ['resource.not-found', (p) => p.redeliver('nothing'), 'nothing'],
    ['option.invalid', (p) => p.redeliver(null as never), 'expected a delivery or the id of one'],
    ['scenario.invalid', (p) => p.addScenario('name: x\nprovder: informed'), '"provder"'],
    ['scenario.invalid', (p) => p.addScenario('name: [x'), 'body:'],
    [
      'scenario.invalid',
      (p) => p.addScenario({ ...outage, outcome: { final: 'anotated' } } as never),
      'annotated',
    ],
    [
      'option.invalid',
      (p) => p.addScenario(7 as unknown as string),
      'Got number, expected an object as defineScenario',
    ],
    [
      'setting.unknown',
      (p) => p.configure({ 'informed.quietPerod': '1s' } as never),
      'Did you mean "informed.quietPeriod"?',
    ],
    [
      'option.invalid',
      (p) => p.injectFaults('docdigitzer' as 'informed', { status: 500 }),
      'expected docdigitizer or informed',
    ],
    ['option.unknown', (p) => p.waitForDelivery({ callbak: 'error' } as object), 'Did you mean "callback"?'],
    ['option.invalid', (p) => p.waitForRun(null as never), 'expected a function or an object'],
    ['duration.invalid', (p) => p.waitForRun({}, { timeout: -1 }), 'Got -1, expected a duration'],
    ['option.unknown', (p) => p.waitForRun({}, { timeoutMs: 1 } as object), 'Did you mean "timeout"?'],
    ['option.unknown', (p) => p.deliveries({ sate: 'failed' } as object), 'Did you mean "state"?'],
    ['option.unknown', (p) => p.runs({ scenaro: 'rejected' } as object), 'Did you mean "scenario"?'],
    ['option.unknown', (p) => p.inbox().requests({ limt: 1 } as object), 'Did you mean "limit"?'],
    ['option.invalid', (p) => p.deliveries('failed' as never), 'expected an object with run, provider'],
    ['callback.unknown', (p) => p.deliveries({ callback: 'errors' as 'error' }), 'Did you mean "error"?'],
    [
      'option.invalid',
      (p) => p.runs({ provider: 'docdigitzer' as 'informed' }),
      'Got the provider "docdigitzer", expected docdigitizer or informed.',
    ],
    ['request.invalid', (p) => p.deliveries({ state: 'faild' as 'failed' }), 'state'],
    ['request.invalid', (p) => p.runs({ limit: -1 }), 'limit'],
    [
      'option.invalid',
      (p) => p.inbox().script(503 as never),
      'Got 503 for its answers, expected an array, e.g. [503, 200]',
    ],
    ['request.invalid', (p) => p.inbox().script([{ statu: 503 } as never]), 'statu'],
    ['option.invalid', async (p) => p.space('a b'), 'Got the name "a b"'],
    ['option.invalid', async (p) => p.inbox('a/b'), 'Got the name "a/b"'],
  ])('refuses misuse %$ with %s', async (code, misuse, message) => {
    const error = await misuse(provider).then(
      () => 'no error',
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(message);
  });
});

describe('startProvider', () => {
  it('starts on a virtual clock with the same ids each time', async () => {
    const ids = [];
    for (let i = 0; i < 2; i++) {
      await using provider = await startProvider();
      expect(await provider.now()).toBe('2030-01-01T00:00:00.000Z');
      ids.push(await submitDocument(provider));
    }
    expect(ids[0]).toBe(ids[1]);
    await using other = await startProvider({ seed: 43 });
    expect(await submitDocument(other)).not.toBe(ids[0]);
  });

  it('gives the same ids in every space', async () => {
    const provider = await started();
    expect(await submitDocument(provider.space('a'))).toBe(await submitDocument(provider.space('b')));
  });

  it('refuses to move a real clock, and waits on it', async () => {
    const provider = await started({ clock: 'real', speed: 1_000 });
    await expect(provider.advance('1s')).rejects.toThrow('Start the server with --clock virtual');
    await expect(provider.settle()).rejects.toMatchObject({ code: 'clock.real' });
    await submitDocument(provider);
    const run = await provider.waitForRun({ state: 'finished' });
    expect(run.deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    const order = { callback: 'error', to: provider.inbox().url } as const;
    expect(await provider.sendCallback(order)).toMatchObject({ state: 'delivered' });
  });

  it('reports a clock that does not settle', async () => {
    const provider = await started();
    const days = Array.from({ length: 40 }, () => '1d' as const);
    await provider.inbox().script([503]);
    await provider.addScenario({ ...outage, retry: { schedule: days, on: [503] } });
    await provider.playNext('docdigitizer/outage');
    await submitDocument(provider);
    await expect(provider.settle()).rejects.toThrow(
      'after 30 virtual days, 2 steps or attempts are still to come',
    );
  });

  it('a closed provider cannot be used', async () => {
    const provider = await startProvider();
    const other = provider.space('other');
    const events = provider.events()[Symbol.asyncIterator]().next();
    await provider.close();
    await provider.close();
    expect(await events).toMatchObject({ done: true });
    await expect(provider.settle()).rejects.toThrow('it was closed. Use it before close()');
    await expect(other.runs()).rejects.toThrow('the one that it is a space of was closed');
    expect(() => provider.space('x')).toThrow(expect.objectContaining({ code: 'provider.closed' }));
    await other.close();
  });

  it('leaves an attached server running when it is closed', async () => {
    const owner = await started();
    await using attached = await startProvider({ url: owner.urls.base });
    await attached.sendCallback({ callback: 'error', to: attached.inbox().url });
    await attached.close();
    expect(await owner.deliveries()).toHaveLength(1);
  });

  it('sends callbacks to a consumer in the test', async () => {
    const consumer = await startConsumer();
    const provider = await started();
    await submitDocument(provider, `${consumer.url}/hook`);
    await provider.settle();
    expect(consumer.requests.map(({ query }) => query.state)).toEqual(['30', '91']);
  });

  it('refuses a server of another version', async () => {
    const url = await fakeServer('application/json', { status: 'ok', version: '7.3.1' });
    await expect(startProvider({ url })).rejects.toThrow(
      `the server is ringback 7.3.1, this package is ${version}. Install the same version on both sides`,
    );
    const patched = await fakeServer('application/json', {
      status: 'ok',
      version: version.replace(/\d+$/, '99'),
    });
    await expect(startProvider({ url: patched })).resolves.toBeDefined();
  });

  it('explains a URL without a server, or with another server', async () => {
    const owner = await started();
    await owner.close();
    await expect(startProvider({ url: owner.urls.base })).rejects.toThrow(
      /Could not reach the mock provider at .*ECONNREFUSED.*ringback serve/,
    );
    const url = await fakeServer('text/html', 'hello', 404);
    await expect(startProvider({ url })).rejects.toThrow('Check that the URL points to a Ringback server.');
    const other = await fakeServer('text/html', 'hello');
    await expect(startProvider({ url: other })).rejects.toThrow(
      'Check that the URL points to a Ringback server.',
    );
  });

  it.each<[object, string]>([
    [{ sed: 1 }, 'it has no option "sed". Expected'],
    [{ sed: 1 }, 'Did you mean "seed"?'],
    [{ url: 'http://127.0.0.1:1', seed: 1 }, 'a running server has its own seed. Leave it out'],
    [{ token: 'x' }, '"token" is for a running server, and there is no "url"'],
    [{ url: 'localhost:4020' }, 'expected one such as http://127.0.0.1:4020'],
    [{ clock: 'fast' }, 'Got "fast" for clock, expected "real" or "virtual"'],
    [{ clock: 'real', speed: 0 }, 'Got 0 for speed, expected a number from 0.001'],
    [{ clock: 'real', speed: 'fast' }, 'Got "fast" for speed'],
    [{ seed: Number.NaN }, 'Got NaN for seed, expected an integer from 0'],
    [{ seed: -1 }, 'Got -1 for seed'],
    [{ port: 'abc' }, 'Got "abc" for port, expected an integer from 0 to 65535'],
    [{ port: 65_536 }, 'Got 65536 for port'],
    [
      { scenarios: 'nope.yaml' },
      'Got "nope.yaml" for scenarios, expected an array of strings, e.g. ["test/scenarios"]',
    ],
    [{ scenarios: [5] }, 'Got [5] for scenarios'],
    [
      { allowCallbacksTo: 'intranet' },
      'Got "intranet" for allowCallbacksTo, expected an array of strings, e.g. ["consumer.example"',
    ],
    [{ settings: [] }, 'Got [] for settings, expected an object'],
    [{ settings: null }, 'Got null for settings'],
    [{ space: '' }, 'Could not open a space. Got the name ""'],
    [{ scenarios: ['no-such-file.yaml'] }, 'no-such-file.yaml'],
    [{ settings: { 'informed.quietPerod': '1s' } }, 'Did you mean "informed.quietPeriod"?'],
  ])('refuses %j', async (options, message) => {
    await expect(startProvider(options)).rejects.toThrow(message);
  });
});

async function fakeServer(type: string, body: unknown, status = 200): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterwards(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
