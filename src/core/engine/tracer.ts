import type { Delivery } from './deliveries/delivery.ts';
import type { NewRun } from './runs/run.ts';
import type { Trace } from './trace.ts';

/** Makes spans of what a space does. They end when the space emits the event that says so. */
export interface Tracer {
  /**
   * Begins the span of a run.
   * @param submitted the trace of the request that creates it, if it has one
   * @returns the trace that its callbacks continue. Null: spans are not made now
   */
  beginRun(id: string, order: NewRun, submitted: Trace | null): Trace | null;
  /**
   * Begins the span of the next attempt of a delivery.
   * @returns its `traceparent`. Null: spans are not made now
   */
  beginAttempt(delivery: Delivery): string | null;
}
