import type { ServerResponse } from 'node:http';
import { machineTimers } from '../../platform/machine-time.ts';

/**
 * Sends the responses of one turn of the event loop together, at its end.
 *
 * A write wakes the client that waits for it. Waking clients one by one, each asleep again before the next response,
 * can cost the server as much as the response itself. Responses in a row find the clients awake.
 */
export class AnswerBatch {
  #waiting: WaitingAnswer[] = [];

  /**
   * @param response its head is written
   * @param text the body. A string, unlike a buffer, is sent in one write together with the head
   */
  end(response: ServerResponse, text: string | undefined): void {
    if (this.#waiting.length === 0) machineTimers.soon(this.flush);
    this.#waiting.push({ response, text });
  }

  /** Ends everything that waits immediately. */
  readonly flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { response, text } of waiting) {
      // The client has disconnected meanwhile.
      if (response.destroyed) continue;
      try {
        response.end(text);
      } catch (error) {
        // A failed response must not affect the others.
        response.destroy(error as Error);
      }
    }
  };
}

interface WaitingAnswer {
  readonly response: ServerResponse;
  readonly text: string | undefined;
}
