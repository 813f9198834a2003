import type { Resource } from '../../core/engine/records.ts';
import { isoTime } from '../../core/engine/time/clock.ts';
import { RingbackError } from '../../core/errors.ts';
import type { JsonArray, JsonObject } from '../../core/json.ts';
import type { ProviderContext } from '../../core/provider/provider.ts';
import { clipped, quoted } from '../../core/quoted.ts';
import type { Settings } from '../../core/settings.ts';
import { documentData, providerName } from './document.ts';
import { isFinal, phaseOf, shownState } from './document-state.ts';

export function isTask(resource: Resource): boolean {
  return resource.provider === providerName && resource.kind === 'task';
}

/**
 * Finds the task of a request.
 * @throws {RingbackError} `resource.not-found`
 * @throws {ScriptedAnswer} when the scenario of one of its documents responds in place of the provider
 */
export async function findTask(id: string, context: ProviderContext): Promise<Resource> {
  const found = await context.resources.get(id);
  if (found !== undefined && isTask(found)) {
    for (const document of await documentsOf(found, context))
      if (document !== undefined) await context.runForRequest(documentData(document).runId);
    return found;
  }
  throw new RingbackError('resource.not-found', {
    details: { kind: 'task', id: clipped(id) },
    detail: `Could not find the task ${quoted(id)}: this space has none with that id. Use a task.id that a v1 submission has returned since the last reset.`,
    violations: [{ location: 'path/taskId', code: 'resource.not-found', message: 'no such task' }],
  });
}

/** The documents of a task. Undefined for one that was evicted. */
function documentsOf(task: Resource, context: ProviderContext): Promise<(Resource | undefined)[]> {
  const ids = task.data.documentIds as JsonArray;
  return Promise.all(ids.map((id) => context.resources.get(String(id))));
}

/** The current view of a task of API v1. */
export async function taskView(task: Resource, context: ProviderContext): Promise<JsonObject> {
  const ids = task.data.documentIds as JsonArray;
  const documents = await documentsOf(task, context);
  const micros = context.random(`${task.id}/created`).int(0, 999);
  return {
    created: microTime(task.createdAt, micros),
    id: task.id,
    links: { self: `/api/v1/tasks/${task.id}`, collection: '/api/v1/tasks' },
    status: statusOf(documents, context.settings),
    document_id: ids[0] ?? null,
    ...(ids.length > 1 ? { document_ids: ids } : {}),
  };
}

/** `PENDING` until all documents of the task are in a final state; then `SUCCESS`, or `FAILURE` if one has failed. */
function statusOf(documents: readonly (Resource | undefined)[], settings: Settings): string {
  const phases = documents
    .filter((document) => document !== undefined)
    .map((document) => phaseOf(shownState(document.patch, settings).state));
  if (!phases.every(isFinal)) return 'PENDING';
  return phases.some((phase) => phase === 'error') ? 'FAILURE' : 'SUCCESS';
}

/** `2021-11-02T12:14:26.564283`: UTC with microseconds and no zone, as API v1 writes times. */
function microTime(time: number, micros: number): string {
  return isoTime(time).replace('Z', String(micros).padStart(3, '0'));
}
