// Made from openapi.yaml and schemas/ by "npm run generate". Change those files.

export interface paths {
    "/docdigitizer/api/v2/authenticate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange an API key for an access token
         * @description The header `Authorization` carries the API key by itself. Without it: 401.
         *
         *     Mock's choice: the path; any key is accepted unless the setting `docdigitizer.apiKeys` names some.
         */
        post: operations["authenticate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docdigitizer/api/v2/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit documents
         * @description Takes files in and processes them. With a `callbackUrl`, the consumer is notified of each document's state:
         *     after machine learning (30 RECEIVEDMACHINELEARN, still in process), and when all is done (91 ANNOTATED,
         *     92 REJECTED or 999 ERROR). Without a `callbackUrl`, nobody is notified. A synchronous submission
         *     (`isSync=true`) is answered with the finished document and called back with the final state only.
         *
         *     The callback carries `documentId`, `state` and `stateText`; consumers in the field have also coded for the
         *     forms of the overview page (`doc_id`, `status`) and of API v1 (`docid`, `status`): the setting
         *     `docdigitizer.callbackVariant` selects the form.
         *
         *     Mock's choice: the path; the status 202 (`docdigitizer.acceptedStatus`); that each file is one document
         *     (`docdigitizer.documentPer`); how long processing takes (`docdigitizer.machineLearningTime`,
         *     `docdigitizer.finalTime`); that `isSync=true` without `useHumanRevision=false` is answered with 400
         *     (`docdigitizer.syncWithHumanRevision`, `docdigitizer.invalidRequestStatus`); that a file over the limit is
         *     answered with 413 (`docdigitizer.maxFileBytes`, `docdigitizer.tooLargeStatus`).
         */
        post: operations["submitDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docdigitizer/api/v2/documents/{docid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a document's state, results and callback log
         * @description Answers with the document as it is now. `callbackLog` lists every callback that was made or tried.
         *
         *     Mock's choice: the path (the parameter's name is documented); the entries of `callbackLog`; the state before
         *     phase 1 (`docdigitizer.initialState`, `docdigitizer.initialStateText`).
         */
        get: operations["getDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docdigitizer/api/v1/documents/annotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit documents to API v1
         * @description Takes files in; the answer names a task and the document. The callback carries `docid` and `status`:
         *     `start`, `classified`, `annotated` or `rejected`.
         *
         *     Mock's choice: what is called back when processing fails (`docdigitizer.v1.errorStatus`).
         */
        post: operations["annotateDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docdigitizer/api/v1/documents/annotate:{document_class}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit documents of a known class to API v1
         * @description Like `annotateDocument`, for documents whose class the consumer knows.
         */
        post: operations["annotateDocumentOfClass"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docdigitizer/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tasks of API v1
         * @description The collection that a task's `links.collection` names. Mock's choice: the shape of the answer; oldest first.
         */
        get: operations["listTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docdigitizer/api/v1/tasks/{taskId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a task of API v1
         * @description How far the processing of a submission is. Mock's choice: the shape of the answer.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docdigitizer/api/v1/documents/{docid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a document of API v1
         * @description The document with its annotations as they are now; `annotation_status` is `success` when it is done.
         *     The answer to the submission names this address in `X-Document-Location`.
         */
        get: operations["getDocumentV1"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docdigitizer/api/v1/documents/{docid}/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the assets of a document of API v1
         * @description What is kept of the document as files. Documented as JSON; mock's choice: its shape.
         */
        get: operations["getDocumentAssets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/informed/v1/{product}/applications": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The product segment.
                 * @example consumer
                 */
                product: components["parameters"]["Product"];
            };
            cookie?: never;
        };
        /**
         * List applications
         * @description Applications by the time of their last update. A bound is a day (its beginning) or a time, read in UTC unless
         *     it names a zone. Mock's choice: UTC; that zones are accepted; `status`, `created_at` and `updated_at` of an
         *     entry; that the bounds are inclusive; least recently updated first.
         */
        get: operations["listApplications"];
        put?: never;
        /**
         * Register an application
         * @description Begins an application: what is wanted for it (`services`) and where the callbacks go (`webhook`). The files
         *     follow with `addDocuments` and `uploadFile`.
         *
         *     With `extract`, one extractions callback comes per original file; with `verify`, verifications callbacks come
         *     over everything available at that time; an error callback comes in place of one that cannot be given.
         *
         *     Mock's choice: the status 201 (`informed.registeredStatus`); that `webhook` is required; any credentials are
         *     accepted unless the setting `informed.credentials` names some; what is verified when `verify` is asked for
         *     without `verifications` (`informed.defaultVerifications`).
         */
        post: operations["registerApplication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/informed/v1/{product}/applications/{application_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The product segment.
                 * @example consumer
                 */
                product: components["parameters"]["Product"];
                /** @description Id of the application, from the answer to the registration. */
                application_id: components["parameters"]["ApplicationId"];
            };
            cookie?: never;
        };
        /**
         * Read an application
         * @description The application with its files, documents and verifications as they are now, and the log of its deliveries.
         *     Mock's choice: the path and the answer.
         */
        get: operations["getApplication"];
        /**
         * Update an application
         * @description Changes an application and has its verifications run again. An `application_update_reference_id` in the body
         *     is returned in the verifications callback that the update generates, and in no other.
         *
         *     Mock's choice: the path; the answer; that members which are left out keep their values, while one that is
         *     given replaces the former value as a whole, `verifications` too. `applicants` are merged: an applicant who is
         *     left out stays, and so do the members of one who is given.
         */
        put: operations["updateApplication"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/informed/v1/{product}/applications/{application_id}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The product segment.
                 * @example consumer
                 */
                product: components["parameters"]["Product"];
                /** @description Id of the application, from the answer to the registration. */
                application_id: components["parameters"]["ApplicationId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce files, and add structured data
         * @description Names the files that will be uploaded and gets an upload URL for each. Names are unique within a request.
         *     Structured data comes without a file. Mock's choice: the shape of the answer.
         */
        post: operations["addDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/informed/uploads/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Upload a file
         * @description Takes the bytes of an announced file. The URL itself is the permission: no credentials.
         *
         *     Mock's choice: the path, the method and the answer; a second upload to one URL is answered with 409. A file
         *     that cannot be processed is taken in and leads to the error callback, whatever its size up to
         *     `limits.uploadBytes`. A form that is put here is kept as it came, and the run carries a warning.
         *     `Content-MD5`, `x-amz-checksum-sha1`, `-sha256` and `-crc32` are compared with the bytes as they came; one
         *     that differs is answered with 400, and the URL can be used again. A body with `Content-Encoding` is kept
         *     decoded.
         */
        put: operations["uploadFile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/informed/downloads/{document_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the image of a derived document
         * @description The pre-signed, time-bound URL of an extractions callback. The URL itself is the permission: no credentials.
         *
         *     Mock's choice: the path; how long the URL is good for (`informed.downloadLifetime`); past its time, or with
         *     another signature, 403 with an XML body as S3 gives. The parameters are those of AWS Signature Version 4,
         *     with the access key of AWS's examples; their values are the mock's own. The response has `ETag` (the MD5 of
         *     the bytes), `Last-Modified` and `Accept-Ranges`; conditions and a `Range` of one part are honored, and
         *     several parts get the whole.
         */
        get: operations["downloadDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    documentState: {
        parameters: {
            query: {
                /** @description Id of the document. */
                documentId: string;
                /** @description State of the document, 30, 91, 92 or 999. */
                state: number;
                /** @description Name of the state, RECEIVEDMACHINELEARN, ANNOTATED, REJECTED or ERROR. */
                stateText: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell the state by GET, the default
         * @description The parameters are appended to the query string that the consumer's URL may already have. With GET, no
         *     headers of the consumer are sent. Mock's choice: any 2xx is success; there are no retries unless the
         *     settings `docdigitizer.retryOn` and `docdigitizer.retryDelays` ask for some; the timeout
         *     (`docdigitizer.attemptTimeout`); redirects are not followed.
         */
        get: operations["receiveDocumentState"];
        put?: never;
        /**
         * Tell the state by POST
         * @description Sent when the submission asked for `callback_method=POST`, with the consumer's `callback_headers`. The
         *     parameters are in the query string here too. Mock's choice: the body is empty (`docdigitizer.postBody`);
         *     success, retries, timeout and redirects as with GET.
         */
        post: operations["receiveDocumentStateByPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    documentStateOverview: {
        parameters: {
            query: {
                /** @description Id of the document. */
                doc_id: string;
                /** @description The final state, ANNOTATED, REJECTED or ERROR. */
                status: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell the final state by GET, as the overview page of API v2 has it
         * @description The parameters are appended to the query string that the consumer's URL may already have. With GET, no
         *     headers of the consumer are sent. Mock's choice: any 2xx is success; there are no retries unless the
         *     settings `docdigitizer.retryOn` and `docdigitizer.retryDelays` ask for some; the timeout
         *     (`docdigitizer.attemptTimeout`); redirects are not followed.
         */
        get: operations["receiveDocumentStateOverview"];
        put?: never;
        /**
         * Tell the final state by POST, as the overview page of API v2 has it
         * @description Sent when the submission asked for `callback_method=POST`, with the consumer's `callback_headers`. The
         *     parameters are in the query string here too. Mock's choice: the body is empty (`docdigitizer.postBody`);
         *     success, retries, timeout and redirects as with GET.
         */
        post: operations["receiveDocumentStateOverviewByPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    documentStateV1: {
        parameters: {
            query: {
                /** @description Id of the document. */
                docid: string;
                /** @description start, classified, annotated or rejected. */
                status: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell the state of a document of API v1 by GET, the default
         * @description The parameters are appended to the query string that the consumer's URL may already have. With GET, no
         *     headers of the consumer are sent. Mock's choice: any 2xx is success; there are no retries unless the
         *     settings `docdigitizer.retryOn` and `docdigitizer.retryDelays` ask for some; the timeout
         *     (`docdigitizer.attemptTimeout`); redirects are not followed.
         */
        get: operations["receiveDocumentStateV1"];
        put?: never;
        /**
         * Tell the state of a document of API v1 by POST
         * @description Sent when the submission asked for `callback_method=POST`, with the consumer's `callback_headers`. The
         *     parameters are in the query string here too. Mock's choice: the body is empty (`docdigitizer.postBody`);
         *     success, retries, timeout and redirects as with GET.
         */
        post: operations["receiveDocumentStateV1ByPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    extractions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post the data extracted from one original file
         * @description Sent to the application's `webhook`. Anything but a 2xx fails the attempt; after a 429, 500, 502, 503 or 504
         *     it is sent again, up to 5 times, with a delay strategy. The consumer should answer 200: any other 2xx counts as
         *     delivered too, but is recorded as a violation. Any body of a success answer must be JSON.
         *
         *     Mock's choice: the delays of 1, 2, 4, 8 and 16 s (`informed.retryDelays`); that connection errors and
         *     timeouts are retried too (`informed.retryOn`); `Retry-After` (`informed.retryAfterMax`); the timeout
         *     (`informed.attemptTimeout`); the `Authorization` that was agreed out of band
         *     (`informed.endpointAuthorization`).
         */
        post: operations["receiveExtractions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    verifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post the analysis over everything available
         * @description Comes after uploads and updates, as often as their timing asks for; `data_sources` says what was present.
         *     Mock's choice: it waits until nothing was uploaded or extracted for a while (`informed.quietPeriod`).
         *     Delivery, retries and the consumer's answer are those of the extractions callback.
         */
        post: operations["receiveVerifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    error: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post what went wrong in place of another callback
         * @description For a file, it takes the place of the extractions callback. `Verification response is delayed` takes the
         *     place of the verifications callback, and none will follow. Delivery, retries and the consumer's answer are
         *     those of the extractions callback.
         */
        post: operations["receiveError"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface callbacks {
    submitDocument: {
        documentState: webhooks["documentState"];
        documentStateOverview: webhooks["documentStateOverview"];
        documentStateV1: webhooks["documentStateV1"];
    };
    annotateDocument: {
        documentStateV1: webhooks["documentStateV1"];
    };
    annotateDocumentOfClass: {
        documentStateV1: webhooks["documentStateV1"];
    };
    registerApplication: {
        extractions: webhooks["extractions"];
        verifications: webhooks["verifications"];
        error: webhooks["error"];
    };
    updateApplication: {
        extractions: webhooks["extractions"];
        verifications: webhooks["verifications"];
        error: webhooks["error"];
    };
}
export interface components {
    schemas: {
        /** @description What went wrong (RFC 9457). */
        Problem: {
            /**
             * Format: uri-reference
             * @description Names the kind of problem.
             */
            type: string;
            /** @description The kind of problem, in a few words. */
            title: string;
            /** @description The status of the answer. */
            status: number;
            /** @description What happened this time and what to do about it. */
            detail: string;
            /** @description The single findings; empty when there is nothing to point at. */
            violations: components["schemas"]["ProblemViolation"][];
            /** @description The values that the text names, by the code of the error. Left out where there are none. */
            details?: Record<string, unknown>;
        };
        /** @description One departure from the contract. */
        ProblemViolation: {
            /** @description Where, e.g. body/callback_method or query/limit. */
            location: string;
            /** @description Stable name of the rule that was broken, e.g. required. */
            code: string;
            /** @description One sentence for people. */
            message: string;
        };
        /** @description What a consumer may call the API with. */
        Tokens: {
            accessToken: string;
            refreshToken: string;
        };
        /**
         * @description The form of a submission to API v2. Mock's choice: booleans may be written as languages and browsers write them
         *     (`True`, `1`, `on`, `yes`), blank ones count as left out, and a file input without a file is no file.
         *     The mix of cases in the names is the provider's.
         */
        Submission: {
            /** @description PDF, JPEG, PNG or TIFF, 25 MB each (documented for API v1). Mock's choice: each file is one document. */
            files: Blob[];
            /**
             * @description What the documents are, e.g. `invoice`, `atm_receipt`, `bank_statement`, `payslips`,
             *     `citizen_card_id_front`; a comma-joined list occurs.
             * @example invoice
             * @example citizen_card_id_front,citizen_card_id_back
             */
            document_class?: string;
            /**
             * @description Whether a person revises the results.
             * @default true
             */
            useHumanRevision?: boolean;
            /**
             * @description Whether the answer waits for the finished document; true only with `useHumanRevision=false`.
             * @default false
             */
            isSync?: boolean;
            /**
             * an absolute http or https URL
             * Format: uri
             * @description Absolute http or https URL to be called. It may have a query string: the callback's parameters are
             *     appended. Without it nobody is notified.
             */
            callbackUrl?: string;
            /**
             * @description The method of the callback. Mock's choice is that anything else is refused, lower case too.
             * @default GET
             * @enum {string}
             */
            callback_method?: "GET" | "POST";
            /**
             * @description Headers for the consumer's endpoint, one form field each: `callback_headers[Authorization]`. Sent only when
             *     the method is POST. Mock's choice: with GET they are ignored and the run says so
             *     (`docdigitizer.headersOnGet`).
             */
            callback_headers?: {
                [key: string]: string;
            };
        };
        /** @description The answer to an asynchronous submission. */
        SubmissionAccepted: {
            /** @description Id of the document, of the first file's where there are several. */
            document_id: string;
            /** @description Ids of all documents of the submission, in the order of its files. Mock's choice. */
            document_ids: string[];
        };
        /** @description A document as it is now. Mock's choice are the names of the members but `callbackLog`. */
        Document: {
            document_id: string;
            file_name: string;
            /** @description As submitted; null when the submission named none. */
            document_class: string | null;
            /** @description 30, 91, 92 or 999; before phase 1 the setting `docdigitizer.initialState`. */
            state: number;
            /** @description The name of the state, e.g. ANNOTATED. */
            stateText: string;
            /**
             * Format: date-time
             * @description When the document was submitted.
             */
            created_at: string;
            results: components["schemas"]["DocumentResults"];
            /** @description Every callback that was made or tried, in the order of the attempts. */
            callbackLog: components["schemas"]["CallbackLogEntry"][];
        };
        /** @description The answer to a synchronous submission. */
        FinishedDocument: components["schemas"]["Document"] & {
            /** @description Ids of all documents of the submission, in the order of its files. Mock's choice. */
            document_ids?: string[];
        };
        /** @description What is known of a document's content. */
        DocumentResults: {
            /** @description True while the document is in process: incomplete, perhaps misaligned. */
            partial: boolean;
            annotations: components["schemas"]["Annotations"];
            /** @description Why the document was rejected, e.g. `not included in the license`; else empty. */
            reasons: string[];
        };
        /**
         * @description The extracted values by key; null for a value that cannot be read. Documented are the keys of financial
         *     documents, listed here. Mock's choice: the types of the values, and the keys of other classes.
         */
        Annotations: {
            "document:financial-document:recipient_name"?: string | null;
            "document:financial-document:recipient_tax_number"?: string | null;
            "document:financial-document:supplier_name"?: string | null;
            "document:financial-document:supplier_tax_number"?: string | null;
            "document:financial-document:document_type"?: string | null;
            "document:financial-document:document_identifier"?: string | null;
            "document:financial-document:issue_date"?: components["schemas"]["AnnotatedDate"];
            "document:financial-document:due_date"?: components["schemas"]["AnnotatedDate"];
            /** @example EUR */
            "document:financial-document:currency"?: string | null;
            "document:financial-document:amount_total"?: number | null;
            "document:financial-document:amount_tax_total"?: number | null;
            "document:financial-document:amount_paid"?: number | null;
            "document:financial-document:amount_rounding"?: number | null;
            "document:financial-document:amount_due"?: number | null;
            /** @description The provider spells it so. */
            "document:financial-document:amout_base_total"?: number | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * @description DD/MM/YYYY, or null when it cannot be read.
         * @example 18/09/2023
         */
        AnnotatedDate: string | null;
        /** @description One attempt to call the consumer. Mock's choice are its members. */
        CallbackLogEntry: {
            /**
             * Format: date-time
             * @description When the attempt was made, in UTC.
             */
            timestamp: string;
            /** @enum {string} */
            method: "GET" | "POST";
            /** @description The URL that was called. */
            url: string;
            /** @description The state that was told; null where the form of the callback has none. */
            state: number | null;
            /** @description The state or status that was told. */
            stateText: string;
            /** @description 1-based. */
            attempt: number;
            /** @description The status of the consumer's answer; null when there was none. */
            statusCode: number | null;
            success: boolean;
            /** @description Why the attempt was not successful, or null. */
            error: string | null;
        };
        /**
         * @description The form of a submission to API v1. Mock's choice: booleans may be written as languages and browsers write them
         *     (`True`, `1`, `on`, `yes`), blank ones count as left out, and a file input without a file is no file.
         */
        SubmissionV1: {
            /** @description PDF, JPEG, PNG or TIFF, 25 MB each. Mock's choice is that each file is one document. */
            files: Blob[];
            /**
             * an absolute http or https URL
             * Format: uri
             * @description Absolute http or https URL to be called. Without it nobody is notified.
             */
            callback_url?: string;
            /**
             * @description The method of the callback.
             * @default GET
             * @enum {string}
             */
            callback_method?: "GET" | "POST";
            /** @description Headers for the consumer's endpoint, one form field each: `callback_headers[Authorization]`. */
            callback_headers?: {
                [key: string]: string;
            };
        };
        /** @description The answer to a submission to API v1. */
        TaskAccepted: {
            /** @constant */
            detail: "Accepted";
            /** @constant */
            status: 202;
            task: components["schemas"]["Task"];
        };
        /** @description The processing of one submission to API v1. */
        Task: {
            /**
             * @description When the task was made, with microseconds and without a time zone (UTC).
             * @example 2021-11-02T12:14:26.564283
             */
            created: string;
            id: string;
            links: {
                /** @example /api/v1/tasks/6c1f1de2-6a0b-4d2c-8a53-8e0b6d7e3f10 */
                self: string;
                /** @example /api/v1/tasks */
                collection: string;
            };
            /**
             * @description PENDING while the document is in process. Mock's choice are SUCCESS and FAILURE, for afterwards.
             * @example PENDING
             * @example SUCCESS
             * @example FAILURE
             */
            status: string;
            /** @description Id of the document, of the first file's where there are several. */
            document_id: string;
            /** @description Ids of all documents where a submission has several files. Mock's choice. */
            document_ids?: string[];
        };
        /** @description One task. */
        TaskAnswer: {
            task: components["schemas"]["Task"];
        };
        /** @description Tasks, oldest first. */
        TaskList: {
            tasks: components["schemas"]["Task"][];
        };
        /** @description One document of API v1. */
        DocumentV1Answer: {
            document: components["schemas"]["DocumentV1"];
        };
        /** @description A document of API v1 as it is now. */
        DocumentV1: {
            id: string;
            /**
             * @description `success` when it is done. Mock's choice are the other values: pending, rejected, error.
             * @example success
             * @example pending
             * @example rejected
             * @example error
             */
            annotation_status: string;
            annotations: {
                data: components["schemas"]["Annotations"];
            };
            /** @description What the header `X-Docdigitizer-Tag` held. Mock's choice; absent when there was none. */
            tags?: string[];
        };
        /** @description What is kept of a document. Mock's choice. */
        DocumentAssets: {
            assets: components["schemas"]["DocumentAsset"][];
        };
        /** @description One file of a document. Mock's choice. */
        DocumentAsset: {
            /** @description Name of the file. */
            name: string;
            /** @description E.g. application/pdf; null when the bytes are of no known type. */
            content_type: string | null;
            /** @description Bytes. */
            size: number;
        };
        /**
         * an absolute http or https URL
         * Format: uri
         * @description Absolute http or https URL that callbacks are posted to. The real provider demands https.
         */
        Webhook: string;
        /**
         * a day as YYYY-MM-DD or MM/DD/YYYY
         * @description A day. Mock's choice, as no format is public: YYYY-MM-DD, alone or with a time after it, or MM/DD/YYYY.
         * @example 2023-09-20
         */
        CalendarDate: string;
        /** @description What is wanted, extracted data, verifications or both. */
        ServiceList: ("extract" | "verify")[];
        /** @description The people who apply. */
        RegisteredApplicants: {
            applicant1?: components["schemas"]["RegisteredApplicant"];
            applicant2?: components["schemas"]["RegisteredApplicant"];
        };
        /**
         * @description A person as the consumer knows them. Documents and verifications agree with it; what is left out is invented.
         *     A member that is not listed here, and a value that cannot be read, change nothing and leave a warning on the
         *     run. Mock's choice: which address and employers are current; that `email`, `occupation`, `residence_type` and
         *     the like change nothing; the earlier flat form `address`, `employer_name`, `income`, which gives way to
         *     `address_info` and `employment_info`.
         */
        RegisteredApplicant: {
            /** @example Jo */
            first_name?: string | null;
            middle_name?: string | null;
            /** @example Boren */
            last_name?: string | null;
            /** @example Jr. */
            suffix?: string | null;
            email?: string | null;
            phone?: string | null;
            /**
             * @description Nine digits. Documents show the last four.
             * @example 123456789
             */
            ssn?: (string | null) | number;
            /**
             * @description YYYY-MM-DD.
             * @example 1984-02-29
             */
            date_of_birth?: string | null;
            /**
             * @description Where the person lives and has lived. The first with `is_current` true is the current one; else the first
             *     that has not ended; else the first.
             */
            address_info?: components["schemas"]["RegisteredResidence"][] | null;
            /**
             * @description The jobs that the person has and had. Those with `is_current` true are current, up to two; else the first
             *     that has not ended; else the first.
             */
            employment_info?: components["schemas"]["RegisteredEmployment"][] | null;
            /** @description Incomes that come from no employer. Bank statements show them. */
            additional_incomes?: components["schemas"]["RegisteredAdditionalIncome"][] | null;
            /** @description The current address, in the earlier flat form. */
            address?: components["schemas"]["RegisteredAddress"] | null;
            /** @description The current employer, in the earlier flat form. */
            employer_name?: string | null;
            /** @description The income from the current employer, in the earlier flat form. */
            income?: components["schemas"]["StatedIncome"] | null;
        };
        /** @description A place where an applicant lives or has lived. */
        RegisteredResidence: {
            address?: components["schemas"]["RegisteredAddress"] | null;
            is_current?: boolean | null;
            /** @description YYYY-MM-DD. */
            start_date?: string | null;
            /** @description YYYY-MM-DD. */
            end_date?: string | null;
            /**
             * @example Rent
             * @example Own
             */
            residence_type?: string | null;
            /** @description US dollars. */
            monthly_housing_cost?: (number | null) | string;
        };
        /** @description An address as the consumer knows it. */
        RegisteredAddress: {
            /** @example 8717 S 4th Ave */
            street_address?: string | null;
            street_2?: string | null;
            /** @example Inglewood */
            city?: string | null;
            /**
             * @description Two letters.
             * @example CA
             */
            state?: string | null;
            /** @example 90305 */
            zip?: (string | null) | number;
        };
        /** @description A job that an applicant has or had. */
        RegisteredEmployment: {
            /** @example Employed */
            employment_type?: string | null;
            /** @example American Airlines */
            employer_name?: string | null;
            is_current?: boolean | null;
            occupation?: string | null;
            income?: components["schemas"]["StatedIncome"] | null;
            /** @description YYYY-MM-DD. */
            start_date?: string | null;
            /** @description YYYY-MM-DD. */
            end_date?: string | null;
            business_phone?: string | null;
        };
        /** @description An income of an applicant that comes from no employer. */
        RegisteredAdditionalIncome: {
            /** @example ChildSupport */
            source?: string | null;
            income?: components["schemas"]["StatedIncome"] | null;
        };
        /** @description An income that the applicant stated. */
        StatedIncome: {
            /**
             * @description How often the amount comes; left out: yearly. Mock's choice: the values but `Yearly`, and that case,
             *     hyphens and spaces make no difference. An income with another period is not used.
             */
            period?: ("Yearly" | "SemiAnnually" | "Quarterly" | "Monthly" | "SemiMonthly" | "BiWeekly" | "Weekly" | "Daily" | "Hourly") | (string | null);
            /** @description US dollars in that period. */
            amount?: (number | null) | string;
        };
        /**
         * @description The verifications that are wanted, by name. Applicant level: `income`, `residence`, `identity`; application
         *     level: `credit_application`, `retail_installment_sales_contract`, `odometer_statement`, `bookout_sheet`,
         *     `gap_waiver_contract`, `vehicle_service_contract`. The value says for which applicants. May be empty.
         *     Mock's choice, as the filled shape is not public: a value is `true` for all applicants, the name of one, a list
         *     of names, an object with names as keys, `{belongs_to: name or list of names}`, or a list of `{belongs_to}`.
         * @example {
         *       "income": [
         *         "applicant1",
         *         "applicant2"
         *       ],
         *       "residence": "applicant1"
         *     }
         * @example {
         *       "income": {
         *         "belongs_to": [
         *           "applicant1",
         *           "applicant2"
         *         ]
         *       },
         *       "identity": true
         *     }
         */
        RequestedVerifications: {
            [key: string]: boolean | string | (string | {
                [key: string]: unknown;
            })[] | {
                [key: string]: unknown;
            };
        };
        /** @description The body of a registration. */
        ApplicationRegistration: {
            /** @description The consumer's own id of the application. */
            application_reference_id: string;
            application_date: components["schemas"]["CalendarDate"];
            webhook: components["schemas"]["Webhook"];
            services: components["schemas"]["ServiceList"];
            contract_date?: components["schemas"]["CalendarDate"];
            application_type?: string | null;
            application_status?: string | null;
            applicants?: components["schemas"]["RegisteredApplicants"];
            verifications?: components["schemas"]["RequestedVerifications"];
        };
        /** @description The body of an update, members that are left out stay as they are. */
        ApplicationUpdate: {
            /** @description The consumer's own id of the application. */
            application_reference_id?: string;
            application_date?: components["schemas"]["CalendarDate"];
            webhook?: components["schemas"]["Webhook"];
            services?: components["schemas"]["ServiceList"];
            contract_date?: components["schemas"]["CalendarDate"];
            application_type?: string | null;
            application_status?: string | null;
            applicants?: components["schemas"]["RegisteredApplicants"];
            verifications?: components["schemas"]["RequestedVerifications"];
        } & {
            /** @description Returned in the verifications callback that the update generates. */
            application_update_reference_id?: string;
        };
        /** @description The synchronous answer to a registration or an update. */
        ApplicationReceipt: {
            /** @description The id that all callbacks carry. */
            application_id: string;
            application_reference_id: string;
            /** @example Ready */
            status: string;
            /** @description Of the update that is answered. Mock's choice. */
            application_update_reference_id?: string;
        };
        /**
         * a time as YYYY-MM-DD, YYYY-MM-DDTHH:MM:SS or RFC 3339 (in a query, + is written %2B)
         * @description A time: `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM:SS`, or RFC 3339 with a zone.
         * @example 2023-09-18
         * @example 2023-09-18T17:59:18
         * @example 2023-09-18T17:59:18Z
         */
        UpdateBound: string;
        /** @description Applications, and the bounds that were asked for. */
        ApplicationList: {
            /** @description As asked for; null when it was not. */
            updated_after: string | null;
            /** @description As asked for; null when it was not. */
            updated_before: string | null;
            applications: components["schemas"]["ApplicationEntry"][];
        };
        /** @description An application in the list. */
        ApplicationEntry: {
            application_id: string;
            application_reference_id: string;
            application_date: components["schemas"]["CalendarDate"];
            contract_date: components["schemas"]["CalendarDate"] | null;
            /** @example Ready */
            status: string;
            /**
             * Format: date-time
             * @description When it was registered. Mock's choice.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it, its files or its results changed last.
             */
            updated_at: string;
        };
        /** @description An application as it is now. Mock's choice are all members that the registration has not. */
        Application: components["schemas"]["ApplicationEntry"] & {
            /** @enum {string} */
            product: "consumer" | "auto";
            application_type?: string | null;
            application_status?: string | null;
            services: components["schemas"]["ServiceList"];
            webhook: components["schemas"]["Webhook"];
            applicants?: components["schemas"]["RegisteredApplicants"];
            requested_verifications?: components["schemas"]["RequestedVerifications"];
            /** @description In the order in which they were announced. */
            files: components["schemas"]["ApplicationFile"][];
            structured_data: components["schemas"]["ApplicationStructuredData"][];
            /** @description The derived documents of all files that have been extracted. */
            documents: components["schemas"]["ApplicationDocument"][];
            /** @description As the last verifications callback has them; empty before the first. */
            verifications: {
                [key: string]: components["schemas"]["Verification"][];
            };
            /** @description The callbacks of this application, in the order in which they were made. */
            deliveries: components["schemas"]["WebhookDelivery"][];
        };
        /** @description A file of an application. */
        ApplicationFile: {
            file_id: string;
            file_reference_id: string;
            /**
             * @description `announced` until its bytes are there, `uploaded` until they are processed, then `extracted`, or `failed`
             *     when an error callback took the place of its extractions.
             * @enum {string}
             */
            status: "announced" | "uploaded" | "extracted" | "failed";
            /** @description Size; null before the upload. */
            bytes: number | null;
            /**
             * Format: date-time
             * @description Null before the upload.
             */
            uploaded_at: string | null;
            /** @description That of the error callback; else null. */
            error_message: string | null;
        };
        /** @description Data that came without a file. */
        ApplicationStructuredData: {
            document_id: string;
            document_reference_id: string;
            document_type: string;
        };
        /** @description A document that was found in a file. */
        ApplicationDocument: {
            /** @description As in the callbacks. */
            document_id: string;
            /** @example paystub */
            document_type: string;
            file_ids: string[];
            file_reference_ids: string[];
            /**
             * Format: uri
             * @description The URL of the extractions callback.
             */
            url: string;
            /** @example 2023-09-18T17:59:18Z */
            updated_at: string;
        };
        /** @description One callback and what came of it. */
        WebhookDelivery: {
            delivery_id: string;
            /** @example extractions */
            event_type: string;
            webhook_url: string;
            /** @enum {string} */
            state: "pending" | "delivered" | "failed" | "dropped";
            /** Format: date-time */
            created_at: string;
            attempts: components["schemas"]["WebhookAttempt"][];
        };
        /** @description One request to the webhook. */
        WebhookAttempt: {
            /** @description 1-based. */
            attempt: number;
            /** Format: date-time */
            timestamp: string;
            /** @description The status of the answer; null when there was none. */
            status_code: number | null;
            success: boolean;
            /** @description Why it was not successful, or null. */
            error: string | null;
        };
        /** @description The files that will be uploaded, and data that needs no file. */
        DocumentAnnouncement: {
            /** @description Names of the files, unique within the request. */
            image_files?: string[];
            structured_data?: components["schemas"]["StructuredData"][];
        } & ({
            image_files: unknown;
        } | {
            structured_data: unknown;
        });
        /** @description A document as data, without an image. */
        StructuredData: {
            /**
             * @description What the data is. `retail_installment_sales_contract_electronic` and the older
             *     `retail_installment_sales_contract` satisfy the verification of that contract.
             * @example paystub
             * @example retail_installment_sales_contract_electronic
             */
            document_type: string;
            /** @description The consumer's own id of it. */
            document_reference_id: string;
        };
        /** @description Where each announced file is to be uploaded, and the ids of everything. */
        DocumentTickets: {
            image_files: components["schemas"]["UploadTicket"][];
            structured_data: components["schemas"]["StructuredDataReceipt"][];
        };
        /** @description Where one file is to be uploaded. */
        UploadTicket: {
            /** @description The id that the callbacks carry. */
            file_id: string;
            /** @description The name that the consumer gave. */
            file_reference_id: string;
            /**
             * Format: uri
             * @description Absolute; PUT the bytes there, once.
             */
            upload_url: string;
        };
        /** @description One piece of structured data that was taken in. */
        StructuredDataReceipt: {
            document_id: string;
            document_reference_id: string;
        };
        /** @description A file that is complete. Mock's choice. */
        UploadReceipt: {
            file_id: string;
            file_reference_id: string;
            bytes: number;
        };
        /**
         * Document state callback, as the overview page of API v2 has it
         * @description The query parameters of the variant that the overview page of DocDigitizer's API v2 documents: final states only. Accepts what may be added: unknown properties and new values of enumerations. The parameters themselves are always there. Mock's choice: the provider publishes no change policy for them.
         */
        DocumentStateOverviewCallback: {
            /** @description Id of the document. */
            doc_id: string;
            /** @description The final state. */
            status: "ANNOTATED" | "REJECTED" | "ERROR" | (string & {});
        };
        /**
         * Document state callback, as the overview page of API v2 has it (strict)
         * @description The query parameters of the variant that the overview page of DocDigitizer's API v2 documents: final states only. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictDocumentStateOverviewCallback: {
            /** @description Id of the document. */
            doc_id: string;
            /**
             * @description The final state.
             * @enum {string}
             */
            status: "ANNOTATED" | "REJECTED" | "ERROR";
        };
        /**
         * Document state callback of API v1
         * @description The query parameters of the callback of DocDigitizer's API v1. `annotated` and `rejected` are final. Accepts what may be added: unknown properties and new values of enumerations. The parameters themselves are always there. Mock's choice: the provider publishes no change policy for them.
         */
        DocumentStateV1Callback: {
            /** @description Id of the document. */
            docid: string;
            /** @description How far the document is. */
            status: "start" | "classified" | "annotated" | "rejected" | (string & {});
        };
        /**
         * Document state callback of API v1 (strict)
         * @description The query parameters of the callback of DocDigitizer's API v1. `annotated` and `rejected` are final. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictDocumentStateV1Callback: {
            /** @description Id of the document. */
            docid: string;
            /**
             * @description How far the document is.
             * @enum {string}
             */
            status: "start" | "classified" | "annotated" | "rejected";
        };
        /**
         * Document state callback
         * @description The query parameters of DocDigitizer's state callback, taken together, `state` as a number. Phase 1 is 30 RECEIVEDMACHINELEARN: classified and extracted by machine learning, still in process. Phase 2 is one of three final states: 91 ANNOTATED, 92 REJECTED, 999 ERROR. Accepts what may be added: unknown properties and new values of enumerations. The parameters themselves are always there. Mock's choice: the provider publishes no change policy for them.
         */
        DocumentStateCallback: {
            /** @description Id of the document. */
            documentId: string;
            /** @description State of the document. */
            state: 30 | 91 | 92 | 999 | (number & {});
            /** @description The name of the state. */
            stateText: "RECEIVEDMACHINELEARN" | "ANNOTATED" | "REJECTED" | "ERROR" | (string & {});
        };
        /**
         * Document state callback (strict)
         * @description The query parameters of DocDigitizer's state callback, taken together, `state` as a number. Phase 1 is 30 RECEIVEDMACHINELEARN: classified and extracted by machine learning, still in process. Phase 2 is one of three final states: 91 ANNOTATED, 92 REJECTED, 999 ERROR. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictDocumentStateCallback: {
            /** @description Id of the document. */
            documentId: string;
            /**
             * @description State of the document.
             * @enum {integer}
             */
            state: 30 | 91 | 92 | 999;
            /**
             * @description The name of the state.
             * @enum {string}
             */
            stateText: "RECEIVEDMACHINELEARN" | "ANNOTATED" | "REJECTED" | "ERROR";
        };
        /**
         * Error callback
         * @description Informed's callback when a normal one cannot be given. With a file it takes the place of that file's extractions callback. `Verification response is delayed` takes the place of the verifications callback, names no file, and no verifications will follow. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        ErrorCallback: {
            /** @constant */
            event_type: "error";
            /** @description Id of the application: the one of the synchronous answer to the registration. */
            application_id: string;
            /** @description The id that the consumer gave when it registered the application. */
            application_reference_id: string;
            /** @description What went wrong. */
            error_message?: "unable to process this file" | "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png." | "identify: no decode delegate for this image format `' @ error/constitute" | "**** This file requires a password for access" | "The image dimension is invalid." | "The file size is too large. It should be less than 80MB." | "Verification response is delayed" | (string & {}) | null;
            /** @description Id of the file; absent when the error is not about a file. */
            file_id?: string;
            /** @description The name that the consumer gave the file; absent when the error is not about a file. */
            file_reference_id?: string;
            /**
             * Format: uri
             * @description The URL that this callback was sent to.
             */
            webhook_url?: string | null;
        };
        /**
         * Error callback (strict)
         * @description Informed's callback when a normal one cannot be given. With a file it takes the place of that file's extractions callback. `Verification response is delayed` takes the place of the verifications callback, names no file, and no verifications will follow. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictErrorCallback: {
            /** @constant */
            event_type: "error";
            /** @description Id of the application: the one of the synchronous answer to the registration. */
            application_id: string;
            /** @description The id that the consumer gave when it registered the application. */
            application_reference_id: string;
            /**
             * @description What went wrong.
             * @enum {string}
             */
            error_message: "unable to process this file" | "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png." | "identify: no decode delegate for this image format `' @ error/constitute" | "**** This file requires a password for access" | "The image dimension is invalid." | "The file size is too large. It should be less than 80MB." | "Verification response is delayed";
            /** @description Id of the file; absent when the error is not about a file. */
            file_id?: string;
            /** @description The name that the consumer gave the file; absent when the error is not about a file. */
            file_reference_id?: string;
            /**
             * Format: uri
             * @description The URL that this callback was sent to.
             */
            webhook_url: string;
        };
        /**
         * Extractions callback
         * @description Informed's callback with the data extracted from one original file: one such callback per file. A file may hold several documents, of several types. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        ExtractionsCallback: {
            /** @constant */
            event_type: "extractions";
            /** @description Id of the application: the one of the synchronous answer to the registration. */
            application_id: string;
            /** @description The id that the consumer gave when it registered the application. */
            application_reference_id: string;
            /** @description The documents found, by document type. */
            documents: {
                paystub?: (components["schemas"]["DerivedDocument"] & {
                    extracted_data: components["schemas"]["Paystub"];
                })[];
                bank_statement?: (components["schemas"]["DerivedDocument"] & {
                    extracted_data: components["schemas"]["BankStatement"];
                })[];
                drivers_license?: (components["schemas"]["DerivedDocument"] & {
                    extracted_data: components["schemas"]["DriversLicense"];
                })[];
                utility_bill?: (components["schemas"]["DerivedDocument"] & {
                    extracted_data: components["schemas"]["UtilityBill"];
                })[];
                w2?: (components["schemas"]["DerivedDocument"] & {
                    extracted_data: components["schemas"]["W2"];
                })[];
            } & {
                [key: string]: components["schemas"]["DerivedDocument"][];
            };
        };
        /**
         * Extractions callback (strict)
         * @description Informed's callback with the data extracted from one original file: one such callback per file. A file may hold several documents, of several types. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictExtractionsCallback: {
            /** @constant */
            event_type: "extractions";
            /** @description Id of the application: the one of the synchronous answer to the registration. */
            application_id: string;
            /** @description The id that the consumer gave when it registered the application. */
            application_reference_id: string;
            /** @description The documents found, by document type. */
            documents: {
                paystub?: (components["schemas"]["StrictDerivedDocument"] & {
                    extracted_data: components["schemas"]["StrictPaystub"];
                })[];
                bank_statement?: (components["schemas"]["StrictDerivedDocument"] & {
                    extracted_data: components["schemas"]["StrictBankStatement"];
                })[];
                drivers_license?: (components["schemas"]["StrictDerivedDocument"] & {
                    extracted_data: components["schemas"]["StrictDriversLicense"];
                })[];
                utility_bill?: (components["schemas"]["StrictDerivedDocument"] & {
                    extracted_data: components["schemas"]["StrictUtilityBill"];
                })[];
                w2?: (components["schemas"]["StrictDerivedDocument"] & {
                    extracted_data: components["schemas"]["StrictW2"];
                })[];
            };
        };
        /**
         * Verifications callback
         * @description Informed's callback with the analysis of the requested verifications over everything that was available when they were run. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        VerificationsCallback: {
            /** @constant */
            event_type: "verifications";
            /** @description Id of the application: the one of the synchronous answer to the registration. */
            application_id: string;
            /** @description The id that the consumer gave when it registered the application. */
            application_reference_id: string;
            /** @description The id of the PUT that generated this response, if it carried one; else absent. */
            application_update_reference_id?: string;
            /** @description What was present when the verifications were run. */
            data_sources: {
                /** @description The uploaded files. */
                image_files: {
                    /** @description Id that the provider gave. */
                    file_id: string;
                    /** @description Name or id that the consumer gave. */
                    file_reference_id: string;
                }[];
                /** @description Data that came without a file. */
                structured_data: {
                    /** @description Id that the provider gave. */
                    document_id: string;
                    /** @description Name or id that the consumer gave. */
                    document_reference_id: string;
                }[];
            };
            /** @description By name of the verification: one item for each applicant it was requested for. */
            verifications: {
                [key: string]: components["schemas"]["Verification"][];
            };
        };
        /**
         * Verifications callback (strict)
         * @description Informed's callback with the analysis of the requested verifications over everything that was available when they were run. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictVerificationsCallback: {
            /** @constant */
            event_type: "verifications";
            /** @description Id of the application: the one of the synchronous answer to the registration. */
            application_id: string;
            /** @description The id that the consumer gave when it registered the application. */
            application_reference_id: string;
            /** @description The id of the PUT that generated this response, if it carried one; else absent. */
            application_update_reference_id?: string;
            /** @description What was present when the verifications were run. */
            data_sources: {
                /** @description The uploaded files. */
                image_files: {
                    /** @description Id that the provider gave. */
                    file_id: string;
                    /** @description Name or id that the consumer gave. */
                    file_reference_id: string;
                }[];
                /** @description Data that came without a file. */
                structured_data: {
                    /** @description Id that the provider gave. */
                    document_id: string;
                    /** @description Name or id that the consumer gave. */
                    document_reference_id: string;
                }[];
            };
            /** @description By name of the verification: one item for each applicant it was requested for. */
            verifications: {
                [key: string]: components["schemas"]["StrictVerification"][];
            };
        };
        /**
         * Acceptable document
         * @description A document that was used to satisfy a verification. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        AcceptableDocument: {
            /** @description Unique id of the document: the one of the extractions callback. */
            document_id: string;
            /** @description The original files it was found in. Mock's choice: empty for structured data. */
            file_ids: string[];
            /** @description The names that the consumer gave those files, in the same order. */
            file_reference_ids: string[];
            /**
             * @description Names the group of documents.
             * @example Current Paystub
             * @example Bank Statement(s) From Last Month
             */
            category?: string | null;
            /** @description By name; they vary with the type of the document. */
            document_questions: {
                [key: string]: components["schemas"]["Question"];
            };
        };
        /**
         * Acceptable document (strict)
         * @description A document that was used to satisfy a verification. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictAcceptableDocument: {
            /** @description Unique id of the document: the one of the extractions callback. */
            document_id: string;
            /** @description The original files it was found in. Mock's choice: empty for structured data. */
            file_ids: string[];
            /** @description The names that the consumer gave those files, in the same order. */
            file_reference_ids: string[];
            /**
             * @description Names the group of documents.
             * @example Current Paystub
             * @example Bank Statement(s) From Last Month
             */
            category: string;
            /** @description By name; they vary with the type of the document. */
            document_questions: {
                [key: string]: components["schemas"]["StrictQuestion"];
            };
        };
        /**
         * Address
         * @description A postal address in the United States. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        Address: {
            /** @example 8717 S 4th Ave */
            street_address?: string | null;
            /** @description Apartment, suite or unit; null when there is none. */
            street_2?: string | null;
            /** @example Inglewood */
            city?: string | null;
            /**
             * @description Two-letter code of the state.
             * @example CA
             */
            state?: string | null;
            /** @example 90305 */
            zip?: string | null;
        };
        /**
         * Address (strict)
         * @description A postal address in the United States. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictAddress: {
            /** @example 8717 S 4th Ave */
            street_address: string;
            /** @description Apartment, suite or unit; null when there is none. */
            street_2: string | null;
            /** @example Inglewood */
            city: string;
            /**
             * @description Two-letter code of the state.
             * @example CA
             */
            state: string;
            /** @example 90305 */
            zip: string;
        };
        /**
         * Applicant
         * @description A person as a document names them. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        Applicant: {
            address: components["schemas"]["Address"];
            /** @example Jo */
            first_name?: string | null;
            middle_name?: string | null;
            /** @example Boren */
            last_name?: string | null;
            /** @description Such as Jr. or III; null when there is none. */
            suffix?: string | null;
            /**
             * @description Last four digits of the social security number; null where the document shows none.
             * @example 3906
             */
            ssn?: string | null;
        };
        /**
         * Applicant (strict)
         * @description A person as a document names them. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictApplicant: {
            address: components["schemas"]["StrictAddress"];
            /** @example Jo */
            first_name: string;
            middle_name: string | null;
            /** @example Boren */
            last_name: string;
            /** @description Such as Jr. or III; null when there is none. */
            suffix: string | null;
            /**
             * @description Last four digits of the social security number; null where the document shows none.
             * @example 3906
             */
            ssn: string | null;
        };
        /**
         * Applicants
         * @description The people that a document names, by their place in the application. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        Applicants: {
            applicant1?: components["schemas"]["Applicant"];
            applicant2?: components["schemas"]["Applicant"];
        };
        /**
         * Applicants (strict)
         * @description The people that a document names, by their place in the application. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictApplicants: {
            applicant1?: components["schemas"]["StrictApplicant"];
            applicant2?: components["schemas"]["StrictApplicant"];
        };
        /**
         * Bank statement
         * @description What is extracted from a bank statement. Mock's choice: the names of all members but `applicants`; further ones may come. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        BankStatement: {
            applicants: components["schemas"]["Applicants"];
            bank_name?: string | null;
            /** @description Full name as printed. */
            account_holder_name?: string | null;
            account_number_last4?: string | null;
            account_type?: "checking" | "savings" | (string & {}) | null;
            /**
             * Format: date
             * @description First day, YYYY-MM-DD.
             */
            statement_period_start?: string | null;
            /**
             * Format: date
             * @description Last day, YYYY-MM-DD.
             */
            statement_period_end?: string | null;
            /** @description US dollars. */
            beginning_balance?: number | null;
            /** @description US dollars: beginning balance, plus deposits, less withdrawals. */
            ending_balance?: number | null;
            /** @description US dollars. */
            total_deposits?: number | null;
            /** @description US dollars. */
            total_withdrawals?: number | null;
            /** @description The single deposits; their sum is `total_deposits`. */
            deposits: {
                /**
                 * Format: date
                 * @description YYYY-MM-DD.
                 */
                date?: string | null;
                description?: string | null;
                /** @description US dollars. */
                amount?: number | null;
            }[];
            overdraft_count?: number | null;
            /** @description US dollars overdrawn in sum. */
            overdraft_amount?: number | null;
        };
        /**
         * Bank statement (strict)
         * @description What is extracted from a bank statement. Mock's choice: the names of all members but `applicants`; further ones may come. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictBankStatement: {
            applicants: components["schemas"]["StrictApplicants"];
            bank_name: string;
            /** @description Full name as printed. */
            account_holder_name: string;
            account_number_last4: string;
            /** @enum {string} */
            account_type: "checking" | "savings";
            /**
             * Format: date
             * @description First day, YYYY-MM-DD.
             */
            statement_period_start: string;
            /**
             * Format: date
             * @description Last day, YYYY-MM-DD.
             */
            statement_period_end: string;
            /** @description US dollars. */
            beginning_balance: number;
            /** @description US dollars: beginning balance, plus deposits, less withdrawals. */
            ending_balance: number;
            /** @description US dollars. */
            total_deposits: number;
            /** @description US dollars. */
            total_withdrawals: number;
            /** @description The single deposits; their sum is `total_deposits`. */
            deposits: {
                /**
                 * Format: date
                 * @description YYYY-MM-DD.
                 */
                date: string;
                description: string;
                /** @description US dollars. */
                amount: number;
            }[];
            overdraft_count: number;
            /** @description US dollars overdrawn in sum. */
            overdraft_amount: number;
        };
        /**
         * Derived document
         * @description One document that was found in an original file. What `extracted_data` holds beyond `applicants` depends on the type of the document. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        DerivedDocument: {
            /** @description What the consumer is to do with the data. */
            data_action?: "create" | (string & {}) | null;
            /** @description Unique id of this derived document; a verifications callback refers to it. */
            document_id: string;
            /** @description The original files it was found in: the ids of the synchronous answer. */
            file_ids: string[];
            /** @description The names that the consumer gave those files, in the same order. */
            file_reference_ids: string[];
            /**
             * Format: uri
             * @description Time-bound, pre-signed URL; a GET retrieves the document's image.
             */
            url?: string | null;
            extracted_data: {
                applicants: components["schemas"]["Applicants"];
            };
            /**
             * @description UTC, such as 2023-09-18T17:59:18Z.
             * @example 2023-09-18T17:59:18Z
             */
            updated_at?: string | null;
        };
        /**
         * Derived document (strict)
         * @description One document that was found in an original file. What `extracted_data` holds beyond `applicants` depends on the type of the document. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictDerivedDocument: {
            /**
             * @description What the consumer is to do with the data.
             * @enum {string}
             */
            data_action: "create";
            /** @description Unique id of this derived document; a verifications callback refers to it. */
            document_id: string;
            /** @description The original files it was found in: the ids of the synchronous answer. */
            file_ids: string[];
            /** @description The names that the consumer gave those files, in the same order. */
            file_reference_ids: string[];
            /**
             * Format: uri
             * @description Time-bound, pre-signed URL; a GET retrieves the document's image.
             */
            url: string;
            extracted_data: {
                applicants: components["schemas"]["StrictApplicants"];
            };
            /**
             * @description UTC, such as 2023-09-18T17:59:18Z.
             * @example 2023-09-18T17:59:18Z
             */
            updated_at: string;
        };
        /**
         * Driver's license
         * @description What is extracted from a driver's license. Mock's choice: the document type, and the names of all members but `applicants`; further ones may come. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        DriversLicense: {
            applicants: components["schemas"]["Applicants"];
            license_number?: string | null;
            /** @description Two-letter code of the state. */
            issuing_state?: string | null;
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            date_of_birth?: string | null;
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            issue_date?: string | null;
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            expiration_date?: string | null;
        };
        /**
         * Driver's license (strict)
         * @description What is extracted from a driver's license. Mock's choice: the document type, and the names of all members but `applicants`; further ones may come. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictDriversLicense: {
            applicants: components["schemas"]["StrictApplicants"];
            license_number: string;
            /** @description Two-letter code of the state. */
            issuing_state: string;
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            date_of_birth: string;
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            issue_date: string;
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            expiration_date: string;
        };
        /**
         * Paystub
         * @description What is extracted from a paystub. Mock's choice: the names of all members but `applicants`; further ones may come. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        Paystub: {
            applicants: components["schemas"]["Applicants"];
            employer_name?: string | null;
            employer_address: components["schemas"]["Address"];
            /** @description Full name as printed. */
            employee_name?: string | null;
            /**
             * Format: date
             * @description First day of the pay period, YYYY-MM-DD.
             */
            pay_period_start?: string | null;
            /**
             * Format: date
             * @description Last day of the pay period, YYYY-MM-DD.
             */
            pay_period_end?: string | null;
            /**
             * Format: date
             * @description Day of the payment, YYYY-MM-DD.
             */
            pay_date?: string | null;
            pay_frequency?: "weekly" | "biweekly" | "semimonthly" | "monthly" | (string & {}) | null;
            /** @description US dollars per hour; null for a salary. */
            pay_rate?: number | null;
            /** @description Hours worked in the period; null for a salary. */
            hours?: number | null;
            /** @description US dollars in this period, before deductions. */
            gross_pay?: number | null;
            /** @description Taxes and other deductions of this period; gross pay less their sum is net pay. */
            deductions: {
                /** @example Federal income tax */
                description?: string | null;
                /** @description US dollars in this period. */
                amount?: number | null;
                /** @description US dollars since the start of the year. */
                amount_ytd?: number | null;
            }[];
            /** @description US dollars paid out in this period. */
            net_pay?: number | null;
            /** @description US dollars since the start of the year, before deductions. */
            gross_pay_ytd?: number | null;
            /** @description US dollars paid out since the start of the year. */
            net_pay_ytd?: number | null;
        };
        /**
         * Paystub (strict)
         * @description What is extracted from a paystub. Mock's choice: the names of all members but `applicants`; further ones may come. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictPaystub: {
            applicants: components["schemas"]["StrictApplicants"];
            employer_name: string;
            employer_address: components["schemas"]["StrictAddress"];
            /** @description Full name as printed. */
            employee_name: string;
            /**
             * Format: date
             * @description First day of the pay period, YYYY-MM-DD.
             */
            pay_period_start: string;
            /**
             * Format: date
             * @description Last day of the pay period, YYYY-MM-DD.
             */
            pay_period_end: string;
            /**
             * Format: date
             * @description Day of the payment, YYYY-MM-DD.
             */
            pay_date: string;
            /** @enum {string} */
            pay_frequency: "weekly" | "biweekly" | "semimonthly" | "monthly";
            /** @description US dollars per hour; null for a salary. */
            pay_rate: number | null;
            /** @description Hours worked in the period; null for a salary. */
            hours: number | null;
            /** @description US dollars in this period, before deductions. */
            gross_pay: number;
            /** @description Taxes and other deductions of this period; gross pay less their sum is net pay. */
            deductions: {
                /** @example Federal income tax */
                description: string;
                /** @description US dollars in this period. */
                amount: number;
                /** @description US dollars since the start of the year. */
                amount_ytd: number;
            }[];
            /** @description US dollars paid out in this period. */
            net_pay: number;
            /** @description US dollars since the start of the year, before deductions. */
            gross_pay_ytd: number;
            /** @description US dollars paid out since the start of the year. */
            net_pay_ytd: number;
        };
        /**
         * Question
         * @description One question about a verification or about a document, and how it was answered. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        Question: {
            /** @example Issued within 60 days of the contract date? */
            question?: string | null;
            /**
             * @description What a passing answer looks like; empty when any answer will do.
             * @example >=03/10/2021
             * @example
             */
            expected?: string | null;
            /**
             * @description What was found. Texts, numbers and booleans occur; null when nothing was.
             * @example 04/04/2021
             * @example 86
             */
            answer?: (string | null) | (number | null) | boolean;
            status?: "pass" | "fail" | "missing" | "review" | (string & {}) | null;
        };
        /**
         * Question (strict)
         * @description One question about a verification or about a document, and how it was answered. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictQuestion: {
            /** @example Issued within 60 days of the contract date? */
            question: string;
            /**
             * @description What a passing answer looks like; empty when any answer will do.
             * @example >=03/10/2021
             * @example
             */
            expected: string;
            /**
             * @description What was found. Texts, numbers and booleans occur; null when nothing was.
             * @example 04/04/2021
             * @example 86
             */
            answer: (string | null) | number | boolean;
            /** @enum {string} */
            status: "pass" | "fail" | "missing" | "review";
        };
        /**
         * Utility bill
         * @description What is extracted from a utility bill. Mock's choice: the document type, and the names of all members but `applicants`; further ones may come. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        UtilityBill: {
            applicants: components["schemas"]["Applicants"];
            /** @description The company. */
            utility_name?: string | null;
            service_type?: "electricity" | "gas" | "water" | "internet" | "phone" | (string & {}) | null;
            /** @description Full name as printed. */
            customer_name?: string | null;
            account_number_last4?: string | null;
            service_address: components["schemas"]["Address"];
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            statement_date?: string | null;
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            due_date?: string | null;
            /** @description US dollars. */
            amount_due?: number | null;
        };
        /**
         * Utility bill (strict)
         * @description What is extracted from a utility bill. Mock's choice: the document type, and the names of all members but `applicants`; further ones may come. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictUtilityBill: {
            applicants: components["schemas"]["StrictApplicants"];
            /** @description The company. */
            utility_name: string;
            /** @enum {string} */
            service_type: "electricity" | "gas" | "water" | "internet" | "phone";
            /** @description Full name as printed. */
            customer_name: string;
            account_number_last4: string;
            service_address: components["schemas"]["StrictAddress"];
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            statement_date: string;
            /**
             * Format: date
             * @description YYYY-MM-DD.
             */
            due_date: string;
            /** @description US dollars. */
            amount_due: number;
        };
        /**
         * Verification
         * @description The analysis of one verification for one applicant, or for the application. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        Verification: {
            status?: "pass" | "fail" | "missing" | "review" | (string & {}) | null;
            /** @description Which applicant the verification applies to, or the application overall. */
            belongs_to?: "applicant1" | "applicant2" | "application" | (string & {}) | null;
            /**
             * @description Last update of this verification, such as 2023-09-18 18:02:17 +0000.
             * @example 2023-09-18 18:02:17 +0000
             */
            updated_at?: string | null;
            /** @description Narrative of the current condition, for people. */
            description?: string | null;
            /** @description Overarching questions, by name. Only the more complex verifications, like income, have them. */
            verification_questions?: {
                [key: string]: components["schemas"]["Question"];
            };
            /** @description The documents that were used to satisfy the verification, by their type. */
            acceptable_documents: {
                [key: string]: components["schemas"]["AcceptableDocument"][];
            };
            /** @description What would let the verification pass, for people. */
            recommendations: (string | null)[];
        };
        /**
         * Verification (strict)
         * @description The analysis of one verification for one applicant, or for the application. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictVerification: {
            /** @enum {string} */
            status: "pass" | "fail" | "missing" | "review";
            /**
             * @description Which applicant the verification applies to, or the application overall.
             * @enum {string}
             */
            belongs_to: "applicant1" | "applicant2" | "application";
            /**
             * @description Last update of this verification, such as 2023-09-18 18:02:17 +0000.
             * @example 2023-09-18 18:02:17 +0000
             */
            updated_at: string;
            /** @description Narrative of the current condition, for people. */
            description: string;
            /** @description Overarching questions, by name. Only the more complex verifications, like income, have them. */
            verification_questions?: {
                [key: string]: components["schemas"]["StrictQuestion"];
            };
            /** @description The documents that were used to satisfy the verification, by their type. */
            acceptable_documents: {
                [key: string]: components["schemas"]["StrictAcceptableDocument"][];
            };
            /** @description What would let the verification pass, for people. */
            recommendations: string[];
        };
        /**
         * W-2
         * @description What is extracted from a W-2 wage and tax statement. Mock's choice: the document type, and the names of all members but `applicants`; further ones may come. Accepts what the provider may change without notice: unknown properties, null for any text or number, a property left out that may be null, new values of enumerations. Ids and `event_type` are always there.
         */
        W2: {
            applicants: components["schemas"]["Applicants"];
            tax_year?: number | null;
            employer_name?: string | null;
            employer_address: components["schemas"]["Address"];
            employer_identification_number?: string | null;
            /** @description Full name as printed. */
            employee_name?: string | null;
            /** @description Box 1, US dollars. */
            wages?: number | null;
            /** @description Box 2, US dollars. */
            federal_income_tax_withheld?: number | null;
            /** @description Box 3, US dollars. */
            social_security_wages?: number | null;
            /** @description Box 4, US dollars. */
            social_security_tax_withheld?: number | null;
            /** @description Box 5, US dollars. */
            medicare_wages?: number | null;
            /** @description Box 6, US dollars. */
            medicare_tax_withheld?: number | null;
        };
        /**
         * W-2 (strict)
         * @description What is extracted from a W-2 wage and tax statement. Mock's choice: the document type, and the names of all members but `applicants`; further ones may come. Strict variant: exactly today's shape, with nothing unknown, nothing missing and no new values.
         */
        StrictW2: {
            applicants: components["schemas"]["StrictApplicants"];
            tax_year: number;
            employer_name: string;
            employer_address: components["schemas"]["StrictAddress"];
            employer_identification_number: string;
            /** @description Full name as printed. */
            employee_name: string;
            /** @description Box 1, US dollars. */
            wages: number;
            /** @description Box 2, US dollars. */
            federal_income_tax_withheld: number;
            /** @description Box 3, US dollars. */
            social_security_wages: number;
            /** @description Box 4, US dollars. */
            social_security_tax_withheld: number;
            /** @description Box 5, US dollars. */
            medicare_wages: number;
            /** @description Box 6, US dollars. */
            medicare_tax_withheld: number;
        };
    };
    responses: {
        /** @description Taken in; processing goes on. */
        TaskAccepted: {
            headers: {
                "X-Ringback-Run": components["headers"]["X-Ringback-Run"];
                "X-Document-Location": components["headers"]["X-Document-Location"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["TaskAccepted"];
            };
        };
        /**
         * @description The request does not match the contract; the violations say where. Mock's choice: the status
         *     (for DocDigitizer `docdigitizer.invalidRequestStatus`) and the body.
         */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Credentials are missing or wrong. Mock's choice is the body. */
        Unauthorized: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such resource. Mock's choice is the body. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The resource is not in a state that allows this. Mock's choice. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body, or a file in it, is too large. Mock's choice. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description The operation does not take the content type, or the content coding cannot be decoded. Mock's choice: a body
         *     in gzip, deflate or br is decoded, and its limits count decoded bytes.
         */
        UnsupportedMediaType: {
            headers: {
                /**
                 * @description The content codings that are decoded. Sent when the coding is the reason.
                 * @example gzip, deflate, br
                 */
                "Accept-Encoding"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Any other failure; a scenario can ask for one. Mock's choice. */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. The mock's own;
         *     the providers know no such header.
         * @example rejected
         */
        Scenario: string;
        /**
         * @description Tags of the documents, separated by commas.
         * @example a,b
         */
        DocumentTag: string;
        /** @description Id of the document, from the answer to the submission. */
        DocumentId: string;
        /**
         * @description The product segment.
         * @example consumer
         */
        Product: "consumer" | "auto";
        /** @description Id of the application, from the answer to the registration. */
        ApplicationId: string;
    };
    requestBodies: {
        Annotation: {
            content: {
                "multipart/form-data": components["schemas"]["SubmissionV1"];
            };
        };
    };
    headers: {
        /**
         * @description Ids of the runs that the submission started or plays in, separated by commas. The mock's own: look them up
         *     under `/_ringback/runs/{id}`.
         */
        "X-Ringback-Run": string;
        /** @description Absolute URL of the document. */
        "X-Document-Location": string;
        /** @description The kind of credentials that are wanted. */
        "WWW-Authenticate": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    authenticate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            401: components["responses"]["Unauthorized"];
            default: components["responses"]["Problem"];
        };
    };
    submitDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. The mock's own;
                 *     the providers know no such header.
                 * @example rejected
                 */
                "X-Ringback-Scenario"?: components["parameters"]["Scenario"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Submission"];
            };
        };
        responses: {
            /**
             * @description The finished document, to a synchronous submission. Mock's choice: the answer comes after the processing
             *     time of the script; with several files, it is the first one's, and `document_ids` names them all.
             */
            200: {
                headers: {
                    "X-Ringback-Run": components["headers"]["X-Ringback-Run"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FinishedDocument"];
                };
            };
            /** @description Taken in; processing goes on. Mock's choice is the status. */
            202: {
                headers: {
                    "X-Ringback-Run": components["headers"]["X-Ringback-Run"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubmissionAccepted"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            default: components["responses"]["Problem"];
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document, from the answer to the submission. */
                docid: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    annotateDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. The mock's own;
                 *     the providers know no such header.
                 * @example rejected
                 */
                "X-Ringback-Scenario"?: components["parameters"]["Scenario"];
                /**
                 * @description Tags of the documents, separated by commas.
                 * @example a,b
                 */
                "X-Docdigitizer-Tag"?: components["parameters"]["DocumentTag"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Annotation"];
        responses: {
            202: components["responses"]["TaskAccepted"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            default: components["responses"]["Problem"];
        };
    };
    annotateDocumentOfClass: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. The mock's own;
                 *     the providers know no such header.
                 * @example rejected
                 */
                "X-Ringback-Scenario"?: components["parameters"]["Scenario"];
                /**
                 * @description Tags of the documents, separated by commas.
                 * @example a,b
                 */
                "X-Docdigitizer-Tag"?: components["parameters"]["DocumentTag"];
            };
            path: {
                /**
                 * @description The class of the documents; a comma-joined list occurs.
                 * @example invoice
                 */
                document_class: string;
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Annotation"];
        responses: {
            202: components["responses"]["TaskAccepted"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            default: components["responses"]["Problem"];
        };
    };
    listTasks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tasks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            default: components["responses"]["Problem"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task, from the answer to the submission. */
                taskId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    getDocumentV1: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document, from the answer to the submission. */
                docid: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentV1Answer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    getDocumentAssets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document, from the answer to the submission. */
                docid: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The assets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentAssets"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    listApplications: {
        parameters: {
            query?: {
                /**
                 * @description Only applications updated at this time or later.
                 * @example 2023-09-18T17:59:18
                 */
                updated_after?: components["schemas"]["UpdateBound"];
                /**
                 * @description Only applications updated at this time or earlier.
                 * @example 2023-09-19
                 */
                updated_before?: components["schemas"]["UpdateBound"];
                /** @description Most applications in the answer. */
                limit?: number;
                /** @description Only applications with this reference id. */
                application_reference_id?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The product segment.
                 * @example consumer
                 */
                product: components["parameters"]["Product"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The applications. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplicationList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            default: components["responses"]["Problem"];
        };
    };
    registerApplication: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. The mock's own;
                 *     the providers know no such header.
                 * @example rejected
                 */
                "X-Ringback-Scenario"?: components["parameters"]["Scenario"];
            };
            path: {
                /**
                 * @description The product segment.
                 * @example consumer
                 */
                product: components["parameters"]["Product"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplicationRegistration"];
            };
        };
        responses: {
            /** @description Registered. Mock's choice is the status. */
            201: {
                headers: {
                    "X-Ringback-Run": components["headers"]["X-Ringback-Run"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplicationReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            default: components["responses"]["Problem"];
        };
    };
    getApplication: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The product segment.
                 * @example consumer
                 */
                product: components["parameters"]["Product"];
                /** @description Id of the application, from the answer to the registration. */
                application_id: components["parameters"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The application. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    updateApplication: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. The mock's own;
                 *     the providers know no such header.
                 * @example rejected
                 */
                "X-Ringback-Scenario"?: components["parameters"]["Scenario"];
            };
            path: {
                /**
                 * @description The product segment.
                 * @example consumer
                 */
                product: components["parameters"]["Product"];
                /** @description Id of the application, from the answer to the registration. */
                application_id: components["parameters"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplicationUpdate"];
            };
        };
        responses: {
            /** @description Updated. Mock's choice is the status. */
            200: {
                headers: {
                    "X-Ringback-Run": components["headers"]["X-Ringback-Run"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplicationReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            default: components["responses"]["Problem"];
        };
    };
    addDocuments: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. The mock's own;
                 *     the providers know no such header.
                 * @example rejected
                 */
                "X-Ringback-Scenario"?: components["parameters"]["Scenario"];
            };
            path: {
                /**
                 * @description The product segment.
                 * @example consumer
                 */
                product: components["parameters"]["Product"];
                /** @description Id of the application, from the answer to the registration. */
                application_id: components["parameters"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DocumentAnnouncement"];
            };
        };
        responses: {
            /** @description Where the files are to be uploaded. */
            200: {
                headers: {
                    "X-Ringback-Run": components["headers"]["X-Ringback-Run"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentTickets"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            default: components["responses"]["Problem"];
        };
    };
    uploadFile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. The mock's own;
                 *     the providers know no such header.
                 * @example rejected
                 */
                "X-Ringback-Scenario"?: components["parameters"]["Scenario"];
            };
            path: {
                /** @description From the `upload_url` of `addDocuments`. */
                upload_id: string;
            };
            cookie?: never;
        };
        /** @description The file as it is. */
        requestBody: {
            content: {
                "*/*": Blob;
            };
        };
        responses: {
            /** @description The file is complete. Mock's choice is the answer. */
            200: {
                headers: {
                    "X-Ringback-Run": components["headers"]["X-Ringback-Run"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            default: components["responses"]["Problem"];
        };
    };
    downloadDocument: {
        parameters: {
            query: {
                /**
                 * @description How the URL was signed.
                 * @example AWS4-HMAC-SHA256
                 */
                "X-Amz-Algorithm": string;
                /**
                 * @description Access key, date, region and service of the signature.
                 * @example AKIAIOSFODNN7EXAMPLE/20230918/us-east-1/s3/aws4_request
                 */
                "X-Amz-Credential": string;
                /**
                 * @description When the URL was signed, in UTC.
                 * @example 20230918T175918Z
                 */
                "X-Amz-Date": string;
                /**
                 * @description How many seconds the URL is good for.
                 * @example 3600
                 */
                "X-Amz-Expires": number;
                /**
                 * @description Headers that the signature covers.
                 * @example host
                 */
                "X-Amz-SignedHeaders": string;
                /** @description Signature of the rest of the URL. */
                "X-Amz-Signature": string;
            };
            header?: never;
            path: {
                /** @description Id of the derived document. */
                document_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document's bytes. */
            200: {
                headers: {
                    /** @description MD5 of the document's bytes. */
                    ETag?: string;
                    /** @description When the file was uploaded. */
                    "Last-Modified"?: string;
                    /** @description Ranges of bytes can be asked for. */
                    "Accept-Ranges"?: "bytes";
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": Blob;
                    "image/tiff": Blob;
                    "image/jpeg": Blob;
                    "image/png": Blob;
                    "application/octet-stream": Blob;
                };
            };
            /** @description The part of the document's bytes that `Range` asks for. */
            206: {
                headers: {
                    /** @description MD5 of the document's bytes. */
                    ETag?: string;
                    /** @description When the file was uploaded. */
                    "Last-Modified"?: string;
                    /** @description Ranges of bytes can be asked for. */
                    "Accept-Ranges"?: "bytes";
                    /**
                     * @description Which bytes, of how many.
                     * @example bytes 0-99/1234
                     */
                    "Content-Range"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": Blob;
                    "image/tiff": Blob;
                    "image/jpeg": Blob;
                    "image/png": Blob;
                    "application/octet-stream": Blob;
                };
            };
            /** @description The client has the bytes already, as `If-None-Match` or `If-Modified-Since` say. */
            304: {
                headers: {
                    /** @description MD5 of the document's bytes. */
                    ETag?: string;
                    /** @description When the file was uploaded. */
                    "Last-Modified"?: string;
                    /** @description Ranges of bytes can be asked for. */
                    "Accept-Ranges"?: "bytes";
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            /** @description The URL has expired, or its signature does not fit; or, as a problem, the mock takes no request of this host or page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    /**
                     * @example <?xml version="1.0" encoding="UTF-8"?>
                     *     <Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>
                     */
                    "application/xml": string;
                };
            };
            /** @description There is no such document, or its bytes are kept no longer. Mock's choice. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    /**
                     * @example <?xml version="1.0" encoding="UTF-8"?>
                     *     <Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>
                     */
                    "application/xml": string;
                };
            };
            /** @description The bytes are others than `If-Match` or `If-Unmodified-Since` say. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example <?xml version="1.0" encoding="UTF-8"?>
                     *     <Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message></Error>
                     */
                    "application/xml": string;
                };
            };
            /** @description The document has no bytes in the range that `Range` asks for. */
            416: {
                headers: {
                    /**
                     * @description How many bytes there are.
                     * @example bytes *\/1234
                     */
                    "Content-Range"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example <?xml version="1.0" encoding="UTF-8"?>
                     *     <Error><Code>InvalidRange</Code><Message>The requested range is not satisfiable</Message></Error>
                     */
                    "application/xml": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    receiveDocumentState: {
        parameters: {
            query: {
                /** @description Id of the document. */
                documentId: string;
                /** @description State of the document, 30, 91, 92 or 999. */
                state: number;
                /** @description Name of the state, RECEIVEDMACHINELEARN, ANNOTATED, REJECTED or ERROR. */
                stateText: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The consumer has taken note. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveDocumentStateByPost: {
        parameters: {
            query: {
                /** @description Id of the document. */
                documentId: string;
                /** @description State of the document, 30, 91, 92 or 999. */
                state: number;
                /** @description Name of the state, RECEIVEDMACHINELEARN, ANNOTATED, REJECTED or ERROR. */
                stateText: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The consumer has taken note. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveDocumentStateOverview: {
        parameters: {
            query: {
                /** @description Id of the document. */
                doc_id: string;
                /** @description The final state, ANNOTATED, REJECTED or ERROR. */
                status: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The consumer has taken note. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveDocumentStateOverviewByPost: {
        parameters: {
            query: {
                /** @description Id of the document. */
                doc_id: string;
                /** @description The final state, ANNOTATED, REJECTED or ERROR. */
                status: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The consumer has taken note. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveDocumentStateV1: {
        parameters: {
            query: {
                /** @description Id of the document. */
                docid: string;
                /** @description start, classified, annotated or rejected. */
                status: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The consumer has taken note. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveDocumentStateV1ByPost: {
        parameters: {
            query: {
                /** @description Id of the document. */
                docid: string;
                /** @description start, classified, annotated or rejected. */
                status: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The consumer has taken note. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged so. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveExtractions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtractionsCallback"];
            };
        };
        responses: {
            /** @description Delivered. If there is a body, it is JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Sent again later. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not made again; redirects are not followed. */
            "3XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not made again. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not made again. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveVerifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerificationsCallback"];
            };
        };
        responses: {
            /** @description Delivered. If there is a body, it is JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Sent again later. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not made again; redirects are not followed. */
            "3XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not made again. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not made again. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveError: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ErrorCallback"];
            };
        };
        responses: {
            /** @description Delivered. If there is a body, it is JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Sent again later. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again later. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not made again; redirects are not followed. */
            "3XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not made again. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not made again. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
