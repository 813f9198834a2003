import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { yamlExcess } from '../../src/core/scenario/script-size.ts';
import type { RecordedRequest } from '../../src/record/recorded-request.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startConsumer } from '../support/consumer.ts';
import { startTcpServer } from '../support/tcp-server.ts';
import { draftOf, essence, playBack, recordFrom } from './play-back.ts';
import { PrintShop, type Sending } from './print-shop.ts';

const printed = (shop: PrintShop, more: object = {}): string =>
  JSON.stringify({ type: 'printed', eventId: 'evt_11', orderId: 'ord_ab12cd34', at: shop.at(), ...more });

async function drafted(sendings: (shop: PrintShop) => readonly Sending[], statuses: readonly number[] = []) {
  const shop = new PrintShop();
  const consumer = await startConsumer();
  consumer.answer(...statuses.map((status) => ({ status })));
  const requests = await recordFrom(shop, consumer, sendings(shop));
  return { ...(await draftOf(requests)), shop, consumer, requests };
}

/** A request that came at a time. */
function request(
  more: Partial<Omit<RecordedRequest, 'body'>> & { readonly body?: string | Uint8Array },
): RecordedRequest {
  const { body = '', ...rest } = more;
  const at = rest.at ?? Date.UTC(2026, 10, 3);
  return {
    at,
    endedAt: at + 10,
    method: 'POST',
    target: '/',
    headers: [['Content-Type', 'application/json']],
    isCut: false,
    result: { kind: 'answered', status: 200 },
    ...rest,
    body: Buffer.from(body),
  };
}

test('no secret reaches the script: not from headers, query, body, cookies or URLs, nor where it is repeated', async () => {
  const secrets = [
    's3cret-bearer',
    'user77:pass77',
    'c00kie-value',
    'tok-in-query',
    'tok-in-body',
    'hunter2222',
    'url-pass-9',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  ];
  const basic = Buffer.from('user77:pass77').toString('base64');
  const { text, findings } = await drafted((shop) => [
    {
      target: '/hook?token=tok-in-query&order=1',
      headers: {
        Authorization: 'Bearer s3cret-bearer',
        'Proxy-Authorization': `Basic ${basic}`,
        Cookie: 'sid=c00kie-value; theme=dark',
        'X-Api-Key': 'hunter2222',
        'X-Note': 's3cret-bearer',
      },
      body: printed(shop, {
        accessToken: 'tok-in-body',
        note: `use tok-in-body, pass77 or ${secrets.at(-1)} at https://me:url-pass-9@print.example/?token=tok-in-query`,
        links: { self: '/orders/ord_ab12cd34?access_token=hunter2222' },
        extra: { client_secret: 'hunter2222', password: 4711 },
      }),
    },
    {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: 'Bearer s3cret-bearer' },
      body: 'Total=1&InvoiceId=i-1&api_key=hunter2222',
    },
    { body: '{"type":"printed","accessToken":"tok-in-body", broken' },
  ]);
  for (const secret of [...secrets.flatMap((each) => each.split(':')), basic, '4711', 'sha256='])
    expect(text + findings.join('\n')).not.toContain(secret);
  expect(text).toContain('X-Note: "***"');
  expect(text).toContain('accessToken: "***"');
  expect(text).toContain('self: /orders/{{response.body.id}}?access_token=***');
  expect(text).toContain('Total=1&InvoiceId={{response.body.id}}&api_key=***');
  expect(text).toContain('Masked as secrets: /accessToken');
});

test('ids and times that cannot be told stay, and the script says so', async () => {
  const { text } = await drafted((shop) => [
    { body: printed(shop, { printerId: 'p-1', sentAt: shop.now / 1_000, born: '1980-01-01T00:00:00Z' }) },
    { after: 1_000, body: printed(shop, { eventId: 'evt_12', printerId: 'p-2', at: shop.at(90) }) },
  ]);
  expect(text).toContain('could not be told: /printerId, /sentAt, /born.');
  expect(text).toContain('printerId: p-1');
  expect(text).toContain('at: "{{now - 91s}}"');
  expect(text).toContain('eventId: evt_{{event.id}}');
});

test('ids and secrets in JSON with spaces are replaced, also numbers, and in other escapes', async () => {
  const { text } = await drafted((shop) => [
    {
      body: `{ "type": "printed", "password" : 4711, "at": "${shop.at()}", "eventId": "evt_1", "orderId": "ord_ab12cd34" }`,
    },
    {
      body: `{ "type": "printed", "password" : "h\\u0075nter22", "at": "${shop.at()}", "eventId": "evt_2", "orderId": "ord_ab12cd34" }`,
    },
  ]);
  expect(text).toContain(
    '"password" : "***", "at": "{{now}}", "eventId": "evt_{{event.id}}", "orderId": "{{response.body.id}}"',
  );
  expect(text).not.toMatch(/nter22|4711/);
  expect(text).toContain('password: "***"');
});

test('attempts that differ in times and counts are retries', async () => {
  const shop = new PrintShop();
  const body = (attempt: number, at: number) => printed(shop, { attempt, at: new Date(at).toISOString() });
  const down = { kind: 'answered', status: 500 } as const;
  const { text } = await draftOf([
    request({ at: shop.now, body: body(1, shop.now), result: down }),
    request({ at: shop.now + 7_000, body: body(2, shop.now + 7_000) }),
  ]);
  expect(text).toContain('retry: { schedule: [ 7s ], on: [ 500 ] }');
  expect(text).toContain('Its attempts differed in times or counts.');
});

test('a provider that gives up shows its timeout, and an endpoint that is down is a network error', async () => {
  const body = printed(new PrintShop());
  const at = Date.UTC(2026, 10, 3);
  const { text } = await draftOf([
    request({ at, endedAt: at + 3_000, body, result: { kind: 'given-up' } }),
    request({ at: at + 8_000, body, result: { kind: 'unreachable' } }),
    request({ at: at + 38_000, body }),
  ]);
  expect(text).toContain('retry: { schedule: [ 5s, 30s ], on: [ timeout, 502, network ], timeout: 3s }');
});

test('what is not in the contract is said, and left out', async () => {
  const { text, findings, callbacks } = await drafted((shop) => [
    { body: printed(shop) },
    { body: '{"type":"burnt"}' },
    { method: 'DELETE' },
  ]);
  expect(callbacks).toBe(1);
  expect(findings).toEqual([
    'POST /hook is no callback of the contract: its body at /type is "burnt", expected one of printed, shipped.',
    'DELETE /hook is no callback of the contract: no callback of the contract uses DELETE, expected POST or GET.',
  ]);
  expect(text).toContain('# POST /hook is no callback of the contract');
});

test('what breaks the contract is said, and played all the same', async () => {
  const { text, findings, consumer } = await drafted((shop) => [{ body: printed(shop, { pages: 'three' }) }]);
  expect(findings).toEqual([
    expect.stringContaining('placeOrder.printed breaks the contract: /pages must be'),
  ]);
  expect(text).toContain('  # Breaks the contract: /pages must be');
  consumer.forget();
  await playBack(text, consumer);
  expect(String(consumer.requests[0]?.body)).toContain('"pages":"three"');
});

test('a body that is no text, or too long for a script, is left to the mock', async () => {
  const long = 'x'.repeat(5 * 1024 * 1024);
  const { text, consumer, requests } = await drafted((shop) => [
    { body: printed(shop, { note: long }) },
    { body: printed(shop, { eventId: 'evt_12', note: long.slice(0, 100_000) }) },
    { body: printed(shop, { eventId: 'evt_13' }) },
  ]);
  expect(consumer.requests.map(({ body }) => body.length)).toEqual([5_242_980, 100_100, 90]);
  expect(requests.map(({ isCut }) => isCut)).toEqual([true, false, false]);
  expect(text.length).toBeLessThan(5_000);
  const deliveries = await playBack(text, consumer);
  expect(deliveries).toHaveLength(3);
});

test('bytes that are no text are recorded as such', async () => {
  const { findings } = await draftOf([
    request({ body: printed(new PrintShop()) }),
    request({ body: Uint8Array.of(0xff, 0xfe, 0x00, 0x80) }),
  ]);
  expect(findings).toEqual(['POST / is no callback of the contract: its body is no text.']);
});

test('a request that broke off, and came whole later, is one that the mock breaks off', async () => {
  const shop = new PrintShop();
  const body = printed(shop);
  const { text } = await draftOf([
    request({ at: shop.now, body: body.slice(0, 20), result: { kind: 'incomplete' } }),
    request({ at: shop.now + 4_000, body }),
  ]);
  expect(text).toContain('{ on: { callback: printed, attempt: 1 }, reset_peer: { after: 20 } }');
  expect(text).toContain('retry: { schedule: [ 4s ], on: [ network ] }');
});

test('a thousand callbacks fit into a script: the longest ones are left to the mock', async () => {
  const at = Date.UTC(2026, 10, 3);
  const shop = new PrintShop();
  const requests = Array.from({ length: 1_000 }, (_, index) =>
    request({
      at: at + index * 1_000,
      body: printed(shop, { eventId: `evt_${index}`, note: 'y'.repeat(index < 10 ? 40_000 : 5) }),
    }),
  );
  const { text } = await draftOf(requests);
  expect(yamlExcess(text)).toBeNull();
  expect(text.match(/callback: printed/g)).toHaveLength(1_000);
  expect(text.match(/content:/g)?.length).toBeGreaterThan(100);
  expect(text).toContain('is left out, so the mock makes it up.');
});

test('the endpoint gets what the provider sends, byte for byte, and the provider what the endpoint sends', async () => {
  const shop = new PrintShop();
  const consumer = await startConsumer();
  const body = Buffer.from([0, 255, 10, 13]);
  consumer.answer({ status: 418, headers: { 'X-Own': 'yes' }, body: 'short and stout' });
  const { startRecorder } = await import('../../src/record/recorder.ts');
  const recorded: RecordedRequest[] = [];
  const recorder = await startRecorder({
    to: new URL(`${consumer.url}/base/`),
    port: 0,
    host: '127.0.0.1',
    insecure: false,
    now: () => shop.now,
    onRequest: (each) => recorded.push(each),
  });
  const { port } = new URL(recorder.url);
  const socket = connect(Number(port), '127.0.0.1');
  const sent =
    'POST /a%2fb?x=1&x=%zz HTTP/1.1\r\nHost: prints.example\r\nX-CASE: Kept\r\nx-case: Twice\r\nConnection: close\r\n';
  socket.write(`${sent}Content-Length: 4\r\n\r\n`);
  socket.write(body);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  await once(socket, 'close');
  await recorder.close();
  expect(received).toMatch(/^HTTP\/1\.1 418 I'm a Teapot\r\nX-Own: yes\r\n[\s\S]*short and stout/);
  const [got] = consumer.requests;
  expect(got?.url).toBe('/base/a%2fb?x=1&x=%zz');
  expect(got?.headers).toMatchObject({ host: 'prints.example', 'x-case': 'Kept, Twice' });
  expect(got?.body).toEqual(body);
  expect(recorded.map(({ target, result }) => [target, result])).toEqual([
    ['/a%2fb?x=1&x=%zz', { kind: 'answered', status: 418 }],
  ]);
});

test('a compressed callback is forwarded as it is, and recorded as what it says', async () => {
  const { gzipSync } = await import('node:zlib');
  const shop = new PrintShop();
  const consumer = await startConsumer();
  const zipped = gzipSync(printed(shop));
  const requests = await recordFrom(shop, consumer, [
    { body: zipped, headers: { 'Content-Encoding': 'gzip' } },
  ]);
  expect(consumer.requests[0]?.body).toEqual(zipped);
  const { text } = await draftOf(requests);
  expect(text).toContain('orderId: "{{response.body.id}}"');
  expect(text).toContain('It was compressed.');
  expect(essence(consumer.requests)).toHaveLength(1);
});

test('a provider that breaks off or gives up, and an endpoint that breaks off, are told apart', async () => {
  const { startRecorder } = await import('../../src/record/recorder.ts');
  let arrived: () => void = () => undefined;
  const endpoint = await startTcpServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (bytes) => {
        if (String(bytes).includes('/broken')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf');
        else arrived();
      });
  });
  closeAfterwards(endpoint.close);
  const recorded: RecordedRequest[] = [];
  let wake: () => void = () => undefined;
  const recorder = await startRecorder({
    to: new URL(endpoint.url),
    port: 0,
    host: '127.0.0.1',
    insecure: false,
    now: () => 0,
    onRequest: (each) => {
      recorded.push(each);
      wake();
    },
  });
  closeAfterwards(recorder.close);
  for (const [target, length] of [
    ['/half', 10],
    ['/slow', 2],
    ['/broken', 2],
  ] as const) {
    const done = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const socket = connect(Number(new URL(recorder.url).port), '127.0.0.1');
    arrived = () => socket.destroy();
    socket.on('error', () => undefined);
    socket.write(`POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n{}`);
    await done;
    socket.destroy();
  }
  expect(recorded.map(({ target, result }) => [target, result.kind])).toEqual([
    ['/half', 'incomplete'],
    ['/slow', 'given-up'],
    ['/broken', 'unreachable'],
  ]);
});
