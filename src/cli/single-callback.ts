import type { CallbackType } from '../core/contract/contract.ts';
import { withHeaders } from '../core/engine/deliveries/compose-callback.ts';
import type { JsonObject } from '../core/json.ts';
import type { Provider } from '../core/provider/provider.ts';
import { seededRandom } from '../core/random.ts';
import type { Settings } from '../core/settings.ts';
import { applyEdits, checkEdits, type PayloadEdit, readEdits } from './edit-payload.ts';
import type { OptionsOf } from './options.ts';
import type { SingleCallback } from './play.ts';

export interface SingleCallbackOptions {
  readonly options: Pick<OptionsOf<'trigger'>, 'method' | 'header' | 'override' | 'add' | 'remove'>;
  /** Whose callback it is. */
  readonly provider: Provider | undefined;
  readonly settings: Settings;
  /** Seed of ids and data. */
  readonly seed: number;
  /** The time in the payload, in milliseconds since 1970. */
  readonly now: number;
}

/**
 * A callback that is sent on its own, with the payload that the mock generates from the seed. With a contract of your
 * own, it is the first example of the contract.
 * @throws {RingbackError} `option.invalid` for an edit whose place does not exist
 */
export function singleCallback(
  type: CallbackType,
  { provider, options, settings, seed, now }: SingleCallbackOptions,
): { readonly what: SingleCallback; readonly callbackHeaders: Readonly<Record<string, string>> } {
  const { type: callback, hasBody, methods } = type;
  const edits = readEdits(options);
  const sample = { random: seededRandom(seed), now, settings, overrides: replaced(edits) };
  const made = provider?.sampleCallback?.(type.name, sample) ?? type.examples[0];
  // A provider can make payloads that are no objects, which have no place to edit.
  const isDrafted = made === undefined && provider?.draftCallback !== undefined && edits.length === 0;
  checkEdits(isDrafted ? [] : [made ?? {}], edits);
  const payload = isDrafted ? undefined : applyEdits(made ?? {}, edits, !hasBody);
  const callbackHeaders = withHeaders(provider?.callbackHeaders?.(settings) ?? {}, options.header);
  // Headers require POST.
  const usual =
    Object.keys(options.header).length > 0 ? methods.find((known) => known === 'POST') : undefined;
  const method = options.method ?? usual;
  const what = {
    callback,
    ...(payload !== undefined && { payload }),
    isWritten: edits.length > 0,
    ...(method !== undefined && { method }),
  };
  return { what, callbackHeaders };
}

/** The properties that the edits replace by name. Replacing a state also replaces its text. */
function replaced(edits: readonly PayloadEdit[]): JsonObject {
  const named = edits.filter(({ kind, path }) => kind === 'override' && path.length === 1);
  return Object.fromEntries(named.map(({ path, value }) => [path[0] ?? '', value ?? null]));
}
