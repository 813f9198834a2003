import type { JsonObject } from '../../core/json.ts';
import type { SampleOptions } from '../../core/provider/provider.ts';
import type { Random } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { planDocuments } from './document-mix.ts';
import { makeDocument } from './documents/make-document.ts';
import { Dossier } from './dossier.ts';
import { fileErrorMessages, verificationsDelayedMessage } from './error-messages.ts';
import { readOutcome } from './outcome.ts';
import { errorPayload, extractionsPayload, verificationsPayload } from './payloads.ts';
import type { Application, Document, File } from './resources.ts';
import { requestedVerifications } from './verification/requested-verifications.ts';

/** A callback for an application with one file. */
export function sampleCallback(
  callback: string,
  { random, now, settings, overrides }: SampleOptions,
): JsonObject | null {
  switch (callback) {
    case 'extractions': {
      const { application, file, documents } = submission(random, now, settings);
      return extractionsPayload(application, file, documents);
    }
    case 'verifications': {
      const { application, file, documents } = submission(random, now, settings);
      return verificationsPayload({ application, files: [file], documents, settings, now }, null);
    }
    case 'error': {
      const { application, file } = submission(random, now, settings);
      const message = overrides.error_message;
      // This error has no file.
      if (message === verificationsDelayedMessage) return errorPayload(application, message);
      return errorPayload(application, fileErrorMessages.unreadable, file);
    }
    default:
      return null;
  }
}

/** An application of one applicant with one file that contains a document for each verification. */
function submission(
  random: Random,
  now: number,
  settings: Settings,
): {
  application: Application;
  file: File;
  documents: readonly Document[];
} {
  const ids = random.stream('ids');
  const [applicationId, fileId] = [ids.uuid(), ids.uuid()];
  const application: Application = {
    id: applicationId,
    createdAt: now,
    patch: {},
    data: {
      product: 'consumer',
      baseUrl: 'http://127.0.0.1:4020/informed',
      registration: {
        application_reference_id: `loan-${ids.int(1_000, 9_999)}`,
        application_date: '2029-12-28',
        services: ['extract', 'verify'],
        webhook: 'https://consumer.example/webhook',
      },
      runId: ids.uuid(),
      seed: ids.uuid(),
      signingKey: ids.uuid(),
      updatedAt: now,
      fileIds: [fileId],
      uploads: 1,
      documentIds: [],
      documentCounts: {},
      structured: 0,
      updates: {},
    },
  };
  const file: File = {
    id: fileId,
    createdAt: now,
    patch: {},
    data: {
      applicationId,
      fileReferenceId: 'documents.pdf',
      scenario: null,
      state: 'extracted',
      error: null,
      bytes: null,
      mediaType: 'application/pdf',
      blob: null,
      uploadedAt: now,
      uploadIndex: 0,
      documentIds: [],
    },
  };
  const dossier = new Dossier(application);
  const planned = planDocuments({
    dossier,
    outcome: readOutcome({}),
    requested: () => requestedVerifications(application, settings),
    fileName: file.data.fileReferenceId,
    uploadIndex: 0,
    existing: {},
    random: random.stream('mix'),
  });
  const documents = planned.map(({ type, belongsTo, ordinal }, index): Document => {
    const extracted = makeDocument(dossier, {
      type,
      belongsTo,
      ordinal,
      wanted: {},
      label: `0/${index}`,
    });
    return {
      id: ids.uuid(),
      createdAt: now,
      patch: {},
      data: {
        applicationId,
        fileId,
        documentReferenceId: null,
        type,
        belongsTo,
        extracted,
        urlSeconds: Math.ceil(settings['informed.downloadLifetime'] / 1_000),
        updatedAt: now,
      },
    };
  });
  return { application, file, documents };
}
