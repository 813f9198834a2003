import type { Delivery } from './deliveries/delivery.ts';
import type { Collection, InboxRequest, Resource } from './records.ts';
import type { Run } from './runs/run.ts';

/** Everything that one space keeps. */
export interface SpaceStore {
  readonly resources: Collection<Resource>;
  readonly runs: Collection<Run>;
  readonly deliveries: Collection<Delivery>;
  readonly inbox: Collection<InboxRequest>;
}
