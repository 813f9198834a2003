import type { DeliveryRecord } from '../../testing/records.gen.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { readOptions } from '../read-options.ts';
import { deliveryQuery } from './delivery-query.ts';
import { deliveryLines, deliveryText } from './delivery-rows.ts';
import { output } from './output.ts';
import { checkWord, openRemote, type Remote } from './remote.ts';

/** What the control API lists. */
export interface DeliveryList {
  readonly deliveries: readonly DeliveryRecord[];
  readonly total: number;
}

/** `ringback deliveries`: lists the deliveries of a space, or shows one. */
export async function showDeliveries(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('deliveries', args, process.env);
  const { state, limit, json } = options;
  checkWord('--state', state, ['pending', 'delivered', 'failed', 'dropped']);
  const remote = await openRemote(options, false);
  const [id] = positionals;
  if (id !== undefined) {
    const delivery = await readDelivery(remote, id);
    output(json, delivery, () => deliveryText(delivery));
    return exitCodes.fine;
  }
  const query = await deliveryQuery(remote, options);
  const list = (await remote.call('GET', `deliveries?${query}limit=${limit}`)) as DeliveryList;
  output(json, list, () => deliveryListText(list));
  return exitCodes.fine;
}

export async function readDelivery(remote: Remote, id: string): Promise<DeliveryRecord> {
  return (await remote.call('GET', `deliveries/${encodeURIComponent(id)}`)) as DeliveryRecord;
}

/** @param hasIds whether each line begins with the id of its delivery */
export function deliveryListText({ deliveries, total }: DeliveryList, hasIds = false): string {
  if (total === 0) return 'no deliveries\n';
  const left = total - deliveries.length;
  return `${left > 0 ? `… ${left} older\n` : ''}${deliveryLines(deliveries, hasIds)}`;
}
