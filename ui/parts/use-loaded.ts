import { useEffect, useState } from 'preact/hooks';

/** What was read from the server: nothing yet, a value, or an error. A value stays while a newer one is read. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: unknown;
}

/**
 * Reads something whenever a key changes.
 * @param subject what is read: a value of another subject is not shown
 * @param revision grows when it may have changed
 */
export function useLoaded<T>(
  read: (signal: AbortSignal) => Promise<T>,
  subject: string,
  revision: string | number,
): Loaded<T> {
  const [state, setState] = useState<Loaded<T> & { subject: string }>({
    value: undefined,
    error: null,
    subject,
  });
  useEffect(() => {
    const stop = new AbortController();
    read(stop.signal).then(
      (value) => !stop.signal.aborted && setState({ value, error: null, subject }),
      (error: unknown) =>
        !stop.signal.aborted &&
        setState((last) => ({ value: last.subject === subject ? last.value : undefined, error, subject })),
    );
    return () => stop.abort();
  }, [subject, revision]);
  return state.subject === subject ? state : { value: undefined, error: null };
}
