import { connect, type Socket } from 'node:net';

/** Opens a connection to the server under test. */
export function openRaw(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/**
 * Sends bytes unchanged and returns everything that arrives until the server closes the connection.
 * @param options.until ends the wait once this has arrived
 * @param options.destroyAfterWrite disconnects once the bytes are sent, without waiting for a response
 */
export async function exchangeRaw(
  port: number,
  bytes: string,
  options: { until?: string; destroyAfterWrite?: boolean } = {},
): Promise<string> {
  const socket = await openRaw(port);
  return new Promise((resolve) => {
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      received += text;
      if (options.until !== undefined && received.includes(options.until)) socket.destroy();
    });
    // A server that closes while bytes are in flight resets the connection; what arrived before counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.write(bytes, () => {
      if (options.destroyAfterWrite === true) socket.destroy();
    });
  });
}
