import { setTimeout } from 'node:timers';
import type { RunningServer } from '../server/start-server.ts';
import { exitCodes } from './exit-codes.ts';
import type { LineWriter } from './line-writer.ts';
import type { Log } from './log.ts';

/** How long other requests may take to end before the process does, in milliseconds, and how long all of the end may take. */
const graceMs = 1_000;
const endMs = 2_000;
const lastLinesMs = 500;

/**
 * Ends the process in good order on an error that nothing caught: the log says which operation it was, the request gets
 * a 500, and others in flight have a second to end. Afterwards the state of the process is unknown, so that it exits with
 * code 70.
 * @returns to be called with the server, once there is one
 */
export function spreadLastNet(log: Log, lines: LineWriter): (server: RunningServer) => void {
  let server: RunningServer | null = null;
  let caught = false;
  const end = async (error: unknown): Promise<void> => {
    const operations = server?.breakOff() ?? [];
    const where = operations.length === 0 ? 'outside of any request' : operations.join(' and ');
    log.failure(
      `${where}: nothing caught this error, so ringback ends with exit code ${exitCodes.crashed}`,
      error,
    );
    await server?.close({ graceMs });
    await lines.finish(lastLinesMs);
  };
  process.on('uncaughtException', (error) => {
    // Another error during the end must not keep the process.
    if (caught) process.exit(exitCodes.crashed);
    caught = true;
    setTimeout(() => process.exit(exitCodes.crashed), endMs);
    end(error).then(
      () => process.exit(exitCodes.crashed),
      () => process.exit(exitCodes.crashed),
    );
  });
  return (started) => {
    server = started;
  };
}
