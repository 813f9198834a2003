import type { JsonObject } from '../../core/json.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { readOptions } from '../read-options.ts';
import { columns } from './columns.ts';
import { output } from './output.ts';
import { openRemote } from './remote.ts';

interface Queue {
  readonly queue: readonly {
    readonly scenario: string;
    readonly match: JsonObject | null;
    readonly times: number;
  }[];
}

/** `ringback next`: queues scenarios for the next submissions, and shows the queue. */
export async function queueNext(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('next', args, process.env);
  const remote = await openRemote(options, true);
  if (options.clear) await remote.call('DELETE', 'next');
  const fileName = options['file-name'];
  for (const scenario of positionals) {
    await remote.call('POST', 'next', {
      scenario,
      times: options.times,
      ...(fileName !== null && { match: { fileName } }),
    });
  }
  const body = (await remote.call('GET', 'next')) as Queue;
  output(options.json, body, () =>
    body.queue.length === 0
      ? 'the queue is empty: submissions choose their scenarios themselves\n'
      : columns(
          body.queue.map(({ scenario, match, times }, index) => ({
            cells: [
              [String(index + 1), 'dim'],
              [scenario, 'cyan'],
              `${times === 1 ? 'the next submission' : `the next ${times} submissions`}${match === null ? '' : ` that match ${JSON.stringify(match)}`}`,
            ],
          })),
        ),
  );
  return exitCodes.fine;
}
