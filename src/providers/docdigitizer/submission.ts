import type { Resource } from '../../core/engine/records.ts';
import { RingbackError, type Violation } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type {
  OperationRequest,
  ProviderContext,
  ReceivedFile,
  SubmissionFacts,
  UnknownField,
} from '../../core/provider/provider.ts';
import { quoted } from '../../core/quoted.ts';
import type { Plan, TimelineStep } from '../../core/scenario/plan.ts';
import { type JudgedContent, judgedContent } from '../judged-content.ts';
import { type CallbackRequest, invalidField, targetOf } from './callback-request.ts';
import { type DocumentData, providerName, toResource } from './document.ts';

/** A submission, from the form of either API. */
export interface Submission {
  readonly documentClass: string | null;
  readonly callback: CallbackRequest;
  readonly tags: readonly string[];
  /** The steps that a document plays of its plan. */
  stepsOf(plan: Plan): readonly TimelineStep[];
  /** Id of the v1 task of the submission, which is evicted with the first document. Null in v2. */
  readonly taskId: string | null;
}

/** A document that a submission created, and the plan that it plays. */
export interface MadeDocument {
  readonly document: Resource;
  readonly plan: Plan;
  readonly runId: string;
}

/**
 * Makes the documents of a submission, one for each file (or one for all, `docdigitizer.documentPer`), each with a
 * run of its own. Its callbacks start when the response is sent.
 * @throws {RingbackError} `request.invalid` without a file, `request.too-large`, `scenario.unknown`
 * @throws {ScriptedAnswer} when the scenario of a file responds in place of the provider
 */
export async function makeDocuments(
  request: OperationRequest,
  context: ProviderContext,
  submission: Submission,
): Promise<readonly [MadeDocument, ...MadeDocument[]]> {
  // All scenarios are chosen before the first document is created: one may refuse the submission.
  const chosen: Chosen[] = [];
  for (const files of groupFiles(request, context)) {
    const { plan, choice } = await context.chooseScenario(factsOf(files, request));
    chosen.push({ files, plan, choice });
  }
  const made: MadeDocument[] = [];
  for (const { files, plan, choice } of chosen) {
    const id = context.newId();
    const { target, warnings } = targetOf(submission.callback, context.settingsOf(plan));
    const run = await context.startRun({
      provider: providerName,
      operation: request.operation.id,
      plan,
      choice,
      resourceId: id,
      target,
      warnings:
        request.unknownFields.length === 0
          ? warnings
          : [...request.unknownFields.map(unknownFieldWarning), ...warnings],
      branches: [{ trigger: 'submission', subject: null, steps: submission.stepsOf(plan) }],
    });
    const data = dataOf(files, run.id, submission, made.length === 0 ? submission.taskId : null);
    const document = toResource(id, context.clock.now(), data);
    await context.resources.put(document);
    made.push({ document, plan, runId: run.id });
  }
  return made as [MadeDocument, ...MadeDocument[]];
}

/** The files of a future document, and the plan that it will play. */
interface Chosen extends Awaited<ReturnType<ProviderContext['chooseScenario']>> {
  readonly files: Files;
}

function dataOf(
  files: Files,
  runId: string,
  { documentClass, tags }: Submission,
  taskId: string | null,
): DocumentData {
  const kept = files.map((file) => ({ name: file.fileName, type: file.content.type, bytes: file.bytes }));
  const data: DocumentData =
    documentClass === null ? { runId, files: kept } : { runId, files: kept, documentClass };
  // Few documents have these. Spreading even empty ones into each would take memory.
  if (tags.length === 0 && taskId === null) return data;
  return {
    ...data,
    ...(tags.length === 0 ? {} : { tags }),
    ...(taskId === null ? {} : { taskId }),
  };
}

/** The steps that a submission starts. */
export function stepsOfSubmission(plan: Plan): readonly TimelineStep[] {
  return plan.triggers.submission ?? [];
}

/** The form's fields as one object, which is empty if there are none. */
export function formOf(request: OperationRequest): JsonObject {
  const { body } = request;
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as JsonObject) : {};
}

function unknownFieldWarning({ name, suggestion }: UnknownField): Violation {
  const message = `The form field ${quoted(name)} is not one of this operation and has no effect.${suggestion}`;
  return { location: `body/${name}`, code: 'unknown-field', message };
}

/** A file, judged by the settings. */
interface JudgedFile extends ReceivedFile {
  readonly content: JudgedContent;
}

type Files = readonly [JudgedFile, ...JudgedFile[]];

/** The files of each document. */
function groupFiles(request: OperationRequest, context: ProviderContext): readonly [Files, ...Files[]] {
  const { settings } = context;
  const [first, ...others] = request.files.map(
    (file): JudgedFile => ({ ...file, content: judgedContent(file.content, settings) }),
  );
  if (first === undefined) {
    throw invalidField('files', 'required', null, 'at least one file in the form field "files"', settings);
  }
  const max = settings['docdigitizer.maxFileBytes'];
  const tooLarge = request.files.find((file) => file.bytes > max);
  if (tooLarge !== undefined) {
    const index = request.files.indexOf(tooLarge);
    const message = `"${tooLarge.fileName}" has ${tooLarge.bytes} bytes, at most ${max} are accepted`;
    throw new RingbackError('request.too-large', {
      details: { limit: max, setting: 'docdigitizer.maxFileBytes' },
      detail: `Could not accept the submission: ${message} (setting docdigitizer.maxFileBytes).`,
      violations: [{ location: `body/files/${index}`, code: 'request.too-large', message }],
      status: settings['docdigitizer.tooLargeStatus'],
    });
  }
  if (settings['docdigitizer.documentPer'] === 'request') return [[first, ...others]];
  return [[first], ...others.map((file): Files => [file])];
}

/** A problem of one file is a problem of the whole document. */
function tellingFile(files: Files): JudgedFile {
  return files.find((file) => file.content.problem !== null) ?? files[0];
}

function factsOf(files: Files, request: OperationRequest): SubmissionFacts {
  const { fileName, content } = tellingFile(files);
  return {
    provider: providerName,
    operation: request.operation.id,
    header: request.headers['x-ringback-scenario'],
    fileName,
    content,
    body: request.body,
    byContent: content.problem === null ? null : `${providerName}/error`,
  };
}
