import type { Writable } from 'node:stream';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** Writes lines in order. Lines of one turn of the event loop are written together. */
export interface LineWriter {
  /** @param line without line break */
  readonly write: (line: string) => void;
  /** Writes all pending lines immediately. */
  readonly flush: () => void;
  /** Writes all pending lines and waits until they are out, for at most the given time. */
  finish(waitMs: number): Promise<void>;
}

/** Beyond this many characters it writes immediately, because a turn may be long. */
const mostGathered = 64 * 1024;

/** How many bytes may wait for a slow reader. */
const mostWaiting = 16 * 1024 * 1024;

/**
 * One write per line would cost more than everything else about a line.
 *
 * The process must flush before it exits: `process.on('exit', writer.flush)`, which also runs after an uncaught
 * exception.
 * @param onLoss called as soon as there is room again, with the number of lines that were dropped because the reader
 * took nothing while 16 MiB were waiting
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
        // Even for an empty text, the callback runs after everything written before. Then there is room to report a
        // loss.
        stream.write(take(), () => {
          tell();
          const last = take();
          if (last === '') done();
          else stream.write(last, done);
        });
      }),
  };
}
