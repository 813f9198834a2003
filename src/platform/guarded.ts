/**
 * A callback whose exceptions end in `fail`. What a listener or a timer throws has no caller to go to: it would end the
 * process. `test/server/handlers.test.ts` finds those that are not guarded.
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
