import { type Duplex, duplexPair } from 'node:stream';
import type { RingbackServer } from './http-server.ts';

/** A request that does not use the network. */
export interface InProcessRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: Uint8Array;
}

/** A response, parsed from its bytes. */
export interface InProcessAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Headers that are about one connection (RFC 9110 §7.6.1), and the length that is written again. */
const hopByHop = /^(connection|keep-alive|transfer-encoding|content-length|expect|te|trailer|upgrade)$/i;

/**
 * Sends a request to a server in memory. The server reads it with the same code as requests from the network.
 * @throws {Error} with the code `ECONNRESET` if a script ends the connection before the response is complete
 */
export async function requestInProcess(
  server: Pick<RingbackServer, 'accept'>,
  { method, target, headers, body }: InProcessRequest,
): Promise<InProcessAnswer> {
  const [client, own] = duplexPair();
  server.accept(asSocket(own, client));
  const lines = [...headers]
    .filter(([name]) => !hopByHop.test(name))
    .map(([name, value]) => `${name}: ${value}\r\n`);
  // A server responds to HTTP/1.0 (RFC 1945) without chunks, and closes the connection after the response.
  const head = `${method} ${target} HTTP/1.0\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`;
  client.write(Buffer.concat([Buffer.from(head, 'latin1'), body]));
  const chunks: Buffer[] = [];
  for await (const chunk of client) chunks.push(chunk as Buffer);
  return parse(Buffer.concat(chunks));
}

/** Adds the two methods for ending a connection that a socket has and a stream lacks. */
function asSocket(own: Duplex, client: Duplex): Duplex {
  own.once('close', () => {
    if (!client.readableEnded && !own.writableFinished) client.destroy(reset());
  });
  return Object.assign(own, {
    destroySoon: () => own.end(),
    resetAndDestroy: () => {
      client.destroy(reset());
      return own.destroy();
    },
  });
}

function parse(bytes: Buffer): InProcessAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const [line = '', ...fields] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1]);
  if (end === -1 || Number.isNaN(status)) throw reset();
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()];
  });
  const body = bytes.subarray(end + 4);
  const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  if (length !== undefined && body.length < Number(length)) throw reset();
  return { status, headers: headers.filter(([name]) => !hopByHop.test(name)), body };
}

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });
}
