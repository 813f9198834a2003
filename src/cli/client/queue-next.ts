import type { JsonObject } from '../../core/json.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { readOptions } from '../read-options.ts';
import { columns } from './columns.ts';
import { output } from './output.ts';
import { openRemote, type Remote } from './remote.ts';

/** What the control API lists. */
export interface Queue {
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
  const body = await queueScenarios(remote, {
    scenarios: positionals,
    times: options.times,
    fileName: options['file-name'],
    clear: options.clear,
  });
  output(options.json, body, () => queueText(body));
  return exitCodes.fine;
}

/** Queues scenarios in their order, and returns the whole queue. */
export async function queueScenarios(
  remote: Remote,
  order: {
    readonly scenarios: readonly string[];
    readonly times: number;
    readonly fileName: string | null;
    readonly clear: boolean;
  },
): Promise<Queue> {
  const { scenarios, times, fileName, clear } = order;
  if (clear) await remote.call('DELETE', 'next');
  for (const scenario of scenarios)
    await remote.call('POST', 'next', { scenario, times, ...(fileName !== null && { match: { fileName } }) });
  return (await remote.call('GET', 'next')) as Queue;
}

export function queueText({ queue }: Queue): string {
  if (queue.length === 0) return 'the queue is empty: submissions choose their scenarios themselves\n';
  return columns(
    queue.map(({ scenario, match, times }, index) => ({
      cells: [
        [String(index + 1), 'dim'],
        [scenario, 'cyan'],
        `${times === 1 ? 'the next submission' : `the next ${times} submissions`}${match === null ? '' : ` that match ${JSON.stringify(match)}`}`,
      ],
    })),
  );
}
