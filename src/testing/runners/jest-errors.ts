/** The part of the state of jest-circus that is read here. */
interface CircusState {
  readonly currentlyRunningTest?: { readonly errors?: readonly unknown[] } | null;
}

/**
 * The errors of the current jest test. Read them in `afterEach`, since jest does not pass them to it. They come from
 * the state of jest-circus, the default runner of jest 27 and newer. Empty with another runner.
 */
export function currentErrors(): readonly Error[] {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  const state = symbol === undefined ? undefined : (globalThis as Record<symbol, unknown>)[symbol];
  const errors = (state as CircusState | undefined)?.currentlyRunningTest?.errors ?? [];
  // An entry is an error, or an array of it and an error that shows where the test began.
  return errors.map((entry) => (Array.isArray(entry) ? entry[0] : entry)).filter(isErrorLike);
}

/** jest has a realm of its own, so `instanceof Error` fails for its errors. */
function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  );
}
