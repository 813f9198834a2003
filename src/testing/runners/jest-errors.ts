/** What jest-circus keeps of the test that runs, as far as it is read here. */
interface CircusState {
  readonly currentlyRunningTest?: { readonly errors?: readonly unknown[] } | null;
}

/**
 * The errors of the jest test that is running, to be read in `afterEach`, to which jest itself says nothing of them.
 * They are those in the state of jest-circus, the default runner of jest 27 and newer. Empty where there is none.
 */
export function currentErrors(): readonly Error[] {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  const state = symbol === undefined ? undefined : (globalThis as Record<symbol, unknown>)[symbol];
  const errors = (state as CircusState | undefined)?.currentlyRunningTest?.errors ?? [];
  // An entry is an error, or that and one of where the test began.
  return errors.map((entry) => (Array.isArray(entry) ? entry[0] : entry)).filter(isErrorLike);
}

/** An error of jest's own realm is none of the test's, so that `instanceof` does not do. */
function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  );
}
