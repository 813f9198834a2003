import type { OutboundRequest, Sender, SendResult } from '../core/engine/deliveries/sender.ts';
import { machineError } from '../files/machine-error.ts';
import type { HttpSender, HttpSenderOptions } from '../sender/http-sender.ts';

/** A sender whose code is loaded when it is first used. */
export interface SenderOnDemand extends Sender {
  /** Loads it now, so that the first request need not wait. */
  prepare(): void;
  /** The callbacks that closing has interrupted so far. */
  readonly cutOff: HttpSender['cutOff'];
  /** How many callbacks are in flight, or wait for a connection. */
  readonly underWay: number;
}

/** Loads the HTTP sender on first use. It needs Node's TLS and zlib, which would delay the start. */
export function senderOnDemand(options: HttpSenderOptions): SenderOnDemand {
  let sender: HttpSender | null = null;
  let loading: Promise<HttpSender> | null = null;
  let isClosed = false;
  const load = (): Promise<HttpSender> => {
    loading ??= import('../sender/http-sender.ts').then(
      ({ createHttpSender }) => {
        sender = createHttpSender(options);
        return sender;
      },
      (error: unknown) => {
        // Don't cache a transient failure such as EMFILE: the next callback tries again.
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  const sendLater = async (request: OutboundRequest): Promise<SendResult> => {
    let loaded: HttpSender;
    try {
      loaded = await load();
    } catch (error) {
      const exhausted = machineError(error, null);
      if (exhausted === null) throw error;
      // As when the connection cannot be made for that reason: the retry policy decides what follows.
      const { message } = exhausted;
      return { kind: 'unanswered', reason: 'connection', code: 'connect.failed', message, durationMs: 0 };
    }
    if (isClosed) await loaded.close();
    return loaded.send(request);
  };
  return {
    get cutOff() {
      return sender?.cutOff ?? { sending: 0, waiting: 0 };
    },
    get underWay() {
      return sender?.underWay ?? 0;
    },
    // The first send reports a failure.
    prepare: () => void load().catch(() => undefined),
    send: (request) => sender?.send(request) ?? sendLater(request),
    async close(given) {
      isClosed = true;
      // A sender that was never used has nothing to close.
      const loaded = await loading?.catch(() => null);
      await loaded?.close(given);
    },
  };
}
