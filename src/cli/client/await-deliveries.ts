import { formatDuration } from '../../core/duration.ts';
import { suggest } from '../../core/suggest.ts';
import type { DeliveryRecord, RunRecord } from '../../testing/records.gen.ts';
import { toCome } from '../../testing/sentences.ts';
import { spaceText } from '../../testing/timeline-text.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { OptionsOf } from '../options.ts';
import { printable } from '../printable.ts';
import { readOptions } from '../read-options.ts';
import { deliveryQuery } from './delivery-query.ts';
import { deliveryLines } from './delivery-rows.ts';
import { output } from './output.ts';
import { checkWord, openRemote, type Remote } from './remote.ts';
import type { DeliveryList } from './show-deliveries.ts';

interface WaitedList extends DeliveryList {
  readonly reached: boolean;
}

/** `ringback wait`: waits until enough deliveries have ended. */
export async function awaitDeliveries(args: readonly string[]): Promise<ExitCode> {
  const { options } = readOptions('wait', args, process.env);
  const { timeout, state, json } = options;
  const count = options.count ?? 1;
  checkWord('--state', state, ['delivered', 'failed', 'dropped']);
  const remote = await openRemote(options, true);
  const query = await deliveryQuery(remote, options);
  const list = await waitFor(remote, query, { timeout, count });
  if (list.reached) {
    output(json, list, () => deliveryLines(list.deliveries));
    return exitCodes.fine;
  }
  output(json, list, () => '');
  process.stderr.write(`ringback: ${await timeoutText(remote, list, options)}`);
  return exitCodes.finding;
}

/**
 * The deliveries when enough have ended, or when the time is over.
 * @param query filters, as the start of a query string
 */
export async function waitFor(
  remote: Remote,
  query: string,
  { timeout, count }: { readonly timeout: number; readonly count: number },
): Promise<WaitedList> {
  const path = `deliveries?${query}wait=${formatDuration(timeout)}&count=${count}`;
  return (await remote.call('GET', path)) as WaitedList;
}

/** What was waited for, how many came, and what came instead. */
export async function timeoutText(
  remote: Remote,
  { deliveries }: WaitedList,
  options: Pick<OptionsOf<'wait'>, 'timeout' | 'count' | 'state' | 'callback' | 'run'>,
): Promise<string> {
  const { timeout, state, callback, run } = options;
  const count = options.count ?? 1;
  const ended = deliveries.filter((delivery) => delivery.state !== 'pending').length;
  const which = [
    state === null ? '' : ` in the state ${state}`,
    callback === null ? '' : ` of ${callback}`,
    run === null ? '' : ` of the run ${run}`,
    remote.space === 'default' ? '' : ` in the space ${remote.space}`,
  ].join('');
  const clock = (await remote.call('GET', 'clock')) as { readonly kind: string; readonly pending: number };
  const hint =
    clock.kind === 'virtual' && clock.pending > 0
      ? ` The clock is virtual and stands still, and ${toCome(clock.pending)}: move it with ringback settle or ringback advance.`
      : '';
  const { runs } = (await remote.call('GET', 'runs?detail=true&limit=20')) as {
    readonly runs: readonly RunRecord[];
  };
  const fired = (await remote.call('GET', 'deliveries?run=&limit=20')) as {
    readonly deliveries: readonly DeliveryRecord[];
  };
  const nothing = runs.length === 0 && fired.deliveries.length === 0;
  const elsewhere = nothing ? await otherSpaces(remote) : '';
  const timeline = spaceText(runs, fired.deliveries).split('\n').map(printable).join('\n');
  return `${ended} of ${count} deliveries${which} ended within ${formatDuration(timeout)}.${hint}${elsewhere} What happened:\n${timeline}\n`;
}

/** A misspelled name is a space of its own, in which nothing happens. */
async function otherSpaces(remote: Remote): Promise<string> {
  const { spaces } = (await remote.call('GET', 'spaces')) as {
    readonly spaces: readonly { readonly name: string }[];
  };
  const names = spaces.map(({ name }) => name).filter((name) => name !== remote.space);
  const most = names.slice(0, 10).join(', ');
  return most === '' ? '' : `${suggest(remote.space, names)} Other spaces of the server: ${most}.`;
}
