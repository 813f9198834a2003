import type { JsonObject } from '../../core/json.ts';
import type { MoveRecord } from '../../testing/records.gen.ts';
import { toCome } from '../../testing/sentences.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { OptionsOf } from '../options.ts';
import { readOptions } from '../read-options.ts';
import { countStates, deliveryLines } from './delivery-rows.ts';
import { output } from './output.ts';
import { invalid, openRemote } from './remote.ts';

type MoveOptions = OptionsOf<'settle' | 'advance'>;

/** `ringback settle`: moves the virtual clock until nothing is pending. */
export async function settle(args: readonly string[]): Promise<ExitCode> {
  return move(readOptions('settle', args, process.env).options, { settle: true });
}

const isDuration = (text: string): boolean => /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text);

/** `ringback advance`: moves the virtual clock by a duration. */
export async function advance(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('advance', args, process.env);
  const [duration] = positionals;
  if (duration === undefined) throw invalid('<duration>', null, 'a duration such as 30s or 2h');
  if (!isDuration(duration)) throw invalid('<duration>', duration, 'a duration such as 30s or 2h');
  return move(options, { advance: duration });
}

async function move(options: MoveOptions, order: JsonObject): Promise<ExitCode> {
  const remote = await openRemote(options, false);
  const report = (await remote.call('POST', 'clock', order)) as MoveRecord;
  output(options.json, report, () => moveText(report));
  return report.bound === null ? exitCodes.fine : exitCodes.finding;
}

/** @param hasIds whether each line begins with the id of its delivery */
export function moveText({ now, pending, bound, total, deliveries }: MoveRecord, hasIds = false): string {
  const more = total - deliveries.length;
  const left = pending === 0 ? '' : `; ${toCome(pending)}`;
  const early = bound === null ? '' : `; stopped early (${bound})`;
  return `${deliveryLines(deliveries, hasIds)}${more > 0 ? `… and ${more} more\n` : ''}it is ${now}; ${countStates(deliveries)}${left}${early}\n`;
}
