import type { SpaceEvent } from '../../core/engine/space.ts';
import { isoTime } from '../../core/engine/time/clock.ts';
import type { JsonObject } from '../../core/json.ts';
import type { NextEvent } from './event-log.ts';
import { listedDelivery, runView, stepView } from './views.ts';

/** An event as its stream shows it (`#/components/schemas/Event` of openapi.control.yaml). */
export function eventView(next: NextEvent, bodyLimit?: number): JsonObject {
  if (next.kind === 'gap') return { id: next.id, type: 'gap', missed: next.missed };
  const { id, event } = next;
  return { id, type: event.kind, at: isoTime(event.at), ...members(event, bodyLimit) };
}

function members(event: SpaceEvent, bodyLimit: number | undefined): JsonObject {
  switch (event.kind) {
    case 'run.created':
      return { runId: event.runId, run: runView(event.run) };
    case 'run.finished':
    case 'run.evicted':
      return { runId: event.runId };
    case 'step.played': {
      const { runId, trigger, subject, step } = event;
      return { runId, trigger, subject, step: stepView(step) };
    }
    case 'request.faulted': {
      const { runId, operation, scenario, fault } = event;
      return { runId, operation, scenario, fault };
    }
    case 'memory.high':
      return { bytes: event.bytes, limit: event.limit };
    case 'memory.full':
    case 'callback.unsent':
      return { runId: event.runId, message: event.message };
    case 'provider.failed':
      return { operation: event.operation, message: event.message };
    case 'space.reset':
      return {};
    case 'defect':
      return { message: event.message };
    default:
      return { runId: event.delivery.callback.runId, delivery: listedDelivery(event.delivery, bodyLimit) };
  }
}
