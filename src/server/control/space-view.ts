import { formatDuration } from '../../core/duration.ts';
import { isoTime } from '../../core/engine/time/clock.ts';
import type { JsonObject } from '../../core/json.ts';
import type { SpaceUsage } from '../space-registry.ts';

/** Usage of a space that other parts of the server track. */
export interface OtherUsage {
  readonly eventReaders: number;
  readonly evictedInboxRequests: number;
  readonly uploads: { readonly bytes: number; readonly evicted: number };
}

/** A space with what it holds and how it is used (`#/components/schemas/Space` of openapi.control.yaml). */
export async function spaceView(
  usage: SpaceUsage,
  { eventReaders, evictedInboxRequests, uploads }: OtherUsage,
): Promise<JsonObject> {
  const { space, createdAt, lastUsedAt, visits } = usage;
  const { store, clock, settings, memory } = space;
  const [resources, runs, deliveries, inboxRequests, pending] = await Promise.all([
    store.resources.count(),
    store.runs.count(),
    store.deliveries.count(),
    store.inbox.count(),
    space.pending(),
  ]);
  return {
    name: space.name,
    clock: { kind: clock.kind, now: isoTime(clock.now()), pending },
    counts: { resources, runs, deliveries, inboxRequests },
    evicted: {
      runs: space.evictedRuns,
      deliveries: space.evictedDeliveries,
      inboxRequests: evictedInboxRequests,
      uploads: uploads.evicted,
    },
    uploadBytes: uploads.bytes,
    memory: { bytes: memory.bytes, limit: memory.limit },
    createdAt: isoTime(createdAt),
    lastUsedAt: isoTime(lastUsedAt),
    openRequests: visits,
    eventReaders,
    idle: formatDuration(settings['limits.spaceIdle']),
  };
}
