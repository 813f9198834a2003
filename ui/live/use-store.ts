import { useEffect, useState } from 'preact/hooks';
import type { Store } from './store.ts';

/** Draws the component again when the store changes. Returns the version of the store. */
export function useStore(store: Store): number {
  const [version, setVersion] = useState(store.version);
  useEffect(() => {
    setVersion(store.version);
    return store.listen(() => setVersion(store.version));
  }, [store]);
  return version;
}
