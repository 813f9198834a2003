import type { Connection } from './client.ts';
import type { Receiver } from './receiver.ts';

/**
 * Callbacks by the slot of the closed loop that waits for them: each slot has one document in progress, and its
 * number is the last segment of its callback URL.
 */
export class DocumentsInProgress {
  readonly #waiting = new Map<string, () => void>();

  constructor(receiver: Receiver) {
    receiver.onCallback = (key) => {
      this.#waiting.get(key)?.();
      return undefined;
    };
  }

  /** Sends a request and waits for its response and for the slot's callback. */
  async submit(connection: Connection, slot: number, bytes: Buffer): Promise<void> {
    const called = new Promise<void>((resolve) => this.#waiting.set(String(slot), resolve));
    const { status, body } = await connection.send(bytes);
    if (status > 299) throw new Error(`The submission was answered with ${status}: ${body.toString()}`);
    await called;
  }
}
