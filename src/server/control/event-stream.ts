import { Readable } from 'node:stream';
import { clearInterval, setInterval } from 'node:timers';
import { RingbackError } from '../../core/errors.ts';
import type { ControlAnswer, ControlRequest } from './control-handler.ts';
import type { EventLog } from './event-log.ts';
import { eventView } from './event-views.ts';
import { bodyLimitOf } from './lists.ts';

export interface EventStreamOptions {
  /** Id of the last event that the reader has. Null: only new events. */
  readonly after: number | null;
  /** Ends the stream when the server stops or the reader disconnects. */
  readonly signal: AbortSignal;
  /** The length at which bodies are truncated, in characters. Default: 4,096. */
  readonly bodyLimit?: number;
  /** A comment is sent after this many real milliseconds, so that the connection does not look dead. Default: 15 s. */
  readonly heartbeatMs?: number;
}

/** A reader that reads nothing for this many heartbeats is disconnected. */
const patience = 2;

/** How long a browser waits before it reconnects, in milliseconds. */
const reconnectMs = 1_000;

/**
 * The events of a space as server-sent events (HTML Living Standard §9.2), from a position in its log. It reads the log
 * as fast as its reader reads the stream, so nothing piles up for a slow one, which gets a `gap` for the events that it
 * missed. One that reads nothing is disconnected. A reset ends the stream after its event.
 */
export function eventStream(log: EventLog, options: EventStreamOptions): Readable {
  return new EventStream(log, options);
}

/** The response of `GET /_ringback/events`: the events after the one that `Last-Event-ID` or `lastEventId` names. */
export function streamEvents(request: ControlRequest, log: EventLog, maxReaders: number): ControlAnswer {
  if (log.readers >= maxReaders) {
    throw new RingbackError('events.limit', {
      details: { limit: maxReaders },
      detail: `Could not stream events: the space already has ${log.readers} event streams, the limit that limits.eventStreams sets.`,
    });
  }
  // A browser that reconnects sends the header to the original URL, so the header takes precedence.
  const given = request.headers['last-event-id'] ?? request.query.lastEventId;
  const content = eventStream(log, {
    after: given === undefined ? null : Number(given),
    signal: request.signal,
    bodyLimit: bodyLimitOf(request),
  });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    stream: { content, mediaType: 'text/event-stream' },
  };
}

class EventStream extends Readable {
  readonly #log: EventLog;
  readonly #openedAt: number;
  readonly #stopListening: () => void;
  readonly #signal: AbortSignal;
  readonly #bodyLimit: number | undefined;
  readonly #heartbeat: NodeJS.Timeout;
  #last: number;
  /** True if the reader accepts more data. */
  #hungry = false;
  #missedBeats = 0;
  #over = false;

  constructor(log: EventLog, { after, signal, bodyLimit, heartbeatMs = 15_000 }: EventStreamOptions) {
    super();
    this.#log = log;
    this.#openedAt = log.lastId;
    this.#last = after ?? log.lastId;
    this.#signal = signal;
    this.#bodyLimit = bodyLimit;
    this.#stopListening = log.listen(() => this.#guarded(() => this.#feed()));
    this.#heartbeat = setInterval(() => this.#guarded(() => this.#beat()), heartbeatMs).unref();
    if (signal.aborted) this.#end();
    else signal.addEventListener('abort', this.#end, { once: true });
    if (!this.#over) this.push(`retry: ${reconnectMs}\n: the events of the space follow\n\n`);
  }

  override _read(): void {
    this.#hungry = true;
    this.#guarded(() => this.#feed());
  }

  /** Ends the stream with its error. If thrown, the error would reach the space, a timer or the whole process. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#end();
    callback(error);
  }

  #feed(): void {
    while (this.#hungry && !this.#over) {
      const next = this.#log.after(this.#last);
      if (next === null) return;
      this.#last = next.id;
      const view = eventView(next, this.#bodyLimit);
      this.#missedBeats = 0;
      this.#hungry = this.push(`id: ${next.id}\nevent: ${view.type}\ndata: ${JSON.stringify(view)}\n\n`);
      // The state that the reader has is obsolete. It reconnects with the id of this event.
      if (view.type === 'space.reset' && next.id > this.#openedAt) this.#end();
    }
  }

  #beat(): void {
    if (this.#hungry) {
      this.#missedBeats = 0;
      this.#hungry = this.push(': heartbeat\n\n');
    } else if (++this.#missedBeats >= patience) {
      this.destroy();
    }
  }

  readonly #end = (): void => {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#heartbeat);
    this.#stopListening();
    this.#signal.removeEventListener('abort', this.#end);
    if (!this.destroyed) this.push(null);
  };
}
