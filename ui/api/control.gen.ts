// Made from openapi.control.yaml by "npm run generate". Change that file.

export interface paths {
    readonly "/": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Shows where to go, like `GET /_ringback`.
         * @description Not served if the contract declares the path `/`.
         */
        readonly get: operations["getRoot"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Shows where to go: the base URLs of the providers, an inbox, the control API and its description.
         * @description JSON, or HTML for a client that prefers it, such as a browser.
         */
        readonly get: operations["getIndex"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/openapi.yaml": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Returns this document, which describes the control API.
         * @description Generate a client of the control API from it. `GET /_ringback/contract` returns the contract of the providers.
         */
        readonly get: operations["getControlContract"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/ui": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Returns the dashboard, a page that shows what happens in the space.
         * @description Open it in a browser. The page itself needs no token: it asks for the token, and sends it with its requests. The
         *     same `Host` and `Origin` rules apply as to the rest of the control API.
         */
        readonly get: operations["getUi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/ui/{file}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Returns a script, style sheet or image of the dashboard.
         * @description The name contains a hash of the contents, so a browser may keep the file for good.
         */
        readonly get: operations["getUiFile"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Returns the version of the server.
         * @description The same in every space.
         */
        readonly get: operations["getHealth"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Returns metrics of the server in the text format of Prometheus.
         * @description Counters since the start of the server, of all spaces together: requests, runs, deliveries, attempts, violations,
         *     evictions. A reset does not change them. Gauges: spaces, pending steps and attempts, memory. The same in every space.
         */
        readonly get: operations["getMetrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/runs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Lists the runs of the space, newest last.
         * @description A run is one playing of a scenario for one submission. `detail=true` shows each as `GET /_ringback/runs/{id}` does.
         */
        readonly get: operations["listRuns"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/runs/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Shows a run with its timeline, its deliveries and their attempts.
         * @description Shows which scenario was chosen and why, what its steps have done so far, its warnings, and the API faults of
         *     its requests. Shows the newest 1,000 of its deliveries; `GET /_ringback/deliveries?run=` lists them all.
         */
        readonly get: operations["getRun"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/deliveries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Lists the deliveries of the space with their attempts, newest last.
         * @description `?wait=10s&count=2` waits until two deliveries have ended, so no client needs a loop.
         *
         *     A delivery is one callback to one URL. Each of its attempts has the time, the status, the error and the
         *     violations of the contract. Long bodies are truncated; `GET /_ringback/deliveries/{id}` returns them in full.
         */
        readonly get: operations["listDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/deliveries/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Shows a delivery with its attempts.
         * @description Secrets are masked. Bodies are complete.
         */
        readonly get: operations["getDelivery"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/deliveries/{id}/redeliver": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Sends a finished delivery again, as a new delivery of the same run.
         * @description The contents stay the same, and the retries start again. A delivery that is still pending cannot be redelivered.
         */
        readonly post: operations["redeliver"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/callbacks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Lists the callbacks and webhooks that the contract declares.
         * @description Each says what sends it, and why something cannot.
         */
        readonly get: operations["listCallbacks"];
        readonly put?: never;
        /**
         * Sends one callback now, without a submission.
         * @description The delivery belongs to no run. Its payload is what the provider would send, or the first example of the contract,
         *     unless you set `payload`. The response follows after the first attempt.
         */
        readonly post: operations["fireCallback"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/contract": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Returns the contract as it is used.
         * @description It is one OpenAPI 3.1 document, whose references are local. `x-ringback-notes` says what was forgiven, and what
         *     is unsupported.
         */
        readonly get: operations["getContract"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/clock": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Returns the time of the space, and the number of pending jobs.
         * @description A virtual clock stands still until `POST /_ringback/clock` moves it.
         */
        readonly get: operations["getClock"];
        readonly put?: never;
        /**
         * Moves the virtual clock and responds when the attempts have ended.
         * @description A server on the real clock responds 409. Moves run one after the other, and each waits for the attempts that
         *     it plays. An endpoint that moves the clock before it responds to its callback waits for itself until the
         *     attempt times out. A move stops if its client closes the connection. One that would pass the end of the year
         *     9999 is refused with 409 (`clock.end`).
         */
        readonly post: operations["moveClock"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/settings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Shows the settings of the space.
         * @description Unchanged settings have the values from the start of the server.
         */
        readonly get: operations["getSettings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Changes settings of the space, all or none.
         * @description The new values apply until the next reset of the space. If one name is unknown or one value invalid, nothing changes.
         */
        readonly patch: operations["changeSettings"];
        readonly trace?: never;
    };
    readonly "/_ringback/reset": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Resets the space: removes its resources, runs, deliveries, inboxes and their scripts, its own scenarios, queue and settings.
         * @description The seed restarts, so the same submissions get the same ids and data again. The clock does not change. If you
         *     need the same times too, use a new space. Only a clock with less than 100 years left is set back to its start.
         *     Requests to a provider that are in flight during the reset get 409.
         */
        readonly post: operations["resetSpace"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/inbox/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        /**
         * Receives a request by GET or HEAD.
         * @description Like POST, without a body.
         */
        readonly get: operations["receiveInboxGet"];
        /**
         * Receives a request by PUT.
         * @description Like POST.
         */
        readonly put: operations["receiveInboxPut"];
        /**
         * Receives a request by POST.
         * @description A consumer's endpoint that is always available. Use `http://127.0.0.1:4020/_ringback/inbox/mine` as callback
         *     URL, and read what it received from `GET /_ringback/inboxes/mine`. Accepts any query, headers and body. Keeps
         *     the first MiB of the body, decoded if its `Content-Encoding` is gzip, deflate or br. Responds `200
         *     {"received":true}` unless the inbox has a script.
         */
        readonly post: operations["receiveInbox"];
        /**
         * Receives a request by DELETE.
         * @description Like POST.
         */
        readonly delete: operations["receiveInboxDelete"];
        /**
         * Receives a request by OPTIONS.
         * @description Like POST.
         */
        readonly options: operations["receiveInboxOptions"];
        readonly head?: never;
        /**
         * Receives a request by PATCH.
         * @description Like POST.
         */
        readonly patch: operations["receiveInboxPatch"];
        readonly trace?: never;
    };
    readonly "/_ringback/inboxes/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        /**
         * Lists the requests that an inbox received, newest last, as they were sent.
         * @description Headers are not masked here, because a test needs them as sent. Long bodies are truncated; `GET
         *     /_ringback/inboxes/{name}/{id}` returns them in full.
         */
        readonly get: operations["getInbox"];
        /**
         * Sets the script of responses of an inbox, and starts it at the first response.
         * @description The inbox gives the responses in order. The last one repeats, unless `then` says otherwise.
         */
        readonly put: operations["scriptInbox"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/inboxes/{name}/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Shows a request that an inbox received, with its complete body.
         * @description A JSON body is also shown parsed, as `json`.
         */
        readonly get: operations["getInboxRequest"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/scenarios": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Lists the scenarios of the space.
         * @description The bundled scenarios, those from the start of the server, and those of the space.
         */
        readonly get: operations["listScenarios"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/scenarios/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The scenario's own name, without the provider. */
                readonly name: components["parameters"]["ScenarioName"];
            };
            readonly cookie?: never;
        };
        /**
         * Shows a scenario whose name only one provider has, with the steps that it expands to.
         * @description If several providers have the name, use the full name: `/_ringback/scenarios/{provider}/{name}`.
         */
        readonly get: operations["getScenario"];
        /**
         * Adds a scenario to the space, under the name in the script.
         * @description Like PUT with the full name. The script names the provider.
         */
        readonly put: operations["putScenario"];
        readonly post?: never;
        /**
         * Removes a scenario whose name only one provider has, until the next reset of the space.
         * @description Like DELETE with the full name.
         */
        readonly delete: operations["deleteScenario"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/scenarios/{provider}/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The provider that plays the scenario, e.g. `informed`. */
                readonly provider: string;
                /** @description The scenario's own name, without the provider. */
                readonly name: components["parameters"]["ScenarioName"];
            };
            readonly cookie?: never;
        };
        /**
         * Shows a scenario by its full name, with the steps that it expands to.
         * @description Shows the steps with their times, the faults and the retry policy, as a run would play them.
         */
        readonly get: operations["getScenarioOfProvider"];
        /**
         * Adds a scenario to the space, or replaces the one of that name.
         * @description It stays until the next reset of the space. Runs that play the replaced scenario continue with it. `name` and
         *     `provider` of the script must match the path.
         *
         *     An invalid script changes nothing and gets 422. The `location` of each violation is its
         *     place: `body:<line>:<column>`, then, after a space, a JSON pointer into the script.
         */
        readonly put: operations["putScenarioOfProvider"];
        readonly post?: never;
        /**
         * Removes a scenario until the next reset of the space, and its orders in the queue of `next`.
         * @description Runs that already play it continue.
         */
        readonly delete: operations["deleteScenarioOfProvider"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/next": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Lists the queued orders, in the order in which they are tried.
         * @description `POST /_ringback/next` queues an order. Each has the number of submissions that it still applies to.
         */
        readonly get: operations["listNext"];
        readonly put?: never;
        /**
         * Queues a scenario for the next matching submissions.
         * @description If several orders match a submission, the oldest is used. The header `X-Ringback-Scenario` takes precedence
         *     and leaves the queue unchanged.
         */
        readonly post: operations["queueNext"];
        /**
         * Empties the queue.
         * @description Submissions then choose their scenarios as if nothing had been queued.
         */
        readonly delete: operations["clearNext"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Streams what happens in the space to its runs, deliveries and attempts, as server-sent events.
         * @description Every event has a name, an id that increases by one with each event of the space, and one line of JSON
         *     (`#/components/schemas/Event`). A comment is sent after every 15 seconds without events.
         *
         *     A client that reconnects with the id of its last event continues after it, if the space still has the events
         *     (setting `limits.events`). An event `gap` reports missed events. The same applies to a client that reads too
         *     slowly. One that reads nothing for 30 seconds is disconnected. A reset of the space is an event, and ends the
         *     stream. So does stopping the server.
         */
        readonly get: operations["streamEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/spaces": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Lists the spaces of the server, in the order of their creation.
         * @description A space is created when it is first used. It is evicted when it has been idle for its setting
         *     `limits.spaceIdle`, or when there are too many spaces and it is the least recently used one. The space
         *     `default` is never evicted. Neither is a space with an open request or event stream, nor one on the real clock
         *     with pending or running steps or attempts.
         */
        readonly get: operations["listSpaces"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/data/{collection}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Queries the records of the space in json-server's query language.
         * @description Read-only. The collections are `documents` and `applications`, as the providers show them now; `runs`; and
         *     `deliveries`, with `type`, `runId`, `attemptCount`, and `statusCode` and `error` of the last attempt.
         *
         *     Any other query parameter is a filter: `state=playing`. Several values of one name mean any of them.
         *     `results.partial=true` filters by a nested property. `statusCode_gte=500`, `_lte` and `_ne` compare.
         *     `type_like=extract` is a regular expression. A property that no row has is an error.
         *
         *     A query blocks callbacks while it runs: 5–20 ms for 10,000 runs or deliveries, up to 100 ms with `q`, and 0.1
         *     s more for the first query. Documents and applications are rendered again for each query, in slices of 4 ms:
         *     0.3 s for 10,000.
         */
        readonly get: operations["queryData"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/_ringback/data/{collection}/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Shows one row of a collection.
         * @description The row as in `GET /_ringback/data/{collection}`. `_expand` adds what it belongs to, `_embed` what belongs to it.
         */
        readonly get: operations["getDataItem"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Format: date-time
         * @description ISO 8601, UTC, by the space's clock.
         * @example 2030-01-01T00:00:00.000Z
         */
        readonly Time: string;
        /**
         * @description A number with its unit, e.g. `250ms`, `2s`, `5m`, `1h`, `2d`.
         * @example 250ms
         * @example 2s
         * @example 5m
         * @example 1h
         * @example 2d
         */
        readonly Duration: string;
        /**
         * a duration such as 250ms, 2s, 5m, 1h or 2d, or a number of milliseconds
         * @description A number with its unit, or a number of milliseconds.
         * @example 250ms
         * @example 2s
         * @example 5m
         * @example 1h
         * @example 2d
         * @example 1500
         */
        readonly DurationInput: string | number;
        /** @description The URLs of a server, in the space of the request. */
        readonly Index: {
            /** @description Version of the server. */
            readonly ringback: string;
            /** @description Name of the space. */
            readonly space: string;
            /** @description What the server mocks. */
            readonly providers: readonly {
                /** @description Name of the provider, e.g. `informed`. */
                readonly name: string;
                /** @description Base URL for consumers. */
                readonly url: string;
                /** @description The base URL that it takes the place of. Null if it is unknown. */
                readonly realUrl: string | null;
            }[];
            /** @description A callback URL to try the providers with. */
            readonly inbox: string;
            /** @description URL of the dashboard, for a browser. */
            readonly dashboard: string;
            /** @description Base URL of the control API. */
            readonly control: string;
            /** @description URL of the contract of the providers. */
            readonly contract: string;
            /** @description URL of the description of the control API. */
            readonly openapi: string;
            /** @description Where to read more. */
            readonly help: string;
        };
        /** @description Whether `count` items ended within the wait. Only with `wait`. */
        readonly Reached: boolean;
        /**
         * @description `playing`: steps or attempts are pending. `finished`: none are, unless the consumer submits more.
         * @enum {string}
         */
        readonly RunState: "playing" | "finished";
        /**
         * @description `dropped`: a script prevents the delivery. `failed`: no attempt succeeded, and no further one follows.
         * @enum {string}
         */
        readonly DeliveryState: "pending" | "delivered" | "failed" | "dropped";
        /** @description One violation of a contract or a schema, with its place. */
        readonly Violation: {
            /** @description Where: a JSON pointer into a body, or a place in words, such as `query.state` or `response.status`. */
            readonly location: string;
            /** @description Stable name of the rule that is violated, e.g. `required`, `enum`, `response.status`. */
            readonly code: string;
            /** @description What was found and what was expected, in a sentence. */
            readonly message: string;
        };
        /** @description A record. Its properties depend on the collection. */
        readonly DataRow: {
            /** @description Id of the record, unique in its collection. */
            readonly id: string;
            /** @description Name of the provider that the record belongs to, e.g. `informed`. */
            readonly provider: string;
        };
        /** @description An error (RFC 9457). */
        readonly Problem: {
            /** @description The kind of error: `urn:ringback:` and the error code, which docs/errors.md lists. */
            readonly type: string;
            /** @description What the code means, in a phrase that is the same for each error of that code. */
            readonly title: string;
            /** @description Status of the response. */
            readonly status: number;
            /** @description What happened this time, in sentences. */
            readonly detail: string;
            /** @description What to do about it. */
            readonly remedy: string;
            /** @description The single findings, each with its place. Empty if there are none. */
            readonly violations: readonly components["schemas"]["Violation"][];
            /** @description The values that the text names, by the code of the error; docs/errors.md lists them. Left out where there are none. */
            readonly details?: Record<string, never>;
        };
        /** @description Why the scenario was chosen. */
        readonly Choice: {
            /**
             * @description The rule by which it was chosen: the header `X-Ringback-Scenario`, an order for the next submission, the file name, its `match`, what the bytes of the file show, or the default of the provider.
             * @enum {unknown}
             */
            readonly rule: "header" | "next" | "file-name" | "match" | "content" | "default";
            /** @description Why the rule applies, in a sentence. */
            readonly because: string;
        };
        /** @description Headers by name, in lower case. */
        readonly Headers: {
            readonly [key: string]: string;
        };
        /** @description Where callbacks are sent. Null if the submission has no URL. */
        readonly Target: {
            /** @description URL that callbacks are sent to. Passwords in it are `***`. */
            readonly url: string;
            /** @description HTTP method of the callbacks, e.g. `GET` or `POST`. */
            readonly method: string;
            /** @description Headers that the submission requests for its callbacks. Secrets are `***`. */
            readonly headers: components["schemas"]["Headers"];
        } | null;
        /** @description One playing of a scenario for one submission. */
        readonly Run: {
            /** @description Id of the run, e.g. for `GET /_ringback/runs/{id}`. */
            readonly id: string;
            /** @description Name of the provider, e.g. `informed`. */
            readonly provider: string;
            /** @description Full name of the scenario that the run plays, e.g. `docdigitizer/rejected`. */
            readonly scenario: string;
            readonly choice: components["schemas"]["Choice"];
            /** @description `operationId` of the submission. */
            readonly operation: string;
            /** @description The document or application that the submission created. */
            readonly resourceId: string;
            readonly state: components["schemas"]["RunState"];
            /** @description When the run was created, by the clock of the space. */
            readonly createdAt: components["schemas"]["Time"];
            /**
             * @description Trace id (W3C Trace Context) in the `traceparent` of its callbacks: that of the submission if it carried a valid
             *     `traceparent`, otherwise a new one.
             */
            readonly traceId: string;
            readonly target: components["schemas"]["Target"];
            /** @description Notes on how Ringback interpreted the submission. */
            readonly warnings: readonly components["schemas"]["Violation"][];
            /** @description The number of deliveries so far. */
            readonly deliveryCount: number;
            /** @description The number of deliveries with pending attempts. */
            readonly openDeliveries: number;
            /** @description Ids of the deliveries that a script holds back until the next callback of the run (`reorder`). */
            readonly heldDeliveries: readonly string[];
        };
        /** @description A run with its timeline and deliveries. */
        readonly RunDetail: {
            /** @description What each trigger has started. */
            readonly timeline: readonly components["schemas"]["TimelineBranch"][];
            /** @description The deliveries of the run, the oldest first. */
            readonly deliveries: readonly components["schemas"]["Delivery"][];
            /** @description What scripts did to the responses of requests about the run (`respond`), oldest first. */
            readonly apiFaults: readonly components["schemas"]["ApiFault"][];
            /** @description The number of faults that are not listed, because a run keeps only the last hundred. */
            readonly forgottenApiFaults: number;
        } & components["schemas"]["Run"];
        /** @description An API fault that was considered for a request. */
        readonly ApiFault: {
            /** @description When the request arrived, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description `operationId` of the request. */
            readonly operation: string;
            /** @description Full name of the scenario that has the fault. */
            readonly scenario: string;
            /**
             * @description The fault in words.
             * @example status 503
             */
            readonly fault: string;
            /** @description Whether the fault was applied. False if the random draw prevented it. */
            readonly struck: boolean;
            /** @description Probability that the fault applies, from 0 to 1. */
            readonly probability: number;
            /** @description The random number; the fault applies if it is below the probability. Null if the fault has none. */
            readonly drawn: number | null;
        };
        /** @description What one trigger started. */
        readonly TimelineBranch: {
            /** @description `submission`, or a later event such as `upload`. */
            readonly trigger: string;
            /** @description What the trigger refers to, e.g. the id of the uploaded file. Null for the submission as a whole. */
            readonly subject: string | null;
            /** @description Full name of the scenario that the branch plays. */
            readonly scenario: string;
            readonly choice: components["schemas"]["Choice"];
            /** @description When the trigger fired. Null until the response to its request is sent. */
            readonly startedAt: components["schemas"]["Time"] | null;
            /** @description The number of steps played before that response, because of the fault `early`. */
            readonly playedEarly: number;
            /** @description The steps, in the order in which they are due. */
            readonly steps: readonly components["schemas"]["TimelineStep"][];
        };
        /** @description One step of a timeline. */
        readonly TimelineStep: {
            /**
             * @description `waiting`: its trigger has not fired yet.
             * @enum {unknown}
             */
            readonly state: "done" | "pending" | "waiting";
            /** @description Time from the trigger. */
            readonly after: components["schemas"]["Duration"];
            /** @description When the step is due. Null while its trigger has not fired. */
            readonly due: components["schemas"]["Time"] | null;
            /** @description What the step changes on the resource, or null. */
            readonly set: Record<string, never> | null;
            /** @description The callback that the step sends, or null. */
            readonly callback: string | null;
        };
        /** @description One callback to one URL, with its attempts. */
        readonly Delivery: {
            /** @description Id of the delivery, e.g. for `GET /_ringback/deliveries/{id}`. */
            readonly id: string;
            /** @description The id of the run, or null for a callback that was fired by hand. */
            readonly runId: string | null;
            /** @description Name of the provider that sends the callback, e.g. `informed`. */
            readonly provider: string;
            /** @description The callback's type, e.g. `informed.extractions`. */
            readonly callback: string;
            /** @description 1-based number among the deliveries of its run. */
            readonly nth: number;
            readonly state: components["schemas"]["DeliveryState"];
            /** @description HTTP method of the callback. */
            readonly method: string;
            /** @description URL that the callback is sent to, with its query. Passwords in it are `***`. */
            readonly url: string;
            /** @description Headers that the callback is sent with. Secrets are `***`. */
            readonly headers: components["schemas"]["Headers"];
            /** @description The payload: the body as a JSON value, or the query parameters as one object. Null if there is none, or if its text is truncated. */
            readonly payload: unknown;
            /** @description The body as sent, or null for none. Truncated in lists and events. */
            readonly body: string | null;
            /**
             * @description How `body` is written if it is not a string: its bytes in base64.
             * @constant
             */
            readonly bodyEncoding?: "base64";
            /** @description True if the body, the payload or the body of a response is truncated in this list or event. `GET /_ringback/deliveries/{id}` returns them in full. */
            readonly bodyTruncated: boolean;
            /** @description When the delivery was created, by the clock of the space. */
            readonly createdAt: components["schemas"]["Time"];
            /** @description When the next attempt is due. Null if none follows, or while the delivery is held back until the next callback of the run. */
            readonly dueAt: components["schemas"]["Time"] | null;
            /** @description When the delivery ended: delivered, failed or dropped. Null while it is pending. */
            readonly endedAt: components["schemas"]["Time"] | null;
            /** @description The delivery that this one repeats by hand, or null. */
            readonly redeliveryOf: string | null;
            /** @description What a script did to the delivery as a whole, in words. `override`: a script replaced properties. `set`: a script's `set` made it violate the contract. */
            readonly faults: readonly string[];
            /** @description The faults with a probability, and the result of the random draw. */
            readonly draws: readonly components["schemas"]["FaultDraw"][];
            /** @description Violations of the contract by the payload. Without `faults` they are a bug in Ringback. */
            readonly violations: readonly components["schemas"]["Violation"][];
            /** @description The attempts so far, the oldest first. */
            readonly attempts: readonly components["schemas"]["Attempt"][];
        };
        /** @description One request to the consumer, and its result. */
        readonly Attempt: {
            /** @description 1-based number among the attempts of the delivery. */
            readonly number: number;
            /** @description When the attempt started, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description True when the consumer responded with a 2xx in time. */
            readonly acknowledged: boolean;
            /** @description Status of the consumer's response. Null if there was none. */
            readonly statusCode: number | null;
            /** @description Why the attempt failed, in a sentence. */
            readonly error: string | null;
            /** @description The same as a code. Null if the attempt succeeded. */
            readonly code: components["schemas"]["AttemptErrorCode"] | null;
            /** @description Real milliseconds, with microsecond precision, until the end of the response or the failure. */
            readonly durationMs: number;
            /** @description When the next attempt follows because of this one. Null if none does. */
            readonly retryAt: components["schemas"]["Time"] | null;
            /**
             * @description The header `traceparent` of the request, by W3C Trace Context. It has the trace id of the run, and the span id
             *     of this attempt. Null if the request had none.
             */
            readonly traceparent: string | null;
            /** @description Where the redirect led that was followed, since the contract declares it. Missing if none was. */
            readonly redirectedTo?: string;
            /**
             * @description The consumer's response. Null if there was none. The body is decoded according to its `content-encoding`
             *     (gzip, deflate, br, zstd).
             */
            readonly response: {
                /** @description Headers of the response. Secrets are `***`. */
                readonly headers: components["schemas"]["Headers"];
                /** @description The first 16 KiB. Empty when the memory limit is reached. */
                readonly body: string;
                /** @description True if the body was longer than what is stored, or than what the list shows. */
                readonly bodyTruncated: boolean;
            } | null;
            /** @description What a script did to this request, in words. */
            readonly faults: readonly string[];
            /** @description Where the consumer's response differs from what the provider requires. */
            readonly violations: readonly components["schemas"]["Violation"][];
        };
        /** @description A callback or a webhook that the contract declares. */
        readonly Callback: {
            /** @description Its type, which `POST /_ringback/callbacks` and scenarios take, e.g. `createSubscription.onEvent`. */
            readonly callback: string;
            /** @description Its name in the contract. Several callbacks may share it. */
            readonly event: string;
            /**
             * @description Where the contract declares it.
             * @enum {unknown}
             */
            readonly kind: "callback" | "webhook" | "x-webhook";
            /** @description The operation that declares it: `operationId`, or method and path. Null for a webhook, and if several do. */
            readonly operation: string | null;
            /** @description The HTTP method of the callback. The first one if the contract declares several. */
            readonly method: string;
            /** @description The runtime expression of its URL. Null if there is none, or if there are several. */
            readonly expression: string | null;
            /** @description JSON pointer of its declaration in `GET /_ringback/contract`. */
            readonly pointer: string;
            /** @description Whether `POST /_ringback/callbacks` can send it. */
            readonly fireable: boolean;
            /** @description Whether a submission can have its URL. */
            readonly fromSubmission: boolean;
            /** @description Why `fireable` or `fromSubmission` is false, and what to do. Null if both are true. */
            readonly reason: string | null;
            /** @description Whether a submission sends it if no scenario is chosen. */
            readonly byDefault: boolean;
        };
        /** @description A deviation from the standard that was forgiven, or a part of the contract that is unsupported. */
        readonly ContractNote: {
            /**
             * @description Whether it is used all the same.
             * @enum {unknown}
             */
            readonly kind: "forgiven" | "unsupported";
            /** @description JSON pointer of the place in the file. */
            readonly pointer: string;
            /** @description The file, relative to the contract. Missing for the contract itself. */
            readonly file?: string;
            /** @description Line of the place, from 1. Missing if it is unknown. */
            readonly line?: number;
            /** @description Column of the place, from 1. Missing if it is unknown. */
            readonly column?: number;
            /** @description What was found, and how it is understood. */
            readonly message: string;
        };
        /**
         * @description Why an attempt failed. Sentences may change from release to release; these codes do not.
         *     docs/errors.md explains each code.
         * @enum {string}
         */
        readonly AttemptErrorCode: "address.blocked" | "request.invalid" | "dns.not-found" | "dns.failed" | "connect.refused" | "connect.failed" | "connect.timeout" | "connect.busy" | "tls.untrusted" | "tls.client-certificate" | "tls.failed" | "timeout" | "connection.closed" | "response.malformed" | "response.redirect" | "response.status" | "response.gone" | "target.gone" | "scripted" | "stopped";
        /** @description A fault with a probability, and the result of the random draw. */
        readonly FaultDraw: {
            /** @description The fault in words. */
            readonly fault: string;
            /** @description Probability that the fault applies, from 0 to 1. */
            readonly probability: number;
            /** @description From 0 to 1. The fault applies if it is below the probability. */
            readonly drawn: number;
            /** @description Whether the fault was applied. */
            readonly struck: boolean;
        };
        /**
         * @description How many submissions the order applies to. If several files are submitted together, each document counts as one.
         * @default 1
         */
        readonly OrderTimes: number;
        /** @description Which submissions match. All given conditions must hold. Null or missing: all submissions of the provider. */
        readonly Match: {
            /** @description The submission: `operationId`, or method and path. */
            readonly operation?: string;
            /** @description File name with the wildcards * and ?, case-insensitive. */
            readonly fileName?: string;
            /** @description Properties that the body or form must have. */
            readonly body?: Record<string, never>;
        } | null;
        /** @description A scenario that the next submissions play. */
        readonly NextOrder: {
            /** @description The full name. */
            readonly scenario: string;
            readonly match: components["schemas"]["Match"];
            /** @description The number of submissions that it still applies to. */
            readonly times: number;
        };
        /** @description The clock of the space. */
        readonly Clock: {
            /**
             * @description `real`: time passes by itself. `virtual`: it passes only when `POST /_ringback/clock` moves it.
             * @enum {unknown}
             */
            readonly kind: "real" | "virtual";
            /** @description The time of the space. */
            readonly now: components["schemas"]["Time"];
            /** @description The number of pending steps and attempts. */
            readonly pending: number;
        };
        /** @description What a move of the virtual clock did. */
        readonly ClockMove: {
            /** @description The time of the space after the move. */
            readonly now: components["schemas"]["Time"];
            /** @description The number of steps and attempts played. */
            readonly jobs: number;
            /** @description The number of steps and attempts still pending. */
            readonly pending: number;
            /**
             * @description The bound that ended the move early, or null.
             * @enum {unknown}
             */
            readonly bound: "horizon" | "count" | null;
            /** @description The number of deliveries that had an attempt, or ended, during the move. */
            readonly total: number;
            /** @description True if there are more than `deliveries` shows. */
            readonly truncated: boolean;
            /**
             * @description The first 1,000 of these deliveries, in the order of their attempts. Long bodies are truncated;
             *     `GET /_ringback/deliveries/{id}` returns them in full.
             */
            readonly deliveries: readonly components["schemas"]["Delivery"][];
            /** @description If `truncated`, the ids of the following deliveries, at most 100,000. */
            readonly moreIds?: readonly string[];
        };
        /** @description An isolated place to play: own resources, clock, seed, settings, log. */
        readonly Space: {
            /** @description Name of the space. Its paths start with `/@{name}`. */
            readonly name: string;
            readonly clock: components["schemas"]["Clock"];
            /** @description The number of records of the space. */
            readonly counts: {
                /** @description The number of documents, applications and other resources of the providers. */
                readonly resources: number;
                /** @description The number of runs. */
                readonly runs: number;
                /** @description The number of deliveries, including those sent by hand. */
                readonly deliveries: number;
                /** @description The number of requests that the inboxes keep. */
                readonly inboxRequests: number;
            };
            /** @description The number of records evicted since the last reset, because a limit was reached. */
            readonly evicted: {
                /** @description The number of evicted runs. */
                readonly runs: number;
                /** @description Those sent by hand. The others are evicted with their runs. */
                readonly deliveries: number;
                /** @description The number of evicted requests to inboxes. */
                readonly inboxRequests: number;
                /** @description The number of evicted uploads. */
                readonly uploads: number;
            };
            /** @description Size in bytes of the stored uploads (`limits.keptUploadBytes`). */
            readonly uploadBytes: number;
            readonly memory: components["schemas"]["Memory"];
            /**
             * Format: date-time
             * @description ISO 8601, UTC, real time.
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When a request last entered or left the space, or something last happened in it. Real time.
             */
            readonly lastUsedAt: string;
            /** @description Requests in progress, including event streams and this request itself. */
            readonly openRequests: number;
            /** @description The number of open event streams and waiting requests. */
            readonly eventReaders: number;
            /** @description How long the space may be idle (setting `limits.spaceIdle`). */
            readonly idle: components["schemas"]["Duration"];
        };
        /** @description Memory use of the space, in bytes. */
        readonly Memory: {
            /** @description Approximate memory of all records, without uploads. */
            readonly bytes: number;
            /** @description The memory limit (`limits.memoryBytes`, `--memory-bytes`). */
            readonly limit: number;
        };
        /** @description Id of the event, a number that grows by one with each event of the space. */
        readonly EventId: number;
        /**
         * @description What happened, by `type`, which is also the name of the server-sent event. Times are those of the space, `id`
         *     is the id of the event. The events of a delivery contain it as it is at that time, with long bodies truncated.
         *     The attempt that has just ended is its last one.
         */
        readonly Event: components["schemas"]["RunCreated"] | components["schemas"]["RunEnded"] | components["schemas"]["StepPlayed"] | components["schemas"]["DeliveryChanged"] | components["schemas"]["RequestFaulted"] | components["schemas"]["MemoryHigh"] | components["schemas"]["MemoryFull"] | components["schemas"]["CallbackUnsent"] | components["schemas"]["ProviderFailed"] | components["schemas"]["SpaceReset"] | components["schemas"]["Defect"] | components["schemas"]["Gap"];
        /** @description A submission has started a run. */
        readonly RunCreated: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description A submission has started a run.
             * @constant
             */
            readonly type: "run.created";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description Id of the run. */
            readonly runId: string;
            /** @description The run as it was at that time. */
            readonly run: components["schemas"]["Run"];
        };
        /** @description `run.finished`: nothing is pending, unless the consumer submits more. `run.evicted`: the run was evicted because of `limits.runs` or the memory limit. */
        readonly RunEnded: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description `run.finished`: nothing is pending. `run.evicted`: the run is gone.
             * @enum {unknown}
             */
            readonly type: "run.finished" | "run.evicted";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description Id of the run. */
            readonly runId: string;
        };
        /** @description A step was played. Its callbacks, if any, are sent next. */
        readonly StepPlayed: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description A step was played.
             * @constant
             */
            readonly type: "step.played";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description Id of the run. */
            readonly runId: string;
            /** @description The trigger that started the step: `submission`, or a later event such as `upload`. */
            readonly trigger: string;
            /** @description What the trigger refers to, e.g. the id of the uploaded file. Null for the submission as a whole. */
            readonly subject: string | null;
            /** @description What the step does. */
            readonly step: {
                /** @description Time from the trigger. */
                readonly after: components["schemas"]["Duration"];
                /** @description What the step changes on the resource, or null. */
                readonly set: Record<string, never> | null;
                /** @description The callback that the step sends, or null. */
                readonly callback: string | null;
            };
        };
        /** @description A delivery was created, had an attempt, or ended. */
        readonly DeliveryChanged: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description `delivery.created`: it is due. `attempt.ended`: an attempt has its result. `delivery.delivered`: an attempt was acknowledged. `delivery.failed`: no attempt succeeded, and no further one follows. `delivery.dropped`: a script prevents the delivery.
             * @enum {unknown}
             */
            readonly type: "delivery.created" | "attempt.ended" | "delivery.delivered" | "delivery.failed" | "delivery.dropped";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description Null for a callback sent by hand. */
            readonly runId: string | null;
            /** @description The delivery as it was at that time. Long bodies are truncated. */
            readonly delivery: components["schemas"]["Delivery"];
        };
        /** @description A script applied an API fault to a request. */
        readonly RequestFaulted: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description A fault was applied to a request.
             * @constant
             */
            readonly type: "request.faulted";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description Null if the request has no run, or none yet. */
            readonly runId: string | null;
            /** @description `operationId` of the request. */
            readonly operation: string;
            /** @description Full name of the scenario that has the fault. */
            readonly scenario: string;
            /** @description In words. */
            readonly fault: string;
        };
        /** @description The records of the space use more than 80 % of its memory limit. Beyond the limit, the oldest are evicted. This event is repeated only after usage has dropped below 70 %. */
        readonly MemoryHigh: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description The memory limit is near.
             * @constant
             */
            readonly type: "memory.high";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description Memory that the records use, in bytes. */
            readonly bytes: number;
            /** @description The memory limit, in bytes. */
            readonly limit: number;
        };
        /** @description Callbacks of a run were not created, because the memory limit was reached and nothing could be evicted. The run has a warning. */
        readonly MemoryFull: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description The memory limit is reached.
             * @constant
             */
            readonly type: "memory.full";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description Id of the run. */
            readonly runId: string;
            /** @description What was not created, in a sentence. */
            readonly message: string;
        };
        /** @description Callbacks of a run are not sent, because the provider has no URL for them, for example. */
        readonly CallbackUnsent: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description Callbacks are not sent.
             * @constant
             */
            readonly type: "callback.unsent";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description Id of the run. */
            readonly runId: string;
            /** @description Which callback, and why, in a sentence. */
            readonly message: string;
        };
        /** @description The code of a provider failed, so that a request got 500. Nothing of the request was kept. */
        readonly ProviderFailed: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description The code of the provider failed.
             * @constant
             */
            readonly type: "provider.failed";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description `operationId` of the request. */
            readonly operation: string;
            /** @description Which code, and why, in a sentence. */
            readonly message: string;
        };
        /** @description The space was reset. The stream ends. */
        readonly SpaceReset: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description The space was reset.
             * @constant
             */
            readonly type: "space.reset";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
        };
        /** @description Ringback itself failed. The run continues as far as possible. */
        readonly Defect: {
            readonly id: components["schemas"]["EventId"];
            /**
             * @description Ringback failed.
             * @constant
             */
            readonly type: "defect";
            /** @description When it happened, by the clock of the space. */
            readonly at: components["schemas"]["Time"];
            /** @description What failed, in a sentence. */
            readonly message: string;
        };
        /** @description Some events are no longer available to the client. */
        readonly Gap: {
            /** @description Id of the last missed event. */
            readonly id: components["schemas"]["EventId"];
            /**
             * @description Events are missing at this place of the stream.
             * @constant
             */
            readonly type: "gap";
            /** @description The number of missed events. Null if they are from before a reset or eviction of the space. */
            readonly missed: number | null;
        };
        /** @description A request as an inbox received it. */
        readonly InboxRequest: {
            /** @description Id of the request, e.g. for `GET /_ringback/inboxes/{name}/{id}`. */
            readonly id: string;
            /** @description When the request arrived, by the clock of the space. */
            readonly receivedAt: components["schemas"]["Time"];
            /** @description HTTP method of the request. */
            readonly method: string;
            /** @description Path and query string as received. */
            readonly url: string;
            /** @description The query parameters; an array for one that occurs several times. */
            readonly query: Record<string, never>;
            /** @description Headers of the request. Nothing is masked. */
            readonly headers: components["schemas"]["Headers"];
            /** @description The body as text. Truncated in lists. */
            readonly body: string;
            /** @description True if the body was longer than what is stored, or than what the list shows. */
            readonly bodyTruncated: boolean;
            /** @description The parsed body, if it is JSON. Omitted in lists. */
            readonly json?: unknown;
            /** @description The status of the inbox's response. */
            readonly answeredWith: number;
        };
        /** @description The responses of an inbox. */
        readonly InboxScript: {
            /** @description The responses, in this order. A number is a response with that status. An empty array removes the script. */
            readonly answers: readonly (number | components["schemas"]["InboxAnswer"])[];
            /**
             * @description What follows the last response: `last` repeats it, `repeat` starts over, `received` responds `200
             *     {"received":true}`.
             * @default last
             * @enum {unknown}
             */
            readonly then: "last" | "repeat" | "received";
        };
        /** @description One response of an inbox. */
        readonly InboxAnswer: {
            /** @description Status of the response. */
            readonly status: number;
            /**
             * @description How many requests get this response.
             * @default 1
             */
            readonly times: number;
            /**
             * @description How long the response is delayed, in real time with either clock, like the timeout of an attempt.
             *     At most 10 minutes.
             */
            readonly delay?: components["schemas"]["DurationInput"];
            /** @description Headers of the response, by name. Default: none. */
            readonly headers?: {
                readonly [key: string]: string;
            };
            /**
             * @description A string is sent as it is, as `text/plain` unless `headers` says otherwise. Anything else is sent
             *     as JSON. Default: `{"received":true}` for 200 and 201, otherwise no body.
             */
            readonly body?: unknown;
        };
        /** @description A scenario, as lists show it. */
        readonly Scenario: {
            /** @description The full name, e.g. `docdigitizer/rejected`. */
            readonly name: string;
            /** @description Name of the provider that plays it, e.g. `docdigitizer`. */
            readonly provider: string;
            /** @description What happens, and how a good consumer handles it. Empty if the scenario has no description. */
            readonly description: string;
            /** @description Which submissions play it by themselves, or null. */
            readonly match: Record<string, never> | null;
            /** @description The outcome in the provider's terms; null for a scenario that is a timeline. */
            readonly outcome: Record<string, never> | null;
            /** @description Where the scenario is defined. */
            readonly source: {
                /** @description Path of the file. For a scenario that a request has stored, that request, e.g. `PUT /_ringback/scenarios/mine`. */
                readonly file: string;
                /** @description 1-based line in the file. */
                readonly line: number;
            };
        };
        /** @description A scenario with its steps, faults and settings. */
        readonly ScenarioDetail: {
            /** @description The steps by the trigger that starts them. */
            readonly triggers: {
                readonly [key: string]: readonly {
                    /** @description Time from the trigger. */
                    readonly after: components["schemas"]["Duration"];
                    /** @description What the step changes on the resource, or null. */
                    readonly set: Record<string, never> | null;
                    /** @description The callback that the step sends, or null. */
                    readonly callback: string | null;
                    /** @description Query parameters that replace those of the provider. Default: none. */
                    readonly query?: Record<string, never>;
                    /** @description Merge patch (RFC 7396) for the payload of the provider. A value that is not an object replaces it. Default: none. */
                    readonly payload?: unknown;
                    /** @description Headers that replace those of the callback, or are added to them. Default: none. */
                    readonly headers?: {
                        readonly [key: string]: string;
                    };
                }[];
            };
            /** @description The faults of its callbacks. */
            readonly faults: readonly {
                /** @description The deliveries that it applies to. Empty: all of them. */
                readonly on: Record<string, never>;
                /**
                 * @description The fault in words, as in the log of a delivery.
                 * @example delay 1h
                 * @example corrupt truncate
                 */
                readonly fault: string;
                /** @description Probability that the fault applies, from 0 to 1. */
                readonly probability: number;
                /**
                 * @description How a good consumer responds to a callback with this fault.
                 * @enum {string}
                 */
                readonly expect: "acknowledged" | "refused" | "answered" | "unanswered";
            }[];
            /** @description The faults of its API responses. */
            readonly respond: readonly {
                /** @description `operationId`. Null: every operation. */
                readonly operation: string | null;
                /**
                 * @description The fault in words, as in `X-Ringback-Fault`.
                 * @example status 503
                 * @example latency 5s
                 */
                readonly fault: string;
                /** @description The number of requests that it applies to. Null: all. */
                readonly times: number | null;
                /** @description Probability that the fault applies, from 0 to 1. */
                readonly probability: number;
                /** @description Headers of the response. Default: none. */
                readonly headers?: components["schemas"]["Headers"];
                /** @description Body of the response, as JSON. Default: the body of the fault. */
                readonly body?: unknown;
            }[];
            /** @description Retry policy of its callbacks. */
            readonly retry: {
                /** @description The waits before the 2nd, 3rd, … attempt. */
                readonly schedule: readonly components["schemas"]["Duration"][];
                /** @description Which failures are retried: statuses such as `503` or `5xx`, `timeout`, `network`. */
                readonly on: readonly string[];
                /** @description Timeout of an attempt, in real time. */
                readonly timeout: components["schemas"]["Duration"];
                /** @description The longest `Retry-After` that is honored. */
                readonly retryAfter: components["schemas"]["Duration"];
            };
            /** @description Settings that differ from those of the space while the scenario plays. */
            readonly settings: Record<string, never>;
            /** @description Seed of the data of its runs. Null: the seed of the space. */
            readonly seed: number | null;
        } & components["schemas"]["Scenario"];
    };
    responses: {
        /** @description Where to go. */
        readonly Index: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Index"];
                readonly "text/html": string;
            };
        };
        /** @description The request was refused, and why (RFC 9457). */
        readonly Problem: {
            headers: {
                /** @description The supported content codings. Sent with 415 when the coding is the reason. */
                readonly "Accept-Encoding"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The memory limit is reached, and nothing can be evicted (`limits.memoryBytes`). */
        readonly MemoryFull: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The client has the current version (`If-None-Match`). */
        readonly NotModified: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
        /** @description A package is missing, or has an unsupported version. The text names it. */
        readonly PackageMissing: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request was stored. The body is this one, unless the script of the inbox has another. */
        readonly Received: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": unknown;
                readonly "*/*": unknown;
            };
        };
        /** @description What the script of the inbox says. */
        readonly Scripted: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "*/*": unknown;
            };
        };
        /** @description All settings of the space, by name. */
        readonly Settings: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": {
                    /** @description In the format of `--set`. Secrets are `***`. */
                    readonly settings: Record<string, never>;
                };
            };
        };
        /** @description It is gone. */
        readonly Gone: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The scenario. 201 if there was none of its name. */
        readonly Scenario: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ScenarioDetail"];
            };
        };
    };
    parameters: {
        /** @description The id from the list. */
        readonly Id: string;
        /** @description Any name. An inbox exists as soon as it is called. */
        readonly InboxName: string;
        /** @description The scenario's own name, without the provider. */
        readonly ScenarioName: string;
        /** @description `documents`, `applications`, `runs` or `deliveries`. */
        readonly Collection: string;
        /** @description A collection whose rows that belong to this row are included, e.g. `deliveries` of `runs`. */
        readonly Embed: string;
        /** @description The record that the row belongs to, included in it, e.g. `run` of `deliveries`. */
        readonly Expand: string;
        /** @description Maximum number of items. */
        readonly Limit: number;
        /** @description Id of an item: only older items are returned. Use the first item of a page to get the previous page. */
        readonly Before: string;
        /** @description Maximum length of a body, in characters. Longer ones are truncated and have `bodyTruncated`. */
        readonly BodyLimit: number;
        /**
         * @description Waits in real time, at most for this duration (5m is the longest), until `count` items that match the filters
         *     have ended: deliveries that are not pending, finished runs, requests that an inbox received. At the end of the
         *     wait, the response is 200 with what there is, and `reached` is false. A reset of the space ends the wait. On a
         *     virtual clock, another request must move the clock meanwhile.
         */
        readonly Wait: string;
        /** @description How many items end the wait. Only with `wait`; 1 if omitted. */
        readonly Count: number;
    };
    requestBodies: {
        /** @description One scenario, in YAML, or in JSON under a JSON content type. `schemas/scenario.schema.json` describes it. */
        readonly Script: {
            readonly content: {
                readonly "application/yaml": string;
                readonly "*/*": string;
            };
        };
        /** @description Any bytes. */
        readonly Anything: {
            readonly content: {
                readonly "*/*": string;
            };
        };
    };
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getRoot: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Index"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getIndex: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Index"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getControlContract: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The OpenAPI document. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/yaml": string;
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getUi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The page. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            readonly 304: components["responses"]["NotModified"];
            /** @description The path ends with a slash. `Location` has it without one. */
            readonly 308: {
                headers: {
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 501: components["responses"]["PackageMissing"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getUiFile: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Name of the file. */
                readonly file: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/javascript": string;
                    readonly "text/css": string;
                    readonly "image/svg+xml": string;
                };
            };
            readonly 304: components["responses"]["NotModified"];
            readonly 501: components["responses"]["PackageMissing"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getHealth: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The server is running. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `ok`: a server that cannot serve does not respond.
                         * @constant
                         */
                        readonly status: "ok";
                        /**
                         * @description Version of the server.
                         * @example 0.1.0
                         */
                        readonly version: string;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getMetrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The metrics, in version 0.0.4 of the format. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # HELP ringback_runs_total Runs that were created.
                     *     # TYPE ringback_runs_total counter
                     *     ringback_runs_total{provider="informed"} 3
                     */
                    readonly "text/plain": string;
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly listRuns: {
        readonly parameters: {
            readonly query?: {
                /** @description Shows each run with its timeline and deliveries, for at most 1,000 deliveries together. The response can have fewer than `limit` runs, but at least one; `before` continues. */
                readonly detail?: boolean;
                /** @description Only runs of this provider, e.g. `informed`. */
                readonly provider?: string;
                /** @description Only runs that play this scenario. Give its full name (`docdigitizer/rejected`) or the name alone. */
                readonly scenario?: string;
                /** @description Only runs in this state. */
                readonly state?: components["schemas"]["RunState"];
                /** @description Maximum number of items. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description Id of an item: only older items are returned. Use the first item of a page to get the previous page. */
                readonly before?: components["parameters"]["Before"];
                /** @description Maximum length of a body, in characters. Longer ones are truncated and have `bodyTruncated`. */
                readonly bodyLimit?: components["parameters"]["BodyLimit"];
                /**
                 * @description Waits in real time, at most for this duration (5m is the longest), until `count` items that match the filters
                 *     have ended: deliveries that are not pending, finished runs, requests that an inbox received. At the end of the
                 *     wait, the response is 200 with what there is, and `reached` is false. A reset of the space ends the wait. On a
                 *     virtual clock, another request must move the clock meanwhile.
                 */
                readonly wait?: components["parameters"]["Wait"];
                /** @description How many items end the wait. Only with `wait`; 1 if omitted. */
                readonly count?: components["parameters"]["Count"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The runs. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The newest matches, at most `limit`, newest last. */
                        readonly runs: readonly (components["schemas"]["RunDetail"] | components["schemas"]["Run"])[];
                        /** @description The number of matching runs, regardless of `limit`. */
                        readonly total: number;
                        /** @description The number of runs evicted since the last reset of the space, because of `limits.runs` or the memory limit. */
                        readonly evicted: number;
                        readonly reached?: components["schemas"]["Reached"];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getRun: {
        readonly parameters: {
            readonly query?: {
                /** @description Maximum length of a body, in characters. Longer ones are truncated and have `bodyTruncated`. */
                readonly bodyLimit?: components["parameters"]["BodyLimit"];
            };
            readonly header?: never;
            readonly path: {
                /** @description The id from the list. */
                readonly id: components["parameters"]["Id"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The run. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RunDetail"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly listDeliveries: {
        readonly parameters: {
            readonly query?: {
                /** @description Only deliveries of this run; the empty string means those that belong to no run. */
                readonly run?: string;
                /** @description Only deliveries of this provider. */
                readonly provider?: string;
                /** @description Only deliveries of this callback. Give its type (`informed.extractions`) or its name alone. */
                readonly callback?: string;
                /** @description Only deliveries in this state. */
                readonly state?: components["schemas"]["DeliveryState"];
                /** @description Maximum number of items. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description Id of an item: only older items are returned. Use the first item of a page to get the previous page. */
                readonly before?: components["parameters"]["Before"];
                /** @description Maximum length of a body, in characters. Longer ones are truncated and have `bodyTruncated`. */
                readonly bodyLimit?: components["parameters"]["BodyLimit"];
                /**
                 * @description Waits in real time, at most for this duration (5m is the longest), until `count` items that match the filters
                 *     have ended: deliveries that are not pending, finished runs, requests that an inbox received. At the end of the
                 *     wait, the response is 200 with what there is, and `reached` is false. A reset of the space ends the wait. On a
                 *     virtual clock, another request must move the clock meanwhile.
                 */
                readonly wait?: components["parameters"]["Wait"];
                /** @description How many items end the wait. Only with `wait`; 1 if omitted. */
                readonly count?: components["parameters"]["Count"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The deliveries. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The newest matches, at most `limit`, newest last. */
                        readonly deliveries: readonly components["schemas"]["Delivery"][];
                        /** @description The number of matching deliveries, regardless of `limit`. */
                        readonly total: number;
                        /** @description The number of callbacks sent by hand that were evicted since the last reset of the space, because of `limits.runs`. */
                        readonly evicted: number;
                        readonly reached?: components["schemas"]["Reached"];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getDelivery: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id from the list. */
                readonly id: components["parameters"]["Id"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The delivery. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly redeliver: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id from the list. */
                readonly id: components["parameters"]["Id"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The new delivery. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
            readonly 507: components["responses"]["MemoryFull"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly listCallbacks: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The callbacks, in the order of the contract. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The callbacks, in the order of the contract. */
                        readonly callbacks: readonly components["schemas"]["Callback"][];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly fireCallback: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description The callback's type, e.g. `informed.extractions`. The event alone works if only one callback has it. */
                    readonly callback: string;
                    /**
                     * an absolute http or https URL
                     * Format: uri
                     * @description Absolute http or https URL to call.
                     */
                    readonly to: string;
                    /**
                     * an HTTP method in upper case
                     * @description Default: the first method that the contract declares for the callback.
                     */
                    readonly method?: string;
                    /** @description Headers to send in addition to the callback's own. */
                    readonly headers?: {
                        readonly [key: string]: string;
                    };
                    /** @description The body as a JSON value, or the query parameters as one object. Default: what the provider sends, or the contract's first example. */
                    readonly payload?: unknown;
                };
            };
        };
        readonly responses: {
            /** @description The delivery. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
            readonly 507: components["responses"]["MemoryFull"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getContract: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The contract. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The version of OpenAPI. */
                        readonly openapi: string;
                        /** @description The title and the version of the contract. */
                        readonly info: Record<string, never>;
                        /** @description What was forgiven, and what is unsupported, in the order of the document. */
                        readonly "x-ringback-notes": readonly components["schemas"]["ContractNote"][];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getClock: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The clock. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Clock"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly moveClock: {
        readonly parameters: {
            readonly query?: {
                /** @description Maximum length of a body, in characters. Longer ones are truncated and have `bodyTruncated`. */
                readonly bodyLimit?: components["parameters"]["BodyLimit"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description How far to move the clock. Everything that becomes due on the way is played. */
                    readonly advance?: components["schemas"]["DurationInput"];
                    /**
                     * @description Plays until nothing is pending, for at most 30 virtual days.
                     * @constant
                     */
                    readonly settle?: true;
                };
            };
        };
        readonly responses: {
            /** @description What the move did. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClockMove"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getSettings: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Settings"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly changeSettings: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": Record<string, never>;
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["Settings"];
            readonly 507: components["responses"]["MemoryFull"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly resetSpace: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The space is empty. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly receiveInboxGet: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Received"];
            readonly "4XX": components["responses"]["Scripted"];
            readonly default: components["responses"]["Scripted"];
        };
    };
    readonly receiveInboxPut: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: components["requestBodies"]["Anything"];
        readonly responses: {
            readonly 200: components["responses"]["Received"];
            readonly "4XX": components["responses"]["Scripted"];
            readonly default: components["responses"]["Scripted"];
        };
    };
    readonly receiveInbox: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: components["requestBodies"]["Anything"];
        readonly responses: {
            readonly 200: components["responses"]["Received"];
            readonly "4XX": components["responses"]["Scripted"];
            readonly default: components["responses"]["Scripted"];
        };
    };
    readonly receiveInboxDelete: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: components["requestBodies"]["Anything"];
        readonly responses: {
            readonly 200: components["responses"]["Received"];
            readonly "4XX": components["responses"]["Scripted"];
            readonly default: components["responses"]["Scripted"];
        };
    };
    readonly receiveInboxOptions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: components["requestBodies"]["Anything"];
        readonly responses: {
            readonly 200: components["responses"]["Received"];
            readonly "4XX": components["responses"]["Scripted"];
            readonly default: components["responses"]["Scripted"];
        };
    };
    readonly receiveInboxPatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: components["requestBodies"]["Anything"];
        readonly responses: {
            readonly 200: components["responses"]["Received"];
            readonly "4XX": components["responses"]["Scripted"];
            readonly default: components["responses"]["Scripted"];
        };
    };
    readonly getInbox: {
        readonly parameters: {
            readonly query?: {
                /** @description Maximum number of items. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description Id of an item: only older items are returned. Use the first item of a page to get the previous page. */
                readonly before?: components["parameters"]["Before"];
                /** @description Maximum length of a body, in characters. Longer ones are truncated and have `bodyTruncated`. */
                readonly bodyLimit?: components["parameters"]["BodyLimit"];
                /**
                 * @description Waits in real time, at most for this duration (5m is the longest), until `count` items that match the filters
                 *     have ended: deliveries that are not pending, finished runs, requests that an inbox received. At the end of the
                 *     wait, the response is 200 with what there is, and `reached` is false. A reset of the space ends the wait. On a
                 *     virtual clock, another request must move the clock meanwhile.
                 */
                readonly wait?: components["parameters"]["Wait"];
                /** @description How many items end the wait. Only with `wait`; 1 if omitted. */
                readonly count?: components["parameters"]["Count"];
            };
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The requests of the inbox. An inbox that was never called is empty. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The requests, the newest last. */
                        readonly requests: readonly components["schemas"]["InboxRequest"][];
                        /** @description The number of requests in the inbox, regardless of `limit`. */
                        readonly total: number;
                        /** @description The number of requests of this inbox evicted since the last reset, because of `limits.inboxRequests`. */
                        readonly evicted: number;
                        readonly reached?: components["schemas"]["Reached"];
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly scriptInbox: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["InboxScript"];
            };
        };
        readonly responses: {
            /** @description The script with its defaults filled in. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["InboxScript"];
                };
            };
            readonly 507: components["responses"]["MemoryFull"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getInboxRequest: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any name. An inbox exists as soon as it is called. */
                readonly name: components["parameters"]["InboxName"];
                /** @description The id from the list. */
                readonly id: components["parameters"]["Id"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The request. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["InboxRequest"];
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly listScenarios: {
        readonly parameters: {
            readonly query?: {
                /** @description Only scenarios of this provider. */
                readonly provider?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The scenarios in alphabetical order. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The scenarios. */
                        readonly scenarios: readonly components["schemas"]["Scenario"][];
                        /** @description The number of scenarios. */
                        readonly total: number;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getScenario: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The scenario's own name, without the provider. */
                readonly name: components["parameters"]["ScenarioName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Scenario"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly putScenario: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The scenario's own name, without the provider. */
                readonly name: components["parameters"]["ScenarioName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["Script"];
        readonly responses: {
            readonly 200: components["responses"]["Scenario"];
            readonly 201: components["responses"]["Scenario"];
            readonly 507: components["responses"]["MemoryFull"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly deleteScenario: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The scenario's own name, without the provider. */
                readonly name: components["parameters"]["ScenarioName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 204: components["responses"]["Gone"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getScenarioOfProvider: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The provider that plays the scenario, e.g. `informed`. */
                readonly provider: string;
                /** @description The scenario's own name, without the provider. */
                readonly name: components["parameters"]["ScenarioName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["Scenario"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly putScenarioOfProvider: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The provider that plays the scenario, e.g. `informed`. */
                readonly provider: string;
                /** @description The scenario's own name, without the provider. */
                readonly name: components["parameters"]["ScenarioName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["Script"];
        readonly responses: {
            readonly 200: components["responses"]["Scenario"];
            readonly 201: components["responses"]["Scenario"];
            readonly 507: components["responses"]["MemoryFull"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly deleteScenarioOfProvider: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The provider that plays the scenario, e.g. `informed`. */
                readonly provider: string;
                /** @description The scenario's own name, without the provider. */
                readonly name: components["parameters"]["ScenarioName"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 204: components["responses"]["Gone"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly listNext: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The queue. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The orders. */
                        readonly queue: readonly components["schemas"]["NextOrder"][];
                        /** @description The number of orders. */
                        readonly total: number;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly queueNext: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description The full name, e.g. `docdigitizer/rejected`. The name alone works if only one provider has it. */
                    readonly scenario: string;
                    readonly match?: components["schemas"]["Match"];
                    readonly times?: components["schemas"]["OrderTimes"];
                } | {
                    /** @description The provider whose default scenario plays, with the faults of `respond`. If only one is served, it can be omitted. */
                    readonly provider?: string;
                    /** @description Faults of the API side, as the `respond` of a scenario has them. */
                    readonly respond: readonly Record<string, never>[];
                    readonly match?: components["schemas"]["Match"];
                    readonly times?: components["schemas"]["OrderTimes"];
                };
            };
        };
        readonly responses: {
            /** @description The order. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NextOrder"];
                };
            };
            readonly 507: components["responses"]["MemoryFull"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly clearNext: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 204: components["responses"]["Gone"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly streamEvents: {
        readonly parameters: {
            readonly query?: {
                /** @description The same, for the first connection. 0 starts with the oldest stored event. Without it, the stream starts with the next event. */
                readonly lastEventId?: components["schemas"]["EventId"];
                /** @description Maximum length of a body, in characters. Longer ones are truncated and have `bodyTruncated`. */
                readonly bodyLimit?: components["parameters"]["BodyLimit"];
            };
            readonly header?: {
                /** @description Id of the last event that the client received. Browsers send it when they reconnect. */
                readonly "Last-Event-ID"?: components["schemas"]["EventId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The events, until one side closes the connection. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly listSpaces: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The spaces. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The spaces, in the order of their creation. */
                        readonly spaces: readonly components["schemas"]["Space"][];
                        /** @description The number of spaces. */
                        readonly total: number;
                        /** @description Maximum number of spaces (`--max-spaces`). */
                        readonly limit: number;
                        /** @description The number of spaces evicted since the start of the server. */
                        readonly evicted: number;
                        /** @description Of all spaces together. */
                        readonly memory: components["schemas"]["Memory"];
                        /** @description Size in bytes of the stored uploads of all spaces together. */
                        readonly uploadBytes: number;
                    };
                };
            };
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly queryData: {
        readonly parameters: {
            readonly query?: {
                /** @description A collection whose rows that belong to this row are included, e.g. `deliveries` of `runs`. */
                readonly _embed?: components["parameters"]["Embed"];
                /** @description The record that the row belongs to, included in it, e.g. `run` of `deliveries`. */
                readonly _expand?: components["parameters"]["Expand"];
                /** @description Only rows that contain this text, case-insensitive. */
                readonly q?: string;
                /** @description Properties to sort by, the most important first, separated by commas. */
                readonly _sort?: string;
                /** @description For each of `_sort`, `asc` or `desc`. */
                readonly _order?: string;
                /** @description The page, from 1, with `_limit` rows each (default 10). `Link` has the neighboring pages. */
                readonly _page?: number;
                /** @description Maximum number of rows. Default: 1000 if `_page` and `_end` are missing too. */
                readonly _limit?: number;
                /** @description How many rows to skip. */
                readonly _start?: number;
                /** @description The row to stop before, instead of `_limit`. */
                readonly _end?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description `documents`, `applications`, `runs` or `deliveries`. */
                readonly collection: components["parameters"]["Collection"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The rows, oldest first unless sorted. */
            readonly 200: {
                headers: {
                    /** @description The number of matching rows. */
                    readonly "X-Total-Count"?: number;
                    /** @description First, previous, next and last page (RFC 8288), with `_page`. */
                    readonly Link?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["DataRow"][];
                };
            };
            readonly 501: components["responses"]["PackageMissing"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
    readonly getDataItem: {
        readonly parameters: {
            readonly query?: {
                /** @description A collection whose rows that belong to this row are included, e.g. `deliveries` of `runs`. */
                readonly _embed?: components["parameters"]["Embed"];
                /** @description The record that the row belongs to, included in it, e.g. `run` of `deliveries`. */
                readonly _expand?: components["parameters"]["Expand"];
            };
            readonly header?: never;
            readonly path: {
                /** @description `documents`, `applications`, `runs` or `deliveries`. */
                readonly collection: components["parameters"]["Collection"];
                /** @description The id from the list. */
                readonly id: components["parameters"]["Id"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The row. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DataRow"];
                };
            };
            readonly 501: components["responses"]["PackageMissing"];
            readonly "4XX": components["responses"]["Problem"];
        };
    };
}
