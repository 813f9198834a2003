// The sender of a build alone: node bare-sender.mjs <dist> <url> <keys> <requests per key> <at a time>
// Prints requests a second and CPU microseconds of each, after a tenth as many to warm up.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, url, keys, perKey, atATime] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(dist, 'sender', file)).href);
const { createHttpSender } = await load('http-sender.js');
const { createAddressPolicy } = await load('address-policy.js');
const sender = createHttpSender({
  allow: createAddressPolicy([]),
  now: () => performance.now(),
  userAgent: 'bench',
});

async function send(count, prefix) {
  let next = 0;
  const work = async () => {
    while (next < count) {
      const key = prefix + (next++ % Number(keys));
      await sender.send({
        method: 'GET',
        url: `${url}${key}?documentId=4aa9d82e-9c4c-4c4a-8c0b-0c8f1d3c1f10&state=91&stateText=ANNOTATED`,
        headers: {},
        body: null,
        timeoutMs: 30_000,
      });
    }
  };
  await Promise.all(Array.from({ length: Number(atATime) }, work));
}

const requests = Number(keys) * Number(perKey);
await send(Math.max(3_000, requests / 10), 'warm');
const start = performance.now();
const cpuBefore = process.cpuUsage();
await send(requests, '');
const { user, system } = process.cpuUsage(cpuBefore);
const ms = performance.now() - start;
process.stdout.write(JSON.stringify({ rate: (requests / ms) * 1_000, cpuUs: (user + system) / requests }));
await sender.close();
