import { expect, it } from 'vitest';
import { toText } from '../respond/raw-exchange.ts';
import { call, useTestServer } from '../support/test-server.ts';
import { exchangeRaw } from './support/raw-client.ts';

const server = useTestServer();
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
it('a submission behind a move of the clock on one connection does not hold the move up', async () => {
  const received = await exchangeRaw(
    server().port,
    submission('behind', 'keep-alive') + settle('behind') + submission('behind', 'close'),
  );
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 202', 'HTTP/1.1 200', 'HTTP/1.1 202']);
  const moved = await call('POST', `${server().url}/@behind/_ringback/clock`, { settle: true });
  expect(moved.body).toMatchObject({ pending: 0 });
});
