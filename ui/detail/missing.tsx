import type { JSX } from 'preact';
import type { ActName } from '../act/act-props.ts';
import type { Client } from '../api/client.ts';
import { errorText, Refusal } from '../api/refusal.ts';
import type { Store } from '../live/store.ts';

export interface DetailProps {
  readonly client: Client;
  readonly store: Store;
  onAct(act: ActName): void;
}

/** Why something cannot be shown. What a link names may have been evicted since. */
export function Missing({ what, error }: { what: string; error: unknown }): JSX.Element {
  if (error === null) return <p class="dim">Reading…</p>;
  const isGone = error instanceof Refusal && error.status === 404;
  return (
    <div role="alert">
      <h2>{isGone ? `This ${what} is gone` : `Could not read the ${what}`}</h2>
      {isGone && (
        <p>
          The space was reset, or it evicted the {what} to make room (settings <code>limits.runs</code> and{' '}
          <code>limits.memoryBytes</code>).
        </p>
      )}
      <p class="dim">{errorText(error)}</p>
    </div>
  );
}
