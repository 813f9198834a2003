import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { Attempt, Delivery } from '../core/engine/deliveries/delivery.ts';
import type { NewRun } from '../core/engine/runs/run.ts';
import type { SpaceEvent } from '../core/engine/space.ts';
import { type Trace, traceOfRequest, traceparentText } from '../core/engine/trace.ts';
import { maskUrl } from './control/mask.ts';
import type { RequestSpan, ServerTracer, SpaceTracer, TracedRequest } from './server-tracer.ts';

/** Makes spans with OpenTelemetry, with the names of its semantic conventions for HTTP. */
export class SpanTracer implements ServerTracer {
  readonly #tracer;
  readonly #spaces = new Map<string, SpaceSpans>();

  constructor(version: string) {
    this.#tracer = trace.getTracer('ringback', version);
  }

  beginRequest({ operation, headers, path, space }: TracedRequest): RequestSpan {
    const { method } = operation;
    const attributes = {
      'http.request.method': method,
      'http.route': operation.path,
      'url.path': path,
      'ringback.provider': operation.provider,
      'ringback.operation': operation.id,
      'ringback.space': space,
    };
    // The span of an instrumented HTTP server has the parent of the request already.
    const active = context.active();
    const parent =
      trace.getSpan(active) === undefined ? contextOf(traceOfRequest(headers), { isRemote: true }) : active;
    const span = this.#tracer.startSpan(
      `${method} ${operation.path}`,
      { kind: SpanKind.SERVER, attributes },
      parent,
    );
    return {
      trace: traceOf(span),
      end(status) {
        if (status !== null) span.setAttribute('http.response.status_code', status);
        if (status === null || status >= 500) fail(span, status === null ? 'disconnected' : String(status));
        span.end();
      },
    };
  }

  openSpace(name: string): SpaceTracer {
    const spans = new SpaceSpans(this.#tracer, name);
    this.#spaces.set(name, spans);
    return spans;
  }

  closeSpace(name: string): void {
    this.#spaces.get(name)?.close();
    this.#spaces.delete(name);
  }

  close(): void {
    for (const name of [...this.#spaces.keys()]) this.closeSpace(name);
  }
}

class SpaceSpans implements SpaceTracer {
  readonly #tracer;
  readonly #space: string;
  readonly #runs = new Map<string, Span>();
  /** The attempts in flight, by delivery. */
  readonly #attempts = new Map<string, Span>();
  /** The first attempt of each delivery without a run, as the parent of its retries. */
  readonly #firsts = new Map<string, Span>();

  constructor(tracer: ReturnType<typeof trace.getTracer>, space: string) {
    this.#tracer = tracer;
    this.#space = space;
  }

  beginRun(id: string, order: NewRun, submitted: Trace | null): Trace | null {
    const { scenario } = order.plan;
    const attributes = {
      'ringback.run.id': id,
      'ringback.scenario': scenario,
      'ringback.provider': order.provider,
      'ringback.operation': order.operation,
      'ringback.resource.id': order.resourceId,
      'ringback.space': this.#space,
    };
    const span = this.#tracer.startSpan(`run ${scenario}`, { attributes }, contextOf(submitted));
    const own = traceOf(span);
    if (own !== null) this.#runs.set(id, span);
    return own;
  }

  beginAttempt(delivery: Delivery): string | null {
    const { id, callback } = delivery;
    const first = callback.runId === null ? this.#firsts.get(id) : undefined;
    const parent = first === undefined ? contextOf(callback.trace) : trace.setSpan(ROOT_CONTEXT, first);
    const span = this.#tracer.startSpan(
      `${callback.method} ${callback.type}`,
      { kind: SpanKind.CLIENT, attributes: attemptAttributes(delivery, this.#space) },
      parent,
    );
    const own = traceOf(span);
    if (own === null) return null;
    this.#attempts.set(id, span);
    if (callback.runId === null && first === undefined) this.#firsts.set(id, span);
    return traceparentText(own, own.spanId ?? '');
  }

  event(event: SpaceEvent): void {
    switch (event.kind) {
      case 'run.finished':
      case 'run.evicted':
        this.#runs.get(event.runId)?.end();
        this.#runs.delete(event.runId);
        break;
      case 'attempt.ended':
        this.#endAttempt(event.delivery);
        break;
      case 'delivery.delivered':
      case 'delivery.failed':
        this.#firsts.delete(event.delivery.id);
        break;
      case 'space.reset':
        this.close();
    }
  }

  close(): void {
    for (const spans of [this.#attempts, this.#runs]) {
      for (const span of spans.values()) span.end();
      spans.clear();
    }
    this.#firsts.clear();
  }

  #endAttempt({ id, attempts }: Delivery): void {
    const span = this.#attempts.get(id);
    const attempt = attempts.at(-1);
    if (span === undefined || attempt === undefined) return;
    this.#attempts.delete(id);
    if (attempt.statusCode !== null) span.setAttribute('http.response.status_code', attempt.statusCode);
    if (!attempt.acknowledged) fail(span, errorType(attempt), attempt.error);
    span.end();
  }
}

function attemptAttributes({ id, callback, attempts }: Delivery, space: string): Attributes {
  const { method, url, type, provider, runId } = callback;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return {
    'http.request.method': method,
    'url.full': maskUrl(url),
    ...(parsed !== null && {
      'server.address': parsed.hostname,
      'server.port': Number(parsed.port) || (parsed.protocol === 'https:' ? 443 : 80),
    }),
    ...(attempts.length > 0 && { 'http.request.resend_count': attempts.length }),
    'ringback.callback': type,
    'ringback.delivery.id': id,
    ...(runId !== null && { 'ringback.run.id': runId }),
    'ringback.provider': provider,
    'ringback.space': space,
  };
}

/** By the conventions: the status, if that is the error. */
function errorType({ code, statusCode }: Attempt): string {
  return code === 'response.status' && statusCode !== null ? String(statusCode) : (code ?? 'unknown');
}

function fail(span: Span, type: string, message?: string | null): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message != null && { message }) });
}

/** The trace that continues a span. Null if no provider is registered anymore. */
function traceOf(span: Span): Trace | null {
  const own = span.spanContext();
  if (!trace.isSpanContextValid(own)) return null;
  const isSampled = (own.traceFlags & TraceFlags.SAMPLED) !== 0;
  return { id: own.traceId, isSampled, spanId: own.spanId };
}

/** The context of a trace, for the spans that continue it. */
function contextOf(given: Trace | null, { isRemote = false } = {}): Context {
  if (given?.spanId === undefined) return ROOT_CONTEXT;
  const { id: traceId, spanId, isSampled } = given;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote });
}
