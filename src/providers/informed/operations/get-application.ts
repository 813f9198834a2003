import type { Delivery } from '../../../core/engine/deliveries/delivery.ts';
import { isoTime } from '../../../core/engine/time/clock.ts';
import { isJsonObject, type JsonObject, mergePatch, objectOf } from '../../../core/json.ts';
import type { OperationAnswer, OperationRequest, ProviderContext } from '../../../core/provider/provider.ts';
import { extractionTime } from '../calendar.ts';
import { fileErrorMessages } from '../error-messages.ts';
import { type Application, type Document, type File, findAll } from '../resources.ts';
import { signedUrl } from '../signed-url.ts';
import { entry } from './list-applications.ts';
import { applicationOf } from './receipt.ts';

/** `GET /v1/{product}/applications/{application_id}`: the application as it is now, with the log of its deliveries. */
export async function getApplication(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const application = await applicationOf(request, context);
  await context.runForRequest(application.data.runId);
  return { status: 200, body: await applicationView(application, context) };
}

/** The application as `getApplication` shows it, with its files, documents and deliveries. */
export async function applicationView(
  application: Application,
  context: ProviderContext,
): Promise<JsonObject> {
  const files = await findAll(context.resources, 'file', application.data.fileIds);
  const documents = await findAll(context.resources, 'document', application.data.documentIds);
  const run = await context.run(application.data.runId);
  const deliveries = run === undefined ? [] : await context.deliveriesOf(run);
  const { verifications: requested, ...registration } = application.data.registration;
  const shown: JsonObject = {
    ...entry(application),
    product: application.data.product,
    ...registration,
    ...(requested === undefined ? {} : { requested_verifications: requested }),
    files: files.map(fileEntry),
    structured_data: documents.filter(({ data }) => data.fileId === null).map(structuredEntry),
    documents: documents
      .filter(({ data }) => data.fileId !== null)
      .map((document) => documentEntry(application, document, files)),
    verifications: latestVerifications(deliveries),
    deliveries: deliveries.map(deliveryEntry),
  };
  const patched = mergePatch(shown, application.patch);
  return isJsonObject(patched) ? patched : shown;
}

function fileEntry(file: File): JsonObject {
  const { state, error, bytes, uploadedAt, fileReferenceId } = file.data;
  const shown: JsonObject = {
    file_id: file.id,
    file_reference_id: fileReferenceId,
    status: state === 'awaiting' || state === 'receiving' ? 'announced' : state,
    bytes,
    uploaded_at: uploadedAt === null ? null : isoTime(uploadedAt),
    error_message: error === null ? null : fileErrorMessages[error],
  };
  return mergePatch(shown, file.patch) as JsonObject;
}

function structuredEntry({ id, data }: Document): JsonObject {
  return { document_id: id, document_reference_id: data.documentReferenceId, document_type: data.type };
}

/** A document that was found in a file of an application. */
export function documentEntry(
  application: Application,
  document: Document,
  files: readonly File[],
): JsonObject {
  const file = files.find(({ id }) => id === document.data.fileId);
  return {
    document_id: document.id,
    document_type: document.data.type,
    file_ids: file === undefined ? [] : [file.id],
    file_reference_ids: file === undefined ? [] : [file.data.fileReferenceId],
    url: signedUrl(application, document),
    updated_at: extractionTime(document.data.updatedAt),
  };
}

/** The verifications of the last verifications callback. Callbacks of the fault `contradict` do not count. */
function latestVerifications(deliveries: readonly Delivery[]): JsonObject {
  const last = deliveries.findLast(
    (delivery) => delivery.callback.type === 'informed.verifications' && !isContradiction(delivery),
  );
  const verifications = objectOf(last?.callback.payload).verifications;
  return isJsonObject(verifications) ? verifications : {};
}

/** A fault that did not apply is marked as such: `contradict … (does not apply)`. */
function isContradiction({ callback }: Delivery): boolean {
  return callback.faults.some(
    (words) => words.startsWith('contradict ') && !words.endsWith('(does not apply)'),
  );
}

function deliveryEntry(delivery: Delivery): JsonObject {
  const { type, url, createdAt } = delivery.callback;
  return {
    delivery_id: delivery.id,
    event_type: type.slice(type.indexOf('.') + 1),
    webhook_url: url,
    state: delivery.state,
    created_at: isoTime(createdAt),
    attempts: delivery.attempts.map(({ number, at, statusCode, acknowledged, error }) => ({
      attempt: number,
      timestamp: isoTime(at),
      status_code: statusCode,
      success: acknowledged,
      error,
    })),
  };
}
