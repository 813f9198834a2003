import { RingbackError, type Violation } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { OperationAnswer, OperationRequest, ProviderContext } from '../../../core/provider/provider.ts';
import { quoted } from '../../../core/quoted.ts';
import { suggest } from '../../../core/suggest.ts';
import { addStructuredDocument } from '../extraction.ts';
import { change, providerName, putNew } from '../resources.ts';
import { acceptableTypes } from '../verification/requested-verifications.ts';
import { applicationOf, planOf, runOf, scenarioHeader } from './receipt.ts';

/**
 * `POST /v1/{product}/applications/{application_id}/documents`: announces files, each with an upload URL of its own,
 * and accepts structured data.
 */
export async function addDocuments(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const application = await applicationOf(request, context);
  const run = await runOf(application, context);
  const body: JsonObject = isJsonObject(request.body) ? request.body : {};
  const names = (Array.isArray(body.image_files) ? body.image_files : []) as readonly string[];
  const structured = (
    Array.isArray(body.structured_data) ? body.structured_data : []
  ) as readonly JsonObject[];
  refuseRepeated(names);
  const header = scenarioHeader(request);
  // Chosen now although it plays later, so that a request with a misspelled name is rejected.
  const chosen =
    header === undefined
      ? planOf(run)
      : await context.chooseScenario({
          provider: providerName,
          operation: request.operation.id,
          header,
          fileName: null,
          content: null,
          body: request.body,
          byContent: null,
          isPart: true,
        });
  const { plan } = chosen;
  const { resources } = context;
  const now = context.clock.now();

  const random = context.random(`informed/application/${application.id}`);
  let before = { files: 0, structured: 0 };
  let fileIds: readonly string[] = [];
  // In one change, so that concurrent requests get different numbers, and so different ids.
  await change(resources, 'application', application.id, (data) => {
    before = { files: data.fileIds.length, structured: data.structured };
    fileIds = names.map((_, index) => random.stream(`file/${before.files + index}`).uuid());
    return {
      fileIds: [...data.fileIds, ...fileIds],
      structured: data.structured + structured.length,
      updatedAt: now,
    };
  });
  const tickets: { file_id: string; file_reference_id: string; upload_url: string }[] = [];
  for (const [index, name] of names.entries()) {
    const file = await putNew(resources, 'file', {
      id: fileIds[index] ?? '',
      createdAt: now,
      data: {
        applicationId: application.id,
        fileReferenceId: name,
        scenario: header === undefined ? null : plan.scenario,
        state: 'awaiting',
        error: null,
        bytes: null,
        mediaType: null,
        blob: null,
        uploadedAt: null,
        uploadIndex: null,
        documentIds: [],
      },
    });
    const upload_url = `${request.baseUrl}/uploads/${file.id}`;
    tickets.push({ file_id: file.id, file_reference_id: name, upload_url });
  }
  const receipts: { document_id: string; document_reference_id: string }[] = [];
  for (const [index, item] of structured.entries()) {
    const number = before.structured + index;
    const id = random.stream(`structured/${number}`).uuid();
    const reference = String(item.document_reference_id);
    await addStructuredDocument(
      application,
      { id, number, type: String(item.document_type), reference },
      { resources, settings: context.settingsOf(plan), plan, now, random: (label) => context.random(label) },
    );
    receipts.push({ document_id: id, document_reference_id: reference });
  }
  if (structured.length > 0) {
    const warnings = structured.flatMap((item, index) => unknownType(item.document_type, index));
    await context.startBranches(run.id, [{ trigger: 'quiet', subject: null, ...chosen }], warnings);
  }
  return { status: 200, body: { image_files: tickets, structured_data: receipts }, runs: [run.id] };
}

/** Warns of structured data of an unknown type, which satisfies no verification. */
function unknownType(type: JsonValue | undefined, index: number): readonly Violation[] {
  const name = String(type);
  if (acceptableTypes.includes(name)) return [];
  const message = `No verification accepts a document of the type ${quoted(name)}.${suggest(name, acceptableTypes)}`;
  return [
    { location: `body/structured_data/${index}/document_type`, code: 'document-type-unknown', message },
  ];
}

function refuseRepeated(names: readonly string[]): void {
  const places = new Map<string, number>();
  const violations = names.flatMap((name, index) => {
    const place = places.get(name);
    if (place === undefined) {
      places.set(name, index);
      return [];
    }
    const message = `${quoted(name)} repeats image_files/${place}; names are unique within a request`;
    return [{ location: `body/image_files/${index}`, code: 'uniqueItems', message }];
  });
  if (violations.length === 0) return;
  throw new RingbackError('request.invalid', {
    detail: `Could not add the documents: ${violations.map(({ location, message }) => `${location}: ${message}`).join('; ')}. Give each file a name of its own.`,
    violations,
  });
}
