import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/start-server.ts';
import { closeAfterwards } from '../support/closing.ts';
import { takeDefects } from '../support/defects.ts';
import { call, submitDocument } from '../support/test-server.ts';

describe('a log that fails', () => {
  const fail = (): never => {
    throw new RangeError('Invalid time value');
  };

  it('fails no request, no callback and no event', async () => {
    const server = await startServer({
      port: 0,
      clock: 'virtual',
      log: { request: fail, failure: fail, event: fail, info: fail },
    });
    closeAfterwards(async () => void (await server.close({ graceMs: 1_000 })));
    const callbackUrl = `${server.url}/_ringback/inbox/a`;
    expect((await submitDocument(server.url, { callbackUrl })).status).toBe(202);
    const { status, body } = await call('POST', `${server.url}/_ringback/clock`, { settle: true });
    expect({ status, states: body.deliveries.map(({ state }: { state: string }) => state) }).toEqual({
      status: 200,
      states: ['delivered', 'delivered'],
    });
    expect((await call('GET', `${server.url}/_ringback/inboxes/a`)).body.total).toBe(2);
    const seen = new Set(takeDefects().map(({ message }) => message));
    expect([...seen]).toEqual(['Could not write the log.']);
  });
});
