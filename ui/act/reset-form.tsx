import type { JSX } from 'preact';
import { goTo } from '../live/route.ts';
import { plural } from '../parts/format.ts';
import type { ActProps } from './act-props.ts';
import { ActionError } from './action-error.tsx';
import { useAction } from './use-action.ts';

export function ResetForm({ client, store, onClose }: ActProps): JSX.Element {
  const action = useAction();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        action.run(async () => {
          await client.post('/_ringback/reset');
          goTo({ view: 'timeline' });
          onClose();
        });
      }}
    >
      <p>
        Removes {plural(store.runs.size, 'run')} with their resources, the inboxes and their scripts,
        scenarios that were added to the space, the queue and changed settings. The seed starts again. The
        clock keeps its time.
      </p>
      <ActionError action={action} />
      <footer>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="danger" disabled={action.isBusy}>
          Reset
        </button>
      </footer>
    </form>
  );
}
