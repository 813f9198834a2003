import type { Branch } from '../../core/engine/runs/run.ts';
import { RingbackError } from '../../core/errors.ts';
import { composePatches, type JsonObject, type JsonValue, mergePatch } from '../../core/json.ts';
import type { CallbackDraft, StepContext, StepEffect } from '../../core/provider/provider.ts';
import type { TimelineStep } from '../../core/scenario/plan.ts';
import { fileErrorMessages, isFileError, verificationsDelayedMessage } from './error-messages.ts';
import { extractFile } from './extraction.ts';
import { errorPayload, extractionsPayload, verificationsPayload } from './payloads.ts';
import { type Application, change, type File, find, findAll, findOrFail } from './resources.ts';
import { callbackTarget } from './webhook.ts';

/** Performs a step of an application's run with what is available at that time. */
export async function performStep(scripted: TimelineStep, context: StepContext): Promise<StepEffect> {
  const { resources, run, branch } = context;
  const application = await findOrFail(resources, 'application', run.resourceId);
  const file = branch.subject === null ? undefined : await find(resources, 'file', branch.subject);
  const step = stepOfFile(scripted, file);
  if (step.set !== undefined) await setOn(file?.id ?? application.id, step.set, context);
  const payloads = await payloadsOf(step, application, file, context);
  const { registration } = application.data;
  const target = callbackTarget(registration, context.settings);
  const callbacks = payloads.map((payload): CallbackDraft => {
    const merged = step.payload === undefined ? payload : (mergePatch(payload, step.payload) as JsonObject);
    return { callback: step.callback ?? '', target, payload: merged };
  });
  const processed =
    branch.trigger === 'upload' && (step.callback === 'extractions' || step.callback === 'error');
  return processed && wants(application, 'verify')
    ? { callbacks, restart: [{ trigger: 'quiet', subject: null }] }
    : { callbacks };
}

/** The step for one file, if the outcome differs between files. */
function stepOfFile(step: TimelineStep, file: File | undefined): TimelineStep {
  const fileErrors = step.detail?.fileErrors;
  if (!Array.isArray(fileErrors)) return step;
  const index = Math.min(file?.data.uploadIndex ?? 0, fileErrors.length - 1);
  const fileError: JsonValue = fileErrors[index] ?? null;
  return fileError === null ? step : { ...step, callback: 'error', detail: { fileError } };
}

async function payloadsOf(
  step: TimelineStep,
  application: Application,
  file: File | undefined,
  context: StepContext,
): Promise<readonly JsonObject[]> {
  switch (step.callback) {
    case undefined:
      return [];
    case 'extractions':
      return extractions(application, file, context);
    case 'error':
      return errors(step, application, file, context);
    case 'verifications':
      return verifications(application, context);
    default:
      throw new RingbackError('scenario.invalid', {
        detail: `Could not play a step: informed has no callback "${step.callback}". Expected extractions, verifications or error.`,
      });
  }
}

/** Extractions of the branch's file, or of every uploaded file if the branch has none. */
async function extractions(
  application: Application,
  file: File | undefined,
  context: StepContext,
): Promise<readonly JsonObject[]> {
  const { branch } = context;
  const files = file === undefined ? await uploadedFiles(application, context) : [file];
  const payloads: JsonObject[] = [];
  for (const one of files) {
    const documents = await extractFile(one, surroundings(branch, context));
    payloads.push(extractionsPayload(application, one, documents));
  }
  return wants(application, 'extract') ? payloads : [];
}

async function errors(
  step: TimelineStep,
  application: Application,
  file: File | undefined,
  context: StepContext,
): Promise<readonly JsonObject[]> {
  if (step.detail?.delayed === true) {
    if (!wants(application, 'verify') || !(await isQuiet(application, context))) return [];
    return [errorPayload(application, verificationsDelayedMessage)];
  }
  // The only documented error without a file.
  if (file === undefined) return [errorPayload(application, verificationsDelayedMessage)];
  const error = isFileError(step.detail?.fileError) ? step.detail.fileError : 'unreadable';
  if (file.data.state !== 'extracted') {
    await change(context.resources, 'file', file.id, () => ({ state: 'failed' as const, error }));
    await change(context.resources, 'application', application.id, () => ({
      updatedAt: context.clock.now(),
    }));
  }
  return [errorPayload(application, fileErrorMessages[error], file)];
}

async function verifications(application: Application, context: StepContext): Promise<readonly JsonObject[]> {
  if (!wants(application, 'verify')) return [];
  const { branch, resources, clock, settings } = context;
  if (!(await isQuiet(application, context))) return [];
  const current = await findOrFail(resources, 'application', application.id);
  const files = await findAll(resources, 'file', current.data.fileIds);
  const documents = await findAll(resources, 'document', current.data.documentIds);
  const extracted = files.filter(({ data }) => data.state === 'extracted');
  // After a quiet period in which all files failed, there is nothing to verify. An explicit request still gets
  // verifications.
  if (branch.trigger === 'quiet' && documents.length === 0 && extracted.length === 0) return [];
  const reference =
    branch.trigger === 'update' && branch.subject !== null ? current.data.updates[branch.subject] : null;
  const now = clock.now();
  const available = { application: current, files: extracted, documents, settings, now };
  await change(resources, 'application', application.id, () => ({ updatedAt: now }));
  return [verificationsPayload(available, reference ?? null)];
}

/**
 * Whether a quiet period may end in a callback. It may not while a timeline has yet to extract a file, since the
 * extraction restarts the period. If the timeline of a file ends without a callback, the file is extracted silently.
 */
async function isQuiet(application: Application, context: StepContext): Promise<boolean> {
  if (context.branch.trigger !== 'quiet') return true;
  const open = await uploadedFiles(application, context, 'uploaded');
  const branchOf = (file: File): Branch | undefined =>
    context.run.branches.find(({ trigger, subject }) => trigger === 'upload' && subject === file.id);
  const waiting = open.some((file) => {
    const branch = branchOf(file);
    return branch === undefined || branch.startedAt === null || branch.stepsDone < branch.steps.length;
  });
  if (waiting) return false;
  for (const file of open) await extractFile(file, surroundings(branchOf(file) ?? context.branch, context));
  return true;
}

async function uploadedFiles(
  application: Application,
  context: StepContext,
  only?: 'uploaded',
): Promise<readonly File[]> {
  const current = await findOrFail(context.resources, 'application', application.id);
  const files = await findAll(context.resources, 'file', current.data.fileIds);
  return files.filter(
    ({ data }) => data.state === 'uploaded' || (only === undefined && data.state === 'extracted'),
  );
}

function surroundings(branch: Branch, { resources, settings, clock, random }: StepContext) {
  return { resources, settings, plan: branch.plan, now: clock.now(), random };
}

/** Stores what a script sets, for `getApplication` to show: on the branch's file, or else on the application. */
async function setOn(id: string, set: JsonObject, { resources }: StepContext): Promise<void> {
  await resources.update(id, (resource) => ({ ...resource, patch: composePatches(resource.patch, set) }));
}

function wants(application: Application, service: 'extract' | 'verify'): boolean {
  const { services } = application.data.registration;
  return Array.isArray(services) && services.includes(service);
}
