import { useState } from 'preact/hooks';
import type { Violation } from '../api/records.ts';
import { errorText, Refusal } from '../api/refusal.ts';

export interface Action {
  readonly isBusy: boolean;
  readonly error: string | null;
  /** Single findings of the server, if it has any. */
  readonly violations: readonly Violation[];
  run(action: () => Promise<void>): void;
}

/** Runs one action at a time, and keeps what it failed with. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  return {
    isBusy,
    error: failure === null ? null : errorText(failure),
    violations: failure instanceof Refusal ? failure.violations : [],
    run(action) {
      if (isBusy) return;
      setBusy(true);
      setFailure(null);
      action()
        .catch(setFailure)
        .finally(() => setBusy(false));
    },
  };
}
