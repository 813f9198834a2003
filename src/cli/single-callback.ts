import type { CallbackType } from '../core/contract/contract.ts';
import type { JsonObject } from '../core/json.ts';
import type { Settings } from '../core/settings.ts';
import { generateCallback, isGenerated } from '../testing/generate-callback.ts';
import { applyEdits, checkEdits, type PayloadEdit, readEdits } from './edit-payload.ts';
import type { OptionsOf } from './options.ts';
import type { SingleCallback } from './play.ts';

export interface SingleCallbackOptions {
  readonly options: Pick<OptionsOf<'trigger'>, 'method' | 'header' | 'override' | 'add' | 'remove'>;
  readonly settings: Settings;
  /** Of ids and data. */
  readonly seed: number;
  /** The time that the payload speaks of, in milliseconds since 1970. */
  readonly now: number;
}

/**
 * A callback that is sent by itself, with the payload that the mock makes for the seed; of a contract of one's own, the
 * contract's first example.
 * @throws {RingbackError} `option.invalid` for an edit that has no place in it
 */
export function singleCallback(
  type: CallbackType,
  { options, settings, seed, now }: SingleCallbackOptions,
): { readonly what: SingleCallback; readonly callbackHeaders: Readonly<Record<string, string>> } {
  const { type: callback, hasBody, methods } = type;
  const edits = readEdits(options);
  const made = isGenerated(callback)
    ? generateCallback(callback, seed, replaced(edits), now)
    : (type.examples[0] ?? {});
  checkEdits([made], edits);
  const payload = applyEdits(made, edits, !hasBody);
  const authorization = settings['informed.endpointAuthorization'];
  const isAgreed = type.provider === 'informed' && authorization !== '';
  const callbackHeaders = { ...(isAgreed && { authorization }), ...options.header };
  // Headers are asked for together with POST.
  const usual =
    Object.keys(options.header).length > 0 ? methods.find((known) => known === 'POST') : undefined;
  const method = options.method ?? usual;
  const what = { callback, payload, isWritten: edits.length > 0, ...(method !== undefined && { method }) };
  return { what, callbackHeaders };
}

/** The members that are replaced by name: a state brings its text along. */
function replaced(edits: readonly PayloadEdit[]): JsonObject {
  const named = edits.filter(({ kind, path }) => kind === 'override' && path.length === 1);
  return Object.fromEntries(named.map(({ path, value }) => [path[0] ?? '', value ?? null]));
}
