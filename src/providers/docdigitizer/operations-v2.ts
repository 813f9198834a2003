import { composePatches, type JsonObject } from '../../core/json.ts';
import type { OperationAnswer, OperationRequest, ProviderContext } from '../../core/provider/provider.ts';
import type { Plan, TimelineStep } from '../../core/scenario/plan.ts';
import { invalidField, readCallbackRequest } from './callback-request.ts';
import { findDocument } from './document.ts';
import { isFinal, phaseOf, readState } from './document-state.ts';
import { documentView, polledDocumentView } from './document-view.ts';
import {
  formOf,
  type MadeDocument,
  makeDocuments,
  type Submission,
  stepsOfSubmission,
} from './submission.ts';

/** `submitDocument`: 202 with the ids immediately, or with `isSync`, 200 with the finished document. */
export async function submitDocument(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const form = formOf(request);
  const isSync = readSync(form, context);
  const submission: Submission = {
    documentClass: textOrNull(form.document_class),
    callback: readCallbackRequest(form, 'callbackUrl', context.settings),
    tags: [],
    taskId: null,
    stepsOf: isSync ? finalCallbackAtOnce : stepsOfSubmission,
  };
  const made = await makeDocuments(request, context, submission);
  const ids = made.map(({ document }) => document.id);
  const runs = made.map(({ runId }) => runId);
  const [first] = made;
  if (!isSync) {
    const status = context.settingsOf(first.plan)['docdigitizer.acceptedStatus'];
    return { status, body: { document_id: first.document.id, document_ids: ids }, runs };
  }
  await context.wait(Math.max(...made.map(({ plan }) => processingTime(plan))));
  for (const one of made) await finish(one, context);
  const view = await documentView(await findDocument(first.document.id, context), context);
  return { status: 200, body: { ...view, document_ids: ids }, runs };
}

/** `getDocument`: the document as of now. */
export async function getDocument(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const document = await findDocument(request.path.docid ?? '', context);
  return { status: 200, body: await polledDocumentView(document, context) };
}

/** `isSync` requires `useHumanRevision=false`. By default, `isSync` is false and `useHumanRevision` is true. */
function readSync(form: JsonObject, context: ProviderContext): boolean {
  const isSync = form.isSync ?? false;
  const useHumanRevision = form.useHumanRevision ?? true;
  if (isSync === true && useHumanRevision !== false) {
    if (context.settings['docdigitizer.syncWithHumanRevision'] === 'reject') {
      throw invalidField(
        'isSync',
        'sync-with-human-revision',
        true,
        'false, or useHumanRevision=false with it',
        context.settings,
      );
    }
  }
  return isSync === true;
}

/**
 * “If the document was uploaded synchronously there are only the final state callback” (callback feature). Of the steps
 * of a plan, this is the one with the final state, or else the last one with a callback, due immediately. Its change is
 * already made when the response is sent.
 */
function finalCallbackAtOnce(plan: Plan): readonly TimelineStep[] {
  const step = finalStep(plan) ?? stepsOfSubmission(plan).findLast((one) => one.callback !== undefined);
  if (step === undefined) return [];
  const { set: _made, ...rest } = step;
  return [{ ...rest, atMs: 0 }];
}

/** The last step with a callback of a final state. A custom timeline may have none. */
function finalStep(plan: Plan): TimelineStep | undefined {
  return stepsOfSubmission(plan).findLast((step) => {
    const state = step.query?.state ?? step.set?.state;
    return step.callback !== undefined && state !== undefined && isFinal(phaseOf(readState(state)));
  });
}

/** How long a synchronous submission takes: until the final step, or the last one. */
function processingTime(plan: Plan): number {
  return (finalStep(plan) ?? stepsOfSubmission(plan).at(-1))?.atMs ?? 0;
}

/** Makes all changes of a document up to its final step, as its timeline would. */
async function finish({ document, plan }: MadeDocument, context: ProviderContext): Promise<void> {
  const steps = stepsOfSubmission(plan);
  const last = finalStep(plan);
  const done = last === undefined ? steps : steps.slice(0, steps.indexOf(last) + 1);
  await context.resources.update(document.id, (old) => ({
    ...old,
    patch: done.reduce(
      (patch, step) => (step.set === undefined ? patch : composePatches(patch, step.set)),
      old.patch,
    ),
  }));
}

function textOrNull(value: JsonObject[string] | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
