import { expect, test, vi } from 'vitest';
import { Counter, Histogram, metricText } from '../../../src/server/control/metrics-text.ts';
import { payments, serveContract } from '../../providers/contract/support.ts';
import { startConsumer } from '../../support/consumer.ts';
import { startRingback } from '../../support/ringback.ts';
import { call, submitDocument } from '../../support/test-server.ts';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** Reads the text format strictly: each metric has a help, a type and its samples, in this order, and no other line. */
function parse(text: string): Readonly<Record<string, { help: string; type: string; samples: Sample[] }>> {
  expect(text.endsWith('\n')).toBe(true);
  const metrics: ReturnType<typeof parse> & Record<string, unknown> = {};
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) ([a-z_]+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      expect(metrics[name], line).toBeUndefined();
      metrics[name] = { help: rest.replace(/\\(.)/g, unescaped), type: '', samples: [] };
      current = name;
    } else if (kind === 'TYPE') {
      expect([name, metrics[name]?.type], line).toEqual([current, '']);
      Object.assign(metrics[name] ?? {}, { type: rest });
    } else metrics[current]?.samples.push(sampleOf(line, current, metrics[current]?.type ?? ''));
  }
  return metrics;
}

const unescaped = (_: string, sign: string): string => (sign === 'n' ? '\n' : sign);

function sampleOf(line: string, metric: string, type: string): Sample {
  const label = String.raw`[a-z]+="(?:[^"\\]|\\["\\n])*"`;
  const whole = new RegExp(String.raw`^([a-z_]+)(?:\{(${label}(?:,${label})*)\})? (\+Inf|[\d.e+-]+)$`);
  const [, name = '', labels = '', value] = whole.exec(line) ?? [];
  const names = type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => metric + end) : [metric];
  expect(names, line).toContain(name);
  const each = labels.matchAll(/([a-z]+)="((?:[^"\\]|\\.)*)"/g);
  return {
    name,
    labels: Object.fromEntries(
      [...each].map(([, key = '', text = '']) => [key, text.replace(/\\(.)/g, unescaped)]),
    ),
    value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value),
  };
}

/** The metrics of a server, and a function that returns the value of a sample. */
async function read(url: string) {
  const { status, headers, body } = await call('GET', `${url}/_ringback/metrics`);
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const metrics = parse(body);
  const samples = Object.values(metrics).flatMap((metric) => metric.samples);
  const value = (name: string, labels: Labels = {}): number | undefined => {
    const found = samples.filter(
      (one) =>
        one.name === name && Object.entries(labels).every(([label, text]) => one.labels[label] === text),
    );
    expect(found.length, `${name} ${JSON.stringify(labels)}`).toBeLessThan(2);
    return found[0]?.value;
  };
  return { metrics, value };
}

const retried = {
  name: 'retried',
  timeline: [{ after: '1s', callback: 'succeeded' }],
  retry: { schedule: ['30s'], on: ['5xx'] },
};
const lost = { name: 'lost', timeline: [{ after: '1s', callback: 'succeeded' }], faults: [{ drop: true }] };
const broken = {
  name: 'broken',
  timeline: [{ after: '1s', callback: 'succeeded', payload: { status: 5 } }],
};

test('counts requests, runs, deliveries, attempts and violations', async () => {
  const { ringback, consumer } = await serveContract(payments);
  const { url } = ringback;
  const pay = (scenario: string, amount = 1, space = '') =>
    call(
      'POST',
      `${url}${space}/payments`,
      { amount, callbackUrl: consumer.url },
      { 'x-api-key': 'any', 'x-ringback-scenario': scenario },
    );
  for (const scenario of [retried, lost, broken])
    await ringback.control('PUT', `scenarios/${scenario.name}`, scenario);
  consumer.answer({ status: 503 }, {});
  await pay('retried');
  expect((await read(url)).value('ringback_pending_jobs')).toBe(1);
  await ringback.settle();
  await pay('lost');
  await pay('broken');
  await pay('broken', -1);
  await ringback.settle();
  const { value, metrics } = await read(url);
  const provider = metrics.ringback_runs_total?.samples[0]?.labels.provider ?? '';
  expect(provider).not.toBe('');
  const requests = { provider, operation: 'createPayment' };
  expect(value('ringback_requests_total', { ...requests, status: '2xx' })).toBe(3);
  expect(value('ringback_requests_total', { ...requests, status: '4xx' })).toBe(1);
  expect(value('ringback_runs_total', { provider })).toBe(3);
  expect(value('ringback_runs_finished_total', { provider })).toBe(3);
  expect(
    ['created', 'delivered', 'failed', 'dropped'].map((state) =>
      value('ringback_deliveries_total', { provider, state }),
    ),
  ).toEqual([3, 2, 0, 1]);
  expect(value('ringback_attempts_total', { result: 'acknowledged', status: '2xx' })).toBe(2);
  expect(value('ringback_attempts_total', { result: 'response.status', status: '5xx' })).toBe(1);
  const deliveries = await ringback.deliveries();
  const ofResponses = deliveries.flatMap(({ attempts }) =>
    attempts.flatMap((attempt: { violations: object[] }) => attempt.violations),
  );
  expect(ofResponses.length).toBeGreaterThan(0);
  expect(value('ringback_violations_total', { by: 'consumer' })).toBe(ofResponses.length);
  expect(value('ringback_violations_total', { by: 'script' })).toBe(1);
  expect(value('ringback_violations_total', { by: 'ringback' })).toBe(0);
  expect(value('ringback_records', { kind: 'run' })).toBe(3);
  expect(value('ringback_failures_total', { of: 'ringback' })).toBe(0);
});

test('the time to acknowledge includes the waits between attempts, by the clock of the space', async () => {
  const { ringback, consumer } = await serveContract(payments);
  await ringback.control('PUT', 'scenarios/retried', retried);
  const pay = () =>
    call(
      'POST',
      `${ringback.url}/payments`,
      { amount: 1, callbackUrl: consumer.url },
      { 'x-api-key': 'any', 'x-ringback-scenario': 'retried' },
    );
  consumer.answer({ status: 503 }, {});
  await pay();
  await ringback.settle();
  await pay();
  await ringback.settle();
  const { value } = await read(ringback.url);
  const name = 'ringback_time_to_acknowledge_seconds';
  expect(value(`${name}_count`)).toBe(2);
  expect(value(`${name}_sum`)).toBeGreaterThan(30);
  expect(value(`${name}_sum`)).toBeLessThan(60);
  expect(['10', '60', '+Inf'].map((le) => value(`${name}_bucket`, { le }))).toEqual([1, 2, 2]);
  expect(value('ringback_response_seconds_count')).toBe(3);
  expect(value('ringback_response_seconds_sum')).toBeLessThan(30);
});

test('counters have every provider from the start, and a reset changes none', async () => {
  const ringback = await startRingback();
  const consumer = await startConsumer();
  const before = await read(ringback.url);
  for (const provider of ['docdigitizer', 'informed'])
    expect(before.value('ringback_deliveries_total', { provider, state: 'delivered' })).toBe(0);
  await submitDocument(`${ringback.url}/@other`, { callbackUrl: consumer.url });
  await call('POST', `${ringback.url}/@other/_ringback/clock`, { settle: true });
  await call('POST', `${ringback.url}/@other/_ringback/reset`);
  const after = await read(ringback.url);
  expect(after.value('ringback_deliveries_total', { provider: 'docdigitizer', state: 'delivered' })).toBe(2);
  expect(after.value('ringback_deliveries_total', { provider: 'informed', state: 'delivered' })).toBe(0);
  expect(after.value('ringback_spaces')).toBe(2);
  expect(after.value('ringback_records', { kind: 'delivery' })).toBe(0);
});

test('an attempt is under way until its response is complete', async () => {
  const { ringback, consumer } = await serveContract(payments);
  const underWay = async () => (await read(ringback.url)).value('ringback_attempts_under_way');
  expect(await underWay()).toBe(0);
  consumer.answer({ delayMs: 500 });
  const fired = ringback.control('POST', 'callbacks', { callback: 'payout.sent', to: consumer.url });
  await vi.waitFor(async () => expect(await underWay()).toBe(1), { timeout: 10_000, interval: 5 });
  await fired;
  expect(await underWay()).toBe(0);
});

test('has the memory and the start time of the process, and helps with every metric', async () => {
  const ringback = await startRingback();
  const { metrics, value } = await read(ringback.url);
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(10 * 1024 ** 2);
  const started = (value('process_start_time_seconds') ?? 0) * 1_000;
  expect(Math.abs(started - (Date.now() - performance.now()))).toBeLessThan(5_000);
  expect(value('ringback_info', { version: ringback.server.version })).toBe(1);
  for (const [name, { help, type }] of Object.entries(metrics)) {
    expect(help, name).toMatch(/\.$/);
    expect(type === 'counter', name).toBe(name.endsWith('_total'));
  }
  expect(Object.keys(metrics).length).toBeGreaterThan(25);
});

test('requires the token, and a known host', async () => {
  const ringback = await startRingback({ controlToken: 'secret' });
  const url = `${ringback.url}/_ringback/metrics`;
  expect((await call('GET', url)).status).toBe(401);
  expect((await call('GET', url, undefined, { 'x-ringback-token': 'wrong' })).status).toBe(401);
  expect((await call('GET', url, undefined, { authorization: 'Bearer secret' })).status).toBe(200);
});

test('a metric is written as another program reads it', () => {
  const counter = new Counter('a_total', 'Says "a", \\ and\na line.', ['x', 'y']);
  counter.add(['quote " backslash \\ line \n end', ''], 2);
  counter.add(['b', 'c']);
  counter.add(['b', 'c'], 0.5);
  expect(parse(counter.text())).toEqual({
    a_total: {
      help: 'Says "a", \\ and\na line.',
      type: 'counter',
      samples: [
        { name: 'a_total', labels: { x: 'quote " backslash \\ line \n end', y: '' }, value: 2 },
        { name: 'a_total', labels: { x: 'b', y: 'c' }, value: 1.5 },
      ],
    },
  });
});

test('a histogram counts each value in its bucket and all higher ones', () => {
  const histogram = new Histogram('a_seconds', 'A.', [0.1, 1]);
  for (const value of [0.1, 0.5, 1, 7]) histogram.observe('p', value);
  expect(histogram.text()).toBe(
    [
      '# HELP a_seconds A.',
      '# TYPE a_seconds histogram',
      'a_seconds_bucket{provider="p",le="0.1"} 1',
      'a_seconds_bucket{provider="p",le="1"} 3',
      'a_seconds_bucket{provider="p",le="+Inf"} 4',
      'a_seconds_sum{provider="p"} 8.6',
      'a_seconds_count{provider="p"} 4',
      '',
    ].join('\n'),
  );
});

test('numbers without bound are written as the format says', () => {
  expect(metricText('gauge', 'a', 'A.', [['', Number.POSITIVE_INFINITY]])).toContain('\na +Inf\n');
});
