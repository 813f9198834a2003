import { expect, test } from 'vitest';
import { call } from '../../support/test-server.ts';
import { payments, serveContract } from './support.ts';

const key = { 'x-api-key': 'any', 'x-ringback-scenario': 'mine' };

test('a step has values of the submission, its response and the resource', async () => {
  const stage = await serveContract(payments);
  await stage.ringback.control('PUT', 'scenarios/mine', {
    name: 'mine',
    timeline: [
      { after: '1s', set: { status: 'paid', reference: 'set by {{request.method}}' } },
      {
        after: '1s',
        callback: 'succeeded',
        payload: {
          status: '{{resource.status}}',
          reference: '{{resource.reference}}',
          amount: '{{request.body.amount}}',
          text: 'of {{response.body.id}}',
          absent: '{{request.body.nothing}}',
          at: '{{now}}',
          id: '{{event.id}}',
        },
        headers: { 'x-event': '{{event.id}}' },
      },
    ],
  });
  const { body } = await call(
    'POST',
    `${stage.ringback.url}/payments`,
    { amount: 12.5, callbackUrl: stage.consumer.url },
    key,
  );
  await stage.ringback.settle();
  const [sent] = stage.bodies() as Record<string, unknown>[];
  expect(sent).toMatchObject({
    status: 'paid',
    reference: 'set by POST',
    amount: 12.5,
    text: `of ${body.id}`,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expect(sent).not.toHaveProperty('absent');
  expect(stage.consumer.requests[0]?.headers['x-event']).toBe(sent?.id);
  const [run] = await stage.ringback.runs();
  expect(run.warnings).toEqual([
    expect.objectContaining({ message: expect.stringContaining('{{request.body.nothing}} has no value') }),
  ]);
});

test('a wrong template is refused with its place and the nearest name', async () => {
  const stage = await serveContract(payments);
  const answer = await call('PUT', `${stage.ringback.url}/_ringback/scenarios/mine`, {
    name: 'mine',
    timeline: [{ after: '1s', callback: 'succeeded', payload: { a: ['{{respnse.body.id}}'] } }],
  });
  expect(answer.status).toBe(422);
  expect(JSON.stringify(answer.body)).toContain('/timeline/0/payload/a/0');
  expect(JSON.stringify(answer.body)).toContain('Did you mean \\"response\\"');
});
