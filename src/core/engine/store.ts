import type { Delivery } from './deliveries/delivery.ts';
import type { Collection, InboxRequest, Resource } from './records.ts';
import type { Run } from './runs/run.ts';

/** The stored records of one space. */
export interface SpaceStore {
  readonly resources: Collection<Resource>;
  readonly runs: Collection<Run>;
  readonly deliveries: Collection<Delivery>;
  readonly inbox: Collection<InboxRequest>;
}
