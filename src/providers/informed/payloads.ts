import type { JsonObject } from '../../core/json.ts';
import { extractionTime } from './calendar.ts';
import type { Application, Document, File } from './resources.ts';
import { signedUrl } from './signed-url.ts';
import { type Available, verify } from './verification/verify.ts';

/** The extractions callback of one file: its documents by type (Informed, "Extractions Callbacks"). */
export function extractionsPayload(
  application: Application,
  file: File,
  documents: readonly Document[],
): JsonObject {
  const byType: Record<string, JsonObject[]> = {};
  for (const document of documents) {
    const list = byType[document.data.type] ?? [];
    list.push({
      data_action: 'create',
      document_id: document.id,
      file_ids: [file.id],
      file_reference_ids: [file.data.fileReferenceId],
      url: signedUrl(application, document),
      extracted_data: document.data.extracted,
      updated_at: extractionTime(document.data.updatedAt),
    });
    byType[document.data.type] = list;
  }
  return payload('extractions', application, { documents: byType });
}

/**
 * The verifications callback: the result for everything that is available (Informed, "Verifications Callbacks").
 * @param updateReference the reference of the update that led to it. Null: no update did, or it had none
 */
export function verificationsPayload(available: Available, updateReference: string | null): JsonObject {
  const { application, files, documents } = available;
  return payload('verifications', application, {
    ...(updateReference === null ? {} : { application_update_reference_id: updateReference }),
    data_sources: {
      image_files: files.map((file) => ({ file_id: file.id, file_reference_id: file.data.fileReferenceId })),
      structured_data: documents
        .filter(({ data }) => data.fileId === null)
        .map(({ id, data }) => ({ document_id: id, document_reference_id: data.documentReferenceId })),
    },
    verifications: verify(available),
  });
}

/** The error callback of a file or, without a file, of the verifications (Informed, "Error Callbacks"). */
export function errorPayload(application: Application, message: string, file?: File): JsonObject {
  const webhook_url = application.data.registration.webhook ?? '';
  if (file === undefined) return payload('error', application, { webhook_url, error_message: message });
  const { id: file_id, data } = file;
  const { fileReferenceId: file_reference_id } = data;
  return payload('error', application, { error_message: message, file_id, file_reference_id, webhook_url });
}

/** A payload: the properties that all callbacks share, followed by its own. */
function payload(eventType: string, application: Application, own: JsonObject): JsonObject {
  return {
    event_type: eventType,
    application_id: application.id,
    application_reference_id: application.data.registration.application_reference_id ?? '',
    ...own,
  };
}
