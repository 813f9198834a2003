import type { Resource } from '../../core/engine/records.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { OperationAnswer, OperationRequest, ProviderContext } from '../../core/provider/provider.ts';
import type { Plan, TimelineStep } from '../../core/scenario/plan.ts';
import { readCallbackRequest } from './callback-request.ts';
import { type DocumentFile, documentData, findDocument, providerName } from './document.ts';
import { isFinal, type Phase, phaseOf } from './document-state.ts';
import { documentView } from './document-view.ts';
import { formOf, makeDocuments, stepsOfSubmission } from './submission.ts';
import { findTask, isTask, taskView } from './task.ts';

/** The callback with `status=start`, sent immediately after a v1 submission. */
const start: TimelineStep = { atMs: 0, callback: 'documentStateV1' };

/** `annotateDocument` and `annotateDocumentOfClass`: 202 with a task, whose document the header names, too. */
export async function annotateDocument(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const taskId = context.newId();
  const made = await makeDocuments(request, context, {
    documentClass: request.path.document_class ?? null,
    callback: readCallbackRequest(formOf(request), 'callback_url', context.settings),
    tags: readTags(request.headers['x-docdigitizer-tag']),
    taskId,
    stepsOf,
  });
  const [first] = made;
  const task: Resource = {
    id: taskId,
    provider: providerName,
    kind: 'task',
    createdAt: first.document.createdAt,
    data: { documentIds: made.map(({ document }) => document.id) },
    patch: {},
  };
  await context.resources.put(task);
  return {
    status: 202,
    headers: { 'X-Document-Location': `${request.baseUrl}/api/v1/documents/${first.document.id}` },
    body: { detail: 'Accepted', status: 202, task: await taskView(task, context) },
    runs: made.map(({ runId }) => runId),
  };
}

/** `listTasks`: all tasks, oldest first. */
export async function listTasks(
  _request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const tasks = (await context.resources.list()).filter(isTask);
  return { status: 200, body: { tasks: await Promise.all(tasks.map((task) => taskView(task, context))) } };
}

/** `getTask`: the task as of now. */
export async function getTask(request: OperationRequest, context: ProviderContext): Promise<OperationAnswer> {
  const task = await findTask(request.path.taskId ?? '', context);
  return { status: 200, body: { task: await taskView(task, context) } };
}

/** `getDocumentV1`: `{document: {id, annotation_status, annotations: {data}}}`. */
export async function getDocumentV1(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const document = await findDocument(request.path.docid ?? '', context);
  const view = await documentView(document, context);
  const results = isJsonObject(view.results) ? view.results : {};
  const tags = documentData(document).tags;
  return {
    status: 200,
    body: {
      document: {
        id: document.id,
        annotation_status: view.annotation_status ?? annotationStatus(phaseOf(view.state ?? null)),
        annotations: { data: results.annotations ?? {} },
        ...(tags === undefined ? {} : { tags }),
      },
    },
  };
}

/** `getDocumentAssets`: the files that the document was submitted as. */
export async function getDocumentAssets(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const document = await findDocument(request.path.docid ?? '', context);
  return { status: 200, body: { assets: documentData(document).files.map(assetOf) } };
}

function assetOf({ name, type, bytes }: DocumentFile): JsonObject {
  const mediaType = type === 'pdf' ? 'application/pdf' : `image/${type}`;
  return { name, content_type: type === null ? null : mediaType, size: bytes };
}

/** For a v1 submission, the steps of an outcome begin with `start`. A custom timeline is not changed. */
function stepsOf(plan: Plan): readonly TimelineStep[] {
  const steps = stepsOfSubmission(plan);
  return plan.outcome === null ? steps : [start, ...steps];
}

function annotationStatus(phase: Phase): JsonValue {
  if (phase === 'annotated') return 'success';
  return isFinal(phase) ? phase : 'pending';
}

function readTags(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
