import type { ServerResponse } from 'node:http';
import { machineTimers } from '../../platform/machine-time.ts';

/**
 * Ends the answers of one turn of the event loop together, at its end.
 *
 * A write wakes the client that waits for it. To wake clients one by one, each asleep again before the next answer is made,
 * costs the server as much as many an answer itself. Answers in a row find them awake.
 */
export class AnswerBatch {
  #waiting: WaitingAnswer[] = [];

  /**
   * @param response its head is written
   * @param text the body: unlike a buffer, it leaves in one write together with the head
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
      // A client that has gone meanwhile gets nothing.
      if (response.destroyed) continue;
      try {
        response.end(text);
      } catch (error) {
        // One that fails takes none of the others along.
        response.destroy(error as Error);
      }
    }
  };
}

interface WaitingAnswer {
  readonly response: ServerResponse;
  readonly text: string | undefined;
}
