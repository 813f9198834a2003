import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DeliveryRecord, type MockProvider, type RunRecord, startProvider } from '../../src/index.ts';
import { callbackExample } from '../../src/testing/callback-example.ts';
import { type MatcherResult, matchers } from '../../src/testing/matchers.ts';
import { showsTimeline } from '../../src/testing/timeline-text.ts';
import { validateCallback } from '../../src/testing/validate-callback.ts';
import { docdigitizerClient } from '../support/clients.ts';
import { submitApplication, submitDocument } from './support/consumer-client.ts';

let provider: MockProvider;
beforeAll(async () => {
  provider = await startProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.close());

/** Submits a document, plays everything, and returns the run. */
async function play(script: { faults?: object[]; retry?: object } = {}, answers: readonly number[] = [200]) {
  await provider.inbox().script(answers);
  const outcome = { final: 'rejected' };
  const name = await provider.addScenario({
    name: 'played',
    provider: 'docdigitizer',
    outcome,
    ...script,
  } as never);
  await provider.playNext(name);
  await submitDocument(provider);
  await provider.settle();
  const [run] = (await provider.runs()) as [RunRecord];
  const deliveries = await provider.deliveries();
  return { run, deliveries, first: deliveries[0] as DeliveryRecord };
}

const retries = { schedule: ['1m', '2h'], on: ['5xx'] };

/** The message of a matcher that passed or failed as expected. */
function said(result: MatcherResult, pass: boolean): string {
  expect(result.pass).toBe(pass);
  return result.message();
}

describe('toBeCallback', () => {
  const error = callbackExample('informed.error');

  it('toBeCallback passes for payloads, URLs, inbox requests and deliveries', async () => {
    const { first } = await play();
    await provider.sendCallback({ callback: 'error', to: provider.inbox('other').url });
    const [byQuery] = await provider.inbox().requests();
    const [byBody] = await provider.inbox('other').requests();
    const url = 'https://consumer.example/hook?documentId=1&state=91&stateText=ANNOTATED';
    for (const received of [first, byQuery, url, new URL(url), new URL(url).searchParams, first.payload]) {
      expect(matchers.toBeCallback(received, 'documentState').pass).toBe(true);
    }
    for (const received of [error, byBody]) {
      expect(matchers.toBeCallback(received, 'informed.error', { strict: true }).pass).toBe(true);
    }
  });

  it('toBeCallback reports what is wrong, and what the value is instead', () => {
    const less = { ...error, error_message: 7, application_id: undefined };
    expect(said(matchers.toBeCallback({ ...less }, 'informed.error'), false)).toMatchInlineSnapshot(`
      "Expected the callback informed.error, but it is not:
        (all)           must have the property "application_id"
        /error_message  must be a string or null; got 7"
    `);
    expect(said(matchers.toBeCallback(error, 'extractions'), false)).toMatchInlineSnapshot(`
      "Expected the callback informed.extractions, but it is informed.error:
        (all)        must have the property "documents"
        /event_type  must be "extractions"; got "error""
    `);
    expect(
      said(matchers.toBeCallback({ ...error, more: 1 }, 'error', { strict: true }), false),
    ).toMatchInlineSnapshot(`
      "Expected the callback informed.error in its strict shape, but it is not:
        (all)  must not have the unknown property "more""
    `);
    expect(said(matchers.toBeCallback(error, 'error'), true)).toMatchInlineSnapshot(
      `"Expected something other than the callback informed.error, but it is one."`,
    );
  });

  it('toBeCallback refuses a value that cannot be a callback, so that its negation does not pass by mistake', () => {
    expect(() => matchers.toBeCallback(JSON.stringify(error), 'error')).toThrow(
      'Parse the body first: JSON.parse',
    );
    expect(() => matchers.toBeCallback(Promise.resolve(error), 'error')).toThrow('Got a promise');
    expect(() => matchers.toBeCallback(Promise.resolve(error), 'error')).toThrow('Await it first.');
    for (const received of [undefined, null, 7, [error], () => error]) {
      expect(() => matchers.toBeCallback(received, 'error')).toThrow('Could not apply toBeCallback. Got');
    }
    expect(() => matchers.toBeCallback(error, 'informed.err' as 'error')).toThrow(
      'Did you mean "informed.error"?',
    );
    expect(() => matchers.toBeCallback(error, 'error', { stict: true } as object)).toThrow(
      'Did you mean "strict"?',
    );
  });
});

describe('toHaveBeenDelivered', () => {
  it('toHaveBeenDelivered passes for a delivery, an array, a run and several runs that were delivered', async () => {
    const { run, deliveries, first } = await play();
    for (const received of [first, deliveries, run, [run]]) {
      expect(matchers.toHaveBeenDelivered(received).pass).toBe(true);
    }
    expect(said(matchers.toHaveBeenDelivered(run), true)).toMatchInlineSnapshot(`
      "Expected all 2 deliveries not to have been delivered, but all were.
      docdigitizer/played (submitDocument, finished; docdigitizer/played was queued for the next submission)
        +2s   #1 documentState 30 RECEIVEDMACHINELEARN GET → 200, delivered
        +10s  #2 documentState 92 REJECTED GET → 200, delivered"
    `);
  });

  it('toHaveBeenDelivered shows what happened instead', async () => {
    const { run, deliveries } = await play({ retry: retries }, [503, 503, 503, 200, 503]);
    expect(said(matchers.toHaveBeenDelivered(run), false)).toMatchInlineSnapshot(`
      "Expected all 2 deliveries to have been delivered, but 1 failed.
      docdigitizer/played (submitDocument, finished; docdigitizer/played was queued for the next submission)
        +2s        #1 documentState 30 RECEIVEDMACHINELEARN GET → 503, retried after 1m
        +10s       #2 documentState 92 REJECTED GET → 503, retried after 1m
        +1m 2s     #1 documentState 30 RECEIVEDMACHINELEARN GET → 503, retried after 2h
        +1m 10s    #2 documentState 92 REJECTED GET → 200, delivered
        +2h 1m 2s  #1 documentState 30 RECEIVEDMACHINELEARN GET → 503, failed"
    `);
    expect(said(matchers.toHaveBeenDelivered(deliveries[1]), true)).toMatchInlineSnapshot(`
      "Expected the delivery of docdigitizer.documentState not to have been delivered, but it was.
        +0s  #2 documentState 92 REJECTED GET → 503, retried after 1m
        +1m  #2 documentState 92 REJECTED GET → 200, delivered"
    `);
  });

  it('toHaveBeenDelivered fails for pending or dropped deliveries', async () => {
    const { run } = await play({ faults: [{ on: { nth: 2 }, drop: true }] });
    expect(said(matchers.toHaveBeenDelivered(run), false)).toMatchInlineSnapshot(`
      "Expected all 2 deliveries to have been delivered, but 1 was dropped by the script.
      docdigitizer/played (submitDocument, finished; docdigitizer/played was queued for the next submission)
        +2s   #1 documentState 30 RECEIVEDMACHINELEARN GET → 200, delivered
        +10s  #2 documentState 92 REJECTED dropped by the script"
    `);
    await provider.reset();
    await provider.inbox().script([500]);
    await provider.addScenario({
      name: 'p',
      provider: 'docdigitizer',
      outcome: { final: 'annotated' },
      retry: { schedule: ['1h'], on: ['5xx'] },
    });
    await provider.playNext('docdigitizer/p');
    await submitDocument(provider);
    await provider.advance('5s');
    const [delivery] = await provider.deliveries();
    expect(said(matchers.toHaveBeenDelivered(delivery), false)).toMatchInlineSnapshot(`
      "Expected the delivery of docdigitizer.documentState to have been delivered, but it is still pending: move the clock on, e.g. with await provider.settle().
        +0s  #1 documentState 30 RECEIVEDMACHINELEARN GET → 500, retried after 1h
        +1h  #1 documentState 30 RECEIVEDMACHINELEARN pending, due at +1h"
    `);
    const [playing] = await provider.runs();
    expect(said(matchers.toHaveBeenDelivered(playing), false)).toMatchInlineSnapshot(`
      "Expected the delivery to have been delivered, but it is still pending: move the clock on, e.g. with await provider.settle().
      docdigitizer/p (submitDocument, playing; docdigitizer/p was queued for the next submission)
        +2s     #1 documentState 30 RECEIVEDMACHINELEARN GET → 500, retried after 1h
        +10s    to come: documentState
        +1h 2s  #1 documentState 30 RECEIVEDMACHINELEARN pending, due at +1h 2s"
    `);
  });
});

describe('toAllBeAcknowledged', () => {
  it('toAllBeAcknowledged passes when every sent callback was acknowledged', async () => {
    const { run } = await play({ faults: [{ on: { nth: 1 }, drop: true }] });
    expect(said(matchers.toAllBeAcknowledged(run), true)).toContain('the consumer acknowledged the only one');
    const dropped = run.deliveries.filter(({ state }) => state === 'dropped');
    expect(() => matchers.toAllBeAcknowledged(dropped)).toThrow('there was nothing to acknowledge');
  });

  it('toAllBeAcknowledged fails for a callback that was refused, or whose response violates the rules of the provider', async () => {
    const { run } = await play({}, [200, 404]);
    expect(said(matchers.toAllBeAcknowledged(run), false)).toMatchInlineSnapshot(`
      "Expected all 2 deliveries to be acknowledged, but 1 failed.
      docdigitizer/played (submitDocument, finished; docdigitizer/played was queued for the next submission)
        +2s   #1 documentState 30 RECEIVEDMACHINELEARN GET → 200, delivered
        +10s  #2 documentState 92 REJECTED GET → 404, failed"
    `);
    await provider.reset();
    await provider.inbox().script([{ status: 200, body: 'thanks' }]);
    await provider.sendCallback({ callback: 'error', to: provider.inbox().url });
    expect(said(matchers.toAllBeAcknowledged(await provider.deliveries()), false)).toMatchInlineSnapshot(`
      "Expected the delivery to be acknowledged, but the response departs from what the provider requires.
        +0s  #1 error "unable to process this file" POST → 200, delivered
                 ! response.body the body of a successful response, if any, must be JSON; got "thanks""
    `);
  });
});

describe('toHaveBeenRetried', () => {
  it('toHaveBeenRetried counts the attempts after the first of all deliveries together', async () => {
    const { run, deliveries, first } = await play({ retry: retries }, [503, 200, 503, 200]);
    expect(deliveries.map(({ attempts }) => attempts.length)).toEqual([3, 1]);
    expect(matchers.toHaveBeenRetried(first, 2).pass).toBe(true);
    expect(matchers.toHaveBeenRetried(run, 2).pass).toBe(true);
    expect(matchers.toHaveBeenRetried(run).pass).toBe(true);
    expect(matchers.toHaveBeenRetried(deliveries[1], 0).pass).toBe(true);
    expect(said(matchers.toHaveBeenRetried(first, 1), false)).toMatchInlineSnapshot(`
      "Expected the delivery of docdigitizer.documentState to have been retried once, but there were 2 retries.
        +0s     #1 documentState 30 RECEIVEDMACHINELEARN GET → 503, retried after 1m
        +1m     #1 documentState 30 RECEIVEDMACHINELEARN GET → 503, retried after 2h
        +2h 1m  #1 documentState 30 RECEIVEDMACHINELEARN GET → 200, delivered"
    `);
    expect(said(matchers.toHaveBeenRetried(deliveries[1]), false)).toMatchInlineSnapshot(`
      "Expected the delivery of docdigitizer.documentState to have been retried, but there was no retry.
        +0s  #2 documentState 92 REJECTED GET → 200, delivered"
    `);
    expect(said(matchers.toHaveBeenRetried(first, 2), true)).toContain('not to have been retried twice');
  });

  it('toHaveBeenRetried refuses an impossible number of times', async () => {
    const { first } = await play();
    for (const times of [-1, 1.5, Number.NaN, '1' as unknown as number]) {
      expect(() => matchers.toHaveBeenRetried(first, times)).toThrow('expected an integer from 0');
    }
  });
});

describe('toHaveReceivedCallbacks', () => {
  it('toHaveReceivedCallbacks passes for a subset in order, on runs, deliveries and inbox requests', async () => {
    await submitApplication(provider, ['paystub.pdf', 'bank.pdf']);
    await provider.settle();
    const [run] = await provider.runs();
    const requests = await provider.inbox().requests();
    for (const received of [run, await provider.deliveries(), requests]) {
      expect(matchers.toHaveReceivedCallbacks(received, ['extractions', 'verifications']).pass).toBe(true);
      expect(matchers.toHaveReceivedCallbacks(received, ['verifications', 'extractions']).pass).toBe(false);
      expect(
        matchers.toHaveReceivedCallbacks(received, ['extractions', 'verifications'], { exact: true }).pass,
      ).toBe(false);
      const all = ['extractions', 'extractions', 'informed.verifications'] as const;
      expect(matchers.toHaveReceivedCallbacks(received, all, { exact: true }).pass).toBe(true);
      expect(matchers.toHaveReceivedCallbacks(received, [...all, 'error']).pass).toBe(false);
    }
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
    const said = {
      callback: 'verifications',
      payload: { application_id: id, data_sources: { structured_data: [] } },
    } as const;
    expect(matchers.toHaveReceivedCallbacks(requests, [said]).pass).toBe(true);
    const other = {
      callback: 'verifications',
      payload: { application_id: expect.stringMatching(/x{36}/) },
    } as const;
    expect(matchers.toHaveReceivedCallbacks(requests, [other]).pass).toBe(false);
  });

  it('toHaveReceivedCallbacks lists what arrived, in order', async () => {
    const { run } = await play();
    const wanted = [{ callback: 'documentState', payload: { state: 92 } }, 'documentState'] as const;
    expect(said(matchers.toHaveReceivedCallbacks(run, wanted), false)).toMatchInlineSnapshot(`
      "Expected the consumer to have received these callbacks in this order:
        1. docdigitizer.documentState with {"state":92}
        2. docdigitizer.documentState
      Number 2 did not come after number 1, only before. It received:
        1. docdigitizer.documentState 30 RECEIVEDMACHINELEARN
        2. docdigitizer.documentState 92 REJECTED"
    `);
    const first = [{ callback: 'documentState', payload: { state: expect.any(Number) } }] as const;
    expect(said(matchers.toHaveReceivedCallbacks(run, first, { exact: true }), false)).toMatchInlineSnapshot(`
      "Expected the consumer to have received exactly these callbacks:
        1. docdigitizer.documentState with {"state":"Any<Number>"}
      There was one more. It received:
        1. docdigitizer.documentState 30 RECEIVEDMACHINELEARN
        2. docdigitizer.documentState 92 REJECTED"
    `);
    expect(said(matchers.toHaveReceivedCallbacks(run, first), true)).toMatchInlineSnapshot(`
      "Expected the consumer not to have received these callbacks in this order, but it did:
        1. docdigitizer.documentState with {"state":"Any<Number>"}
      It received:
        1. docdigitizer.documentState 30 RECEIVEDMACHINELEARN
        2. docdigitizer.documentState 92 REJECTED"
    `);
    await provider.sendCallback({
      callback: 'error',
      to: provider.inbox().url,
      method: 'POST',
      payload: { odd: true },
    });
    const requests = await provider.inbox().requests();
    expect(said(matchers.toHaveReceivedCallbacks(requests, ['error']), false)).toContain(
      'which is no known callback',
    );
  });

  it('toHaveReceivedCallbacks orders by the time of the first response, and ignores callbacks without one', async () => {
    const state = (number: number) => ({ callback: 'documentState', payload: { state: number } }) as const;
    const swapped = await play({ faults: [{ on: { nth: 1 }, reorder: true }] });
    expect(swapped.deliveries.map(({ payload }) => payload)).toMatchObject([{ state: 30 }, { state: 92 }]);
    const arrived = matchers.toHaveReceivedCallbacks(swapped.run, [state(92), state(30)], { exact: true });
    expect(arrived.pass).toBe(true);
    const requests = await provider.inbox().requests();
    expect(requests.map(({ query }) => query.state)).toEqual(['92', '30']);
    expect(said(matchers.toHaveBeenDelivered(swapped.run), true)).toMatch(/#2 .*\n.*#1 /);
    await provider.reset();
    for (const fault of [{ drop: true }, { reset_peer: { after: 0 } }]) {
      const { run } = await play({ faults: [{ on: { nth: 1 }, ...fault }] });
      expect(matchers.toHaveReceivedCallbacks(run, [state(92)], { exact: true }).pass).toBe(true);
      await provider.reset();
    }
  });

  it('toHaveReceivedCallbacks refuses empty expectations', async () => {
    const { run } = await play();
    const apply = (expected: unknown) => () => matchers.toHaveReceivedCallbacks(run, expected as never);
    expect(apply([])).toThrow('expected a list of callbacks that is not empty');
    expect(apply('error')).toThrow('expected a list of callbacks that is not empty');
    expect(apply(['eror'])).toThrow('Did you mean "error"?');
    expect(apply([{ callbck: 'error' }])).toThrow('Did you mean "callback"?');
    expect(apply([{ payload: {} }])).toThrow('there is no such callback');
  });
});

describe('toBeTerminal', () => {
  it('toBeTerminal recognizes the final states of every variant, and a finished run', async () => {
    const { run, deliveries } = await play();
    const [first, last] = deliveries;
    const requests = await provider.inbox().requests();
    const terminal = [
      run,
      last,
      last?.payload,
      requests[1],
      { state: 999 },
      { state: '91' },
      { status: 'ANNOTATED' },
      { docid: '1', status: 'rejected' },
    ];
    for (const received of terminal) expect(matchers.toBeTerminal(received).pass).toBe(true);
    for (const received of [first, requests[0], { state: 10 }, { status: 'classified' }]) {
      expect(matchers.toBeTerminal(received).pass).toBe(false);
    }
    expect(said(matchers.toBeTerminal(first), false)).toMatchInlineSnapshot(
      `"Expected a final state (91 ANNOTATED, 92 REJECTED, 999 ERROR), but got 30 RECEIVEDMACHINELEARN."`,
    );
    expect(said(matchers.toBeTerminal({ status: 'ERROR' }), true)).toMatchInlineSnapshot(
      `"Expected a state that is not final, but ERROR is."`,
    );
    await submitDocument(provider);
    const playing = (await provider.runs())[1];
    expect(said(matchers.toBeTerminal(playing), false)).toMatchInlineSnapshot(`
      "Expected the run to be finished, but it is still playing: move the clock on, e.g. with await provider.settle().
      docdigitizer/annotated (submitDocument, playing; It is the default scenario of docdigitizer)
        +2s   to come: documentState
        +10s  to come: documentState"
    `);
  });

  it('toBeTerminal refuses a value without a state', () => {
    for (const received of [undefined, {}, [], 'ANNOTATED', { state: 'done' }]) {
      expect(() => matchers.toBeTerminal(received)).toThrow('Could not apply toBeTerminal. Got');
    }
  });
});

describe('toHaveViolation and toHaveNoViolations', () => {
  it('the violation matchers find what was recorded on a delivery and its attempts', async () => {
    await provider.inbox().script([{ status: 202, body: 'thanks' }]);
    const delivery = await provider.sendCallback({
      callback: 'error',
      to: provider.inbox().url,
      payload: { event_type: 'error' },
    });
    expect(matchers.toHaveViolation(delivery, 'answer.status').pass).toBe(true);
    expect(matchers.toHaveViolation([delivery], 'required').pass).toBe(true);
    expect(said(matchers.toHaveNoViolations(delivery), false)).toMatchInlineSnapshot(`
      "Expected no violations, but there are 4:
        #1 error                              must have the property "application_id" [required]
        #1 error                              must have the property "application_reference_id" [required]
        #1 error, attempt 1: response.status  the endpoint responded 202; the provider requires 200 [answer.status]
        #1 error, attempt 1: response.body    the body of a successful response, if any, must be JSON; got "thanks" [answer.body]"
    `);
    expect(said(matchers.toHaveViolation(delivery, 'answer.statu'), false)).toContain(
      'Did you mean "answer.status"?',
    );
    expect(said(matchers.toHaveViolation(delivery, 'required'), true)).toContain(
      'Expected no violation with the code "required"',
    );
  });

  it('the violation matchers judge a clean run, and the result of validateCallback', async () => {
    const { run } = await play();
    expect(matchers.toHaveNoViolations(run).pass).toBe(true);
    expect(said(matchers.toHaveViolation(run, 'type'), false)).toContain('there are no violations at all');
    const invalid = validateCallback({ event_type: 'error' });
    expect(matchers.toHaveViolation(invalid, 'required').pass).toBe(true);
    expect(matchers.toHaveNoViolations(invalid).pass).toBe(false);
    expect(matchers.toHaveNoViolations(validateCallback(callbackExample('error'))).pass).toBe(true);
    expect(() => matchers.toHaveViolation(run, '')).toThrow('expected the code of a violation');
  });
});

describe('every matcher of deliveries', () => {
  it.each([
    'toHaveBeenDelivered',
    'toAllBeAcknowledged',
    'toHaveBeenRetried',
    'toHaveReceivedCallbacks',
    'toHaveViolation',
    'toHaveNoViolations',
  ] as const)('%s refuses to judge nothing, or something else', async (name) => {
    const argument =
      name === 'toHaveReceivedCallbacks' ? ['error'] : name === 'toHaveViolation' ? 'type' : undefined;
    const apply = (received: unknown) => () =>
      (matchers[name] as (r: unknown, a: unknown) => MatcherResult)(received, argument);
    expect(apply([])).toThrow(`Could not apply ${name}: the list is empty, so there is nothing to judge`);
    expect(apply(provider.deliveries())).toThrow('Got a promise');
    expect(apply({ state: 91 })).toThrow('Got an object with state');
    expect(apply(undefined)).toThrow('Got undefined');
    await submitDocument(provider);
    expect(apply((await provider.runs())[0])).toThrow('the run has no deliveries');
    expect(apply(await provider.runs())).toThrow('move the clock (await provider.settle())');
  });
});

describe('matchers', () => {
  it('matchers work through expect.extend, negated too', async () => {
    expect.extend(matchers);
    const assertion = (value: unknown) =>
      expect(value) as unknown as { toBeTerminal(): void; not: { toBeTerminal(): void } };
    assertion({ state: 91 }).toBeTerminal();
    assertion({ state: 30 }).not.toBeTerminal();
    expect(() => assertion({ state: 30 }).toBeTerminal()).toThrow('Expected a final state');
    expect(() => assertion({ state: 91 }).not.toBeTerminal()).toThrow('Expected a state that is not final');
    expect(() => assertion([]).not.toBeTerminal()).toThrow('Could not apply toBeTerminal');
  });
});

describe('the text under a failed test', () => {
  it('the message of a failed matcher has the warnings of its run', async () => {
    await docdigitizerClient(provider.urls.base).submit({ callbackURL: provider.inbox().url });
    await provider.settle();
    const runs = await provider.runs();
    expect(() => matchers.toHaveBeenDelivered(runs)).toThrow('Did you mean "callbackUrl"?');
    expect(said(matchers.toBeTerminal(runs[0]), true)).toContain('Did you mean "callbackUrl"?');
  });

  it('the warnings of runs are shown even with a timeline that lacks them', async () => {
    const { deliveries } = await play({}, [503]);
    const message = said(matchers.toHaveBeenDelivered(deliveries), false);
    expect(showsTimeline(message, await provider.timeline())).toBe(true);
    expect(showsTimeline('expected 1 to be 2', await provider.timeline())).toBe(false);
    await docdigitizerClient(provider.urls.base).submit({ callbackURL: provider.inbox().url });
    expect(showsTimeline(message, await provider.timeline())).toBe(false);
    expect(showsTimeline(`${message}\n${await provider.timeline()}`, await provider.timeline())).toBe(true);
  });
});
