import type { Collection, Resource } from '../../core/engine/records.ts';
import type { Random } from '../../core/random.ts';
import type { Plan } from '../../core/scenario/plan.ts';
import type { Settings } from '../../core/settings.ts';
import { type PlannedDocument, planDocuments, wantedStatuses, withDocuments } from './document-mix.ts';
import { makeDocument } from './documents/make-document.ts';
import { Dossier } from './dossier.ts';
import { readOutcome } from './outcome.ts';
import {
  type Application,
  change,
  type Document,
  type File,
  findAll,
  findOrFail,
  putNew,
} from './resources.ts';
import { requestedVerifications } from './verification/requested-verifications.ts';

/** What an extraction uses of the step that requests it. */
export interface ExtractionSurroundings {
  readonly resources: Collection<Resource>;
  readonly settings: Settings;
  /** The plan of the file. It may differ from that of its application. */
  readonly plan: Plan;
  readonly now: number;
  random(label: string): Random;
}

/** The documents of a file. They are made once: extracting a file again returns the same documents. */
export async function extractFile(
  file: File,
  surroundings: ExtractionSurroundings,
): Promise<readonly Document[]> {
  const { resources, settings, plan, now } = surroundings;
  if (file.data.state === 'extracted') return findAll(resources, 'document', file.data.documentIds);
  const application = await findOrFail(resources, 'application', file.data.applicationId);
  const outcome = readOutcome(plan.outcome);
  const random = surroundings.random(`informed/file/${file.id}`);
  const dossier = new Dossier(application);
  let planned: readonly PlannedDocument[] = [];
  let ids: readonly string[] = [];
  // In one change, since the steps of several files may overlap and each depends on earlier ones.
  await change(resources, 'application', application.id, ({ documentIds, documentCounts }) => {
    planned = planDocuments({
      dossier,
      outcome,
      requested: () => requestedVerifications(application, settings),
      fileName: file.data.fileReferenceId,
      uploadIndex: file.data.uploadIndex ?? 0,
      existing: documentCounts,
      random: random.stream('mix'),
    });
    ids = planned.map((_, index) => random.stream(`document/${index}`).uuid());
    return {
      documentIds: [...documentIds, ...ids],
      documentCounts: withDocuments(documentCounts, planned),
      updatedAt: now,
    };
  });
  const urlSeconds = Math.max(1, Math.ceil(settings['informed.downloadLifetime'] / 1_000));
  const wanted = wantedStatuses(outcome);
  const documents: Document[] = [];
  for (const [index, { type, belongsTo, ordinal }] of planned.entries()) {
    const label = `${file.data.uploadIndex ?? 0}/${index}`;
    documents.push(
      await putNew(resources, 'document', {
        id: ids[index] ?? '',
        createdAt: now,
        data: {
          applicationId: application.id,
          fileId: file.id,
          documentReferenceId: null,
          type,
          belongsTo,
          extracted: makeDocument(dossier, {
            type,
            belongsTo,
            ordinal,
            wanted,
            label,
          }),
          urlSeconds,
          updatedAt: now,
        },
      }),
    );
  }
  await change(resources, 'file', file.id, () => ({
    state: 'extracted' as const,
    error: null,
    documentIds: ids,
  }));
  return documents;
}

/** Adds structured data: a document of an application without a file, and so without a callback. */
export async function addStructuredDocument(
  application: Application,
  structured: { id: string; number: number; type: string; reference: string },
  surroundings: ExtractionSurroundings,
): Promise<Document> {
  const { resources, settings, plan, now } = surroundings;
  const outcome = readOutcome(plan.outcome);
  const { type } = structured;
  const dossier = new Dossier(application);
  let planned: PlannedDocument = { type, belongsTo: 'applicant1', ordinal: 0 };
  await change(resources, 'application', application.id, ({ documentIds, documentCounts }) => {
    const [first = planned] = planDocuments({
      dossier,
      outcome: { ...outcome, documents: [[type]] },
      requested: () => requestedVerifications(application, settings),
      fileName: structured.reference,
      uploadIndex: 0,
      existing: documentCounts,
      random: surroundings.random(`informed/structured/${structured.id}`),
    });
    planned = first;
    return {
      documentIds: [...documentIds, structured.id],
      documentCounts: withDocuments(documentCounts, [planned]),
    };
  });
  const { belongsTo, ordinal } = planned;
  return putNew(resources, 'document', {
    id: structured.id,
    createdAt: now,
    data: {
      applicationId: application.id,
      fileId: null,
      documentReferenceId: structured.reference,
      type,
      belongsTo,
      extracted: makeDocument(dossier, {
        type,
        belongsTo,
        ordinal,
        wanted: wantedStatuses(outcome),
        label: `structured/${structured.number}`,
      }),
      urlSeconds: null,
      updatedAt: now,
    },
  });
}
