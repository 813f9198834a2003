import type { Writable } from 'node:stream';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** Writes lines in the order in which they come, those of one turn of the event loop together. */
export interface LineWriter {
  /** @param line without its end */
  readonly write: (line: string) => void;
  /** Writes at once what has come so far. */
  readonly flush: () => void;
  /** Writes what has come so far, and waits until it is out, but not for longer than the given time. */
  finish(waitMs: number): Promise<void>;
}

/** Past so many characters it writes at once: a turn may be long. */
const mostGathered = 64 * 1024;

/** What may wait for a reader who is slower than we are, in bytes. */
const mostWaiting = 16 * 1024 * 1024;

/**
 * One write for each line would cost more than all else that a line does.
 *
 * The process must flush before it ends: `process.on('exit', writer.flush)`, which is also called for an exception
 * that nobody catches.
 * @param onLoss told, as soon as there is room again, how many lines were thrown away because the stream's reader took
 * nothing while 16 MiB were waiting for it
 */
export function createLineWriter(stream: Writable, onLoss: (lines: number) => void): LineWriter {
  let text = '';
  let lines = 0;
  let lost = 0;
  const hasRoom = (): boolean => stream.writableLength <= mostWaiting;
  const take = (): string => {
    const taken = hasRoom() ? text : '';
    if (taken === '') lost += lines;
    text = '';
    lines = 0;
    return taken;
  };
  const flush = (): void => {
    const taken = take();
    if (taken !== '') stream.write(taken);
  };
  const tell = (): void => {
    if (lost === 0 || text !== '' || !hasRoom()) return;
    const told = lost;
    lost = 0;
    onLoss(told);
  };
  return {
    write(line) {
      tell();
      if (text === '') setImmediate(flush);
      text += `${line}\n`;
      lines++;
      if (text.length >= mostGathered) flush();
    },
    flush,
    finish: (waitMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        const done = (): void => {
          clearTimeout(timer);
          resolve();
        };
        // Of no text, the callback still comes after what was written before; then there is room to tell of a loss.
        stream.write(take(), () => {
          tell();
          const last = take();
          if (last === '') done();
          else stream.write(last, done);
        });
      }),
  };
}
