import type { SettingName } from '../../src/core/settings.ts';

/** The place of a choice: an operation or a pointer of openapi.yaml, a schema file, or a source that says "Mock's choice". */
export type Place = `operation ${string}` | `#/${string}` | `schemas/${string}` | `src/${string}`;

/** One behavior of the mock that no public document specifies. */
export interface MockChoice {
  /** Heading of its table. */
  readonly topic: string;
  readonly what: string;
  /** The settings that change it. */
  readonly settings?: readonly SettingName[];
  /** The places of the choice without a setting, or in addition to one. */
  readonly places?: readonly Place[];
  /** What the provider's public documents say about it. */
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
      fact: 'the header `Authorization: <API key>`, and the response `{accessToken, refreshToken}`',
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
      what: 'An asynchronous submission gets 202 with `document_id` and, for several files, `document_ids`.',
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
      what: 'A synchronous submission gets 200 with the finished document, after the processing time of the script. With several files, it is the document of the first one.',
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
      what: 'Booleans of a form are accepted as languages and browsers write them: `true`, `1`, `on`, `yes` and `false`, `0`, `off`, `no`, in any case. A blank one counts as missing. A part without file name and bytes is not a file.',
      places: ['#/components/schemas/Submission', '#/components/schemas/SubmissionV1'],
      fact: nothing,
    },
    {
      what: 'A `callback_method` other than GET and POST, in capitals, is refused with 400, like any request that violates the contract.',
      settings: ['docdigitizer.invalidRequestStatus'],
      places: ['#/components/schemas/Submission/properties/callback_method'],
      fact: 'GET, the default, and POST',
    },
    {
      what: '`callback_headers` are ignored when the method is GET, and the run has a warning.',
      settings: ['docdigitizer.headersOnGet'],
      places: ['#/components/schemas/Submission/properties/callback_headers'],
      fact: 'the headers are for POST',
    },
    {
      what: 'A state callback by POST has an empty body.',
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
      what: 'A document has state 10 RECEIVED until the end of phase 1.',
      settings: ['docdigitizer.initialState', 'docdigitizer.initialStateText'],
      fact: 'states 30, 91, 92 and 999',
    },
    {
      what: 'The properties of a document except `callbackLog`, those of its results, and the types of the annotations.',
      places: ['#/components/schemas/Document', '#/components/schemas/Annotations'],
      fact: 'there are results, partial in phase 1, with reasons when rejected; the keys of financial documents',
    },
    {
      what: 'The properties of a `callbackLog` entry.',
      places: ['#/components/schemas/CallbackLogEntry'],
      fact: 'every callback made or attempted is listed',
    },
    {
      what: 'A state callback is successful with any 2xx. Redirects are not followed.',
      places: ['#/webhooks/documentState', '#/webhooks/documentStateOverview'],
      fact: nothing,
    },
    {
      what: 'A state callback that fails is not retried.',
      settings: ['docdigitizer.retryOn', 'docdigitizer.retryDelays', 'docdigitizer.retryAfterMax'],
      fact: 'no retry is documented',
    },
    {
      what: 'An attempt may take 30 s.',
      settings: ['docdigitizer.attemptTimeout'],
      fact: nothing,
    },
    {
      what: 'A file may have up to 25 MiB. A larger one is refused with 413.',
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
      fact: 'no change policy',
    },
  ]),
  ...about('DocDigitizer, API v1', [
    {
      what: 'When processing fails, the callback has `status=rejected`.',
      settings: ['docdigitizer.v1.errorStatus'],
      places: ['operation annotateDocument', 'operation annotateDocumentOfClass'],
      fact: '`status` is start, classified, annotated or rejected',
    },
    {
      what: 'A submission immediately gets a callback with `status=start`, unless its scenario has a timeline.',
      places: ['#/webhooks/documentStateV1'],
      fact: 'there is a status start',
    },
    {
      what: 'Each file of a submission is one document. `document_ids` lists them all.',
      settings: ['docdigitizer.documentPer'],
      places: [
        '#/components/schemas/SubmissionV1/properties/files',
        '#/components/schemas/Task/properties/document_ids',
      ],
      fact: 'the field `files`, one `document_id` in the response',
    },
    {
      what: 'The responses of `getTask` and `listTasks`, oldest task first. A task ends as SUCCESS or FAILURE.',
      places: ['operation getTask', 'operation listTasks', '#/components/schemas/Task/properties/status'],
      fact: 'the task in the response to a submission, PENDING',
    },
    {
      what: '`annotation_status` is pending, rejected or error if it is not success. `tags` repeats the header.',
      places: [
        '#/components/schemas/DocumentV1/properties/annotation_status',
        '#/components/schemas/DocumentV1/properties/tags',
      ],
      fact: '`success` when it is done',
    },
    {
      what: 'The response of `getDocumentAssets`.',
      places: [
        'operation getDocumentAssets',
        '#/components/schemas/DocumentAssets',
        '#/components/schemas/DocumentAsset',
      ],
      fact: 'it is JSON',
    },
    {
      what: 'Callbacks of API v1 succeed, fail, and have a body like those of API v2.',
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
      what: 'A registration requires `webhook`, and gets 201.',
      settings: ['informed.registeredStatus'],
      places: ['operation registerApplication', '#/components/schemas/ApplicationRegistration'],
      fact: 'the properties of the response; `application_reference_id` and `application_date` are required',
    },
    {
      what: 'The accepted formats of a date.',
      places: ['#/components/schemas/CalendarDate'],
      fact: nothing,
    },
    {
      what: 'The forms of a value in `verifications`: `true`, a name, an array of names, an object with names as keys, `{belongs_to}` or an array of such objects. `{}`, `[]` and `true` mean every applicant. With `verify` and no name, `income` is verified.',
      settings: ['informed.defaultVerifications'],
      places: ['#/components/schemas/RequestedVerifications'],
      fact: 'an object whose keys are the names and whose values say for which applicants; it may be empty',
    },
    {
      what: 'Of several addresses and jobs, those with `is_current: true` are current (one address, two jobs). Otherwise it is the first that has not ended, or else the first. Documents show the current ones. The others, `email`, `occupation`, `residence_type` and the like have no effect. Unknown properties and malformed values lead to a warning on the run. The flat form `address`, `employer_name`, `income` of an applicant is also accepted.',
      places: ['#/components/schemas/RegisteredApplicant'],
      fact: '`address_info`, `employment_info` and `additional_incomes`, each entry with `is_current`, `start_date` and `end_date`',
    },
    {
      what: 'The values of `period` except `Yearly`, and how many of each a year has: `SemiMonthly` (`BiMonthly` too) 24, `BiWeekly` 26, `Weekly` 52, `Daily` 260, `Hourly` 2080. An income with another period is not used.',
      places: ['#/components/schemas/StatedIncome'],
      fact: '`income` has a `period`, such as `Yearly`, and an `amount`',
    },
    {
      what: 'The path, method and response of `updateApplication`. Missing properties keep their values. A given one replaces the former value as a whole. `applicants` are merged: missing applicants stay, and so do missing properties of a given one.',
      places: ['operation updateApplication', '#/components/schemas/ApplicationReceipt'],
      fact: 'an update is a PUT, and `application_update_reference_id` is returned in the callback it generates',
    },
    {
      what: '`status`, `created_at` and `updated_at` of an entry of `listApplications`, and the order. The bounds are inclusive and in UTC. A day means its beginning. A bound may have a time zone as in RFC 3339.',
      places: ['operation listApplications', '#/components/schemas/ApplicationEntry'],
      fact: 'the parameters, times as `YYYY-mm-dd` or `YYYY-mm-ddTHH:MM:SS`, limit 25 by default and 1000 at most, the properties of the response, the ids and the two dates of an entry',
    },
    {
      what: 'The path and response of `getApplication`.',
      places: ['operation getApplication', '#/components/schemas/Application'],
      fact: nothing,
    },
    {
      what: 'The response of `addDocuments`: 200 with an `upload_url` for each file.',
      places: ['operation addDocuments', '#/components/schemas/DocumentTickets'],
      fact: 'the request, and that names are unique in it',
    },
    {
      what: 'Files are uploaded by PUT as they are, once for each URL. Also the path and response of the upload.',
      places: [
        'operation uploadFile',
        '#/components/schemas/UploadReceipt',
        '#/components/responses/Conflict',
      ],
      fact: 'there are upload URLs',
    },
    {
      what: 'A multipart form that you PUT to an upload URL is stored as it is, and the run has a warning.',
      places: ['operation uploadFile'],
      fact: nothing,
    },
    {
      what: 'An upload whose `Content-MD5`, `x-amz-checksum-sha1`, `-sha256` or `-crc32` differs from its bytes is refused with 400. Other checksums are not compared.',
      places: ['operation uploadFile'],
      fact: nothing,
    },
    {
      what: 'The path of a download. Its URL is valid for an hour. After that, the response is 403 with an XML body as in S3.',
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
      what: 'A download has `ETag`, `Last-Modified` and `Accept-Ranges`. Conditional headers work. A `Range` of one part gets 206; several parts get the whole file.',
      places: ['operation downloadDocument'],
      fact: 'nothing; S3 does the same',
    },
    {
      what: 'The largest file is 80 MiB. A larger one is accepted first, and gets the error callback later.',
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
      what: 'Verifications run 3 s after the last upload or extraction.',
      settings: ['informed.quietPeriod'],
      places: ['#/webhooks/verifications'],
      fact: 'their number depends on the time between uploads; each covers everything available',
    },
    {
      what: 'If all files failed, there is nothing to verify: no verifications come until an update asks for them.',
      places: ['#/webhooks/verifications'],
      fact: 'an error takes the place of a file’s extractions',
    },
    {
      what: 'The scenario of the application, if you chose one, determines when and how verifications end. Otherwise the scenario of the file that was uploaded last does.',
      places: ['#/webhooks/verifications'],
      fact: nothing,
    },
    {
      what: 'A file contains the documents that its scenario names. Otherwise those that its own name suggests (`paystub`, `bank`, `licence`, `w2`, …, with `applicant2` or a name for the person). Otherwise one for each verification that has none yet.',
      places: ['#/webhooks/extractions'],
      fact: 'a file may hold several documents, of several types',
    },
    {
      what: 'Five retries mean at most six requests, 1, 2, 4, 8 and 16 s apart.',
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
      what: '`Retry-After` is honored up to 60 s.',
      settings: ['informed.retryAfterMax'],
      fact: nothing,
    },
    {
      what: 'An attempt may take 30 s.',
      settings: ['informed.attemptTimeout'],
      fact: nothing,
    },
    {
      what: 'Webhooks have no `Authorization` header unless you set one.',
      settings: ['informed.endpointAuthorization'],
      fact: 'authentication of the endpoint is recommended, its credentials agreed out of band',
    },
    {
      what: 'A webhook over plain HTTP is delivered. It is a violation only with `informed.strict`.',
      settings: ['informed.strict'],
      fact: 'HTTPS with a valid certificate is required',
    },
    {
      what: 'Two current employers have a paystub and a W-2 each. Income that no document shows is missing. Additional incomes are deposits on the bank statement, on the first day of the month, and a question `poi_additional_income`. The documented income is compared with the sum of the stated incomes of all current jobs: from 90 % it passes, from 75 % it needs a review.',
      places: ['schemas/models/verification.schema.json'],
      fact: 'the questions `poi_income_from_employer` and `poi_income_from_second_employer`',
    },
    {
      what: 'Document types other than `paystub` and `bank_statement`, and the names of the extracted properties of all types.',
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
      what: 'Any string and any number may be null, except ids and references.',
      places: [
        'schemas/callbacks/extractions.schema.json',
        'schemas/callbacks/verifications.schema.json',
        'schemas/callbacks/error.schema.json',
      ],
      fact: 'any text or number may become null without notice',
    },
    {
      what: 'Which types of structured data satisfy which verification: the same types as for documents in files. A type that no verification accepts leads to a warning on the run.',
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
      what: 'Both name and bytes decide the type of a file. A name with another extension than `.pdf`, `.tiff`, `.tif`, `.jpeg`, `.jpg` and `.png` is refused, and so are bytes of another type under any name. The two need not match.',
      places: ['src/providers/informed/file-problem.ts'],
      fact: '“The file type is invalid. It should be one of .pdf, .tiff, .jpeg, .jpg, or .png”',
    },
    {
      what: 'The bytes of a file are inspected. If inspection is off, the name and size are still checked.',
      settings: ['files.inspect'],
      fact: 'a corrupted, protected or small file gets an error callback',
    },
    {
      what: 'An empty file counts as corrupted.',
      places: ['src/files/inspect-file.ts'],
      fact: nothing,
    },
    {
      what: 'A PDF is password-protected if the empty password does not open it. One with owner restrictions only is a valid file.',
      places: ['src/files/pdf/pdf-password.ts'],
      fact: '“This file requires a password for access”, which is Ghostscript’s message',
    },
    {
      what: 'A PDF with an encryption that readers do not support, such as one for certificate holders, counts as corrupted.',
      places: ['src/files/pdf/pdf-password.ts'],
      fact: nothing,
    },
    {
      what: 'A PDF that readers can repair is a valid file.',
      settings: ['files.repairPdf'],
      places: ['src/files/pdf/judge-pdf.ts'],
      fact: 'a corrupted file gets an error callback; its message is ImageMagick’s, which reads PDFs with Ghostscript',
    },
    {
      what: 'A PDF without pages counts as corrupted. The number of pages is taken from its page tree.',
      places: ['src/files/pdf/judge-pdf.ts'],
      fact: nothing,
    },
    {
      what: 'The pages of a PDF are not measured, and their content does not matter.',
      places: ['src/files/pdf/judge-pdf.ts'],
      fact: 'an image below 100×100 pixels gets an error callback',
    },
    {
      what: 'A PDF may have 1,024 bytes before its header.',
      places: ['src/files/file-type.ts'],
      fact: nothing,
    },
    {
      what: 'A BigTIFF counts as a TIFF.',
      places: ['src/files/file-type.ts'],
      fact: nothing,
    },
    {
      what: 'Only the first image of a TIFF is measured.',
      places: ['src/files/tiff.ts'],
      fact: nothing,
    },
    {
      what: 'A lossless or hierarchical JPEG counts as corrupted, and so does one with other than 8 bits per sample.',
      places: ['src/files/jpeg.ts'],
      fact: nothing,
    },
    {
      what: 'A JPEG without its end counts as corrupted.',
      places: ['src/files/jpeg.ts'],
      fact: nothing,
    },
    {
      what: 'The pixels of an image are not decoded. Its headers, checksums and the lengths of its parts decide.',
      places: ['src/files/inspect-file.ts'],
      fact: nothing,
    },
  ]),
  ...about('Both', [
    {
      what: 'The body of every error response.',
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
      what: 'A response of the consumer that takes longer than 10 s is recorded as a violation.',
      settings: ['callbacks.slowAnswer'],
      fact: nothing,
    },
    {
      what: 'No header of a callback has the id of the delivery.',
      settings: ['callbacks.deliveryIdHeader'],
      fact: nothing,
    },
    {
      what: 'Callbacks have the header `traceparent`.',
      settings: ['callbacks.traceparent'],
      fact: nothing,
    },
    {
      what: 'What the mock accepts and stores.',
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
