import type { SettingName } from '../../src/core/settings.ts';

/** What holds a choice: an operation or a pointer of openapi.yaml, a schema file, or a source that says "Mock's choice". */
export type Place = `operation ${string}` | `#/${string}` | `schemas/${string}` | `src/${string}`;

/** One thing that the mock does although nothing public says so. */
export interface MockChoice {
  /** Heading of the table that it stands in. */
  readonly topic: string;
  readonly what: string;
  /** The settings that change it. */
  readonly settings?: readonly SettingName[];
  /** What holds it where no setting does, or besides it. */
  readonly places?: readonly Place[];
  /** What the provider's public documents do say about it. */
  readonly fact: string;
}

const nothing = 'nothing';

function about(topic: string, choices: readonly Omit<MockChoice, 'topic'>[]): MockChoice[] {
  return choices.map((choice) => ({ topic, ...choice }));
}

/** Every choice. `test/docs/settings-page.test.ts` compares the list with the settings and with openapi.yaml. */
export const mockChoices: readonly MockChoice[] = [
  ...about('DocDigitizer, API v2', [
    {
      what: 'The path of `authenticate`. Any key is accepted, and any access token.',
      settings: ['docdigitizer.apiKeys'],
      places: ['operation authenticate'],
      fact: 'the header `Authorization: <API key>`, and the answer `{accessToken, refreshToken}`',
    },
    {
      what: 'The path of `submitDocument`.',
      places: ['operation submitDocument'],
      fact: 'multipart form, its fields, the `Authorization` header',
    },
    {
      what: 'The path of `getDocument`.',
      places: ['operation getDocument'],
      fact: 'the parameter is called `docid`',
    },
    {
      what: 'An asynchronous submission is answered with 202, `document_id` and, for several files, `document_ids`.',
      settings: ['docdigitizer.acceptedStatus'],
      places: ['#/components/schemas/SubmissionAccepted'],
      fact: '`document_id`',
    },
    {
      what: 'Each file of a submission is one document.',
      settings: ['docdigitizer.documentPer'],
      places: ['#/components/schemas/Submission/properties/files'],
      fact: 'the field `files`',
    },
    {
      what: 'A synchronous submission is answered with 200 and the finished document, after the processing time of the script; with several files it is the first one’s.',
      settings: ['docdigitizer.finalTime'],
      places: ['#/components/schemas/FinishedDocument'],
      fact: 'there are synchronous submissions, and they get the final callback only',
    },
    {
      what: '`isSync=true` without `useHumanRevision=false` is refused with 400.',
      settings: ['docdigitizer.syncWithHumanRevision', 'docdigitizer.invalidRequestStatus'],
      fact: '`isSync` is true only together with `useHumanRevision=false`',
    },
    {
      what: 'Booleans of a form are taken as languages and browsers write them: `true`, `1`, `on`, `yes` and `false`, `0`, `off`, `no`, in any case. A blank one counts as left out. A part without a file name and without bytes is no file.',
      places: ['#/components/schemas/Submission', '#/components/schemas/SubmissionV1'],
      fact: nothing,
    },
    {
      what: 'A `callback_method` other than GET and POST, in capitals, is refused with 400, as is any request that the contract does not allow.',
      settings: ['docdigitizer.invalidRequestStatus'],
      places: ['#/components/schemas/Submission/properties/callback_method'],
      fact: 'GET, the default, and POST',
    },
    {
      what: '`callback_headers` are ignored when the method is GET, and the run carries a warning.',
      settings: ['docdigitizer.headersOnGet'],
      places: ['#/components/schemas/Submission/properties/callback_headers'],
      fact: 'the headers are for POST',
    },
    {
      what: 'A state callback that goes by POST has an empty body.',
      settings: ['docdigitizer.postBody'],
      places: ['#/webhooks/documentState', '#/webhooks/documentStateOverview'],
      fact: 'the parameters are in the query string for both methods',
    },
    {
      what: 'Machine learning ends 2 s after the submission, everything 10 s after it.',
      settings: ['docdigitizer.machineLearningTime', 'docdigitizer.finalTime'],
      fact: 'the order of the two phases',
    },
    {
      what: 'A document has state 10 RECEIVED before its first phase is over.',
      settings: ['docdigitizer.initialState', 'docdigitizer.initialStateText'],
      fact: 'states 30, 91, 92 and 999',
    },
    {
      what: 'The members of a document but `callbackLog`, of its results, and the types of the annotations.',
      places: ['#/components/schemas/Document', '#/components/schemas/Annotations'],
      fact: 'there are results, partial in phase 1, with reasons when rejected; the keys of financial documents',
    },
    {
      what: 'The members of a `callbackLog` entry.',
      places: ['#/components/schemas/CallbackLogEntry'],
      fact: 'every callback made or tried is listed',
    },
    {
      what: 'A state callback is successful with any 2xx. Redirects are not followed.',
      places: ['#/webhooks/documentState', '#/webhooks/documentStateOverview'],
      fact: nothing,
    },
    {
      what: 'A state callback that fails is not sent again.',
      settings: ['docdigitizer.retryOn', 'docdigitizer.retryDelays', 'docdigitizer.retryAfterMax'],
      fact: 'no retry is documented',
    },
    {
      what: 'An attempt may take 30 s.',
      settings: ['docdigitizer.attemptTimeout'],
      fact: nothing,
    },
    {
      what: 'A file may have 25 MiB; a larger one is refused with 413.',
      settings: ['docdigitizer.maxFileBytes', 'docdigitizer.tooLargeStatus'],
      places: ['#/components/responses/TooLarge'],
      fact: '25 MB each, for API v1',
    },
    {
      what: 'The schemas of the state callbacks accept additional parameters and further states.',
      places: [
        'schemas/callbacks/document-state.schema.json',
        'schemas/callbacks/document-state-overview.schema.json',
        'schemas/callbacks/document-state-v1.schema.json',
      ],
      fact: 'no policy of changes',
    },
  ]),
  ...about('DocDigitizer, API v1', [
    {
      what: 'What is called back when processing fails: `status=rejected`.',
      settings: ['docdigitizer.v1.errorStatus'],
      places: ['operation annotateDocument', 'operation annotateDocumentOfClass'],
      fact: '`status` is start, classified, annotated or rejected',
    },
    {
      what: 'A submission is called back with `status=start` immediately, unless its scenario is a timeline.',
      places: ['#/webhooks/documentStateV1'],
      fact: 'there is a status start',
    },
    {
      what: 'Each file of a submission is one document; `document_ids` names them all.',
      settings: ['docdigitizer.documentPer'],
      places: [
        '#/components/schemas/SubmissionV1/properties/files',
        '#/components/schemas/Task/properties/document_ids',
      ],
      fact: 'the field `files`, one `document_id` in the answer',
    },
    {
      what: 'The answers to `getTask` and `listTasks`, oldest task first; a task ends as SUCCESS or FAILURE.',
      places: ['operation getTask', 'operation listTasks', '#/components/schemas/Task/properties/status'],
      fact: 'the task in the answer to a submission, PENDING',
    },
    {
      what: '`annotation_status` is pending, rejected or error when it is not success; `tags` repeats the header.',
      places: [
        '#/components/schemas/DocumentV1/properties/annotation_status',
        '#/components/schemas/DocumentV1/properties/tags',
      ],
      fact: '`success` when it is done',
    },
    {
      what: 'The answer to `getDocumentAssets`.',
      places: [
        'operation getDocumentAssets',
        '#/components/schemas/DocumentAssets',
        '#/components/schemas/DocumentAsset',
      ],
      fact: 'it is JSON',
    },
    {
      what: 'Callbacks of API v1 succeed, fail, and carry a body as those of API v2.',
      settings: ['docdigitizer.postBody'],
      places: ['#/webhooks/documentStateV1'],
      fact: 'the parameters `docid` and `status`',
    },
  ]),
  ...about('Informed, API', [
    {
      what: 'Any user and password are accepted.',
      settings: ['informed.credentials'],
      fact: 'HTTP Basic authentication',
    },
    {
      what: 'A registration needs `webhook`, and is answered with 201.',
      settings: ['informed.registeredStatus'],
      places: ['operation registerApplication', '#/components/schemas/ApplicationRegistration'],
      fact: 'the answer’s members; `application_reference_id` and `application_date` are required',
    },
    {
      what: 'The forms that a date may have.',
      places: ['#/components/schemas/CalendarDate'],
      fact: nothing,
    },
    {
      what: 'The forms of a value in `verifications`: `true`, a name, a list of names, an object with names as keys, `{belongs_to}` or a list of it; `{}` and `[]` stand for every applicant, as `true` does. With `verify` and no name, `income` is verified.',
      settings: ['informed.defaultVerifications'],
      places: ['#/components/schemas/RequestedVerifications'],
      fact: 'an object, its keys the names, its values say for which applicants; it may be empty',
    },
    {
      what: 'Of several addresses and jobs, those with `is_current: true` are current (one address, two jobs); else the first that has not ended; else the first. Documents show the current ones; the others, `email`, `occupation`, `residence_type` and the like change nothing. Unknown members and values that cannot be read leave a warning on the run. The flat form `address`, `employer_name`, `income` of an applicant is accepted too.',
      places: ['#/components/schemas/RegisteredApplicant'],
      fact: '`address_info`, `employment_info` and `additional_incomes`, each entry with `is_current`, `start_date` and `end_date`',
    },
    {
      what: 'The values of `period` but `Yearly`, and how many of each a year has: `SemiMonthly` (`BiMonthly` too) 24, `BiWeekly` 26, `Weekly` 52, `Daily` 260, `Hourly` 2080. An income with another period is not used.',
      places: ['#/components/schemas/StatedIncome'],
      fact: '`income` has a `period`, such as `Yearly`, and an `amount`',
    },
    {
      what: 'The path, method and answer of `updateApplication`; members that are left out keep their values, one that is given replaces the former value as a whole. `applicants` are merged: an applicant who is left out stays, and so do the members of one who is given.',
      places: ['operation updateApplication', '#/components/schemas/ApplicationReceipt'],
      fact: 'an update is a PUT, and `application_update_reference_id` is returned in the callback it generates',
    },
    {
      what: '`status`, `created_at` and `updated_at` of an entry of `listApplications`; its bounds are inclusive, read in UTC, a day as its beginning, and may name a zone as RFC 3339 has it; the order.',
      places: ['operation listApplications', '#/components/schemas/ApplicationEntry'],
      fact: 'the parameters, times as `YYYY-mm-dd` or `YYYY-mm-ddTHH:MM:SS`, limit 25 by default and 1000 at most, the members of the answer, the ids and the two dates of an entry',
    },
    {
      what: 'The path and answer of `getApplication`.',
      places: ['operation getApplication', '#/components/schemas/Application'],
      fact: nothing,
    },
    {
      what: 'The answer to `addDocuments`: 200 with an `upload_url` for each file.',
      places: ['operation addDocuments', '#/components/schemas/DocumentTickets'],
      fact: 'the request, and that names are unique in it',
    },
    {
      what: 'Files are uploaded by PUT, as they are, once for each URL; path and answer of the upload.',
      places: [
        'operation uploadFile',
        '#/components/schemas/UploadReceipt',
        '#/components/responses/Conflict',
      ],
      fact: 'there are upload URLs',
    },
    {
      what: 'A multipart form that is put to an upload URL is kept as it came, and the run carries a warning.',
      places: ['operation uploadFile'],
      fact: nothing,
    },
    {
      what: 'An upload whose `Content-MD5`, `x-amz-checksum-sha1`, `-sha256` or `-crc32` differs from its bytes is refused with 400. Other checksums are not compared.',
      places: ['operation uploadFile'],
      fact: nothing,
    },
    {
      what: 'The path of a download. Its URL is good for an hour; past it, 403 with an XML body as S3 gives.',
      settings: ['informed.downloadLifetime'],
      places: ['operation downloadDocument'],
      fact: 'a pre-signed, time-bound URL, read by GET',
    },
    {
      what: 'The values of the `X-Amz-…` parameters of a download URL: the access key of AWS’s examples, region us-east-1, and a signature that is a checksum.',
      places: ['operation downloadDocument'],
      fact: 'the URL is one of S3',
    },
    {
      what: 'A download has `ETag`, `Last-Modified` and `Accept-Ranges`. Conditions hold; a `Range` of one part gets 206, several parts get the whole.',
      places: ['operation downloadDocument'],
      fact: 'nothing; S3 does the same',
    },
    {
      what: 'The largest file is 80 MiB, and a larger one is taken in before the error callback tells of it.',
      settings: ['informed.maxFileBytes'],
      fact: 'over 80 MB an error callback comes',
    },
  ]),
  ...about('Informed, callbacks', [
    {
      what: 'The extractions of a file come 5 s after its upload.',
      settings: ['informed.extractionTime'],
      fact: 'one extractions callback for each original file',
    },
    {
      what: 'Verifications run when nothing was uploaded or extracted for 3 s.',
      settings: ['informed.quietPeriod'],
      places: ['#/webhooks/verifications'],
      fact: 'their number depends on the time between uploads; each is over everything available',
    },
    {
      what: 'After nothing but files that failed there is nothing to verify: no verifications come before an update asks for them.',
      places: ['#/webhooks/verifications'],
      fact: 'an error takes the place of a file’s extractions',
    },
    {
      what: 'How verifications end, and when, says the scenario of the application if somebody has named it, else the one of the file that was uploaded last.',
      places: ['#/webhooks/verifications'],
      fact: nothing,
    },
    {
      what: 'A file holds the documents that its scenario names; else those that its own name hints at (`paystub`, `bank`, `licence`, `w2`, …, of whom `applicant2` or a name says); else one for each verification that has none yet.',
      places: ['#/webhooks/extractions'],
      fact: 'a file may hold several documents, of several types',
    },
    {
      what: 'Five retries mean six requests at most, 1, 2, 4, 8 and 16 s apart.',
      settings: ['informed.retryDelays'],
      places: ['#/webhooks/extractions'],
      fact: 're-submitted up to five times, with a delay strategy',
    },
    {
      what: 'Connection errors and timeouts are retried like the five statuses.',
      settings: ['informed.retryOn'],
      fact: '429, 500, 502, 503 and 504 are retried',
    },
    {
      what: '`Retry-After` is honoured up to 60 s.',
      settings: ['informed.retryAfterMax'],
      fact: nothing,
    },
    {
      what: 'An attempt may take 30 s.',
      settings: ['informed.attemptTimeout'],
      fact: nothing,
    },
    {
      what: 'Webhooks carry no `Authorization` unless one is set.',
      settings: ['informed.endpointAuthorization'],
      fact: 'authentication of the endpoint is recommended, its credentials agreed out of band',
    },
    {
      what: 'A webhook over plain HTTP is delivered, and a violation only under `informed.strict`.',
      settings: ['informed.strict'],
      fact: 'HTTPS with a valid certificate is demanded',
    },
    {
      what: 'Two current employers have a paystub and a W-2 each; the income that no document shows is missing. Additional incomes are deposits of the bank statement, on the first day of the month, and a question `poi_additional_income`. The sum of the stated incomes of all current jobs is what the documented income is compared with: from 90 % it passes, from 75 % it is for review.',
      places: ['schemas/models/verification.schema.json'],
      fact: 'the questions `poi_income_from_employer` and `poi_income_from_second_employer`',
    },
    {
      what: 'Document types besides `paystub` and `bank_statement`, and the names of the extracted members of all types.',
      places: [
        'schemas/models/paystub.schema.json',
        'schemas/models/bank-statement.schema.json',
        'schemas/models/drivers-license.schema.json',
        'schemas/models/utility-bill.schema.json',
        'schemas/models/w2.schema.json',
      ],
      fact: 'the two types, and `applicants` in their data',
    },
    {
      what: 'Any text and any number may be null, but ids and references.',
      places: [
        'schemas/callbacks/extractions.schema.json',
        'schemas/callbacks/verifications.schema.json',
        'schemas/callbacks/error.schema.json',
      ],
      fact: 'any text or number may become null without notice',
    },
    {
      what: 'Which types of structured data satisfy which verification: the types that documents in files have; a type that no verification accepts leaves a warning on the run.',
      places: ['schemas/models/acceptable-document.schema.json'],
      fact: '`retail_installment_sales_contract_electronic`, formerly `retail_installment_sales_contract`',
    },
    {
      what: '`file_ids` of an acceptable document is empty for structured data.',
      places: ['schemas/models/acceptable-document.schema.json'],
      fact: 'it names the original files',
    },
  ]),
  ...about('Files', [
    {
      what: 'Name and bytes both decide the type of a file: a name with another extension than `.pdf`, `.tiff`, `.tif`, `.jpeg`, `.jpg` and `.png` is refused, and so are other bytes under any name; whether both agree does not matter.',
      places: ['src/providers/informed/file-problem.ts'],
      fact: '“The file type is invalid. It should be one of .pdf, .tiff, .jpeg, .jpg, or .png”',
    },
    {
      what: 'The bytes of a file are judged. The name and the size still count when they are not.',
      settings: ['files.inspect'],
      fact: 'a corrupted, protected or small file gets an error callback',
    },
    {
      what: 'An empty file is corrupted.',
      places: ['src/files/inspect-file.ts'],
      fact: nothing,
    },
    {
      what: 'A PDF is protected by a password when the empty one does not open it; one that its owner only restricts is a good file.',
      places: ['src/files/pdf/pdf-password.ts'],
      fact: '“This file requires a password for access”, which is Ghostscript’s message',
    },
    {
      what: 'A PDF whose encryption readers do not have, such as one for the holders of certificates, is corrupted.',
      places: ['src/files/pdf/pdf-password.ts'],
      fact: nothing,
    },
    {
      what: 'A PDF that readers repair is a good file.',
      settings: ['files.repairPdf'],
      places: ['src/files/pdf/judge-pdf.ts'],
      fact: 'a corrupted file gets an error callback; its message is ImageMagick’s, which reads PDFs with Ghostscript',
    },
    {
      what: 'A PDF without a page is corrupted. What its page tree says of their number is believed.',
      places: ['src/files/pdf/judge-pdf.ts'],
      fact: nothing,
    },
    {
      what: 'The pages of a PDF are not measured, and what is on them does not matter.',
      places: ['src/files/pdf/judge-pdf.ts'],
      fact: 'an image below 100×100 pixels gets an error callback',
    },
    {
      what: 'A PDF may have 1,024 bytes before its header.',
      places: ['src/files/file-type.ts'],
      fact: nothing,
    },
    {
      what: 'A BigTIFF is a TIFF.',
      places: ['src/files/file-type.ts'],
      fact: nothing,
    },
    {
      what: 'Only the first image of a TIFF is measured.',
      places: ['src/files/tiff.ts'],
      fact: nothing,
    },
    {
      what: 'A lossless or hierarchical JPEG is corrupted, and one with other than 8 bits a sample.',
      places: ['src/files/jpeg.ts'],
      fact: nothing,
    },
    {
      what: 'A JPEG without its end is corrupted.',
      places: ['src/files/jpeg.ts'],
      fact: nothing,
    },
    {
      what: 'The pixels of an image are not decoded: its headers, its checksums and the lengths of its parts decide.',
      places: ['src/files/inspect-file.ts'],
      fact: nothing,
    },
  ]),
  ...about('Both', [
    {
      what: 'The body of every answer that tells of a failure.',
      places: [
        '#/components/responses/BadRequest',
        '#/components/responses/Unauthorized',
        '#/components/responses/NotFound',
        '#/components/responses/UnsupportedMediaType',
        '#/components/responses/Problem',
        '#/components/schemas/Problem',
      ],
      fact: 'that some requests fail',
    },
    {
      what: 'The body of a request in gzip, deflate or br is decoded, at most three codings deep; another coding is refused with 415 and `Accept-Encoding`. Limits count decoded bytes.',
      places: ['#/components/responses/UnsupportedMediaType'],
      fact: nothing,
    },
    {
      what: 'A slash at the end of a path is ignored.',
      places: ['#/components/responses/NotFound'],
      fact: nothing,
    },
    {
      what: 'A consumer’s answer that takes longer than 10 s is recorded as a violation.',
      settings: ['callbacks.slowAnswer'],
      fact: nothing,
    },
    {
      what: 'No header of a callback has an id of the delivery.',
      settings: ['callbacks.deliveryIdHeader'],
      fact: nothing,
    },
    {
      what: 'What the mock takes in and keeps.',
      settings: [
        'limits.jsonBytes',
        'limits.jsonDepth',
        'limits.uploadBytes',
        'limits.formFiles',
        'limits.runs',
        'limits.inboxRequests',
        'limits.keptUploadBytes',
        'limits.memoryBytes',
        'limits.events',
        'limits.eventStreams',
        'limits.spaceIdle',
      ],
      fact: nothing,
    },
  ]),
];
