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
         * @description The header `Authorization` contains the API key alone. Without it, the response is 401.
         *
         *     Mock's choice: the path; any key is accepted unless the setting `docdigitizer.apiKeys` lists some.
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
         * @description Accepts files and processes them. With a `callbackUrl`, the consumer is notified of the state of each
         *     document: after machine learning (30 RECEIVEDMACHINELEARN, still in process), and at the end (91 ANNOTATED, 92
         *     REJECTED or 999 ERROR). Without a `callbackUrl`, there are no callbacks. The response to a synchronous
         *     submission (`isSync=true`) is the finished document, and only the final state is called back.
         *
         *     The callback has `documentId`, `state` and `stateText`. Some consumers expect the form of the overview page
         *     (`doc_id`, `status`) or of API v1 (`docid`, `status`). The setting `docdigitizer.callbackVariant` selects the
         *     form.
         *
         *     Mock's choice: the path; the status 202 (`docdigitizer.acceptedStatus`); that each file is one document
         *     (`docdigitizer.documentPer`); how long processing takes (`docdigitizer.machineLearningTime`,
         *     `docdigitizer.finalTime`); that `isSync=true` without `useHumanRevision=false` gets 400
         *     (`docdigitizer.syncWithHumanRevision`, `docdigitizer.invalidRequestStatus`); that a file over the limit gets
         *     413 (`docdigitizer.maxFileBytes`, `docdigitizer.tooLargeStatus`).
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
         * @description Returns the document as it is now. `callbackLog` lists every callback that was made or attempted.
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
         * @description Accepts files. The response names a task and the document. The callback has `docid` and `status`:
         *     `start`, `classified`, `annotated` or `rejected`.
         *
         *     Mock's choice: the status of the callback when processing fails (`docdigitizer.v1.errorStatus`).
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
         * @description The collection that `links.collection` of a task names. Mock's choice: the shape of the response; oldest
         *     first.
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
         * @description The progress of a submission. Mock's choice: the shape of the response.
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
         * @description The document with its annotations as they are now. `annotation_status` is `success` when it is finished.
         *     The response to the submission has this address in `X-Document-Location`.
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
         * @description The files stored for the document. Documented as JSON; mock's choice: its shape.
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
         * @description Applications by the time of their last update. A bound is a day (its beginning) or a time, in UTC unless it
         *     has a time zone. Mock's choice: UTC; that zones are accepted; `status`, `created_at` and `updated_at` of an
         *     entry; that the bounds are inclusive; least recently updated first.
         */
        get: operations["listApplications"];
        put?: never;
        /**
         * Register an application
         * @description Starts an application: the requested `services` and the `webhook` for the callbacks. The files follow
         *     with `addDocuments` and `uploadFile`.
         *
         *     With `extract`, one extractions callback comes per original file. With `verify`, verifications callbacks come,
         *     each covering everything available at that time. An error callback replaces one that cannot be sent.
         *
         *     Mock's choice: the status 201 (`informed.registeredStatus`); that `webhook` is required; any credentials are
         *     accepted unless the setting `informed.credentials` lists some; what is verified when `verify` is requested
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
                /** @description Id of the application, from the response to the registration. */
                application_id: components["parameters"]["ApplicationId"];
            };
            cookie?: never;
        };
        /**
         * Read an application
         * @description The application with its files, documents and verifications as they are now, and the log of its deliveries.
         *     Mock's choice: the path and the response.
         */
        get: operations["getApplication"];
        /**
         * Update an application
         * @description Changes an application and runs its verifications again. An `application_update_reference_id` in the body
         *     is returned in the verifications callback that the update generates, and in no other.
         *
         *     Mock's choice: the path; the response; that missing properties keep their values, while a given one, including
         *     `verifications`, replaces the former value as a whole. `applicants` are merged: missing applicants stay, and
         *     so do missing properties of a given one.
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
                /** @description Id of the application, from the response to the registration. */
                application_id: components["parameters"]["ApplicationId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce files, and add structured data
         * @description Announces the files that you will upload, and returns an upload URL for each. Names are unique within a
         *     request. Structured data needs no file. Mock's choice: the shape of the response.
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
         * @description Accepts the bytes of an announced file. The URL itself is the permission, so it needs no credentials.
         *
         *     Mock's choice: the path, the method and the response; a second upload to the same URL gets 409. A file that
         *     cannot be processed is accepted and leads to the error callback, up to the size `limits.uploadBytes`. A form
         *     that you PUT here is stored as it is, and the run has a warning. `Content-MD5`, `x-amz-checksum-sha1`,
         *     `-sha256` and `-crc32` are compared with the bytes received. If one differs, the response is 400, and you can
         *     use the URL again. A body with `Content-Encoding` is stored decoded.
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
         * @description The pre-signed, time-bound URL of an extractions callback. The URL itself is the permission, so it needs no
         *     credentials.
         *
         *     Mock's choice: the path; how long the URL is valid (`informed.downloadLifetime`); when it is expired or has
         *     another signature, 403 with an XML body as in S3. The parameters are those of AWS Signature Version 4,
         *     with the access key of AWS's examples; their values are the mock's own. The response has `ETag` (the MD5 of
         *     the bytes), `Last-Modified` and `Accept-Ranges`; conditional headers and a `Range` of one part are honored,
         *     and several parts get the whole file.
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
         * Send the state by GET, the default
         * @description The parameters are appended to the query string of the consumer's URL, if it has one. With GET,
         *     no headers of the consumer are sent. Mock's choice: any 2xx is success; there are no retries unless the
         *     settings `docdigitizer.retryOn` and `docdigitizer.retryDelays` enable them; the timeout
         *     (`docdigitizer.attemptTimeout`); redirects are not followed.
         */
        get: operations["receiveDocumentState"];
        put?: never;
        /**
         * Send the state by POST
         * @description Sent if the submission has `callback_method=POST`, with the consumer's `callback_headers`. The parameters
         *     are in the query string here too. Mock's choice: the body is empty (`docdigitizer.postBody`);
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
         * Send the final state by GET, as on the overview page of API v2
         * @description The parameters are appended to the query string of the consumer's URL, if it has one. With GET,
         *     no headers of the consumer are sent. Mock's choice: any 2xx is success; there are no retries unless the
         *     settings `docdigitizer.retryOn` and `docdigitizer.retryDelays` enable them; the timeout
         *     (`docdigitizer.attemptTimeout`); redirects are not followed.
         */
        get: operations["receiveDocumentStateOverview"];
        put?: never;
        /**
         * Send the final state by POST, as on the overview page of API v2
         * @description Sent if the submission has `callback_method=POST`, with the consumer's `callback_headers`. The parameters
         *     are in the query string here too. Mock's choice: the body is empty (`docdigitizer.postBody`);
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
         * Send the state of a document of API v1 by GET, the default
         * @description The parameters are appended to the query string of the consumer's URL, if it has one. With GET,
         *     no headers of the consumer are sent. Mock's choice: any 2xx is success; there are no retries unless the
         *     settings `docdigitizer.retryOn` and `docdigitizer.retryDelays` enable them; the timeout
         *     (`docdigitizer.attemptTimeout`); redirects are not followed.
         */
        get: operations["receiveDocumentStateV1"];
        put?: never;
        /**
         * Send the state of a document of API v1 by POST
         * @description Sent if the submission has `callback_method=POST`, with the consumer's `callback_headers`. The parameters
         *     are in the query string here too. Mock's choice: the body is empty (`docdigitizer.postBody`);
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
         *     it is sent again, up to 5 times, with a delay strategy. The consumer should respond 200. Any other 2xx counts as
         *     delivered too, but is recorded as a violation. The body of a successful response, if any, must be JSON.
         *
         *     Mock's choice: the delays of 1, 2, 4, 8 and 16 s (`informed.retryDelays`); that connection errors and
         *     timeouts are retried too (`informed.retryOn`); `Retry-After` (`informed.retryAfterMax`); the timeout
         *     (`informed.attemptTimeout`); the `Authorization` agreed out of band
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
         * Post the analysis of everything available
         * @description Comes after uploads and updates, as often as their timing requires. `data_sources` lists what was present.
         *     Mock's choice: it waits for a quiet period without uploads and extractions (`informed.quietPeriod`). Delivery,
         *     retries and the consumer's response are those of the extractions callback.
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
         * Post an error in place of another callback
         * @description For a file, it takes the place of the extractions callback. `Verification response is delayed` takes the
         *     place of the verifications callback, and none will follow. Delivery, retries and the consumer's response are
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
export interface CallbackPayloads {
    "docdigitizer.documentState": components["schemas"]["DocumentStateCallback"];
    "docdigitizer.documentStateOverview": components["schemas"]["DocumentStateOverviewCallback"];
    "docdigitizer.documentStateV1": components["schemas"]["DocumentStateV1Callback"];
    "informed.extractions": components["schemas"]["ExtractionsCallback"];
    "informed.verifications": components["schemas"]["VerificationsCallback"];
    "informed.error": components["schemas"]["ErrorCallback"];
}
export interface components {
    schemas: {
        /** @description What went wrong (RFC 9457). */
        Problem: {
            /**
             * Format: uri-reference
             * @description Identifies the kind of problem.
             */
            type: string;
            /** @description The kind of problem, in a few words. */
            title: string;
            /** @description The status of the response. */
            status: number;
            /** @description What happened this time and what to do about it. */
            detail: string;
            /** @description The single findings. Empty if there are none. */
            violations: components["schemas"]["ProblemViolation"][];
            /** @description The values that the text names, by the code of the error. Left out where there are none. */
            details?: Record<string, unknown>;
        };
        /** @description One violation of the contract. */
        ProblemViolation: {
            /** @description Where, e.g. body/callback_method or query/limit. */
            location: string;
            /** @description Stable name of the rule that was broken, e.g. required. */
            code: string;
            /** @description One sentence for people. */
            message: string;
        };
        /** @description The tokens for calling the API. */
        Tokens: {
            accessToken: string;
            refreshToken: string;
        };
        /**
         * @description The form of a submission to API v2. Mock's choice: booleans may be written as languages and browsers write
         *     them (`True`, `1`, `on`, `yes`), blank ones count as missing, and a file input without a file is not a file.
         *     The mixed case of the names is the provider's.
         */
        Submission: {
            /** @description PDF, JPEG, PNG or TIFF, 25 MB each (documented for API v1). Mock's choice: each file is one document. */
            files: Blob[];
            /**
             * @description What the documents are, e.g. `invoice`, `atm_receipt`, `bank_statement`, `payslips`,
             *     `citizen_card_id_front`; several are joined with commas.
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
             * @description Whether the response waits for the finished document. True only with `useHumanRevision=false`.
             * @default false
             */
            isSync?: boolean;
            /**
             * an absolute http or https URL
             * Format: uri
             * @description Absolute http or https URL to call. It may have a query string, to which the callback's parameters
             *     are appended. Without it there are no callbacks.
             */
            callbackUrl?: string;
            /**
             * @description The method of the callback. Mock's choice: anything else is refused, including lower case.
             * @default GET
             * @enum {string}
             */
            callback_method?: "GET" | "POST";
            /**
             * @description Headers for the consumer's endpoint, one form field each: `callback_headers[Authorization]`. Sent only
             *     when the method is POST. Mock's choice: with GET they are ignored, and the run has a warning
             *     (`docdigitizer.headersOnGet`).
             */
            callback_headers?: {
                [key: string]: string;
            };
        };
        /** @description The response to an asynchronous submission. */
        SubmissionAccepted: {
            /** @description Id of the document; with several files, of the first one. */
            document_id: string;
            /** @description Ids of all documents of the submission, in the order of its files. Mock's choice. */
            document_ids: string[];
        };
        /** @description A document as it is now. Mock's choice: the names of the properties except `callbackLog`. */
        Document: {
            document_id: string;
            file_name: string;
            /** @description As submitted; null when the submission named none. */
            document_class: string | null;
            /** @description 30, 91, 92 or 999; before phase 1, the value of the setting `docdigitizer.initialState`. */
            state: number;
            /** @description The name of the state, e.g. ANNOTATED. */
            stateText: string;
            /**
             * Format: date-time
             * @description When the document was submitted.
             */
            created_at: string;
            results: components["schemas"]["DocumentResults"];
            /** @description Every callback that was made or attempted, in the order of the attempts. */
            callbackLog: components["schemas"]["CallbackLogEntry"][];
        };
        /** @description The response to a synchronous submission. */
        FinishedDocument: components["schemas"]["Document"] & {
            /** @description Ids of all documents of the submission, in the order of its files. Mock's choice. */
            document_ids?: string[];
        };
        /** @description What is known about the content of a document. */
        DocumentResults: {
            /** @description True while the document is in process: the results are incomplete and may be misaligned. */
            partial: boolean;
            annotations: components["schemas"]["Annotations"];
            /** @description Why the document was rejected, e.g. `not included in the license`. Otherwise empty. */
            reasons: string[];
        };
        /**
         * @description The extracted values by key; null for a value that cannot be read. The keys of financial documents, listed
         *     here, are documented. Mock's choice: the types of the values, and the keys of other classes.
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
        /** @description One attempt to call the consumer. Mock's choice: its properties. */
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
            /** @description The state that was sent; null if the form of the callback has none. */
            state: number | null;
            /** @description The state or status that was sent. */
            stateText: string;
            /** @description 1-based. */
            attempt: number;
            /** @description The status of the consumer's response; null if there was none. */
            statusCode: number | null;
            success: boolean;
            /** @description Why the attempt failed, or null. */
            error: string | null;
        };
        /**
         * @description The form of a submission to API v1. Mock's choice: booleans may be written as languages and browsers write
         *     them (`True`, `1`, `on`, `yes`), blank ones count as missing, and a file input without a file is not a file.
         */
        SubmissionV1: {
            /** @description PDF, JPEG, PNG or TIFF, 25 MB each. Mock's choice: each file is one document. */
            files: Blob[];
            /**
             * an absolute http or https URL
             * Format: uri
             * @description Absolute http or https URL to call. Without it there are no callbacks.
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
        /** @description The response to a submission to API v1. */
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
             * @description When the task was created, with microseconds and without a time zone (UTC).
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
             * @description PENDING while the document is in process. Mock's choice: SUCCESS and FAILURE afterwards.
             * @example PENDING
             * @example SUCCESS
             * @example FAILURE
             */
            status: string;
            /** @description Id of the document; with several files, of the first one. */
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
            /** @description The value of the header `X-Docdigitizer-Tag`. Mock's choice; absent if there was none. */
            tags?: string[];
        };
        /** @description The files stored for a document. Mock's choice. */
        DocumentAssets: {
            assets: components["schemas"]["DocumentAsset"][];
        };
        /** @description One file of a document. Mock's choice. */
        DocumentAsset: {
            /** @description Name of the file. */
            name: string;
            /** @description E.g. application/pdf; null if the type of the bytes is unknown. */
            content_type: string | null;
            /** @description Bytes. */
            size: number;
        };
        /**
         * an absolute http or https URL
         * Format: uri
         * @description Absolute http or https URL that callbacks are posted to. The real provider requires https.
         */
        Webhook: string;
        /**
         * a day as YYYY-MM-DD or MM/DD/YYYY
         * @description A day. Mock's choice, because no format is public: YYYY-MM-DD, alone or with a time after it, or MM/DD/YYYY.
         * @example 2023-09-20
         */
        CalendarDate: string;
        /** @description The requested services: extracted data, verifications or both. */
        ServiceList: ("extract" | "verify")[];
        /** @description The people who apply. */
        RegisteredApplicants: {
            applicant1?: components["schemas"]["RegisteredApplicant"];
            applicant2?: components["schemas"]["RegisteredApplicant"];
        };
        /**
         * @description A person as the consumer describes them. Documents and verifications match this data; the mock makes up what
         *     is missing. Unknown properties and malformed values have no effect and lead to a warning on the run. Mock's
         *     choice: which address and employers are current; that `email`, `occupation`, `residence_type` and the like
         *     have no effect; the earlier flat form `address`, `employer_name`, `income`, which is ignored in favor of
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
             * @description Where the person lives and has lived. The first with `is_current` true is the current one; otherwise the
             *     first that has not ended; otherwise the first.
             */
            address_info?: components["schemas"]["RegisteredResidence"][] | null;
            /**
             * @description The jobs that the person has and had. Those with `is_current` true are current, up to two; otherwise the
             *     first that has not ended; otherwise the first.
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
        /** @description An address as the consumer gives it. */
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
             * @description How often the amount is paid. Default: yearly. Mock's choice: the values except `Yearly`; case, hyphens
             *     and spaces do not matter. An income with another period is not used.
             */
            period?: ("Yearly" | "SemiAnnually" | "Quarterly" | "Monthly" | "SemiMonthly" | "BiWeekly" | "Weekly" | "Daily" | "Hourly") | (string | null);
            /** @description US dollars in that period. */
            amount?: (number | null) | string;
        };
        /**
         * @description The requested verifications, by name. Applicant level: `income`, `residence`, `identity`; application level:
         *     `credit_application`, `retail_installment_sales_contract`, `odometer_statement`, `bookout_sheet`,
         *     `gap_waiver_contract`, `vehicle_service_contract`. The value says for which applicants. May be empty. Mock's
         *     choice, because the shape is not public: a value is `true` for all applicants, the name of one, an array of
         *     names, an object with names as keys, `{belongs_to: name or array of names}`, or an array of `{belongs_to}`.
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
        /** @description The body of an update. Missing properties stay unchanged. */
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
        /** @description The synchronous response to a registration or an update. */
        ApplicationReceipt: {
            /** @description The id in all callbacks. */
            application_id: string;
            application_reference_id: string;
            /** @example Ready */
            status: string;
            /** @description Id of this update. Mock's choice. */
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
        /** @description Applications, and the requested bounds. */
        ApplicationList: {
            /** @description As requested; null if not requested. */
            updated_after: string | null;
            /** @description As requested; null if not requested. */
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
             * @description When the application, its files or its results last changed.
             */
            updated_at: string;
        };
        /** @description An application as it is now. Mock's choice: all properties that the registration does not have. */
        Application: components["schemas"]["ApplicationEntry"] & {
            /** @enum {string} */
            product: "consumer" | "auto";
            application_type?: string | null;
            application_status?: string | null;
            services: components["schemas"]["ServiceList"];
            webhook: components["schemas"]["Webhook"];
            applicants?: components["schemas"]["RegisteredApplicants"];
            requested_verifications?: components["schemas"]["RequestedVerifications"];
            /** @description In the order of their announcement. */
            files: components["schemas"]["ApplicationFile"][];
            structured_data: components["schemas"]["ApplicationStructuredData"][];
            /** @description The derived documents of all files that have been extracted. */
            documents: components["schemas"]["ApplicationDocument"][];
            /** @description As in the last verifications callback; empty before the first. */
            verifications: {
                [key: string]: components["schemas"]["Verification"][];
            };
            /** @description The callbacks of this application, in the order of their creation. */
            deliveries: components["schemas"]["WebhookDelivery"][];
        };
        /** @description A file of an application. */
        ApplicationFile: {
            file_id: string;
            file_reference_id: string;
            /**
             * @description `announced` until its bytes are uploaded, `uploaded` until they are processed, then `extracted`, or
             *     `failed` if an error callback replaced its extractions.
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
            /** @description The message of the error callback or null. */
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
        /** @description One callback and its result. */
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
            /** @description The status of the response; null if there was none. */
            status_code: number | null;
            success: boolean;
            /** @description Why it failed, or null. */
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
        /** @description The upload URL of each announced file, and all ids. */
        DocumentTickets: {
            image_files: components["schemas"]["UploadTicket"][];
            structured_data: components["schemas"]["StructuredDataReceipt"][];
        };
        /** @description The upload URL of one file. */
        UploadTicket: {
            /** @description The id in the callbacks. */
            file_id: string;
            /** @description The name that the consumer gave. */
            file_reference_id: string;
            /**
             * Format: uri
             * @description Absolute URL. PUT the bytes there, once.
             */
            upload_url: string;
        };
        /** @description One piece of structured data that was accepted. */
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
         * Document state callback, as on the overview page of API v2
         * @description The query parameters of the variant that the overview page of DocDigitizer's API v2 documents: final states only. Accepts additions: unknown properties and new values of enumerations. The parameters themselves are always present. Mock's choice: the provider publishes no change policy for them.
         */
        DocumentStateOverviewCallback: {
            /** @description Id of the document. */
            doc_id: string;
            /** @description The final state. */
            status: "ANNOTATED" | "REJECTED" | "ERROR" | (string & {});
        };
        /**
         * Document state callback, as on the overview page of API v2 (strict)
         * @description The query parameters of the variant that the overview page of DocDigitizer's API v2 documents: final states only. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
         * @description The query parameters of the callback of DocDigitizer's API v1. `annotated` and `rejected` are final. Accepts additions: unknown properties and new values of enumerations. The parameters themselves are always present. Mock's choice: the provider publishes no change policy for them.
         */
        DocumentStateV1Callback: {
            /** @description Id of the document. */
            docid: string;
            /** @description How far the document is. */
            status: "start" | "classified" | "annotated" | "rejected" | (string & {});
        };
        /**
         * Document state callback of API v1 (strict)
         * @description The query parameters of the callback of DocDigitizer's API v1. `annotated` and `rejected` are final. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
         * @description The query parameters of DocDigitizer's state callback as one object, with `state` as a number. Phase 1 is 30 RECEIVEDMACHINELEARN: classified and extracted by machine learning, still in process. Phase 2 is one of three final states: 91 ANNOTATED, 92 REJECTED, 999 ERROR. Accepts additions: unknown properties and new values of enumerations. The parameters themselves are always present. Mock's choice: the provider publishes no change policy for them.
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
         * @description The query parameters of DocDigitizer's state callback as one object, with `state` as a number. Phase 1 is 30 RECEIVEDMACHINELEARN: classified and extracted by machine learning, still in process. Phase 2 is one of three final states: 91 ANNOTATED, 92 REJECTED, 999 ERROR. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
         * @description Informed's callback when a normal one cannot be sent. With a file, it takes the place of that file's extractions callback. `Verification response is delayed` takes the place of the verifications callback, names no file, and no verifications will follow. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
         */
        ErrorCallback: {
            /** @constant */
            event_type: "error";
            /** @description Id of the application, from the synchronous response to the registration. */
            application_id: string;
            /** @description The id that the consumer set when it registered the application. */
            application_reference_id: string;
            /** @description What went wrong. */
            error_message?: "unable to process this file" | "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png." | "identify: no decode delegate for this image format `' @ error/constitute" | "**** This file requires a password for access" | "The image dimension is invalid." | "The file size is too large. It should be less than 80MB." | "Verification response is delayed" | (string & {}) | null;
            /** @description Id of the file; absent if the error concerns no file. */
            file_id?: string;
            /** @description The name that the consumer gave the file; absent if the error concerns no file. */
            file_reference_id?: string;
            /**
             * Format: uri
             * @description The URL that this callback was sent to.
             */
            webhook_url?: string | null;
        };
        /**
         * Error callback (strict)
         * @description Informed's callback when a normal one cannot be sent. With a file, it takes the place of that file's extractions callback. `Verification response is delayed` takes the place of the verifications callback, names no file, and no verifications will follow. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
         */
        StrictErrorCallback: {
            /** @constant */
            event_type: "error";
            /** @description Id of the application, from the synchronous response to the registration. */
            application_id: string;
            /** @description The id that the consumer set when it registered the application. */
            application_reference_id: string;
            /**
             * @description What went wrong.
             * @enum {string}
             */
            error_message: "unable to process this file" | "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png." | "identify: no decode delegate for this image format `' @ error/constitute" | "**** This file requires a password for access" | "The image dimension is invalid." | "The file size is too large. It should be less than 80MB." | "Verification response is delayed";
            /** @description Id of the file; absent if the error concerns no file. */
            file_id?: string;
            /** @description The name that the consumer gave the file; absent if the error concerns no file. */
            file_reference_id?: string;
            /**
             * Format: uri
             * @description The URL that this callback was sent to.
             */
            webhook_url: string;
        };
        /**
         * Extractions callback
         * @description Informed's callback with the data extracted from one original file: one callback per file. A file may contain several documents, of several types. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
         */
        ExtractionsCallback: {
            /** @constant */
            event_type: "extractions";
            /** @description Id of the application, from the synchronous response to the registration. */
            application_id: string;
            /** @description The id that the consumer set when it registered the application. */
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
         * @description Informed's callback with the data extracted from one original file: one callback per file. A file may contain several documents, of several types. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
         */
        StrictExtractionsCallback: {
            /** @constant */
            event_type: "extractions";
            /** @description Id of the application, from the synchronous response to the registration. */
            application_id: string;
            /** @description The id that the consumer set when it registered the application. */
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
         * @description Informed's callback with the analysis of the requested verifications, over everything that was available when they ran. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
         */
        VerificationsCallback: {
            /** @constant */
            event_type: "verifications";
            /** @description Id of the application, from the synchronous response to the registration. */
            application_id: string;
            /** @description The id that the consumer set when it registered the application. */
            application_reference_id: string;
            /** @description The id of the PUT that generated this callback, if it had one; otherwise absent. */
            application_update_reference_id?: string;
            /** @description What was present when the verifications ran. */
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
            /** @description By the name of the verification: one item for each applicant it was requested for. */
            verifications: {
                [key: string]: components["schemas"]["Verification"][];
            };
        };
        /**
         * Verifications callback (strict)
         * @description Informed's callback with the analysis of the requested verifications, over everything that was available when they ran. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
         */
        StrictVerificationsCallback: {
            /** @constant */
            event_type: "verifications";
            /** @description Id of the application, from the synchronous response to the registration. */
            application_id: string;
            /** @description The id that the consumer set when it registered the application. */
            application_reference_id: string;
            /** @description The id of the PUT that generated this callback, if it had one; otherwise absent. */
            application_update_reference_id?: string;
            /** @description What was present when the verifications ran. */
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
            /** @description By the name of the verification: one item for each applicant it was requested for. */
            verifications: {
                [key: string]: components["schemas"]["StrictVerification"][];
            };
        };
        /**
         * Acceptable document
         * @description A document that was used to satisfy a verification. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
         */
        AcceptableDocument: {
            /** @description Unique id of the document, from the extractions callback. */
            document_id: string;
            /** @description The original files that contain it. Mock's choice: empty for structured data. */
            file_ids: string[];
            /** @description The names that the consumer gave those files, in the same order. */
            file_reference_ids: string[];
            /**
             * @description The group of documents.
             * @example Current Paystub
             * @example Bank Statement(s) From Last Month
             */
            category?: string | null;
            /** @description By name. They vary with the type of the document. */
            document_questions: {
                [key: string]: components["schemas"]["Question"];
            };
        };
        /**
         * Acceptable document (strict)
         * @description A document that was used to satisfy a verification. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
         */
        StrictAcceptableDocument: {
            /** @description Unique id of the document, from the extractions callback. */
            document_id: string;
            /** @description The original files that contain it. Mock's choice: empty for structured data. */
            file_ids: string[];
            /** @description The names that the consumer gave those files, in the same order. */
            file_reference_ids: string[];
            /**
             * @description The group of documents.
             * @example Current Paystub
             * @example Bank Statement(s) From Last Month
             */
            category: string;
            /** @description By name. They vary with the type of the document. */
            document_questions: {
                [key: string]: components["schemas"]["StrictQuestion"];
            };
        };
        /**
         * Address
         * @description A postal address in the United States. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
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
         * @description A postal address in the United States. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
         * @description A person as a document names them. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
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
         * @description A person as a document names them. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
         * @description The people that a document names, by their place in the application. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
         */
        Applicants: {
            applicant1?: components["schemas"]["Applicant"];
            applicant2?: components["schemas"]["Applicant"];
        };
        /**
         * Applicants (strict)
         * @description The people that a document names, by their place in the application. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
         */
        StrictApplicants: {
            applicant1?: components["schemas"]["StrictApplicant"];
            applicant2?: components["schemas"]["StrictApplicant"];
        };
        /**
         * Bank statement
         * @description What is extracted from a bank statement. Mock's choice: the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
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
            /** @description Total overdrawn, in US dollars. */
            overdraft_amount?: number | null;
        };
        /**
         * Bank statement (strict)
         * @description What is extracted from a bank statement. Mock's choice: the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
            /** @description Total overdrawn, in US dollars. */
            overdraft_amount: number;
        };
        /**
         * Derived document
         * @description One document that was found in an original file. The contents of `extracted_data` other than `applicants` depend on the type of the document. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
         */
        DerivedDocument: {
            /** @description What the consumer should do with the data. */
            data_action?: "create" | (string & {}) | null;
            /** @description Unique id of this derived document; a verifications callback refers to it. */
            document_id: string;
            /** @description The original files that contain it: the ids from the synchronous response. */
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
         * @description One document that was found in an original file. The contents of `extracted_data` other than `applicants` depend on the type of the document. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
         */
        StrictDerivedDocument: {
            /**
             * @description What the consumer should do with the data.
             * @enum {string}
             */
            data_action: "create";
            /** @description Unique id of this derived document; a verifications callback refers to it. */
            document_id: string;
            /** @description The original files that contain it: the ids from the synchronous response. */
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
         * @description What is extracted from a driver's license. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
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
         * @description What is extracted from a driver's license. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
         * @description What is extracted from a paystub. Mock's choice: the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
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
         * @description What is extracted from a paystub. Mock's choice: the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
         * @description One question about a verification or a document, with its answer. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
         */
        Question: {
            /** @example Issued within 60 days of the contract date? */
            question?: string | null;
            /**
             * @description What a passing answer looks like; empty if any answer passes.
             * @example >=03/10/2021
             * @example
             */
            expected?: string | null;
            /**
             * @description What was found: a string, number or boolean; null if nothing was found.
             * @example 04/04/2021
             * @example 86
             */
            answer?: (string | null) | (number | null) | boolean;
            status?: "pass" | "fail" | "missing" | "review" | (string & {}) | null;
        };
        /**
         * Question (strict)
         * @description One question about a verification or a document, with its answer. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
         */
        StrictQuestion: {
            /** @example Issued within 60 days of the contract date? */
            question: string;
            /**
             * @description What a passing answer looks like; empty if any answer passes.
             * @example >=03/10/2021
             * @example
             */
            expected: string;
            /**
             * @description What was found: a string, number or boolean; null if nothing was found.
             * @example 04/04/2021
             * @example 86
             */
            answer: (string | null) | number | boolean;
            /** @enum {string} */
            status: "pass" | "fail" | "missing" | "review";
        };
        /**
         * Utility bill
         * @description What is extracted from a utility bill. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
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
         * @description What is extracted from a utility bill. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
         * @description The analysis of one verification for one applicant, or for the application. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
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
            /** @description Description of the current condition, for people. */
            description?: string | null;
            /** @description Overarching questions, by name. Only the more complex verifications, like income, have them. */
            verification_questions?: {
                [key: string]: components["schemas"]["Question"];
            };
            /** @description The documents that were used to satisfy the verification, by their type. */
            acceptable_documents: {
                [key: string]: components["schemas"]["AcceptableDocument"][];
            };
            /** @description What would make the verification pass, for people. */
            recommendations: (string | null)[];
        };
        /**
         * Verification (strict)
         * @description The analysis of one verification for one applicant, or for the application. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
            /** @description Description of the current condition, for people. */
            description: string;
            /** @description Overarching questions, by name. Only the more complex verifications, like income, have them. */
            verification_questions?: {
                [key: string]: components["schemas"]["StrictQuestion"];
            };
            /** @description The documents that were used to satisfy the verification, by their type. */
            acceptable_documents: {
                [key: string]: components["schemas"]["StrictAcceptableDocument"][];
            };
            /** @description What would make the verification pass, for people. */
            recommendations: string[];
        };
        /**
         * W-2
         * @description What is extracted from a W-2 wage and tax statement. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.
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
         * @description What is extracted from a W-2 wage and tax statement. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.
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
        /** @description Accepted; processing continues. */
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
        /** @description Credentials are missing or wrong. Mock's choice: the body. */
        Unauthorized: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such resource. Mock's choice: the body. */
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
         * @description The operation does not accept the content type, or the content coding is not supported. Mock's choice: a body
         *     in gzip, deflate or br is decoded, and its limits count decoded bytes.
         */
        UnsupportedMediaType: {
            headers: {
                /**
                 * @description The supported content codings. Sent when the coding is the reason.
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
         * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. Only the mock
         *     has this header, not the providers.
         * @example rejected
         */
        Scenario: string;
        /**
         * @description Tags of the documents, separated by commas.
         * @example a,b
         */
        DocumentTag: string;
        /** @description Id of the document, from the response to the submission. */
        DocumentId: string;
        /**
         * @description The product segment.
         * @example consumer
         */
        Product: "consumer" | "auto";
        /** @description Id of the application, from the response to the registration. */
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
         * @description Ids of the runs that the submission started or belongs to, separated by commas. Only the mock has this header.
         *     `/_ringback/runs/{id}` shows a run.
         */
        "X-Ringback-Run": string;
        /** @description Absolute URL of the document. */
        "X-Document-Location": string;
        /** @description The kind of credentials that are required. */
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
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. Only the mock
                 *     has this header, not the providers.
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
             * @description The finished document, for a synchronous submission. Mock's choice: the response comes after the
             *     processing time of the script. With several files, it is the document of the first one, and `document_ids`
             *     lists them all.
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
            /** @description Accepted; processing continues. Mock's choice: the status. */
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
                /** @description Id of the document, from the response to the submission. */
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
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. Only the mock
                 *     has this header, not the providers.
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
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. Only the mock
                 *     has this header, not the providers.
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
                 * @description The class of the documents; several are joined with commas.
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
                /** @description Id of the task, from the response to the submission. */
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
                /** @description Id of the document, from the response to the submission. */
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
                /** @description Id of the document, from the response to the submission. */
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
                /** @description Maximum number of applications in the response. */
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
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. Only the mock
                 *     has this header, not the providers.
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
            /** @description Registered. Mock's choice: the status. */
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
                /** @description Id of the application, from the response to the registration. */
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
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. Only the mock
                 *     has this header, not the providers.
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
                /** @description Id of the application, from the response to the registration. */
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
            /** @description Updated. Mock's choice: the status. */
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
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. Only the mock
                 *     has this header, not the providers.
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
                /** @description Id of the application, from the response to the registration. */
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
            /** @description The upload URLs of the files. */
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
                 * @description The scenario to play for this submission, such as `rejected` or `informed/password-protected`. Only the mock
                 *     has this header, not the providers.
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
            /** @description The file is complete. Mock's choice: the response. */
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
                 * @description How many seconds the URL is valid.
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
                    /** @description Byte ranges are supported. */
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
                    /** @description Byte ranges are supported. */
                    "Accept-Ranges"?: "bytes";
                    /**
                     * @description The byte range and the total size.
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
            /** @description The client already has the bytes, according to `If-None-Match` or `If-Modified-Since`. */
            304: {
                headers: {
                    /** @description MD5 of the document's bytes. */
                    ETag?: string;
                    /** @description When the file was uploaded. */
                    "Last-Modified"?: string;
                    /** @description Byte ranges are supported. */
                    "Accept-Ranges"?: "bytes";
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            /** @description The URL has expired, or its signature is wrong. Or, with a problem body, the mock accepts no requests from this host or page. */
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
            /** @description There is no such document, or its bytes were evicted. Mock's choice. */
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
            /** @description The bytes do not match `If-Match` or `If-Unmodified-Since`. */
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
            /** @description The consumer has acknowledged the callback. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
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
            /** @description The consumer has acknowledged the callback. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
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
            /** @description The consumer has acknowledged the callback. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
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
            /** @description The consumer has acknowledged the callback. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
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
            /** @description The consumer has acknowledged the callback. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
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
            /** @description The consumer has acknowledged the callback. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is logged as failed. */
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
            /** @description The attempt failed and is not retried. Redirects are not followed. */
            "3XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not retried. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not retried. */
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
            /** @description The attempt failed and is not retried. Redirects are not followed. */
            "3XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not retried. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not retried. */
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
            /** @description The attempt failed and is not retried. Redirects are not followed. */
            "3XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not retried. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The attempt failed and is not retried. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
