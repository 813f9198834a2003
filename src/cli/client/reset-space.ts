import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { readOptions } from '../read-options.ts';
import { output } from './output.ts';
import { openRemote } from './remote.ts';

/** `ringback reset`: empties a space. */
export async function resetSpace(args: readonly string[]): Promise<ExitCode> {
  const { options } = readOptions('reset', args, process.env);
  const remote = await openRemote(options, false);
  const body = await remote.call('POST', 'reset');
  output(options.json, body, () => `the space ${remote.space} is empty\n`);
  return exitCodes.fine;
}
