import { expect, it } from 'vitest';
import { call, useTestServer } from '../../support/test-server.ts';

const server = useTestServer();
const deepest = 1_000;

/** Nested arrays of a given depth. */
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

const bodies = (levels: number): readonly (readonly [string, object])[] => [
  ['next', { scenario: 'docdigitizer/rejected', match: { body: { a: nested(levels) } } }],
  [
    'callbacks',
    { callback: 'informed.error', to: `${server().url}/_ringback/inbox/x`, payload: { a: nested(levels) } },
  ],
];

it('the deepest body that a setting can allow is accepted, kept, sent and listed', async () => {
  const space = `${server().url}/@deep/_ringback`;
  expect((await call('PATCH', `${space}/settings`, { 'limits.jsonDepth': deepest })).status).toBe(200);
  for (const [path, body] of bodies(deepest - 10))
    expect((await call('POST', `${space}/${path}`, body)).status).toBe(201);
  for (const path of ['next', 'deliveries']) expect((await call('GET', `${space}/${path}`)).status).toBe(200);
  for (const [path, body] of bodies(deepest))
    expect((await call('POST', `${space}/${path}`, body)).status).toBe(413);
});

it('no setting allows a body so deep or so long that the server could not return it', async () => {
  for (const settings of [{ 'limits.jsonDepth': deepest + 1 }, { 'limits.jsonBytes': 2 ** 28 }]) {
    const { status, body } = await call('PATCH', `${server().url}/_ringback/settings`, settings);
    expect({ status, type: body.type }).toMatchObject({
      status: 400,
      type: expect.stringContaining('setting.invalid'),
    });
  }
});

it('no setting is so small that the control API cannot accept another one', async () => {
  const settings = `${server().url}/@small/_ringback/settings`;
  for (const smaller of [{ 'limits.jsonBytes': 1_023 }, { 'limits.jsonDepth': 15 }])
    expect((await call('PATCH', settings, smaller)).status, JSON.stringify(smaller)).toBe(400);
  const smallest = { 'limits.jsonBytes': 1_024, 'limits.jsonDepth': 16 };
  expect((await call('PATCH', settings, smallest)).status).toBe(200);
  const back = { 'limits.jsonBytes': 2_048, 'limits.jsonDepth': 64, 'docdigitizer.apiKeys': ['one'] };
  expect((await call('PATCH', settings, back)).status).toBe(200);
});
