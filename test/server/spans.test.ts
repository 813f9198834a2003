import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, expect, test, vi } from 'vitest';
import { payments, type Stage, serveContract } from '../providers/contract/support.ts';
import { startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';

afterEach(() => {
  for (const api of [trace, context, propagation]) api.disable();
});

/** Registers OpenTelemetry's SDK. @returns the spans that have ended */
function register(sampler?: Sampler): () => readonly ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors, ...(sampler && { sampler }) }));
  return () => exporter.getFinishedSpans();
}

function pay({ ringback, consumer }: Stage, headers: Record<string, string> = {}) {
  const body = { amount: 1, callbackUrl: `${consumer.url}/hook?token=abc` };
  return call('POST', `${ringback.url}/payments`, body, { 'x-api-key': 'any', ...headers });
}

const retried = {
  name: 'retried',
  timeline: [{ after: '1s', callback: 'succeeded' }],
  retry: { schedule: ['1s'], on: ['5xx'] },
};

const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[01])$/;

function idsOf({ consumer }: Pick<Stage, 'consumer'>): readonly (readonly string[])[] {
  return consumer.requests.map(({ headers }) => form.exec(String(headers.traceparent))?.slice(1) ?? []);
}

const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

test('a submission, its run and each attempt are spans of one trace, and callbacks name theirs', async () => {
  const spans = register();
  const stage = await serveContract(payments);
  await stage.ringback.control('PUT', 'scenarios/retried', retried);
  stage.consumer.answer({ status: 503 });
  const client = { id: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
  await pay(stage, {
    'x-ringback-scenario': 'retried',
    traceparent: `00-${client.id}-${client.span}-01`,
  });
  await stage.ringback.settle();
  const [submission, first, second, run, ...others] = spans();
  expect(others).toEqual([]);
  expect(
    [submission, run, first, second].map((span) => [span?.name, span?.kind, span?.parentSpanContext?.spanId]),
  ).toEqual([
    ['POST /payments', SpanKind.SERVER, client.span],
    ['run payment-service/retried', SpanKind.INTERNAL, idOf(submission)],
    ['POST createPayment.succeeded', SpanKind.CLIENT, idOf(run)],
    ['POST createPayment.succeeded', SpanKind.CLIENT, idOf(run)],
  ]);
  expect(new Set(spans().map((span) => span.spanContext().traceId))).toEqual(new Set([client.id]));
  expect(idsOf(stage)).toEqual([first, second].map((span) => [client.id, idOf(span), '01']));
  const [logged] = await stage.ringback.runs();
  expect(logged.traceId).toBe(client.id);
  expect(submission?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/payments',
    'url.path': '/payments',
    'http.response.status_code': 201,
    'ringback.provider': 'payment-service',
    'ringback.operation': 'createPayment',
    'ringback.space': 'default',
  });
  expect(run?.attributes).toEqual({
    'ringback.run.id': logged.id,
    'ringback.scenario': 'payment-service/retried',
    'ringback.provider': 'payment-service',
    'ringback.operation': 'createPayment',
    'ringback.resource.id': logged.resourceId,
    'ringback.space': 'default',
  });
  const common = {
    'http.request.method': 'POST',
    'url.full': `${stage.consumer.url}/hook?token=***`,
    'server.address': '127.0.0.1',
    'server.port': stage.consumer.port,
    'ringback.callback': 'createPayment.succeeded',
    'ringback.delivery.id': logged.deliveries[0].id,
    'ringback.run.id': logged.id,
    'ringback.provider': 'payment-service',
    'ringback.space': 'default',
  };
  expect(first?.attributes).toEqual({
    ...common,
    'http.response.status_code': 503,
    'error.type': '503',
  });
  expect(first?.status).toEqual({ code: SpanStatusCode.ERROR, message: expect.stringContaining('503') });
  expect(second?.attributes).toEqual({
    ...common,
    'http.response.status_code': 200,
    'http.request.resend_count': 1,
  });
  expect(second?.status.code).toBe(SpanStatusCode.UNSET);
});

test('without a trace of its client, a submission begins one', async () => {
  const spans = register();
  const stage = await serveContract(payments);
  await pay(stage);
  await stage.ringback.settle();
  const submission = spans().find(({ kind }) => kind === SpanKind.SERVER);
  expect(submission?.parentSpanContext).toBeUndefined();
  expect(idsOf(stage).map(([id]) => id)).toEqual([submission?.spanContext().traceId]);
});

test('an instrumented HTTP server is the parent of a submission', async () => {
  const spans = register();
  const outer = trace.getTracer('outer').startSpan('outer');
  // The only thing that an instrumentation of Node's HTTP server does here.
  context.setGlobalContextManager({
    active: () => trace.setSpan(rootOf(), outer),
    with: (_context, run, thisArg, ...args) => run.apply(thisArg as never, args),
    bind: (_context, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  const stage = await serveContract(payments);
  await pay(stage, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  const submission = spans().find(({ kind }) => kind === SpanKind.SERVER);
  expect(submission?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
});

const root = context.active();
const rootOf = () => root;

test('what is not sampled is not recorded, and callbacks say so', async () => {
  const spans = register(new AlwaysOffSampler());
  const stage = await serveContract(payments);
  await pay(stage);
  await stage.ringback.settle();
  expect(spans()).toEqual([]);
  expect(idsOf(stage).map(([, , flags]) => flags)).toEqual(['00']);
});

test('attempts of a callback without a run are one trace, with and without the header', async () => {
  const spans = register();
  const consumer = await startConsumer();
  const ringback = await startRingback();
  for (const isOn of [true, false]) {
    await ringback.set({ 'callbacks.traceparent': isOn });
    consumer.answer({ status: 503 });
    await ringback.control('POST', 'callbacks', { callback: 'informed.error', to: consumer.url });
    await ringback.settle();
  }
  const [first, retry, other, otherRetry] = spans();
  expect(spans().map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
    undefined,
    idOf(first),
    undefined,
    idOf(other),
  ]);
  expect(first?.spanContext().traceId).not.toBe(other?.spanContext().traceId);
  expect(otherRetry?.attributes).not.toHaveProperty('ringback.run.id');
  expect(idsOf({ consumer })).toEqual([
    ...[first, retry].map((span) => [first?.spanContext().traceId, idOf(span), '01']),
    [],
    [],
  ]);
});

test('a callback that cannot be sent names the reason, and one that a script drops has no span', async () => {
  const spans = register();
  const stage = await serveContract(payments);
  await stage.ringback.control('PUT', 'scenarios/lost', {
    name: 'lost',
    timeline: [{ after: '1s', callback: 'succeeded' }],
    faults: [{ drop: true }],
  });
  await pay(stage, { 'x-ringback-scenario': 'lost' });
  await stage.ringback.settle();
  expect(spans().map(({ kind }) => kind)).not.toContain(SpanKind.CLIENT);
  const to = 'http://127.0.0.1:9/hook';
  await stage.ringback.control('POST', 'callbacks', { callback: 'payout.sent', to });
  await stage.ringback.settle();
  const attempt = spans().find(({ kind }) => kind === SpanKind.CLIENT);
  expect(attempt?.attributes).toMatchObject({ 'error.type': 'connect.refused', 'server.port': 9 });
  expect(attempt?.attributes).not.toHaveProperty('http.response.status_code');
});

test('a refused submission ends its span, and is an error only if it is one of the server', async () => {
  const spans = register();
  const stage = await serveContract(payments);
  await call('POST', `${stage.ringback.url}/payments`, { amount: -1 }, { 'x-api-key': 'any' });
  const [refused] = spans();
  expect(refused?.attributes['http.response.status_code']).toBe(400);
  expect(refused?.status.code).toBe(SpanStatusCode.UNSET);
});

test('a reset, an eviction and the end of the server end the spans of runs', async () => {
  const spans = register();
  const stage = await serveContract(payments);
  await pay(stage);
  expect(spans().map(({ kind }) => kind)).toEqual([SpanKind.SERVER]);
  await stage.ringback.reset();
  expect(spans().filter(({ kind }) => kind === SpanKind.INTERNAL)).toHaveLength(1);
  await pay(stage);
  await stage.ringback.server.close();
  expect(spans().filter(({ kind }) => kind === SpanKind.INTERNAL)).toHaveLength(2);
});

test('without a registered SDK, ids come from the seed', async () => {
  const play = async () => {
    const stage = await serveContract(payments, { seed: 7 });
    await pay(stage);
    await stage.ringback.settle();
    return idsOf(stage);
  };
  const before = await play();
  expect(before[0]).toHaveLength(3);
  register();
  expect(await play()).not.toEqual(before);
  trace.disable();
  expect(await play()).toEqual(before);
});

test('ids come from the seed again if the SDK is taken away', async () => {
  register();
  const stage = await serveContract(payments, { seed: 7 });
  trace.disable();
  await pay(stage);
  await stage.ringback.settle();
  expect(idsOf(stage)[0]).toHaveLength(3);
});

test('an SDK whose API cannot be loaded makes no spans, and the log says what to install', async () => {
  register();
  vi.resetModules();
  vi.doMock('@opentelemetry/api', () => {
    throw new Error('not installed');
  });
  try {
    const { openTracer } = await import('../../src/server/open-tracer.ts');
    const warnings: string[] = [];
    expect(await openTracer('1.0.0', { warn: (text) => warnings.push(text) })).toBeNull();
    expect(warnings).toEqual([
      expect.stringMatching(/could not be loaded .*npm install @opentelemetry\/api$/),
    ]);
  } finally {
    vi.doUnmock('@opentelemetry/api');
    vi.resetModules();
  }
});
