export interface paths {
    "/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        get?: never;
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["parameters"]["id"];
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": {
                        /** Format: uri */
                        url: string;
                        owner?: components["schemas"]["id"];
                        since?: components["schemas"]["Event_at"];
                        limit?: number | null;
                    };
                };
            };
            responses: {
                /** @description Subscribed */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["parameters"]["id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                default: components["responses"]["Gone"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    closed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            responses: {
                /** @description Noted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface callbacks {
    "PUT /subscriptions/{id}": {
        told: webhooks["closed"];
    };
}
export interface CallbackPayloads {
    "PUT /subscriptions/{id}.told": components["schemas"]["Event"];
    closed: components["schemas"]["Event"];
}
export interface components {
    schemas: {
        id: string | null;
        Event: ({
            /** Format: date-time */
            at: string;
        } & {
            parent?: components["schemas"]["Event"];
            /** @enum {string|null} */
            kind?: "opened" | "closed" | null;
        }) | null;
        /** Format: date-time */
        Event_at: string;
    };
    responses: {
        /** @description Gone */
        Gone: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/octet-stream": Blob;
            };
        };
    };
    parameters: {
        id: string | null;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
