import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startServer } from '../../src/server/start-server.ts';
import { refusedMessages } from './http-messages.ts';

/** Sends each message that RFC 9112 does not allow, and counts the responses. Exits 1 when one is not refused as expected. */
const { port, close } = await startServer({ port: 0, clock: 'virtual' });
const statuses = new Map<string, number>();
const wrong: string[] = [];

for (const [what, bytes, expected] of refusedMessages) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined).setTimeout(5_000, () => socket.destroy());
  await once(socket, 'connect');
  socket.end(Buffer.from(bytes, 'latin1'));
  const received = await text(socket).catch(() => '');
  const found = [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
  const status = found.join(' and ') || 'none';
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  // Here, the path that exceeds all length limits belongs to another operation.
  if (status !== String(expected) && !(expected === 413 && status === '404'))
    wrong.push(`${what}: ${status}, expected ${expected}`);
}
await close({ graceMs: 1_000 });
console.log(`figure: malformed HTTP messages sent: ${refusedMessages.length}`);
for (const [status, count] of [...statuses].sort())
  console.log(`figure: malformed HTTP messages answered ${status}: ${count}`);
console.log(`figure: malformed HTTP messages left without an answer: ${statuses.get('none') ?? 0}`);
for (const line of wrong) console.error(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
