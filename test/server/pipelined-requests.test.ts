import { expect, it } from 'vitest';
import { toText } from '../respond/raw-exchange.ts';
import { call, useTestServer } from '../support/test-server.ts';
import { exchangeRaw, openRaw } from './support/raw-client.ts';

const failures: unknown[] = [];
const log = {
  request: () => {},
  failure: (what: string, error: unknown) => void failures.push([what, error]),
};
const server = useTestServer({ log });
const form =
  '--b\r\ncontent-disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.4\r\n--b--\r\n';

const submission = (space: string, connection: string): string =>
  toText(
    {
      method: 'POST',
      path: `/@${space}/docdigitizer/api/v2/documents`,
      headers: { authorization: 'Bearer any', 'content-type': 'multipart/form-data; boundary=b' },
      body: form,
    },
    connection,
  );
const settle = (space: string): string =>
  toText(
    {
      method: 'POST',
      path: `/@${space}/_ringback/clock`,
      headers: { 'content-type': 'application/json' },
      body: '{"settle":true}',
    },
    'keep-alive',
  );
it('a submission behind a clock move on one connection does not block the move', async () => {
  const received = await exchangeRaw(
    server().port,
    submission('behind', 'keep-alive') + settle('behind') + submission('behind', 'close'),
  );
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 202', 'HTTP/1.1 200', 'HTTP/1.1 202']);
  const moved = await call('POST', `${server().url}/@behind/_ringback/clock`, { settle: true });
  expect(moved.body).toMatchObject({ pending: 0 });
});

it('a list that waits behind another response is silently dropped when its client disconnects', async () => {
  const space = `${server().url}/@gone/_ringback`;
  for (let id = 0; id < 5; id++)
    await fetch(`${space}/inbox/big`, { method: 'POST', body: 'x'.repeat(100_000) });
  await call('PUT', `${space}/inboxes/slow`, { answers: [{ status: 200, delay: '10m' }] });
  const openRequests = async (): Promise<number> =>
    (await call('GET', `${server().url}/_ringback/spaces`)).body.spaces.find(
      ({ name }: { name: string }) => name === 'gone',
    ).openRequests;
  const socket = await openRaw(server().port);
  const get = (path: string): string =>
    toText({ method: 'GET', path: `/@gone/_ringback/${path}` }, 'keep-alive');
  socket.write(get('inbox/slow') + get('inboxes/big?bodyLimit=65536'));
  await expect.poll(openRequests, { interval: 5 }).toBe(2);
  socket.destroy();
  await expect.poll(openRequests, { interval: 5 }).toBe(0);
  expect(failures).toEqual([]);
});
