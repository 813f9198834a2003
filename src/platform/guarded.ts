/**
 * Wraps a callback so that its exceptions go to `fail`. An exception in a listener or timer has no caller and would end
 * the process. `test/server/handlers.test.ts` finds unguarded ones.
 * @param fail must not throw
 */
export function guarded<A extends unknown[]>(
  callback: (...given: A) => void,
  fail: (error: unknown) => void,
): (...given: A) => void {
  return (...given) => {
    try {
      callback(...given);
    } catch (error) {
      fail(error);
    }
  };
}
