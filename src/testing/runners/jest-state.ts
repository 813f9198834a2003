/** The part of the state of jest-circus that is used here. It is the default runner of jest 27 and newer. */
interface CircusState {
  readonly currentlyRunningTest?: {
    readonly errors?: readonly unknown[];
    status?: unknown;
  } | null;
}

function currentTest(): NonNullable<CircusState['currentlyRunningTest']> | null {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  const state = symbol === undefined ? undefined : (globalThis as Record<symbol, unknown>)[symbol];
  return (state as CircusState | undefined)?.currentlyRunningTest ?? null;
}

/**
 * The errors of the current jest test. Read them in `afterEach`, since jest does not pass them to it. Empty with
 * another runner than jest-circus.
 */
export function currentErrors(): readonly Error[] {
  const errors = currentTest()?.errors ?? [];
  // An entry is an error, or an array of it and an error that shows where the test began.
  return errors.map((entry) => (Array.isArray(entry) ? entry[0] : entry)).filter(isErrorLike);
}

/**
 * Has jest report the current test as skipped, which jest itself can do only before the tests run.
 * @returns false with another runner than jest-circus
 */
export function skipCurrent(): boolean {
  const test = currentTest();
  if (test === null) return false;
  // jest-circus sets `done` when the test ends, and reads the status afterwards.
  Object.defineProperty(test, 'status', { get: () => 'skip', set: () => undefined });
  return true;
}

/** jest has a realm of its own, so `instanceof Error` fails for its errors. */
function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  );
}
