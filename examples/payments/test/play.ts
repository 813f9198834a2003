import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createTest, expect, type MockProvider } from 'ringback/vitest';
import { createShop } from '../src/shop.ts';

export { expect };

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export const test = createTest({
  contract: 'openapi.yaml',
  settings: { 'signing.secrets': [secret] },
  // The clock is virtual. It starts now, since libraries refuse old signatures.
  now: new Date().toISOString(),
});

/** What the shop ships for one order, whose payment plays a scenario. */
export async function play(provider: MockProvider, scenario: string): Promise<readonly string[]> {
  const { server, shipped } = createShop(secret);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await provider.playNext(scenario);
  await fetch(`${provider.urls.api}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ amount: 4200, order: 'A-1', callback_url: `http://127.0.0.1:${port}` }),
  });
  await provider.settle();
  server.close();
  return shipped;
}
