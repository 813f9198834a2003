import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { checkConsumer } from '../../src/check/check-consumer.ts';
import type { CheckOptions } from '../../src/check/check-options.ts';
import type { CheckReport } from '../../src/check/report.ts';
import { freePort } from '../support/tcp-server.ts';

const contract = join(import.meta.dirname, 'fixtures/parcels.yaml');
const key = 'cGFyY2Vscy1wYXJjZWxzLXBhcmNlbHM=';

/** The signature of Standard Webhooks. */
function rightFor(headers: IncomingHttpHeaders, body: Buffer): string {
  const mac = createHmac('sha256', Buffer.from(key, 'base64'));
  mac.update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`).update(body);
  return `v1,${mac.digest('base64')}`;
}

/** Whether the headers have a right signature of the last minutes. */
function isSigned(headers: IncomingHttpHeaders, body: Buffer): boolean {
  if (!(Math.abs(Date.now() / 1_000 - Number(headers['webhook-timestamp'])) < 300)) return false;
  const right = Buffer.from(rightFor(headers, body));
  const given = Buffer.from(String(headers['webhook-signature']));
  return given.length === right.length && timingSafeEqual(given, right);
}

interface Habits {
  /** Whether a second delivery of a message counts again. */
  readonly countsTwice?: boolean;
  readonly verify?: (headers: IncomingHttpHeaders, body: Buffer) => boolean;
}

/** Checks a consumer of parcels, which refunds each that is lost. */
async function check(
  { countsTwice = false, verify = isSigned }: Habits,
  options: CheckOptions = {},
): Promise<CheckReport['rules']> {
  const parcels = new Map<string, { status: string; weight: number; notices: number }>();
  const seen = new Set<unknown>();
  const server = createServer(async (request, response) => {
    try {
      const body = await buffer(request);
      if (!verify(request.headers, body)) {
        response.writeHead(401).end();
        return;
      }
      const { type, parcelId, weight } = JSON.parse(body.toString());
      const status = { 'parcel.delivered': 'delivered', 'parcel.lost': 'lost' }[String(type)];
      const message = request.headers['webhook-id'];
      if (typeof parcelId === 'string' && status !== undefined && (countsTwice || !seen.has(message))) {
        seen.add(message);
        parcels.set(parcelId, { status, weight, notices: (parcels.get(parcelId)?.notices ?? 0) + 1 });
      }
      response.writeHead(200).end();
    } catch {
      response.writeHead(400).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const report = await checkConsumer(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      contract,
      port: await freePort(),
      settings: { 'signing.scheme': 'standard-webhooks', 'signing.secrets': [`whsec_${key}`] },
      observe: ({ id }: { readonly id: string }) => parcels.get(id),
      within: '1s',
      later: '100ms',
      ...options,
    });
    return report.rules;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const failed = (rules: CheckReport['rules']): string[] =>
  rules.filter(({ result }) => result === 'failed').map(({ id }) => id);

test('a correct consumer of webhooks alone fails no rule, and what needs an API does not apply', async () => {
  const rules = await check({});
  expect(rules.filter(({ result }) => result === 'failed' || result === 'unstable')).toEqual([]);
  expect(rules.find(({ id }) => id === 'clean')?.disturbances.map(({ id }) => id)).toEqual([
    'undisturbed/parcel-delivered',
    'undisturbed/parcel-lost',
  ]);
  const reasons = rules.flatMap(({ id, result, because }) =>
    result === 'not-applicable' ? [[id, because]] : [],
  );
  expect(Object.fromEntries(reasons)).toMatchObject({
    lost: 'the contract has no operation to read the result with',
    early: 'the contract has no operation to submit with',
    'payload-vs-api': 'the callbacks carry the results themselves',
  });
  const passed = rules.filter(({ result }) => result === 'passed').map(({ id }) => id);
  expect(passed).toEqual(
    expect.arrayContaining(['sequential-duplicate', 'concurrent-duplicate', 'signature', 'drift']),
  );
});

test('a consumer of webhooks that counts a message twice fails the rules about duplicates', async () => {
  const only = ['sequential-duplicate', 'signature', 'lost'] as const;
  expect(failed(await check({ countsTwice: true }, { only }))).toEqual(['sequential-duplicate']);
});

test.for<[string, string, (given: string, right: string) => boolean]>([
  ['an empty signature', 'empty', (given) => given === ''],
  [
    'the beginning of a signature',
    'shortened',
    (given, right) => given.length > 20 && given !== right && right.startsWith(given),
  ],
])('a consumer that accepts %s fails the rule about signatures', async ([, id, accepts]) => {
  const verify = (headers: IncomingHttpHeaders, body: Buffer): boolean =>
    isSigned(headers, body) || accepts(String(headers['webhook-signature']), rightFor(headers, body));
  const rules = await check({ verify }, { only: ['signature', 'sequential-duplicate'] });
  expect(failed(rules)).toEqual(['signature']);
  const { disturbances = [] } = rules.find((rule) => rule.id === 'signature') ?? {};
  const wrong = disturbances.filter(({ result }) => result === 'failed').map((each) => each.id);
  expect(wrong).toEqual([`${id}/parcel-delivered`, `${id}/parcel-lost`]);
});

test('a contract with webhooks only leaves nothing to drive', async () => {
  const drive = 'http://127.0.0.1:9/submit';
  await expect(check({}, { drive })).rejects.toThrow(
    'drive is not usable. Got "http://127.0.0.1:9/submit", expected none, since the contract has no operation to submit with.',
  );
});

test('a contract that sends nothing cannot be checked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-check-'));
  const empty = join(folder, 'empty.yaml');
  writeFileSync(empty, 'openapi: 3.1.0\ninfo: { title: Empty, version: "1" }\npaths: {}\n');
  await expect(check({}, { contract: empty })).rejects.toThrow(
    'the contract has neither operations nor webhooks',
  );
  rmSync(folder, { recursive: true });
});
