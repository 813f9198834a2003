import type { JSX } from 'preact';
import type { Store } from '../live/store.ts';

/** What to do while nothing has been submitted. */
export function Empty({ store, onStart }: { store: Store; onStart: () => void }): JSX.Element {
  if (store.loading)
    return (
      <section class="empty" aria-label="Timeline">
        <p>{store.connection === 'lost' ? 'Waiting for the server.' : 'Reading what the server keeps…'}</p>
      </section>
    );
  return (
    <section class="empty" aria-label="Timeline">
      <h2>Nothing has been submitted to this space yet.</h2>
      <p>
        Submit something from your consumer, or here. Runs appear as they start, with every callback that
        follows.
      </p>
      <p>
        <button type="button" class="primary" onClick={onStart}>
          Submit something
        </button>
      </p>
    </section>
  );
}
