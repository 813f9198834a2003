import { virtualEpoch } from '../core/engine/time/clock.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { type Random, seededRandom } from '../core/random.ts';
import { defaultSettings } from '../core/settings.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { states } from '../providers/docdigitizer/document-state.ts';
import { planDocuments } from '../providers/informed/document-mix.ts';
import { makeDocument } from '../providers/informed/documents/make-document.ts';
import { Dossier } from '../providers/informed/dossier.ts';
import { fileErrorMessages, verificationsDelayedMessage } from '../providers/informed/error-messages.ts';
import { readOutcome } from '../providers/informed/outcome.ts';
import { errorPayload, extractionsPayload, verificationsPayload } from '../providers/informed/payloads.ts';
import type { Application, Document, File } from '../providers/informed/resources.ts';
import { requestedVerifications } from '../providers/informed/verification/requested-verifications.ts';
import type { CallbackTypeName } from '../types/index.ts';

/**
 * A payload as the provider's own generators make it, for one submission that is the same for the same seed.
 * @param now the time that it speaks of, in milliseconds since 1970
 * @param overrides what will be laid over it: a state brings its text along, a message that is about no file takes the file away
 */
export function generateCallback(
  type: CallbackTypeName,
  seed: number,
  overrides: object,
  now: number = virtualEpoch,
): JsonObject {
  const random = seededRandom(seed);
  const documentId = random.stream('document').uuid();
  switch (type) {
    case 'docdigitizer.documentState':
      return { documentId, ...stateOf(overrides) };
    case 'docdigitizer.documentStateOverview':
      return { doc_id: documentId, status: states.annotated.stateText };
    case 'docdigitizer.documentStateV1':
      return { docid: documentId, status: 'annotated' };
    case 'informed.extractions': {
      const { application, file, documents } = submission(random, now);
      return extractionsPayload(application, file, documents);
    }
    case 'informed.verifications': {
      const { application, file, documents } = submission(random, now);
      return verificationsPayload({ application, files: [file], documents, settings, now }, null);
    }
    case 'informed.error': {
      const { application, file } = submission(random, now);
      const message = isJsonObject(overrides) ? overrides.error_message : undefined;
      if (message === verificationsDelayedMessage) return errorPayload(application, message);
      return errorPayload(application, fileErrorMessages.unreadable, file);
    }
  }
}

const settings = defaultSettings(bundledProviders);

const generated: ReadonlySet<string> = new Set<CallbackTypeName>([
  'docdigitizer.documentState',
  'docdigitizer.documentStateOverview',
  'docdigitizer.documentStateV1',
  'informed.extractions',
  'informed.verifications',
  'informed.error',
]);

/** Whether {@link generateCallback} makes payloads of that type. */
export function isGenerated(type: string): type is CallbackTypeName {
  return generated.has(type);
}

/** The final state, or the one that the overrides ask for by its number. */
function stateOf(overrides: object): JsonObject {
  const state = isJsonObject(overrides) ? overrides.state : undefined;
  return { ...(Object.values(states).find((known) => known.state === state) ?? states.annotated) };
}

/** An application of one applicant with one file, which holds a document for each verification. */
function submission(
  random: Random,
  now: number,
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
