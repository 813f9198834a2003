import { expect, test } from 'vitest';
import { docdigitizerClient } from '../support/clients.ts';
import { startRingback, type TestRingback } from '../support/ringback.ts';
import { smallPdf } from '../support/test-server.ts';
import { sendRaw, split } from './raw-exchange.ts';
import { faulty, play, type Subject, subjects, submit, submitted } from './subjects.ts';

const [docdigitizer, informed] = subjects as [Subject, Subject];

async function statuses(count: number, send: () => Promise<{ bytes: Buffer }>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) found.push(split((await send()).bytes).status);
  return found;
}

test('entries that respond form a sequence: each counts once the previous one has struck its times', async () => {
  const mock = await startRingback();
  const more = '\n  - { operation: getDocument, times: 1, rate_limit: { limit: 0, per: 9s } }';
  const entries = `{ operation: getDocument, times: 2, status: 503 }${more}`;
  play(mock, faulty(docdigitizer, entries));
  const read = await submitted(mock, docdigitizer);
  expect(await statuses(5, read)).toEqual([503, 503, 429, 200, 200]);
});

test('times counts per space, over all runs of the script', async () => {
  const mock = await startRingback();
  play(mock, faulty(docdigitizer, '{ operation: getDocument, times: 3, status: 500 }'));
  const one = await submitted(mock, docdigitizer);
  const other = await submitted(mock, docdigitizer);
  expect(await statuses(2, one)).toEqual([500, 500]);
  expect(await statuses(2, other)).toEqual([500, 200]);
});

test('a request whose files all play one script is struck once, and each of their runs records it', async () => {
  const mock = await startRingback();
  play(mock, faulty(docdigitizer, '{ times: 2, latency: 1s }'));
  const files = ['a.pdf', 'b.pdf', 'c.pdf'].map((name) => ({ name, bytes: Buffer.from(smallPdf()) }));
  const client = docdigitizerClient(mock.url);
  const before = mock.server.spaces.get('default').clock.now();
  for (let i = 0; i < 3; i++) await client.submit({}, { scenario: 'faulty', files });
  expect(mock.server.spaces.get('default').clock.now() - before).toBe(2_000);
  expect((await mock.runs()).map(({ apiFaults }) => apiFaults.length)).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0]);
});

test('replacing a script restarts its counts', async () => {
  const mock = await startRingback();
  const script = faulty(docdigitizer, '{ operation: submitDocument, times: 1, status: 503 }');
  const send = () => submit(mock, docdigitizer);
  play(mock, script);
  expect(await statuses(2, send)).toEqual([503, 202]);
  play(mock, script);
  expect(await statuses(2, send)).toEqual([503, 202]);
});

test('a reset restarts the counts of all scripts', async () => {
  const mock = await startRingback();
  const send = () => sendRaw(mock.server.port, docdigitizer.submit('unavailable-provider'));
  expect(await statuses(3, send)).toEqual([503, 503, 202]);
  await mock.reset();
  expect(await statuses(3, send)).toEqual([503, 503, 202]);
});

test('a script that is recompiled for other settings keeps its counts', async () => {
  const mock = await startRingback();
  play(mock, faulty(docdigitizer, '{ operation: submitDocument, times: 1, status: 503 }'));
  const send = () => submit(mock, docdigitizer);
  expect(await statuses(1, send)).toEqual([503]);
  await mock.set({ 'docdigitizer.finalTime': '1m' });
  expect(await statuses(1, send)).toEqual([202]);
});

test('each space has its own counts', async () => {
  const mock = await startRingback();
  const script = faulty(informed, '{ operation: registerApplication, times: 1, status: 503 }');
  for (const space of ['default', 'a']) play(mock, script, space);
  const send = (prefix: string) => () => {
    const request = informed.submit('faulty');
    return sendRaw(mock.server.port, { ...request, path: `${prefix}${request.path}` });
  };
  expect(await statuses(2, send(''))).toEqual([503, 201]);
  expect(await statuses(2, send('/@a'))).toEqual([503, 201]);
});

test('faults combine: one response is late, slow and malformed', async () => {
  const mock = await startRingback();
  const more = ['{ slow: { bytesPerSecond: 5000 } }', '{ malformed: true }', '{ status: 502 }'].join(
    '\n  - ',
  );
  play(mock, faulty(docdigitizer, `{ latency: 1m }\n  - ${more}`));
  const before = (await mock.control('GET', 'clock')).body.now;
  const { bytes, tookMs } = await submit(mock, docdigitizer);
  const { status, head, body } = split(bytes);
  expect(status).toBe(502);
  expect(head).toMatch(/x-ringback-fault: latency 1m, slow 5000 bytes per second, malformed, status 502/i);
  expect(() => JSON.parse(body)).toThrow();
  expect(tookMs).toBeGreaterThan((bytes.length / 5000) * 1000 - 60);
  expect(Date.parse((await mock.control('GET', 'clock')).body.now) - Date.parse(before)).toBe(60_000);
});

const reads = 40;

async function drawn(seed: number, mock: TestRingback): Promise<{ statuses: number[]; marks: object[] }> {
  play(mock, faulty(docdigitizer, '{ operation: getDocument, probability: 0.5, status: 500 }'));
  const read = await submitted(mock, docdigitizer);
  const found = await statuses(reads, read);
  const [run] = await mock.runs();
  expect(seed).toBe(mock.server.seed);
  return { statuses: found, marks: run.apiFaults };
}

test('a probability strikes by the seed, the same each time, and the run says what was drawn', async () => {
  const seven = await drawn(7, await startRingback({ seed: 7 }));
  const again = await drawn(7, await startRingback({ seed: 7 }));
  const eight = await drawn(8, await startRingback({ seed: 8 }));
  expect(again).toEqual(seven);
  expect(eight.statuses).not.toEqual(seven.statuses);
  const struck = seven.statuses.filter((status) => status === 500).length;
  // Six standard deviations around the middle: 20 ± 19.
  expect(struck).toBeGreaterThan(1);
  expect(struck).toBeLessThan(reads - 1);
  const marks = seven.marks as { drawn: number; struck: boolean; probability: number }[];
  expect(marks.map(({ struck }) => (struck ? 500 : 200))).toEqual(seven.statuses);
  for (const mark of marks) {
    expect(mark.probability).toBe(0.5);
    expect(mark.struck).toBe(mark.drawn < 0.5);
  }
});

test('a probability of 0 never strikes', async () => {
  const mock = await startRingback();
  play(mock, faulty(informed, '{ probability: 0, status: 500 }'));
  const read = await submitted(mock, informed);
  expect(await statuses(3, read)).toEqual([200, 200, 200]);
  expect((await mock.runs())[0].apiFaults).toHaveLength(4);
});

test('times counts what struck, not what chance let pass', async () => {
  const mock = await startRingback();
  play(mock, faulty(docdigitizer, '{ operation: getDocument, probability: 0.5, times: 3, status: 500 }'));
  const read = await submitted(mock, docdigitizer);
  expect((await statuses(reads, read)).filter((status) => status === 500)).toHaveLength(3);
});

test('a request that chance lets pass counts in the window of its rate limit', async () => {
  const mock = await startRingback();
  play(
    mock,
    faulty(docdigitizer, '{ operation: getDocument, probability: 0, rate_limit: { limit: 1, per: 1s } }'),
  );
  const read = await submitted(mock, docdigitizer);
  expect(await statuses(3, read)).toEqual([200, 200, 200]);
  expect((await mock.runs())[0].apiFaults).toHaveLength(2);
});

test('a run keeps the last hundred marks and says how many were evicted', async () => {
  const mock = await startRingback();
  play(mock, faulty(docdigitizer, '{ operation: getDocument, status: 500 }'));
  const read = await submitted(mock, docdigitizer);
  await statuses(3, read);
  await mock.advance('1s');
  await statuses(100, read);
  const [run] = await mock.runs();
  expect(run.apiFaults).toHaveLength(100);
  expect(new Set(run.apiFaults.map(({ at }: { at: string }) => at))).toEqual(
    new Set(['2030-01-01T00:00:01.000Z']),
  );
  expect(run.forgottenApiFaults).toBe(3);
});
