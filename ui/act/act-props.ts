import type { Client } from '../api/client.ts';
import type { Delivery } from '../api/records.ts';
import type { Store } from '../live/store.ts';

/** What the user can make the provider do. */
export type ActName =
  | { readonly kind: 'submit' | 'next' | 'reset' }
  | { readonly kind: 'callback'; readonly like?: Delivery };

export interface ActProps {
  readonly client: Client;
  readonly store: Store;
  onClose(): void;
}
