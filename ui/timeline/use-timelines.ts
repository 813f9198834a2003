import { useEffect } from 'preact/hooks';
import type { Client } from '../api/client.ts';
import type { Store } from '../live/store.ts';
import type { Row } from './rows.ts';

const inFlight = new Set<string>();
const atMost = 4;

/** Reads the steps of the runs in view: the lists of runs have none. */
export function useTimelines(client: Client, store: Store, rows: readonly Row[]): void {
  const missing = [
    ...new Set(
      rows.flatMap(({ runId }) => (store.runs.has(runId) && !store.timelines.has(runId) ? [runId] : [])),
    ),
  ].filter((id) => !inFlight.has(id));
  const wanted = store.connection === 'live' ? missing.slice(0, atMost - inFlight.size) : [];
  useEffect(() => {
    for (const id of wanted) {
      inFlight.add(id);
      client
        .get('/_ringback/runs/{id}', { path: { id }, query: { bodyLimit: 0 } })
        .then(({ timeline }) => void store.timelines.set(id, timeline))
        // It was evicted or reset. Its row goes with the next event.
        .catch(() => void store.timelines.set(id, []))
        .finally(() => {
          inFlight.delete(id);
          store.changed();
        });
    }
  });
}
