import { setTimeout } from 'node:timers';
import type { RunningServer } from '../server/start-server.ts';
import { exitCodes } from './exit-codes.ts';
import type { LineWriter } from './line-writer.ts';
import type { Log } from './log.ts';
import { thrownByModule } from './thrown-by-module.ts';

/**
 * How long other requests may take to finish before the process exits, and how long the shutdown may take in total, in
 * milliseconds.
 */
const graceMs = 1_000;
const endMs = 2_000;
const lastLinesMs = 500;

/**
 * Exits in an orderly way after an uncaught error: the log names the operation, the request gets a 500, and other
 * requests have a second to finish. The state of the process is unknown afterwards, so it exits with code 70. An error of
 * a provider's module is only logged: Ringback's own state is intact.
 * @param module the module of the provider. Null: there is none
 * @returns a function to call with the server, once it exists
 */
export function spreadLastNet(
  log: Log,
  lines: LineWriter,
  module: string | null,
): (server: RunningServer) => void {
  let server: RunningServer | null = null;
  let caught = false;
  const end = async (error: unknown): Promise<void> => {
    const operations = server?.breakOff() ?? [];
    const where = operations.length === 0 ? 'outside any request' : operations.join(' and ');
    log.failure(`${where}: uncaught error, so ringback exits with code ${exitCodes.crashed}`, error);
    await server?.close({ graceMs });
    await lines.finish(lastLinesMs);
  };
  process.on('uncaughtException', (error: unknown) => {
    if (module !== null && !caught && thrownByModule(error)) {
      log.failure(
        `the code in ${module}: uncaught error, after its function had ended. The server goes on. Await each promise, and catch errors in timers and listeners`,
        error,
      );
      return;
    }
    // Another error during shutdown must not keep the process alive.
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
