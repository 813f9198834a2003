import type { Choice, ChoiceRule } from '../../../core/engine/runs/run.ts';
import { RingbackError, type Violation } from '../../../core/errors.ts';
import type {
  OperationAnswer,
  OperationRequest,
  ProviderContext,
  ReceivedFile,
} from '../../../core/provider/provider.ts';
import { judgedContent } from '../../judged-content.ts';
import { fileProblem } from '../file-problem.ts';
import { change, type File, findOrFail, providerName } from '../resources.ts';
import { planOf, runOf, scenarioHeader } from './receipt.ts';

const mediaTypes = {
  pdf: 'application/pdf',
  tiff: 'image/tiff',
  jpeg: 'image/jpeg',
  png: 'image/png',
} as const;

const namingRules: ReadonlySet<ChoiceRule> = new Set(['header', 'next', 'file-name', 'match']);

/** Whether the user chose the scenario. Then it overrides the content, and determines the verification results. */
function isNamed({ choice }: { readonly choice: Choice }): boolean {
  return namingRules.has(choice.rule);
}

/** `PUT <upload_url>`: accepts the bytes of an announced file, once, and has them processed. */
export async function uploadFile(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const { resources } = context;
  const announced = await findOrFail(resources, 'file', request.path.upload_id ?? '');
  const application = await findOrFail(resources, 'application', announced.data.applicationId);
  const run = await runOf(application, context);
  const file = await change(resources, 'file', announced.id, claim(announced));
  const received = await receive(file, run.id, request, context);
  const ofApplication = planOf(run);
  const chosen = await choosePlan(file, received, request, context, ofApplication).catch(
    async (error: unknown) => {
      await release(file, context);
      throw error;
    },
  );
  const now = context.clock.now();
  const counted = await change(resources, 'application', application.id, (data) => ({
    uploads: data.uploads + 1,
    updatedAt: now,
  }));
  await change(resources, 'file', file.id, () => ({
    state: 'uploaded' as const,
    bytes: received.bytes,
    mediaType: received.content.type === null ? null : mediaTypes[received.content.type],
    blob: received.blob,
    uploadedAt: now,
    uploadIndex: counted.data.uploads - 1,
  }));
  const branches = [
    { trigger: 'upload', subject: file.id, ...chosen },
    { trigger: 'quiet', subject: null, ...(isNamed(ofApplication) ? ofApplication : chosen) },
  ];
  await context.startBranches(run.id, branches, formWarnings(file, request));
  const { fileReferenceId } = file.data;
  return {
    status: 200,
    body: { file_id: file.id, file_reference_id: fileReferenceId, bytes: received.bytes },
    runs: [run.id],
  };
}

/** Warns of a form sent to an upload URL. Without the warning, only the error callback would show this mistake. */
function formWarnings(file: File, { headers }: OperationRequest): readonly Violation[] {
  if (!/^\s*multipart\/form-data\b/i.test(headers['content-type'] ?? '')) return [];
  const message = `The upload of "${file.data.fileReferenceId}" is a form (multipart/form-data). It was kept as it came, with its boundaries and part headers, which makes it no file that can be processed. Send the file's bytes alone as the body: curl -T, or body: file.`;
  return [{ location: 'header/content-type', code: 'upload-is-form', message }];
}

/** Only one of two concurrent uploads to the same URL gets the file. */
function claim(file: File) {
  return (data: File['data']): Partial<File['data']> => {
    if (data.state === 'awaiting') return { state: 'receiving' };
    throw new RingbackError('resource.conflict', {
      details: { kind: 'file', id: file.id },
      detail:
        data.state === 'receiving'
          ? `Could not upload the file "${data.fileReferenceId}" (${file.id}): another upload to this URL is under way.`
          : `Could not upload the file "${data.fileReferenceId}" (${file.id}): it was uploaded already. Announce another file to get another URL.`,
    });
  };
}

/** Reads the bytes. If they are truncated, the file can be uploaded again. */
async function receive(
  file: File,
  runId: string,
  request: OperationRequest,
  context: ProviderContext,
): Promise<ReceivedFile> {
  try {
    return await request.receiveFile({ fileName: file.data.fileReferenceId, runId });
  } catch (error) {
    await release(file, context);
    throw error;
  }
}

/** Allows another upload of the file, unless it was evicted meanwhile. */
async function release(file: File, context: ProviderContext): Promise<void> {
  const { resources } = context;
  if ((await resources.get(file.id)) === undefined) return;
  await change(resources, 'file', file.id, () => ({ state: 'awaiting' as const }));
}

/** The plan of a file: of the scenario that was named for it or for its application. Otherwise its bytes decide. */
async function choosePlan(
  file: File,
  received: ReceivedFile,
  request: OperationRequest,
  context: ProviderContext,
  ofApplication: ReturnType<typeof planOf>,
): Promise<ReturnType<typeof planOf>> {
  const named = isNamed(ofApplication);
  const settings = context.settingsOf(ofApplication.plan);
  const problem = fileProblem(file.data.fileReferenceId, received, settings);
  return context.chooseScenario({
    provider: providerName,
    operation: request.operation.id,
    header: scenarioHeader(request) ?? file.data.scenario ?? undefined,
    fileName: file.data.fileReferenceId,
    content: judgedContent(received.content, settings),
    body: undefined,
    isPart: true,
    byContent: named || problem === null ? null : `${providerName}/${problem}`,
    ...(named ? { fallback: ofApplication } : {}),
  });
}
