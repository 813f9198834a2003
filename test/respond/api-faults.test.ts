import { describe, expect, test } from 'vitest';
import { apiFaultNames } from '../../src/core/scenario/fault-schemas.ts';
import { startRingback, type TestRingback } from '../support/ringback.ts';
import { type RawAnswer, sendRaw, split } from './raw-exchange.ts';
import { faulty, play, type Subject, subjects, submit, submitPlain, submitted } from './subjects.ts';

interface Trial {
  readonly mock: TestRingback;
  readonly subject: Subject;
  /** The request that the fault strikes. */
  send(): Promise<RawAnswer>;
  /** The number of documents or applications. */
  made(): Promise<number>;
}

/** By kind of fault: the entry of `respond`, and its expected effect on the wire. */
const kinds: Readonly<
  Record<string, { entry: string; check: (trial: Trial, isSubmission: boolean) => Promise<void> }>
> = {
  status: {
    entry: 'status: 503, headers: { Retry-After: "7", X-Own: yes }, body: { why: maintenance }',
    async check(trial) {
      const before = await trial.made();
      const { status, head, body } = split((await trial.send()).bytes);
      expect(status).toBe(503);
      expect(head).toMatch(/^retry-after: 7$/im);
      expect(head).toMatch(/^x-own: yes$/im);
      expect(head).toMatch(/^content-type: application\/json$/im);
      expect(head).toMatch(/^x-ringback-fault: status 503$/im);
      expect(JSON.parse(body)).toEqual({ why: 'maintenance' });
      expect(await trial.made()).toBe(before);
    },
  },
  rate_limit: {
    entry: 'rate_limit: { limit: 2, per: 10s }',
    async check({ mock, send, made }, isSubmission) {
      const statuses = async (count: number) => {
        const answers = [];
        for (let i = 0; i < count; i++) answers.push(split((await send()).bytes));
        return answers.map(({ status, head }) => [status, /^retry-after: (.*)$/im.exec(head)?.[1]]);
      };
      const before = await made();
      const [[ok]] = (await statuses(1)) as [[number, undefined]];
      expect(ok).toBeLessThan(300);
      await mock.advance('4s');
      expect(await statuses(2)).toEqual([
        [ok, undefined],
        [429, '6'],
      ]);
      // The first of the two leaves the window after ten seconds, the second after fourteen.
      await mock.advance('5999ms');
      expect(await statuses(1)).toEqual([[429, '1']]);
      await mock.advance('1ms');
      expect(await statuses(2)).toEqual([
        [ok, undefined],
        [429, '4'],
      ]);
      expect((await made()) - before).toBe(isSubmission ? 3 : 0);
    },
  },
  latency: {
    entry: 'latency: 90s',
    async check({ mock, send, made }, isSubmission) {
      const now = async () => Date.parse((await mock.control('GET', 'clock')).body.now);
      const [before, there] = [await now(), await made()];
      const { status } = split((await send()).bytes);
      expect(status).toBeLessThan(300);
      expect((await now()) - before).toBe(90_000);
      expect((await made()) - there).toBe(isSubmission ? 1 : 0);
      const { createdAt, timeline } = (await mock.runs()).at(-1);
      // The work is done immediately; its callbacks wait for the response.
      if (isSubmission) expect(Date.parse(createdAt)).toBe(before);
      if (isSubmission) expect(Date.parse(timeline[0].startedAt)).toBe(before + 90_000);
    },
  },
  malformed: {
    entry: 'malformed: true',
    async check({ send, made }, isSubmission) {
      const before = await made();
      const { bytes, error } = await send();
      const { status, head, body } = split(bytes);
      expect(error).toBeNull();
      expect(status).toBeLessThan(300);
      expect(head).toMatch(/^content-type: application\/json/im);
      expect(Number(/^content-length: (\d+)$/im.exec(head)?.[1])).toBe(body.length);
      expect(body).toMatch(/^\{"/);
      expect(() => JSON.parse(body)).toThrow(SyntaxError);
      expect((await made()) - before).toBe(isSubmission ? 1 : 0);
    },
  },
  slow: {
    entry: 'slow: { bytesPerSecond: 4000 }',
    async check({ send, made }, isSubmission) {
      const before = await made();
      const { bytes, error, tookMs, pieces } = await send();
      expect(error).toBeNull();
      const { head, body } = split(bytes);
      expect(Number(/^content-length: (\d+)$/im.exec(head)?.[1])).toBe(body.length);
      expect(JSON.parse(body)).toBeTypeOf('object');
      // The last chunk leaves up to a tick before the time that all bytes take.
      expect(tookMs).toBeGreaterThan((bytes.length / 4000) * 1000 - 60);
      expect(pieces).toBeGreaterThan(1);
      expect((await made()) - before).toBe(isSubmission ? 1 : 0);
    },
  },
  reset_peer: {
    entry: 'reset_peer: { after: 33 }',
    async check({ mock, send, made }, isSubmission) {
      const before = await made();
      const { bytes, error } = await send();
      expect(error).toBe('ECONNRESET');
      expect(bytes).toHaveLength(33);
      expect(bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 2\d\d /);
      expect((await made()) - before).toBe(isSubmission ? 1 : 0);
      // The work of the request continues, although the client never got the response.
      await mock.settle();
      expect((await mock.runs()).at(-1).state).toBe('finished');
    },
  },
};

test('every fault of the API side is in the table', () => {
  expect(Object.keys(kinds).toSorted()).toEqual(apiFaultNames.toSorted());
});

describe.each(subjects)('$provider', (subject) => {
  const made = (mock: TestRingback) => async () => (await mock.runs()).length;

  test.each(Object.entries(kinds))('%s strikes the submission', async (_, { entry, check }) => {
    const mock = await startRingback();
    play(mock, faulty(subject, `{ operation: ${subject.submission}, ${entry} }`));
    await check({ mock, subject, send: () => submit(mock, subject), made: made(mock) }, true);
  });

  test.each(Object.entries(kinds))('%s strikes a GET', async (_, { entry, check }) => {
    const mock = await startRingback();
    play(mock, faulty(subject, `{ operation: ${subject.get}, ${entry} }`));
    const send = await submitted(mock, subject);
    await check({ mock, subject, send, made: made(mock) }, false);
    expect((await mock.runs())[0].apiFaults[0]).toMatchObject({
      operation: subject.get,
      scenario: `${subject.provider}/faulty`,
      struck: true,
      probability: 1,
      drawn: null,
    });
  });

  test('an entry without an operation strikes the submission and the GET alike', async () => {
    const mock = await startRingback();
    play(mock, faulty(subject, '{ malformed: true }'));
    const { status, body } = split((await submit(mock, subject)).bytes);
    expect(status).toBeLessThan(300);
    expect(() => JSON.parse(body)).toThrow();
    const [run] = await mock.runs();
    expect(run.apiFaults).toMatchObject([{ operation: subject.submission, fault: 'malformed' }]);
    const { bytes } = await sendRaw(mock.server.port, subject.read(run.resourceId));
    expect(() => JSON.parse(split(bytes).body)).toThrow();
  });

  test('API faults leave other operations and other scenarios unaffected', async () => {
    const mock = await startRingback();
    play(mock, faulty(subject, `{ operation: ${subject.get}, status: 500 }`));
    expect(split((await submit(mock, subject)).bytes).status).toBeLessThan(300);
    const plain = subject.idOf(await submitPlain(mock, subject));
    expect(split((await sendRaw(mock.server.port, subject.read(plain))).bytes).status).toBe(200);
    const runs = await mock.runs();
    expect(runs).toHaveLength(2);
    expect(runs[0].scenario).toBe(`${subject.provider}/faulty`);
    expect(runs.flatMap(({ apiFaults }) => apiFaults)).toEqual([]);
  });

  test('a client that retries after 503 and 503 succeeds, and creates one document', async () => {
    const mock = await startRingback();
    play(mock, faulty(subject, `{ operation: ${subject.submission}, times: 2, status: 503 }`));
    const statuses = [];
    for (let tries = 1; tries <= 3; tries++) statuses.push(split((await submit(mock, subject)).bytes).status);
    expect(statuses.slice(0, 2)).toEqual([503, 503]);
    expect(statuses[2]).toBeLessThan(300);
    expect(await mock.runs()).toHaveLength(1);
    expect(await mock.server.spaces.get('default').store.resources.count()).toBe(1);
  });

  test('an order of next used by a refused submission waits for the accepted one', async () => {
    const mock = await startRingback();
    play(mock, faulty(subject, `{ operation: ${subject.submission}, times: 2, status: 503 }`));
    const { scenarios } = mock.server.spaces.get('default');
    scenarios.queueNext({ scenario: `${subject.provider}/faulty`, match: null, times: 1 });
    for (const expected of [503, 503]) {
      expect(split((await submitPlain(mock, subject)).bytes).status).toBe(expected);
      expect(scenarios.queue()).toMatchObject([{ scenario: `${subject.provider}/faulty`, times: 1 }]);
    }
    expect(split((await submitPlain(mock, subject)).bytes).status).toBeLessThan(300);
    expect(scenarios.queue()).toEqual([]);
    expect((await mock.runs()).map(({ scenario, choice }) => [scenario, choice.rule])).toEqual([
      [`${subject.provider}/faulty`, 'next'],
    ]);
    expect(split((await submitPlain(mock, subject)).bytes).status).toBeLessThan(300);
    expect((await mock.runs())[1].choice.rule).toBe('default');
  });
});
