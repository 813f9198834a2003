import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SendResult } from '../../../src/core/engine/deliveries/sender.ts';
import { createAddressPolicy } from '../../../src/sender/address-policy.ts';
import { senderOnDemand } from '../../../src/server/sender-on-demand.ts';

/** Run with a low `ulimit -n`: sends while no file can be opened, and again later. Prints the results as JSON. */
const consumer = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
await new Promise((resolve) => consumer.once('listening', resolve));
const { port } = consumer.address() as AddressInfo;
const sender = senderOnDemand({ allow: createAddressPolicy([]), now: () => performance.now() });
const send = (host = '127.0.0.1'): Promise<SendResult> =>
  sender.send({ method: 'GET', url: `http://${host}:${port}/`, headers: {}, body: null, timeoutMs: 5_000 });

const opened: number[] = [];
function exhaust(): void {
  try {
    for (;;) opened.push(openSync('/dev/null', 'r'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
  }
}
function free(): void {
  for (const descriptor of opened.splice(0)) closeSync(descriptor);
}

const results: Record<string, SendResult> = {};
exhaust();
results.loading = await send();
free();
results.loaded = await send();
exhaust();
results.connecting = await send('127.0.0.2');
free();
results.again = await send();
process.stdout.write(JSON.stringify(results), () => process.exit());
