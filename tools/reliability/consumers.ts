import { type AddressInfo, createServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Chance, oddStrings } from './chance.ts';
import { operations } from './contract-model.ts';
import { createAgent, exchange, type Outcome, type Request } from './exchange.ts';
import { judgeResponse } from './judge.ts';
import { startMock } from './mock-process.ts';
import { byteMutators, chunked, encodeMessage, type RawMessage } from './raw-messages.ts';
import { mebibytes, readAttackOptions, runCases, Tally } from './tally.ts';

/**
 * Consumers that respond to callbacks with any bytes: valid responses, whose outcome is known, mutated ones, and behaviors
 * that no bytes describe. Every delivery must end with an outcome that the contract declares.
 */
const options = readAttackOptions({ cases: 1_200 });
const tally = new Tally('consumers', options.seed);
const attemptMs = 400;
const mock = await startMock({
  args: [
    ...['--clock', 'virtual', '--max-spaces', '60', '--set', `informed.attemptTimeout=${attemptMs}ms`],
    ...['--set', 'informed.retryDelays=1s,1s'],
  ],
  log: 'pretty',
});
const agent = createAgent();

type Behaviour = (socket: Socket, chance: Chance) => void;
const behaviours = new Map<string, { readonly chance: Chance; readonly behave: Behaviour }>();
const server = createServer((socket) => {
  let head = '';
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    head += bytes.toString('latin1');
    const path = /^[A-Z]+ \/(\w+)/.exec(head)?.[1];
    if (path === undefined) return;
    head = '';
    const found = behaviours.get(path);
    if (found === undefined) socket.destroy();
    else found.behave(socket, found.chance);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const consumerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const response = (status: string, headers: readonly string[], body: Buffer | string = ''): RawMessage => ({
  head: [`HTTP/1.1 ${status}`, ...headers],
  body: Buffer.from(body),
});
const sized = (
  status: string,
  body: Buffer | string,
  headers: readonly string[] = ['Content-Type: application/json'],
): RawMessage => response(status, [...headers, `Content-Length: ${Buffer.byteLength(body)}`], body);
const json = 'Content-Type: application/json';

/** Valid responses, and the outcome of the delivery. */
const right: readonly (readonly [() => RawMessage[], 'delivered' | 'failed'])[] = [
  [() => [sized('200 OK', '{}')], 'delivered'],
  [() => [sized('200 OK', '', [])], 'delivered'],
  [() => [response('204 No Content', [])], 'delivered'],
  [() => [response('200 OK', [json, 'Transfer-Encoding: chunked'], chunked('{"a":"chunked"}'))], 'delivered'],
  [() => [response('200 OK', [json, 'Connection: close'], '{"until":"the end"}')], 'delivered'],
  [() => [sized('200 OK', gzipSync('{}'), [json, 'Content-Encoding: gzip'])], 'delivered'],
  [() => [sized('200 OK', brotliCompressSync('{}'), [json, 'Content-Encoding: br'])], 'delivered'],
  [() => [response('103 Early Hints', ['Link: </x>; rel=preload']), sized('200 OK', '{}')], 'delivered'],
  [() => [sized('301 Moved Permanently', '', [`Location: ${consumerUrl}/elsewhere`])], 'failed'],
  [() => [sized('404 Not Found', 'no')], 'failed'],
  [() => [sized('503 Service Unavailable', '<html>', ['Retry-After: 1'])], 'failed'],
  [() => [sized('429 Too Many Requests', '{}', ['Retry-After: Fri, 31 Dec 9999 23:59:59 GMT'])], 'failed'],
];

const statusLines = [
  'HTTP/1.1 200',
  'HTTP/1.1 000 x',
  'HTTP/1.1 99 x',
  'HTTP/1.1 600 x',
  'HTTP/1.1 1000 x',
  'HTTP/1.1 -1',
  'HTTP/0.9 200 OK',
  'HTTP/2.0 200 OK',
  'HTTP/1.1  200 OK',
  'http/1.1 200 ok',
  'ICY 200 OK',
  '',
  '\u0000',
  `HTTP/1.1 200 ${'r'.repeat(100_000)}`,
  'HTTP/1.1 200 \u001b[2J',
  'HTTP/1.1 101 Switching Protocols',
  'HTTP/1.1 100 Continue',
  'HTTP/1.1 418 \u00e9',
  'SSH-2.0-OpenSSH',
  '\u0015\u0003\u0001\u0000\u0002',
];
const headerLines = [
  'Content-Length: 5',
  'Content-Length: -5',
  'Content-Length: 5, 6',
  'Content-Length: 1e9',
  'Content-Length: 99999999999999999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'Content-Encoding: gzip',
  'Content-Encoding: br, br, br, gzip',
  'Content-Encoding: x',
  'Retry-After: -1',
  'Retry-After: 1e9',
  'Retry-After: 99999999999999999999',
  'Retry-After: soon',
  'Retry-After: Thu, 01 Jan 1970 00:00:00 GMT',
  'Location: \u0000',
  'Content-Type: text/html; charset=utf-16',
  'Content-Type: ',
  'Connection: close, keep-alive',
  'Keep-Alive: timeout=-1',
  'no colon',
  ' folded',
  ': x',
  'X: \u009b31m',
  'X: \u0000',
  'Set-Cookie: a=b',
  'Trailer: X',
  'Upgrade: h2c',
  '__proto__: x',
  'constructor: x',
];

const mutators: readonly ((chance: Chance, messages: RawMessage[]) => void)[] = [
  (chance, [first]) => first?.head.splice(0, 1, chance.pick(statusLines)),
  (chance, all) => chance.pick(all).head.push(chance.pick(headerLines)),
  (chance, all) => chance.pick(all).head.push(chance.pick(headerLines), chance.pick(headerLines)),
  (chance, all) =>
    chance
      .pick(all)
      .head.push(...Array.from({ length: chance.pick([100, 3_000, 30_000]) }, (_, index) => `X${index}: 1`)),
  (chance, all) => chance.pick(all).head.push(`X: ${'v'.repeat(chance.pick([1_000, 20_000, 2_000_000]))}`),
  (chance, all) =>
    all.unshift(
      ...Array.from({ length: chance.pick([1, 20, 5_000]) }, () =>
        response(chance.pick(['100 Continue', '102 Processing', '199 X']), []),
      ),
    ),
  (chance, all) => all.push(sized('500 Late', chance.word())),
  (chance, all) =>
    all.splice(
      0,
      all.length,
      sized(
        '200 OK',
        chance.pick([gzipSync(Buffer.alloc(30_000_000)), brotliCompressSync(Buffer.alloc(30_000_000))]),
        [json, `Content-Encoding: ${chance.pick(['gzip', 'br', 'deflate'])}`],
      ),
    ),
  (chance, all) =>
    all.splice(
      0,
      all.length,
      sized(chance.pick(['200 OK', '503 X']), Buffer.alloc(chance.pick([70_000, 5_000_000]), 'b')),
    ),
  (chance, all) =>
    all.splice(
      0,
      all.length,
      sized('200 OK', chance.pick(oddStrings).repeat(chance.int(1, 900)), [
        `Content-Type: ${chance.pick(['application/json', 'text/html; charset=gbk', 'x'])}`,
      ]),
    ),
  (chance, all) => all.splice(0, all.length, sized('200 OK', '['.repeat(chance.int(1, 60_000)))),
];

const acts: readonly Behaviour[] = [
  () => {},
  (socket) => socket.destroy(),
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.end(),
  (socket) => trickle(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'),
  (socket) => endless(socket, 'HTTP/1.1 200 OK\r\n', 'X: y\r\n'),
  (socket) => endless(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(8_192)),
  (socket) => endless(socket, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'),
  (socket) => endless(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n'),
  (socket) => endless(socket, '', '\r\n'),
  (socket) => void socket.pause(),
  (socket) =>
    void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe', () => socket.resetAndDestroy()),
];

function trickle(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at >= text.length || socket.destroyed) clearInterval(timer);
    else socket.write(text[at++] ?? '');
  }, 20);
}

function endless(socket: Socket, start: string, more: string): void {
  socket.write(start);
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else if (socket.writableLength < 65_536) socket.write(more.repeat(50));
  }, 1);
}

let delivered = 0;
let failed = 0;
let complaints = 0;
const codes = new Map<string, number>();

await runCases(options, 12, async (caseNumber) => {
  const chance = new Chance(options.seed, caseNumber);
  const [make, expected] = chance.pick(right);
  const messages = make();
  const kind = chance.pick(['right', 'mutated', 'mutated', 'mutated', 'bytes', 'bytes', 'act'] as const);
  let bytes = Buffer.alloc(0);
  if (kind !== 'right')
    for (let count = chance.int(kind === 'bytes' ? 0 : 1, 2); count > 0; count--)
      chance.pick(mutators)(chance, messages);
  bytes = Buffer.concat(messages.map((message) => encodeMessage(message)));
  if (kind === 'bytes') bytes = Buffer.from(chance.pick(byteMutators)(chance, bytes));
  const ends = bytes.includes('Connection: close') || (kind !== 'right' && chance.hits(0.5));
  const act: Behaviour =
    kind === 'act' ? chance.pick(acts) : (socket) => void (ends ? socket.end(bytes) : socket.write(bytes));
  behaviours.set(`c${caseNumber}`, { chance, behave: act });
  const what = kind === 'act' ? act.toString() : JSON.stringify(bytes.toString('latin1').slice(0, 700));
  const report = (fault: string): void =>
    tally.fail(caseNumber, fault.slice(0, 160), `${fault}\n  the consumer: ${what}`);
  const faults = await deliver(caseNumber, kind === 'right' ? expected : null);
  behaviours.delete(`c${caseNumber}`);
  if (faults.length === 0) tally.pass();
  else for (const fault of faults) report(fault);
  complaints = tally.complain(mock, caseNumber, complaints);
  if (mock.ended !== null) throw new Error(`The server has ended: ${what}`);
});

async function deliver(caseNumber: number, expected: string | null): Promise<string[]> {
  const space = `k${caseNumber}`;
  const send = (
    id: string,
    body: unknown,
  ): Promise<{ readonly outcome: Outcome; readonly faults: Promise<string[]> }> => {
    const operation = operations.find((one) => one.id === id);
    if (operation === undefined) throw new Error(`There is no operation ${id} any more.`);
    const request: Request = {
      method: operation.method,
      target: `/@${space}${operation.path}`,
      headers: [
        ['Host', 'localhost'],
        ['Content-Type', 'application/json'],
      ],
      body: body === null ? null : Buffer.from(JSON.stringify(body)),
    };
    return exchange(agent, mock.port, request, { limitMs: 20_000 }).then((outcome) => ({
      outcome,
      faults:
        'failure' in outcome
          ? Promise.resolve([`${id}: ${outcome.failure}`])
          : judgeResponse(operation, outcome.response),
    }));
  };
  const faults: string[] = [];
  for (const [id, body] of [
    ['fireCallback', { callback: 'informed.error', to: `${consumerUrl}/c${caseNumber}` }],
    ['moveClock', { settle: true }],
  ] as const)
    faults.push(...(await (await send(id, body)).faults));
  const { outcome, faults: listed } = await send('listDeliveries', null);
  faults.push(...(await listed));
  if ('failure' in outcome || outcome.response.status !== 200)
    return [...faults, 'the delivery cannot be listed'];
  const { deliveries } = JSON.parse(outcome.response.body.toString('utf8'));
  const [{ state, attempts } = { state: 'missing', attempts: [] }] = deliveries;
  if (state === 'delivered') delivered++;
  else if (state === 'failed') failed++;
  else faults.push(`the delivery is ${state}`);
  // On a busy machine, a valid response may also be too late.
  const isLate = /timeout/.test(attempts.at(-1)?.code ?? '');
  if (expected !== null && state !== expected && !isLate)
    faults.push(`${state}, expected ${expected}: ${attempts.at(-1)?.error}`);
  if (attempts.length === 0) faults.push('there was no attempt');
  if ((attempts.at(-1)?.acknowledged === true) !== (state === 'delivered'))
    faults.push('the last attempt and the delivery disagree');
  for (const { code } of attempts) if (code !== null) codes.set(code, (codes.get(code) ?? 0) + 1);
  return faults;
}

const after = await mock.measure();
agent.destroy();
server.close();
await mock.stop();
tally.complain(mock, null, complaints);
tally.finish([
  `${options.only === null ? options.cases : 1} consumers: ${delivered} deliveries delivered, ${failed} failed; ${[
    ...codes,
  ]
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ')}`,
  `after them ${after.descriptors} open descriptors, longest turn of the event loop ${after.longestTurnMs} ms, heap ${mebibytes(after.heapUsed)}, resident ${mebibytes(after.rss)}`,
]);
