import { isJsonObject, type JsonValue } from '../json.ts';
import type { RehearsalClient, RehearsedRequest } from '../provider/rehearsal.ts';

/** Carries the requests of a rehearsal to a provider: into an engine, or over the network. */
export interface RehearsalTransport {
  /** Sends a request. Null: its response was lost on the way, or is malformed. */
  send(request: RehearsedRequest): Promise<RehearsedAnswer | null>;
  /** Lets this much time of the provider's clock pass, in milliseconds. */
  wait(ms: number): Promise<void>;
  /** Waits until nothing is pending anymore. */
  idle(): Promise<void>;
}

export interface RehearsedAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body, or undefined if there is none. */
  readonly body: JsonValue | undefined;
}

/** Maximum number of tries, and the wait if the response does not say how long. */
const mostTries = 5;
const usualWaitMs = 1_000;

/**
 * A client that retries a request if its response was lost or says that the provider is busy or down (429, 5xx): after
 * its `Retry-After` (seconds), or one second, and at most four times.
 */
export function rehearsalClient(transport: RehearsalTransport): RehearsalClient {
  return {
    async call(request) {
      for (let tries = 1; ; tries++) {
        const answer = await transport.send(request);
        if (answer !== null && answer.status < 300) return isJsonObject(answer.body) ? answer.body : null;
        const again = answer === null || answer.status === 429 || answer.status >= 500;
        if (!again || tries === mostTries) return null;
        await transport.wait(waitOf(answer));
      }
    },
    idle: () => transport.idle(),
  };
}

function waitOf(answer: RehearsedAnswer | null): number {
  const seconds = answer?.headers['retry-after'] ?? '';
  return /^\d+$/.test(seconds) ? Number(seconds) * 1_000 : usualWaitMs;
}
