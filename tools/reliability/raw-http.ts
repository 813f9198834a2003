import { connect } from 'node:net';
import { Chance } from './chance.ts';
import { startMock } from './mock-process.ts';
import { byteMutators, encodeMessage, headMutators, type RawMessage, rightRequests } from './raw-messages.ts';
import { type RawResponse, readResponses } from './read-responses.ts';
import { mebibytes, readAttackOptions, runCases, Tally } from './tally.ts';

/**
 * Sends mutated HTTP messages over bare sockets, whole or in chunks, and ends its side. The server must send complete HTTP
 * responses or nothing, no 5xx except those for HTTP framing, and end the connection. Valid messages must get all their
 * responses.
 */
const options = readAttackOptions({ cases: 4_000 });
const tally = new Tally('raw-http', options.seed);
// The pretty log is the one in which a message could forge lines.
const mock = await startMock({ args: ['--clock', 'virtual'], log: 'pretty', checks: false });

/** Not implemented, version not supported: refusals of the message itself (RFC 9110 §15.6). */
const framingRefusals = [501, 505];
const limitMs = 8_000;
let responses = 0;
let silent = 0;
let complaints = 0;

await runCases(options, 16, async (caseNumber) => {
  const chance = new Chance(options.seed, caseNumber);
  const messages: RawMessage[] = Array.from({ length: chance.pick([1, 1, 1, 2, 3]) }, () =>
    chance.pick(rightRequests)(),
  );
  const isRight = chance.hits(0.1);
  const count = isRight ? 0 : chance.int(1, 3);
  for (let round = 0; round < count; round++) chance.pick(headMutators)(chance, messages);
  let bytes = Buffer.concat(messages.map((message) => encodeMessage(message)));
  if (!isRight && chance.hits(0.4)) bytes = Buffer.from(chance.pick(byteMutators)(chance, bytes));
  const pieces = chance.hits(0.3) ? chance.int(2, 12) : 1;
  // A response that announces the end of the connection may be the last (RFC 9112 §9.6).
  const cut = messages.findIndex(({ head }) => head.includes('Connection: close'));
  const expected = isRight ? (cut === -1 ? messages.length : cut + 1) : 0;
  const outcome = await send(bytes, pieces, expected);
  const report = (kind: string): void =>
    tally.fail(
      caseNumber,
      kind.slice(0, 120),
      `${kind}\n  sent ${JSON.stringify(bytes.toString('latin1').slice(0, 900))}\n  got ${JSON.stringify(outcome.received.toString('latin1').slice(0, 600))}`,
    );
  const faults: string[] = [];
  if (!outcome.closed) faults.push(`the connection was still open ${limitMs} ms after its end`);
  const read = readResponses(outcome.received, bytes.includes('HEAD'));
  if (read.fault !== null) faults.push(read.fault);
  if (read.responses.length === 0) silent++;
  responses += read.responses.length;
  for (const { status, body, headers } of read.responses) {
    if (status >= 500 && !framingRefusals.includes(status))
      faults.push(`status ${status}: ${body.toString('utf8').slice(0, 200)}`);
    if (status >= 400 && body.length > 0 && headers.get('content-type') === 'application/problem+json') {
      const problem = JSON.parse(body.toString('utf8'));
      if (problem.status !== status || typeof problem.detail !== 'string')
        faults.push('a problem that does not fit its status');
    }
  }
  const final = finalOf(read.responses);
  // Bytes that follow the last request may reset the connection, which loses a response on its way (RFC 9112 §9.6).
  const isLost = outcome.reset && cut !== -1 && cut < messages.length - 1;
  if (final < expected && !isLost) faults.push(`${final} responses to ${expected} right requests`);
  if (faults.length === 0) tally.pass();
  else for (const fault of faults) report(fault);
  complaints = tally.complain(mock, caseNumber, complaints);
  if (mock.ended !== null)
    throw new Error(`The server has ended: ${JSON.stringify(bytes.toString('latin1').slice(0, 2_000))}`);
});

/** The number of final responses, without interim ones. */
function finalOf(all: readonly RawResponse[]): number {
  return all.filter(({ status }) => status >= 200).length;
}

/** @param expected how many responses are waited for before the connection is ended from this side */
function send(
  bytes: Buffer,
  pieces: number,
  expected: number,
): Promise<{ readonly received: Buffer; readonly closed: boolean; readonly reset: boolean }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port: mock.port, noDelay: true, allowHalfOpen: true });
    const end = (closed: boolean, reset = false): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve({ received: Buffer.concat(chunks), closed, reset });
    };
    const limit = setTimeout(() => end(false), limitMs);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (expected === 0) return;
      const { responses: read, fault } = readResponses(Buffer.concat(chunks), bytes.includes('HEAD'));
      if (fault === null && finalOf(read) >= expected) socket.end();
    });
    socket.on('end', () => end(true));
    // A reset is an end as well: a server need not read what it has refused.
    socket.on('error', () => end(true, true));
    let sent = 0;
    const write = (): void => {
      if (socket.destroyed) return;
      const next = Math.ceil((bytes.length * (sent + 1)) / pieces);
      socket.write(bytes.subarray(Math.ceil((bytes.length * sent) / pieces), next));
      sent++;
      if (sent < pieces) setImmediate(write);
      else if (expected === 0) socket.end();
    };
    socket.on('connect', write);
  });
}

const after = await mock.measure();
await mock.stop();
tally.complain(mock, null, complaints);
tally.finish([
  `${options.only === null ? options.cases : 1} connections: ${responses} responses, ${silent} connections without one`,
  `after them ${after.descriptors} open descriptors, longest turn of the event loop ${after.longestTurnMs} ms, heap ${mebibytes(after.heapUsed)}`,
]);
