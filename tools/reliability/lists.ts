/** Fills an inbox, lists it for a slow reader, and requests health meanwhile. Prints figures. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../src/server/start-server.ts';

const count = 300;
const server = await startServer({
  port: 0,
  clock: 'virtual',
  log: { request() {}, failure: console.error },
});
const base = `${server.url}/_ringback`;
let peak = 0;
let longest = 0;
let over = false;
const body = JSON.stringify({ a: 'x'.repeat(1_048_500) });
for (let i = 0; i < count; i++) {
  const received = await fetch(`${base}/inbox/big?n=${i}`, {
    method: 'POST',
    body: body.replace('x', `${i % 10}`),
  });
  await received.text();
}
const watching = (async () => {
  while (!over) {
    const before = performance.now();
    await (await fetch(`${base}/health`)).text();
    longest = Math.max(longest, performance.now() - before);
    peak = Math.max(peak, process.memoryUsage().rss);
    await sleep(50);
  }
})();
const asked = httpRequest(`${base}/inboxes/big?limit=100000&bodyLimit=65536`).end();
const [response] = (await once(asked, 'response')) as [IncomingMessage];
let bytes = 0;
for await (const chunk of response) {
  bytes += (chunk as Buffer).length;
  await sleep(2);
}
over = true;
await watching;
console.log(`figure: bytes listed ${bytes}`);
console.log(`figure: longest health wait ${Math.round(longest)} ms`);
console.log(`figure: peak memory ${Math.round(peak / 1024 / 1024)} MiB`);
await server.close({ graceMs: 1_000 });
