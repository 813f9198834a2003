import type { Operation } from '../core/contract/contract.ts';
import type { SpaceEvent } from '../core/engine/space.ts';
import type { Trace } from '../core/engine/trace.ts';
import type { Tracer } from '../core/engine/tracer.ts';

/** Makes spans of what a server does. */
export interface ServerTracer {
  /** Begins the span of a request to a provider. */
  beginRequest(request: TracedRequest): RequestSpan;
  /** Makes spans of what a space does. */
  openSpace(name: string): SpaceTracer;
  /** Ends the spans of a space that is evicted. */
  closeSpace(name: string): void;
  /** Ends all spans. */
  close(): void;
}

export interface TracedRequest {
  readonly operation: Operation;
  readonly headers: Readonly<Record<string, string>>;
  /** Without the query, which may hold secrets. */
  readonly path: string;
  readonly space: string;
}

export interface RequestSpan {
  /** What runs that the request creates belong to. Null: spans are not made now. */
  readonly trace: Trace | null;
  /** @param status that of the response. Null: the client disconnected before */
  end(status: number | null): void;
}

export interface SpaceTracer extends Tracer {
  /** Ends the span of what an event says has ended. */
  event(event: SpaceEvent): void;
}
