import { describe, expect, it } from 'vitest';
import { docdigitizerClient, informedClient } from '../support/clients.ts';
import { jsonOf, startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { startTcpServer } from '../support/tcp-server.ts';

const anHourOfRetries = ['5m', '10m', '20m', '30m'];

describe('under the virtual clock', () => {
  it('callbacks that are retried for over an hour settle immediately', async () => {
    const ringback = await startRingback({
      settings: {
        'docdigitizer.retryOn': ['5xx'],
        'docdigitizer.retryDelays': anHourOfRetries,
        'informed.retryDelays': anHourOfRetries,
      },
    });
    const consumer = await startConsumer();
    consumer.answerAlways({ status: 503 });
    await docdigitizerClient(ringback.url).submit({ callbackUrl: consumer.url });
    const informed = informedClient(ringback.url);
    await informed.add(await informed.register(consumer.url), 'paystub.pdf');
    const started = performance.now();
    const { now } = await ringback.settle();
    const tookMs = performance.now() - started;
    expect(Date.parse(now) - Date.parse('2030-01-01T00:00:00Z')).toBeGreaterThan(3_600_000);
    const deliveries = await ringback.deliveries();
    expect(deliveries).toHaveLength(4);
    for (const { attempts } of deliveries) expect(attempts).toHaveLength(5);
    expect(consumer.requests).toHaveLength(20);
    expect(tookMs).toBeLessThan(2_000);
  });

  it('one seed sends the same bytes twice, and another seed sends others', async () => {
    const receiver = await startRawReceiver();
    const first = await play(receiver, 42);
    expect(first).toHaveLength(2 + 3 + 3);
    expect(await play(receiver, 42)).toEqual(first);
    expect(await play(receiver, 43)).not.toEqual(first);
  });

  it('a reset restarts the seed', async () => {
    const ringback = await startRingback();
    const consumer = await startConsumer();
    const informed = informedClient(ringback.url);
    const bodies = [];
    for (let times = 0; times < 2; times++) {
      await informed.add(await informed.register(consumer.url), 'paystub.pdf');
      await ringback.settle();
      const last = jsonOf(consumer.requests.at(-1));
      bodies.push({
        ...last,
        verifications: JSON.stringify(last.verifications).replaceAll(/"updated_at":"[^"]+"/g, ''),
      });
      await ringback.reset();
    }
    expect(bodies[0]).toEqual(bodies[1]);
  });
});

interface RawReceiver {
  readonly url: string;
  readonly requests: string[];
}

/** Records requests byte for byte, and responds 200 to each. */
async function startRawReceiver(): Promise<RawReceiver> {
  const requests: string[] = [];
  const server = await startTcpServer((socket) => {
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const head = received.indexOf('\r\n\r\n');
      const length = Number(/^content-length: (\d+)\r$/im.exec(received)?.[1] ?? 0);
      if (head === -1 || received.length < head + 4 + length) return;
      requests.push(received);
      received = '';
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
  });
  return { url: server.url, requests };
}

/** Both providers, GET and POST, several files, an update: on a new server each time. */
async function play(receiver: RawReceiver, seed: number): Promise<readonly string[]> {
  receiver.requests.length = 0;
  const ringback = await startRingback({ seed, publicUrl: 'http://mock.example.test' });
  const docdigitizer = docdigitizerClient(ringback.url);
  await docdigitizer.submit({
    callbackUrl: `${receiver.url}/cb`,
    callback_method: 'POST',
    'callback_headers[User]': 'john',
  });
  const informed = informedClient(ringback.url);
  const id = await informed.register(`${receiver.url}/hook`);
  const { image_files } = await informed.announce(id, ['paystub.pdf', 'bank.pdf']);
  for (const { upload_url } of image_files) {
    await informed.upload(upload_url.replace('http://mock.example.test', ringback.url));
  }
  await ringback.settle();
  await docdigitizer.submit({ callbackUrl: `${receiver.url}/cb` }, { scenario: 'rejected' });
  await informed.call('PUT', `applications/${id}`, { application_update_reference_id: 'update-1' });
  await ringback.settle();
  await ringback.server.close();
  return [...receiver.requests];
}
