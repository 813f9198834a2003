import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import type { AnswerFaults } from '../../core/engine/faults/api-faults.ts';
import { machineNow, steadyNow } from '../../platform/machine-time.ts';
import { STATUS_CODES } from '../../platform/node-http.ts';

type WireFaults = Pick<AnswerFaults, 'bytesPerSecond' | 'resetAfterBytes'>;

/** A response before faults are applied. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer | Readable | null;
}

/** True if Node's own writer cannot send the response. */
export function isOnTheWire({ bytesPerSecond, resetAfterBytes }: WireFaults): boolean {
  return bytesPerSecond !== null || resetAfterBytes !== null;
}

/** A body that does not match its content type: half of a JSON text, or a sentence for any other type. */
export function malform(text: string, contentType: string | number | undefined): string {
  const type = String(contentType ?? 'application/json');
  // No JSON text ends with a comma.
  if (/[/+]json\b/i.test(type)) return `${text.slice(0, Math.floor(text.length / 2))},`;
  return `This response is malformed on purpose, by a script: it is not ${type}.\n`;
}

/** The minimum interval between writes of a slow response, in milliseconds. */
const tickMs = 50;

/**
 * Writes a response to the connection byte by byte as a script says: at a rate, and with a reset (TCP RST) after a
 * number of bytes, including the head. Ends when everything is written, the connection is reset, or the client has
 * disconnected. The connection is not reused.
 */
export async function writeFaulty(
  response: ServerResponse,
  answer: WholeAnswer,
  { bytesPerSecond, resetAfterBytes }: WireFaults,
): Promise<void> {
  // Node assigns the connection to a response when the responses before it are sent.
  if (response.socket === null) await once(response, 'socket');
  const socket = response.socket as Socket;
  const limit = resetAfterBytes ?? Number.POSITIVE_INFINITY;
  const most = bytesPerSecond === null ? Number.POSITIVE_INFINITY : slice(bytesPerSecond);
  const startedAt = steadyNow();
  let sent = 0;
  for await (const chunk of bytesOf(answer)) {
    let rest = chunk;
    while (rest.length > 0 && sent < limit && socket.writable) {
      const size = Math.min(rest.length, limit - sent, most);
      await write(socket, rest.subarray(0, size));
      rest = rest.subarray(size);
      sent += size;
      if (bytesPerSecond !== null)
        await pause(socket, startedAt + (sent / bytesPerSecond) * 1000 - steadyNow());
    }
    if (sent >= limit || !socket.writable) break;
  }
  if (resetAfterBytes === null) socket.destroySoon();
  else reset(socket);
}

/** The number of bytes per tick, at least one. */
function slice(bytesPerSecond: number): number {
  return Math.max(1, Math.floor((bytesPerSecond * tickMs) / 1000));
}

async function* bytesOf({ status, headers, body }: WholeAnswer): AsyncGenerator<Buffer> {
  const date = { date: new Date(machineNow()).toUTCString() };
  const lines = Object.entries({ ...date, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  yield Buffer.from(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`,
    'latin1',
  );
  if (Buffer.isBuffer(body)) yield body;
  else if (body !== null) yield* body;
}

/** Resolves when the operating system has the bytes, or the connection is closed. */
function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, () => resolve());
  });
}

function pause(socket: Socket, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      socket.off('close', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    socket.once('close', end);
  });
}

/** Node can reset only plain connections. A TLS connection ends without the closing alert that TLS requires. */
function reset(socket: Socket): void {
  // Not `instanceof TLSSocket`: a server without TLS does not load that module.
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}
