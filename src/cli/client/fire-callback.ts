import type { JsonObject, JsonValue } from '../../core/json.ts';
import { callbackNamed } from '../../testing/callback-named.ts';
import type { DeliveryRecord } from '../../testing/records.gen.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { OptionsOf } from '../options.ts';
import { readOptions } from '../read-options.ts';
import { columns } from './columns.ts';
import { deliveryLines } from './delivery-rows.ts';
import { output } from './output.ts';
import { invalid, openRemote, type Remote } from './remote.ts';

/** What the control API lists. */
export interface CallbackList {
  readonly callbacks: readonly ListedCallback[];
}

/** A callback of `GET /_ringback/callbacks`, as far as the list shows it. */
interface ListedCallback {
  readonly callback: string;
  readonly kind: string;
  readonly method: string;
  readonly operation: string | null;
  readonly fireable: boolean;
  readonly fromSubmission: boolean;
  readonly reason: string | null;
}

/** `ringback callbacks`: lists what can be sent, or sends one. */
export async function listOrFire(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('callbacks', args, process.env);
  const [name] = positionals;
  if (name !== undefined) return fire(name, options);
  for (const option of ['to', 'method', 'payload'] as const) {
    if (options[option] !== null)
      throw invalid('<callback>', null, `the callback that --${option} is for, e.g. informed.extractions`);
  }
  const remote = await openRemote(options, false);
  const body = (await remote.call('GET', 'callbacks')) as CallbackList;
  output(options.json, body, () => callbackListText(body));
  return exitCodes.fine;
}

export function callbackListText({ callbacks }: CallbackList): string {
  if (callbacks.length === 0) return 'the contract declares no callbacks\n';
  return columns(
    callbacks.map(({ callback, kind, method, operation, fromSubmission, fireable, reason }) => ({
      cells: [
        [callback, fireable ? 'cyan' : 'dim'],
        method,
        fromSubmission && operation !== null ? `${kind} of ${operation}` : kind,
      ],
      notes: reason === null ? [] : [reason],
    })),
  );
}

async function fire(name: string, options: OptionsOf<'callbacks'>): Promise<ExitCode> {
  const { to, method, header, payload, json } = options;
  if (to === null) throw invalid('--to', null, '--to <url>, where the callback is sent');
  const body = payload === null ? undefined : readPayload(payload);
  const remote = await openRemote(options, true);
  const delivery = await fireCallback(remote, name, {
    to,
    ...(method !== null && { method }),
    ...(Object.keys(header).length > 0 && { headers: header }),
    ...(body !== undefined && { payload: body }),
  });
  output(json, delivery, () => deliveryLines([delivery]));
  return delivery.attempts.at(-1)?.acknowledged === true ? exitCodes.fine : exitCodes.finding;
}

/**
 * Sends a callback once.
 * @param name its type, or its name alone
 */
export async function fireCallback(remote: Remote, name: string, order: JsonObject): Promise<DeliveryRecord> {
  const { type } = callbackNamed(name, 'send the callback', await remote.names());
  return (await remote.call('POST', 'callbacks', { ...order, callback: type })) as DeliveryRecord;
}

function readPayload(given: string): JsonValue {
  try {
    return JSON.parse(given) as JsonValue;
  } catch {
    throw invalid('--payload', given, 'JSON such as {"state":"91"}');
  }
}
