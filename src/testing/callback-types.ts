import type { CallbackName, CallbackPayloads, CallbackTypeName } from '../types/index.ts';

/** A callback's type, `informed.extractions`, or its bare name, `extractions`. */
export type CallbackReference = CallbackTypeName | CallbackName;

/** Any name, of which an editor completes the known ones. */
type AnyCallbackName = CallbackReference | (string & {});

/**
 * In the place of generated payloads: calls take any name, and a payload can be any JSON value. `any`, so that a
 * `MockProvider` with payloads can be passed to functions that take one without.
 */
// biome-ignore lint/suspicious/noExplicitAny: the only type argument that is assignable in both directions
export type AnyCallbacks = any;

/** The callbacks of the bundled providers, also by their bare names. */
export type BundledCallbacks = CallbackPayloads & Readonly<Record<CallbackName, unknown>>;

/**
 * The names of callbacks.
 * @typeParam Callbacks `CallbackPayloads` of `ringback/types`, or of the file that `ringback types` writes
 */
export type CallbackNameIn<Callbacks> = unknown extends Callbacks
  ? AnyCallbackName
  : keyof Callbacks & string;

/** What a callback says: its JSON body, or its query parameters as one object. Null: nothing. */
export type PayloadIn<Callbacks, Name extends string> = unknown extends Callbacks
  ? unknown
  : Callbacks[Name & keyof Callbacks];
