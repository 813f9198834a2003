import { expect, it } from 'vitest';
import type { Sender, WireFault } from '../../src/core/engine/deliveries/sender.ts';
import { type RawReceiver, readHead, startRawReceiver } from '../support/raw-receiver.ts';
import { freePort } from '../support/tcp-server.ts';
import { post, unanswered, until } from './sender-helpers.ts';

const body = JSON.stringify({ text: 'x'.repeat(89) });

/** The bytes of the request without the fault. */
async function plainBytes(sender: Sender, receiver: RawReceiver): Promise<Buffer> {
  await sender.send(post(`${receiver.url}/hook`, { body }));
  return receiver.connections.at(-1)?.bytes ?? Buffer.alloc(0);
}

/** The part of the `Sender` contract about `wire`: the faults of a script happen for real. */
export function wireContract(sender: () => Sender): void {
  const play = async (wire: WireFault, change: Parameters<typeof post>[1] = {}) => {
    const receiver = await startRawReceiver();
    const one = sender();
    const plain = await plainBytes(one, receiver);
    const result = await one.send(post(`${receiver.url}/hook`, { body, wire, ...change }));
    const connection = receiver.connections[1];
    if (connection === undefined) throw new Error('The faulty request has no connection of its own.');
    return { receiver, plain, result, connection };
  };

  it('sends every byte of a slow request at its rate, and reads the response', async () => {
    const { plain, result, connection, receiver } = await play({ bytesPerSecond: 1000 });
    expect(result).toMatchObject({ kind: 'answered', statusCode: 200 });
    expect(connection.bytes.toString()).toBe(plain.toString());
    expect(receiver.requests).toHaveLength(2);
    const first = connection.pieces[0]?.at ?? 0;
    const last = connection.pieces.at(-1)?.at ?? 0;
    // 1 ms a byte. The system may delay pieces, but none leaves early.
    expect(last - first).toBeGreaterThan(plain.length * 0.8);
    expect(last - first).toBeLessThan(plain.length * 8 + 500);
    expect(connection.pieces.length).toBeGreaterThan(3);
  });

  it('counts a slow request against its time limit, and reports that the script slowed it down', async () => {
    const { result, connection } = await play({ bytesPerSecond: 20 }, { timeoutMs: 120 });
    expect(result).toMatchObject({
      kind: 'unanswered',
      reason: 'timeout',
      message: 'no response within 120ms; 20 bytes a second were sent, as scripted',
    });
    expect(connection.bytes.length).toBeGreaterThan(0);
    expect(connection.bytes.length).toBeLessThan(10);
    await until(() => connection.end !== 'open');
  });

  it.each([0, 1, 10, 150])('resets the connection after %i bytes', async (resetAfterBytes) => {
    const { plain, result, connection, receiver } = await play({ resetAfterBytes });
    expect(plain.length).toBeGreaterThan(150);
    const bytes = resetAfterBytes === 1 ? '1 byte' : `${resetAfterBytes} bytes`;
    expect(result).toMatchObject({
      kind: 'unanswered',
      reason: 'connection',
      message: `connection reset after ${bytes}, as scripted`,
    });
    await until(() => connection.end !== 'open');
    expect(connection.end).toBe('reset');
    expect(connection.bytes).toEqual(plain.subarray(0, resetAfterBytes));
    expect(receiver.requests).toHaveLength(1);
  });

  it('resets after the last byte of a shorter request', async () => {
    const { plain, result, connection } = await play({ resetAfterBytes: 1_000_000 });
    expect(unanswered(result).message).toBe(
      `connection reset after the whole request of ${plain.length} bytes, as scripted`,
    );
    await until(() => connection.end !== 'open');
    expect(connection.end).toBe('reset');
    expect(connection.bytes).toEqual(plain);
  });

  it('sends half of the body under the length of the whole, and closes', async () => {
    const { plain, result, connection, receiver } = await play({ cutBodyInHalf: true });
    expect(unanswered(result)).toMatchObject({
      reason: 'connection',
      message: `connection closed after ${body.length / 2} of ${body.length} bytes of the body, as scripted`,
    });
    await until(() => connection.end !== 'open');
    expect(connection.end).toBe('fin');
    expect(connection.bytes).toEqual(plain.subarray(0, plain.length - body.length / 2));
    const { headers, bodyBytes } = readHead(connection.bytes);
    expect([headers['content-length'], bodyBytes]).toEqual([String(body.length), body.length / 2]);
    expect(receiver.requests).toHaveLength(1);
  });

  it('closes after the head when there is no body to cut', async () => {
    const { connection, result } = await play({ cutBodyInHalf: true }, { method: 'GET', body: null });
    expect(unanswered(result).message).toBe('connection closed after 0 of 0 bytes of the body, as scripted');
    await until(() => connection.end !== 'open');
    expect(readHead(connection.bytes)).toMatchObject({ method: 'GET', bodyBytes: 0 });
  });

  it('connects, is silent for the scripted time, and closes', async () => {
    const { result, connection } = await play({ silentForMs: 150 }, { timeoutMs: 60 });
    expect(unanswered(result)).toMatchObject({
      reason: 'timeout',
      code: 'scripted',
      message: 'silent for 150ms, as scripted',
    });
    expect(unanswered(result).durationMs).toBeGreaterThanOrEqual(149);
    await until(() => connection.end !== 'open');
    expect(connection.end).toBe('fin');
    expect(connection.bytes).toHaveLength(0);
    expect((connection.endedAt ?? 0) - connection.openedAt).toBeGreaterThan(140);
  });

  it('accepts 0 as the length of a silence', async () => {
    const { result, connection } = await play({ silentForMs: 0 });
    expect(unanswered(result).message).toBe('silent for 0s, as scripted');
    await until(() => connection.end !== 'open');
    expect(connection.bytes).toHaveLength(0);
  });

  it('reports when the consumer closes during a silence', async () => {
    const receiver = await startRawReceiver();
    const sending = sender().send(post(receiver.url, { wire: { silentForMs: 60_000 } }));
    await until(() => receiver.connections.length === 1);
    receiver.hangUp();
    expect(unanswered(await sending)).toMatchObject({
      reason: 'connection',
      message: expect.stringMatching(/closed the connection after \d+ms of a scripted silence of 1m$/),
    });
  });

  it('ends a silence when it is closed', async () => {
    const receiver = await startRawReceiver();
    const one = sender();
    const sending = one.send(post(receiver.url, { wire: { silentForMs: 3_600_000 } }));
    await until(() => receiver.connections.length === 1);
    await one.close();
    expect(unanswered(await sending).reason).toBe('closed');
    await until(() => receiver.connections[0]?.end !== 'open');
  });

  it.each([
    [{ silentForMs: 20, resetAfterBytes: 5 }, 'reset', 0, 'silent for 20ms, as scripted'],
    [{ cutBodyInHalf: true, resetAfterBytes: 7 }, 'reset', 7, 'connection reset after 7 bytes, as scripted'],
    [
      { cutBodyInHalf: true, resetAfterBytes: 1_000_000 },
      'fin',
      null,
      'connection closed after 50 of 100 bytes of the body, as scripted',
    ],
    [
      { bytesPerSecond: 500, resetAfterBytes: 30 },
      'reset',
      30,
      'connection reset after 30 bytes, as scripted',
    ],
  ] as const)('combines %j', async (wire, end, bytes, message) => {
    const { result, connection, plain } = await play(wire);
    expect(unanswered(result).message).toBe(message);
    await until(() => connection.end !== 'open');
    expect(connection.end).toBe(end);
    expect(connection.bytes).toHaveLength(bytes ?? plain.length - 50);
  });

  it('accepts a response that comes before the request is complete', async () => {
    const receiver = await startRawReceiver();
    const sending = sender().send(post(receiver.url, { body, wire: { bytesPerSecond: 50 } }));
    await until(() => (receiver.connections[0]?.pieces.length ?? 0) > 0);
    receiver.interject('HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno');
    expect(await sending).toMatchObject({ kind: 'answered', statusCode: 413, body: 'no' });
    await until(() => receiver.connections[0]?.end !== 'open');
  });

  it('reports why a faulty request found no connection', async () => {
    const port = await freePort();
    for (const wire of [{ silentForMs: 10 }, { bytesPerSecond: 10 }, { resetAfterBytes: 0 }]) {
      for (const scheme of ['http', 'https']) {
        const result = await sender().send(post(`${scheme}://127.0.0.1:${port}/`, { wire }));
        expect(result).toMatchObject({ reason: 'connection', code: 'connect.refused' });
      }
    }
  });

  it('does not affect other connections to the same consumer', async () => {
    const receiver = await startRawReceiver();
    const one = sender();
    receiver.answerWith('HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n');
    await one.send(post(receiver.url));
    await one.send(post(receiver.url, { wire: { resetAfterBytes: 3 } }));
    await one.send(post(receiver.url));
    expect(receiver.requests.map(({ connection }) => connection)).toEqual([0, 0]);
    expect(receiver.connections).toHaveLength(2);
  });
}
