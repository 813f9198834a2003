import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { call } from '../../support/test-server.ts';
import { payments, type Stage, serveContract } from './support.ts';

const id = '0af7651916cd43dd8448eb211c80319c';
const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[01])$/;

function pay({ ringback, consumer }: Stage, headers: Record<string, string> = {}): ReturnType<typeof call> {
  const body = { amount: 1, callbackUrl: consumer.url };
  return call('POST', `${ringback.url}/payments`, body, { 'x-api-key': 'any', ...headers });
}

/** The `traceparent` of each callback, as received. */
function received({ consumer }: Stage): (string | undefined)[] {
  return consumer.requests.map(({ headers }) => headers.traceparent as string | undefined);
}

const idsOf = (traceparents: readonly (string | undefined)[]) =>
  traceparents.map((text) => form.exec(text ?? '')?.slice(1) ?? [text]);

const retried = {
  name: 'retried',
  timeline: [
    { after: '1s', callback: 'succeeded' },
    { after: '1m', callback: 'failed' },
  ],
  retry: { schedule: ['1s'], on: ['5xx'] },
};

test('all callbacks of a run are in one trace, and each attempt has its own span', async () => {
  const stage = await serveContract(payments);
  await stage.ringback.control('PUT', 'scenarios/retried', retried);
  stage.consumer.answer({ status: 503 });
  await pay(stage, { 'x-ringback-scenario': 'retried' });
  await pay(stage, { 'x-ringback-scenario': 'retried' });
  await stage.ringback.settle();
  const runs = await stage.ringback.runs();
  const attempts = runs.map((run) =>
    run.deliveries.flatMap((one: { attempts: { traceparent: string }[] }) =>
      one.attempts.map(({ traceparent }) => traceparent),
    ),
  );
  expect(attempts.flat().toSorted()).toEqual(received(stage).toSorted());
  for (const [index, run] of runs.entries())
    expect(new Set(idsOf(attempts[index]).map(([trace]) => trace))).toEqual(new Set([run.traceId]));
  expect(attempts.flat()).toHaveLength(5);
  expect(new Set(idsOf(attempts.flat()).map(([, span]) => span)).size).toBe(5);
  expect(runs[0].traceId).not.toBe(runs[1].traceId);
});

test('the trace is that of the submission if it carried one, sampled or not', async () => {
  const stage = await serveContract(payments);
  await pay(stage, { traceparent: `00-${id}-b7ad6b7169203331-00` });
  await pay(stage, { traceparent: `00-${id}-b7ad6b7169203331-01` });
  await pay(stage, { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` });
  await stage.ringback.settle();
  const [first, second, third] = idsOf(received(stage));
  expect([first?.[0], first?.[2], second?.[0], second?.[2]]).toEqual([id, '00', id, '01']);
  expect(third).toEqual([
    expect.stringMatching(/[1-9a-f]/),
    expect.not.stringMatching('b7ad6b7169203331'),
    '01',
  ]);
});

test('the same seed makes the same traces, and another seed others', async () => {
  const play = async (seed: number) => {
    const stage = await serveContract(payments, { seed });
    await pay(stage);
    await stage.ringback.settle();
    const [first] = received(stage);
    await stage.ringback.reset();
    await pay(stage);
    await stage.ringback.settle();
    expect(received(stage)[1]).toBe(first);
    return first;
  };
  const [one, again, other] = [await play(7), await play(7), await play(8)];
  expect(one).toMatch(form);
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

test('a scenario or the whole space turns the header off', async () => {
  const stage = await serveContract(payments);
  await stage.ringback.control('PUT', 'scenarios/plain', {
    name: 'plain',
    timeline: [{ after: '1s', callback: 'succeeded' }],
    settings: { 'callbacks.traceparent': false },
  });
  await pay(stage, { 'x-ringback-scenario': 'plain' });
  await pay(stage);
  await stage.ringback.settle();
  await stage.ringback.set({ 'callbacks.traceparent': false });
  await pay(stage);
  await stage.ringback.settle();
  expect(received(stage)).toEqual([undefined, expect.stringMatching(form), undefined]);
  const logged = (await stage.ringback.deliveries()).map(({ attempts }) => attempts[0].traceparent);
  expect(logged).toEqual([null, received(stage)[1], null]);
});

test('a header that a script sets is sent and logged unchanged', async () => {
  const stage = await serveContract(payments);
  const traceparent = '00-not-a-trace';
  await stage.ringback.control('PUT', 'scenarios/broken', {
    name: 'broken',
    timeline: [{ after: '1s', callback: 'succeeded', headers: { TraceParent: traceparent } }],
  });
  await pay(stage, { 'x-ringback-scenario': 'broken' });
  await stage.ringback.settle();
  expect(received(stage)).toEqual([traceparent]);
  const [delivery] = await stage.ringback.deliveries();
  expect(delivery.attempts[0].traceparent).toBe(traceparent);
});

test('a redelivery stays in the trace, and a callback sent by hand has its own', async () => {
  const stage = await serveContract(payments);
  await pay(stage);
  await stage.ringback.settle();
  const [delivery] = await stage.ringback.deliveries();
  await stage.ringback.control('POST', `deliveries/${delivery.id}/redeliver`);
  await stage.ringback.control('POST', 'callbacks', { callback: 'payout.sent', to: stage.consumer.url });
  const [first, again, byHand] = idsOf(received(stage));
  expect(again?.[0]).toBe(first?.[0]);
  expect(again?.[1]).not.toBe(first?.[1]);
  expect(byHand?.[0]).toHaveLength(32);
  expect(byHand?.[0]).not.toBe(first?.[0]);
});

test('a contract that declares the header gets a real one, even where the setting is off', async () => {
  const declaring = structuredClone(payments) as typeof payments & {
    webhooks: Record<string, { post: { parameters?: object[] } }>;
  };
  const schema = { type: 'string', enum: ['made-up'] };
  Object.assign(declaring.webhooks['payout.sent'].post, {
    parameters: [{ name: 'Traceparent', in: 'header', required: true, schema }],
  });
  for (const on of [true, false]) {
    const stage = await serveContract(declaring, { settings: { 'callbacks.traceparent': on } });
    await stage.ringback.control('POST', 'callbacks', { callback: 'payout.sent', to: stage.consumer.url });
    expect(received(stage)).toEqual([expect.stringMatching(form)]);
  }
});

test('a signature may cover the header', async () => {
  const secret = 'a-secret-of-the-test';
  const stage = await serveContract(payments, {
    settings: {
      'signing.scheme': 'rfc9421',
      'signing.secrets': [secret],
      'signing.components': ['traceparent'],
    },
  });
  await pay(stage);
  await stage.ringback.settle();
  const headers = stage.consumer.requests[0]?.headers ?? {};
  const [, label, params] = /^([^=]+)=(.*)$/.exec(String(headers['signature-input'])) ?? [];
  expect(params).toMatch(/^\("traceparent"\)/);
  const base = `"traceparent": ${headers.traceparent}\n"@signature-params": ${params}`;
  const signature = createHmac('sha256', secret).update(base).digest('base64');
  expect(headers.signature).toBe(`${label}=:${signature}:`);
});
