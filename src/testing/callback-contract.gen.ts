// Made from openapi.yaml and schemas/ by "npm run generate". Change those files.
import type { JsonObject } from '../core/json.ts';

/** The webhooks of the bundled contract and all that they refer to, as `loadContract` takes it. */
export const callbackContract: {
  readonly document: JsonObject;
  readonly schemas: Readonly<Record<string, JsonObject>>;
} = {
 "document": {
  "openapi": "3.1.1",
  "info": {
   "title": "Ringback's bundled providers",
   "summary": "The APIs and callbacks of two document providers, as Ringback mocks them.",
   "description": "Two providers that accept documents and call their consumers back later: DocDigitizer under `/docdigitizer`,\nInformed under `/informed`.\n\nEverything without a mark comes from the public documentation of the providers. *Mock's choice* marks what\nno public documentation specifies, so the mock chooses it. If a setting is named, you can change the choice.\n",
   "version": "0.1.0",
   "license": {
    "name": "MIT",
    "identifier": "MIT"
   }
  },
  "webhooks": {
   "documentState": {
    "x-ringback-payload": {
     "$ref": "./schemas/callbacks/document-state.schema.json"
    },
    "parameters": [
     {
      "name": "documentId",
      "in": "query",
      "required": true,
      "description": "Id of the document.",
      "schema": {
       "type": "string",
       "minLength": 1
      }
     },
     {
      "name": "state",
      "in": "query",
      "required": true,
      "description": "State of the document, 30, 91, 92 or 999.",
      "schema": {
       "type": "integer"
      }
     },
     {
      "name": "stateText",
      "in": "query",
      "required": true,
      "description": "Name of the state, RECEIVEDMACHINELEARN, ANNOTATED, REJECTED or ERROR.",
      "schema": {
       "type": "string"
      }
     }
    ],
    "get": {
     "operationId": "receiveDocumentState",
     "tags": [
      "docdigitizer"
     ],
     "summary": "Send the state by GET, the default",
     "description": "The parameters are appended to the query string of the consumer's URL, if it has one. With GET,\nno headers of the consumer are sent. Mock's choice: any 2xx is success; there are no retries unless the\nsettings `docdigitizer.retryOn` and `docdigitizer.retryDelays` enable them; the timeout\n(`docdigitizer.attemptTimeout`); redirects are not followed.\n",
     "security": [],
     "responses": {
      "2XX": {
       "description": "The consumer has acknowledged the callback."
      },
      "4XX": {
       "description": "The attempt failed and is logged as failed."
      },
      "5XX": {
       "description": "The attempt failed and is logged as failed."
      }
     }
    },
    "post": {
     "operationId": "receiveDocumentStateByPost",
     "tags": [
      "docdigitizer"
     ],
     "summary": "Send the state by POST",
     "description": "Sent if the submission has `callback_method=POST`, with the consumer's `callback_headers`. The parameters\nare in the query string here too. Mock's choice: the body is empty (`docdigitizer.postBody`);\nsuccess, retries, timeout and redirects as with GET.\n",
     "security": [],
     "responses": {
      "2XX": {
       "description": "The consumer has acknowledged the callback."
      },
      "4XX": {
       "description": "The attempt failed and is logged as failed."
      },
      "5XX": {
       "description": "The attempt failed and is logged as failed."
      }
     }
    }
   },
   "documentStateOverview": {
    "x-ringback-payload": {
     "$ref": "./schemas/callbacks/document-state-overview.schema.json"
    },
    "parameters": [
     {
      "name": "doc_id",
      "in": "query",
      "required": true,
      "description": "Id of the document.",
      "schema": {
       "type": "string",
       "minLength": 1
      }
     },
     {
      "name": "status",
      "in": "query",
      "required": true,
      "description": "The final state, ANNOTATED, REJECTED or ERROR.",
      "schema": {
       "type": "string"
      }
     }
    ],
    "get": {
     "operationId": "receiveDocumentStateOverview",
     "tags": [
      "docdigitizer"
     ],
     "summary": "Send the final state by GET, as on the overview page of API v2",
     "description": "The parameters are appended to the query string of the consumer's URL, if it has one. With GET,\nno headers of the consumer are sent. Mock's choice: any 2xx is success; there are no retries unless the\nsettings `docdigitizer.retryOn` and `docdigitizer.retryDelays` enable them; the timeout\n(`docdigitizer.attemptTimeout`); redirects are not followed.\n",
     "security": [],
     "responses": {
      "2XX": {
       "description": "The consumer has acknowledged the callback."
      },
      "4XX": {
       "description": "The attempt failed and is logged as failed."
      },
      "5XX": {
       "description": "The attempt failed and is logged as failed."
      }
     }
    },
    "post": {
     "operationId": "receiveDocumentStateOverviewByPost",
     "tags": [
      "docdigitizer"
     ],
     "summary": "Send the final state by POST, as on the overview page of API v2",
     "description": "Sent if the submission has `callback_method=POST`, with the consumer's `callback_headers`. The parameters\nare in the query string here too. Mock's choice: the body is empty (`docdigitizer.postBody`);\nsuccess, retries, timeout and redirects as with GET.\n",
     "security": [],
     "responses": {
      "2XX": {
       "description": "The consumer has acknowledged the callback."
      },
      "4XX": {
       "description": "The attempt failed and is logged as failed."
      },
      "5XX": {
       "description": "The attempt failed and is logged as failed."
      }
     }
    }
   },
   "documentStateV1": {
    "x-ringback-payload": {
     "$ref": "./schemas/callbacks/document-state-v1.schema.json"
    },
    "parameters": [
     {
      "name": "docid",
      "in": "query",
      "required": true,
      "description": "Id of the document.",
      "schema": {
       "type": "string",
       "minLength": 1
      }
     },
     {
      "name": "status",
      "in": "query",
      "required": true,
      "description": "start, classified, annotated or rejected.",
      "schema": {
       "type": "string"
      }
     }
    ],
    "get": {
     "operationId": "receiveDocumentStateV1",
     "tags": [
      "docdigitizer"
     ],
     "summary": "Send the state of a document of API v1 by GET, the default",
     "description": "The parameters are appended to the query string of the consumer's URL, if it has one. With GET,\nno headers of the consumer are sent. Mock's choice: any 2xx is success; there are no retries unless the\nsettings `docdigitizer.retryOn` and `docdigitizer.retryDelays` enable them; the timeout\n(`docdigitizer.attemptTimeout`); redirects are not followed.\n",
     "security": [],
     "responses": {
      "2XX": {
       "description": "The consumer has acknowledged the callback."
      },
      "4XX": {
       "description": "The attempt failed and is logged as failed."
      },
      "5XX": {
       "description": "The attempt failed and is logged as failed."
      }
     }
    },
    "post": {
     "operationId": "receiveDocumentStateV1ByPost",
     "tags": [
      "docdigitizer"
     ],
     "summary": "Send the state of a document of API v1 by POST",
     "description": "Sent if the submission has `callback_method=POST`, with the consumer's `callback_headers`. The parameters\nare in the query string here too. Mock's choice: the body is empty (`docdigitizer.postBody`);\nsuccess, retries, timeout and redirects as with GET.\n",
     "security": [],
     "responses": {
      "2XX": {
       "description": "The consumer has acknowledged the callback."
      },
      "4XX": {
       "description": "The attempt failed and is logged as failed."
      },
      "5XX": {
       "description": "The attempt failed and is logged as failed."
      }
     }
    }
   },
   "extractions": {
    "post": {
     "operationId": "receiveExtractions",
     "tags": [
      "informed"
     ],
     "summary": "Post the data extracted from one original file",
     "description": "Sent to the application's `webhook`. Anything but a 2xx fails the attempt; after a 429, 500, 502, 503 or 504\nit is sent again, up to 5 times, with a delay strategy. The consumer should respond 200. Any other 2xx counts as\ndelivered too, but is recorded as a violation. The body of a successful response, if any, must be JSON.\n\nMock's choice: the delays of 1, 2, 4, 8 and 16 s (`informed.retryDelays`); that connection errors and\ntimeouts are retried too (`informed.retryOn`); `Retry-After` (`informed.retryAfterMax`); the timeout\n(`informed.attemptTimeout`); the `Authorization` agreed out of band\n(`informed.endpointAuthorization`).\n",
     "security": [
      {},
      {
       "consumerCredentials": []
      }
     ],
     "requestBody": {
      "required": true,
      "content": {
       "application/json": {
        "schema": {
         "$ref": "./schemas/callbacks/extractions.schema.json"
        }
       }
      }
     },
     "responses": {
      "200": {
       "description": "Delivered. If there is a body, it is JSON.",
       "content": {
        "application/json": {
         "schema": {}
        }
       }
      },
      "429": {
       "description": "Sent again later."
      },
      "500": {
       "description": "Sent again later."
      },
      "502": {
       "description": "Sent again later."
      },
      "503": {
       "description": "Sent again later."
      },
      "504": {
       "description": "Sent again later."
      },
      "3XX": {
       "description": "The attempt failed and is not retried. Redirects are not followed."
      },
      "4XX": {
       "description": "The attempt failed and is not retried."
      },
      "5XX": {
       "description": "The attempt failed and is not retried."
      }
     }
    }
   },
   "verifications": {
    "post": {
     "operationId": "receiveVerifications",
     "tags": [
      "informed"
     ],
     "summary": "Post the analysis of everything available",
     "description": "Comes after uploads and updates, as often as their timing requires. `data_sources` lists what was present.\nMock's choice: it waits for a quiet period without uploads and extractions (`informed.quietPeriod`). Delivery,\nretries and the consumer's response are those of the extractions callback.\n",
     "security": [
      {},
      {
       "consumerCredentials": []
      }
     ],
     "requestBody": {
      "required": true,
      "content": {
       "application/json": {
        "schema": {
         "$ref": "./schemas/callbacks/verifications.schema.json"
        }
       }
      }
     },
     "responses": {
      "200": {
       "description": "Delivered. If there is a body, it is JSON.",
       "content": {
        "application/json": {
         "schema": {}
        }
       }
      },
      "429": {
       "description": "Sent again later."
      },
      "500": {
       "description": "Sent again later."
      },
      "502": {
       "description": "Sent again later."
      },
      "503": {
       "description": "Sent again later."
      },
      "504": {
       "description": "Sent again later."
      },
      "3XX": {
       "description": "The attempt failed and is not retried. Redirects are not followed."
      },
      "4XX": {
       "description": "The attempt failed and is not retried."
      },
      "5XX": {
       "description": "The attempt failed and is not retried."
      }
     }
    }
   },
   "error": {
    "post": {
     "operationId": "receiveError",
     "tags": [
      "informed"
     ],
     "summary": "Post an error in place of another callback",
     "description": "For a file, it takes the place of the extractions callback. `Verification response is delayed` takes the\nplace of the verifications callback, and none will follow. Delivery, retries and the consumer's response are\nthose of the extractions callback.\n",
     "security": [
      {},
      {
       "consumerCredentials": []
      }
     ],
     "requestBody": {
      "required": true,
      "content": {
       "application/json": {
        "schema": {
         "$ref": "./schemas/callbacks/error.schema.json"
        }
       }
      }
     },
     "responses": {
      "200": {
       "description": "Delivered. If there is a body, it is JSON.",
       "content": {
        "application/json": {
         "schema": {}
        }
       }
      },
      "429": {
       "description": "Sent again later."
      },
      "500": {
       "description": "Sent again later."
      },
      "502": {
       "description": "Sent again later."
      },
      "503": {
       "description": "Sent again later."
      },
      "504": {
       "description": "Sent again later."
      },
      "3XX": {
       "description": "The attempt failed and is not retried. Redirects are not followed."
      },
      "4XX": {
       "description": "The attempt failed and is not retried."
      },
      "5XX": {
       "description": "The attempt failed and is not retried."
      }
     }
    }
   }
  }
 },
 "schemas": {
  "schemas/callbacks/document-state-overview.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/callbacks/document-state-overview.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Document state callback, as on the overview page of API v2",
   "description": "The query parameters of the variant that the overview page of DocDigitizer's API v2 documents: final states only. Accepts additions: unknown properties and new values of enumerations. The parameters themselves are always present. Mock's choice: the provider publishes no change policy for them.",
   "type": "object",
   "properties": {
    "doc_id": {
     "type": "string",
     "description": "Id of the document.",
     "minLength": 1
    },
    "status": {
     "description": "The final state.",
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "string",
       "enum": [
        "ANNOTATED",
        "REJECTED",
        "ERROR"
       ]
      }
     ]
    }
   },
   "required": [
    "doc_id",
    "status"
   ],
   "examples": [
    {
     "doc_id": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "ANNOTATED"
    },
    {
     "doc_id": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "REJECTED"
    },
    {
     "doc_id": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "ERROR"
    }
   ]
  },
  "schemas/callbacks/document-state-overview.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Document state callback, as on the overview page of API v2 (strict)",
   "description": "The query parameters of the variant that the overview page of DocDigitizer's API v2 documents: final states only. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "doc_id": {
     "type": "string",
     "description": "Id of the document.",
     "minLength": 1
    },
    "status": {
     "type": "string",
     "description": "The final state.",
     "enum": [
      "ANNOTATED",
      "REJECTED",
      "ERROR"
     ]
    }
   },
   "required": [
    "doc_id",
    "status"
   ],
   "additionalProperties": false,
   "examples": [
    {
     "doc_id": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "ANNOTATED"
    },
    {
     "doc_id": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "REJECTED"
    },
    {
     "doc_id": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "ERROR"
    }
   ]
  },
  "schemas/callbacks/document-state-v1.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/callbacks/document-state-v1.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Document state callback of API v1",
   "description": "The query parameters of the callback of DocDigitizer's API v1. `annotated` and `rejected` are final. Accepts additions: unknown properties and new values of enumerations. The parameters themselves are always present. Mock's choice: the provider publishes no change policy for them.",
   "type": "object",
   "properties": {
    "docid": {
     "type": "string",
     "description": "Id of the document.",
     "minLength": 1
    },
    "status": {
     "description": "How far the document is.",
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "string",
       "enum": [
        "start",
        "classified",
        "annotated",
        "rejected"
       ]
      }
     ]
    }
   },
   "required": [
    "docid",
    "status"
   ],
   "examples": [
    {
     "docid": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "start"
    },
    {
     "docid": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "classified"
    },
    {
     "docid": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "annotated"
    },
    {
     "docid": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "rejected"
    }
   ]
  },
  "schemas/callbacks/document-state-v1.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Document state callback of API v1 (strict)",
   "description": "The query parameters of the callback of DocDigitizer's API v1. `annotated` and `rejected` are final. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "docid": {
     "type": "string",
     "description": "Id of the document.",
     "minLength": 1
    },
    "status": {
     "type": "string",
     "description": "How far the document is.",
     "enum": [
      "start",
      "classified",
      "annotated",
      "rejected"
     ]
    }
   },
   "required": [
    "docid",
    "status"
   ],
   "additionalProperties": false,
   "examples": [
    {
     "docid": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "start"
    },
    {
     "docid": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "classified"
    },
    {
     "docid": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "annotated"
    },
    {
     "docid": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "status": "rejected"
    }
   ]
  },
  "schemas/callbacks/document-state.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/callbacks/document-state.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Document state callback",
   "description": "The query parameters of DocDigitizer's state callback as one object, with `state` as a number. Phase 1 is 30 RECEIVEDMACHINELEARN: classified and extracted by machine learning, still in process. Phase 2 is one of three final states: 91 ANNOTATED, 92 REJECTED, 999 ERROR. Accepts additions: unknown properties and new values of enumerations. The parameters themselves are always present. Mock's choice: the provider publishes no change policy for them.",
   "type": "object",
   "properties": {
    "documentId": {
     "type": "string",
     "description": "Id of the document.",
     "minLength": 1
    },
    "state": {
     "description": "State of the document.",
     "anyOf": [
      {
       "type": "integer"
      },
      {
       "type": "integer",
       "enum": [
        30,
        91,
        92,
        999
       ]
      }
     ]
    },
    "stateText": {
     "description": "The name of the state.",
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "string",
       "enum": [
        "RECEIVEDMACHINELEARN",
        "ANNOTATED",
        "REJECTED",
        "ERROR"
       ]
      }
     ]
    }
   },
   "required": [
    "documentId",
    "state",
    "stateText"
   ],
   "examples": [
    {
     "documentId": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "state": 30,
     "stateText": "RECEIVEDMACHINELEARN"
    },
    {
     "documentId": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "state": 91,
     "stateText": "ANNOTATED"
    },
    {
     "documentId": "0b9a3a52-6a0c-4a5e-8a57-3f0f6f0f5a77",
     "state": 92,
     "stateText": "REJECTED"
    },
    {
     "documentId": "0b9a3a52-6a0c-4a5e-8a57-3f0f6f0f5a77",
     "state": 999,
     "stateText": "ERROR"
    }
   ]
  },
  "schemas/callbacks/document-state.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Document state callback (strict)",
   "description": "The query parameters of DocDigitizer's state callback as one object, with `state` as a number. Phase 1 is 30 RECEIVEDMACHINELEARN: classified and extracted by machine learning, still in process. Phase 2 is one of three final states: 91 ANNOTATED, 92 REJECTED, 999 ERROR. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "documentId": {
     "type": "string",
     "description": "Id of the document.",
     "minLength": 1
    },
    "state": {
     "type": "integer",
     "description": "State of the document.",
     "enum": [
      30,
      91,
      92,
      999
     ]
    },
    "stateText": {
     "type": "string",
     "description": "The name of the state.",
     "enum": [
      "RECEIVEDMACHINELEARN",
      "ANNOTATED",
      "REJECTED",
      "ERROR"
     ]
    }
   },
   "required": [
    "documentId",
    "state",
    "stateText"
   ],
   "additionalProperties": false,
   "allOf": [
    {
     "if": {
      "properties": {
       "stateText": {
        "const": "RECEIVEDMACHINELEARN"
       }
      },
      "required": [
       "stateText"
      ]
     },
     "then": {
      "properties": {
       "state": {
        "const": 30
       }
      }
     }
    },
    {
     "if": {
      "properties": {
       "stateText": {
        "const": "ANNOTATED"
       }
      },
      "required": [
       "stateText"
      ]
     },
     "then": {
      "properties": {
       "state": {
        "const": 91
       }
      }
     }
    },
    {
     "if": {
      "properties": {
       "stateText": {
        "const": "REJECTED"
       }
      },
      "required": [
       "stateText"
      ]
     },
     "then": {
      "properties": {
       "state": {
        "const": 92
       }
      }
     }
    },
    {
     "if": {
      "properties": {
       "stateText": {
        "const": "ERROR"
       }
      },
      "required": [
       "stateText"
      ]
     },
     "then": {
      "properties": {
       "state": {
        "const": 999
       }
      }
     }
    }
   ],
   "examples": [
    {
     "documentId": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "state": 30,
     "stateText": "RECEIVEDMACHINELEARN"
    },
    {
     "documentId": "5f0a6c1e-2a57-4b0e-9c39-6f1d0c8e7a11",
     "state": 91,
     "stateText": "ANNOTATED"
    },
    {
     "documentId": "0b9a3a52-6a0c-4a5e-8a57-3f0f6f0f5a77",
     "state": 92,
     "stateText": "REJECTED"
    },
    {
     "documentId": "0b9a3a52-6a0c-4a5e-8a57-3f0f6f0f5a77",
     "state": 999,
     "stateText": "ERROR"
    }
   ]
  },
  "schemas/callbacks/error.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/callbacks/error.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Error callback",
   "description": "Informed's callback when a normal one cannot be sent. With a file, it takes the place of that file's extractions callback. `Verification response is delayed` takes the place of the verifications callback, names no file, and no verifications will follow. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "event_type": {
     "type": "string",
     "const": "error"
    },
    "application_id": {
     "type": "string",
     "description": "Id of the application, from the synchronous response to the registration.",
     "minLength": 1
    },
    "application_reference_id": {
     "type": "string",
     "description": "The id that the consumer set when it registered the application.",
     "minLength": 1
    },
    "error_message": {
     "description": "What went wrong.",
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": "string",
       "enum": [
        "unable to process this file",
        "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.",
        "identify: no decode delegate for this image format `' @ error/constitute",
        "**** This file requires a password for access",
        "The image dimension is invalid.",
        "The file size is too large. It should be less than 80MB.",
        "Verification response is delayed"
       ]
      }
     ]
    },
    "file_id": {
     "type": "string",
     "description": "Id of the file; absent if the error concerns no file.",
     "minLength": 1
    },
    "file_reference_id": {
     "type": "string",
     "description": "The name that the consumer gave the file; absent if the error concerns no file.",
     "minLength": 1
    },
    "webhook_url": {
     "type": [
      "string",
      "null"
     ],
     "description": "The URL that this callback was sent to.",
     "format": "uri"
    }
   },
   "required": [
    "event_type",
    "application_id",
    "application_reference_id"
   ],
   "allOf": [
    {
     "if": {
      "properties": {
       "error_message": {
        "enum": [
         "unable to process this file",
         "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.",
         "identify: no decode delegate for this image format `' @ error/constitute",
         "**** This file requires a password for access",
         "The image dimension is invalid.",
         "The file size is too large. It should be less than 80MB."
        ]
       }
      },
      "required": [
       "error_message"
      ]
     },
     "then": {
      "properties": {
       "file_id": true,
       "file_reference_id": true
      },
      "required": [
       "file_id",
       "file_reference_id"
      ]
     }
    }
   ],
   "examples": [
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "unable to process this file",
     "file_id": "c988a854-0425-4920-a241-605661daa810",
     "file_reference_id": "scan.pdf",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.",
     "file_id": "c988a854-0425-4920-a241-605661daa811",
     "file_reference_id": "notes.txt",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "identify: no decode delegate for this image format `' @ error/constitute",
     "file_id": "c988a854-0425-4920-a241-605661daa812",
     "file_reference_id": "broken.png",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "**** This file requires a password for access",
     "file_id": "c988a854-0425-4920-a241-605661daa813",
     "file_reference_id": "locked.pdf",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "The image dimension is invalid.",
     "file_id": "c988a854-0425-4920-a241-605661daa814",
     "file_reference_id": "thumbnail.png",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "The file size is too large. It should be less than 80MB.",
     "file_id": "c988a854-0425-4920-a241-605661daa815",
     "file_reference_id": "whole-archive.tiff",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "webhook_url": "https://consumer.example/informed",
     "error_message": "Verification response is delayed"
    }
   ]
  },
  "schemas/callbacks/error.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Error callback (strict)",
   "description": "Informed's callback when a normal one cannot be sent. With a file, it takes the place of that file's extractions callback. `Verification response is delayed` takes the place of the verifications callback, names no file, and no verifications will follow. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "event_type": {
     "type": "string",
     "const": "error"
    },
    "application_id": {
     "type": "string",
     "description": "Id of the application, from the synchronous response to the registration.",
     "minLength": 1
    },
    "application_reference_id": {
     "type": "string",
     "description": "The id that the consumer set when it registered the application.",
     "minLength": 1
    },
    "error_message": {
     "type": "string",
     "description": "What went wrong.",
     "enum": [
      "unable to process this file",
      "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.",
      "identify: no decode delegate for this image format `' @ error/constitute",
      "**** This file requires a password for access",
      "The image dimension is invalid.",
      "The file size is too large. It should be less than 80MB.",
      "Verification response is delayed"
     ]
    },
    "file_id": {
     "type": "string",
     "description": "Id of the file; absent if the error concerns no file.",
     "minLength": 1
    },
    "file_reference_id": {
     "type": "string",
     "description": "The name that the consumer gave the file; absent if the error concerns no file.",
     "minLength": 1
    },
    "webhook_url": {
     "type": "string",
     "description": "The URL that this callback was sent to.",
     "format": "uri"
    }
   },
   "required": [
    "event_type",
    "application_id",
    "application_reference_id",
    "error_message",
    "webhook_url"
   ],
   "additionalProperties": false,
   "allOf": [
    {
     "if": {
      "properties": {
       "error_message": {
        "enum": [
         "unable to process this file",
         "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.",
         "identify: no decode delegate for this image format `' @ error/constitute",
         "**** This file requires a password for access",
         "The image dimension is invalid.",
         "The file size is too large. It should be less than 80MB."
        ]
       }
      },
      "required": [
       "error_message"
      ]
     },
     "then": {
      "properties": {
       "file_id": true,
       "file_reference_id": true
      },
      "required": [
       "file_id",
       "file_reference_id"
      ]
     }
    },
    {
     "if": {
      "properties": {
       "error_message": {
        "const": "Verification response is delayed"
       }
      },
      "required": [
       "error_message"
      ]
     },
     "then": {
      "properties": {
       "file_id": false,
       "file_reference_id": false
      }
     }
    }
   ],
   "examples": [
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "unable to process this file",
     "file_id": "c988a854-0425-4920-a241-605661daa810",
     "file_reference_id": "scan.pdf",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "The file type is invalid. The valid file types are .pdf, .tiff, .jpeg, .jpg, .png.",
     "file_id": "c988a854-0425-4920-a241-605661daa811",
     "file_reference_id": "notes.txt",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "identify: no decode delegate for this image format `' @ error/constitute",
     "file_id": "c988a854-0425-4920-a241-605661daa812",
     "file_reference_id": "broken.png",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "**** This file requires a password for access",
     "file_id": "c988a854-0425-4920-a241-605661daa813",
     "file_reference_id": "locked.pdf",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "The image dimension is invalid.",
     "file_id": "c988a854-0425-4920-a241-605661daa814",
     "file_reference_id": "thumbnail.png",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "error_message": "The file size is too large. It should be less than 80MB.",
     "file_id": "c988a854-0425-4920-a241-605661daa815",
     "file_reference_id": "whole-archive.tiff",
     "webhook_url": "https://consumer.example/informed"
    },
    {
     "event_type": "error",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "webhook_url": "https://consumer.example/informed",
     "error_message": "Verification response is delayed"
    }
   ]
  },
  "schemas/callbacks/extractions.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/callbacks/extractions.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Extractions callback",
   "description": "Informed's callback with the data extracted from one original file: one callback per file. A file may contain several documents, of several types. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "event_type": {
     "type": "string",
     "const": "extractions"
    },
    "application_id": {
     "type": "string",
     "description": "Id of the application, from the synchronous response to the registration.",
     "minLength": 1
    },
    "application_reference_id": {
     "type": "string",
     "description": "The id that the consumer set when it registered the application.",
     "minLength": 1
    },
    "documents": {
     "type": "object",
     "description": "The documents found, by document type.",
     "properties": {
      "paystub": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/paystub.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      },
      "bank_statement": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/bank-statement.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      },
      "drivers_license": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/drivers-license.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      },
      "utility_bill": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/utility-bill.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      },
      "w2": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/w2.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      }
     },
     "additionalProperties": {
      "type": "array",
      "minItems": 1,
      "items": {
       "$ref": "../models/derived-document.schema.json"
      }
     },
     "minProperties": 1
    }
   },
   "required": [
    "event_type",
    "application_id",
    "application_reference_id",
    "documents"
   ],
   "examples": [
    {
     "event_type": "extractions",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "documents": {
      "paystub": [
       {
        "data_action": "create",
        "document_id": "32f3be93-e771-4677-8471-f81ad4a932d6",
        "file_ids": [
         "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
        ],
        "file_reference_ids": [
         "paystubs.pdf"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/32f3be93-e771-4677-8471-f81ad4a932d6?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": "3906"
          }
         },
         "employer_name": "American Airlines",
         "employer_address": {
          "street_address": "1 Skyview Dr",
          "street_2": null,
          "city": "Fort Worth",
          "state": "TX",
          "zip": "76155"
         },
         "employee_name": "Jo Boren",
         "pay_period_start": "2023-08-05",
         "pay_period_end": "2023-08-18",
         "pay_date": "2023-08-25",
         "pay_frequency": "biweekly",
         "pay_rate": 32.5,
         "hours": 80,
         "gross_pay": 2600,
         "deductions": [
          {
           "description": "Federal income tax",
           "amount": 286,
           "amount_ytd": 4862
          },
          {
           "description": "State income tax",
           "amount": 104,
           "amount_ytd": 1768
          },
          {
           "description": "Social security",
           "amount": 161.2,
           "amount_ytd": 2740.4
          },
          {
           "description": "Medicare",
           "amount": 37.7,
           "amount_ytd": 640.9
          }
         ],
         "net_pay": 2011.1,
         "gross_pay_ytd": 44200,
         "net_pay_ytd": 34188.7
        },
        "updated_at": "2023-09-18T17:59:18Z"
       },
       {
        "data_action": "create",
        "document_id": "a65ec788-d68e-4827-9bdd-70f1ede3bca7",
        "file_ids": [
         "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
        ],
        "file_reference_ids": [
         "paystubs.pdf"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/a65ec788-d68e-4827-9bdd-70f1ede3bca7?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": "3906"
          }
         },
         "employer_name": "American Airlines",
         "employer_address": {
          "street_address": "1 Skyview Dr",
          "street_2": null,
          "city": "Fort Worth",
          "state": "TX",
          "zip": "76155"
         },
         "employee_name": "Jo Boren",
         "pay_period_start": "2023-08-19",
         "pay_period_end": "2023-09-01",
         "pay_date": "2023-09-08",
         "pay_frequency": "biweekly",
         "pay_rate": 32.5,
         "hours": 80,
         "gross_pay": 2600,
         "deductions": [
          {
           "description": "Federal income tax",
           "amount": 286,
           "amount_ytd": 5148
          },
          {
           "description": "State income tax",
           "amount": 104,
           "amount_ytd": 1872
          },
          {
           "description": "Social security",
           "amount": 161.2,
           "amount_ytd": 2901.6
          },
          {
           "description": "Medicare",
           "amount": 37.7,
           "amount_ytd": 678.6
          }
         ],
         "net_pay": 2011.1,
         "gross_pay_ytd": 46800,
         "net_pay_ytd": 36199.8
        },
        "updated_at": "2023-09-18T17:59:18Z"
       }
      ]
     }
    },
    {
     "event_type": "extractions",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "documents": {
      "bank_statement": [
       {
        "data_action": "create",
        "document_id": "9615152f-85af-4350-9591-bef161623642",
        "file_ids": [
         "efef2d00-59e2-446d-8279-1cacf607ea35"
        ],
        "file_reference_ids": [
         "bank-statement.pdf"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/9615152f-85af-4350-9591-bef161623642?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": null
          }
         },
         "bank_name": "First Pacific Bank",
         "account_holder_name": "Jo Boren",
         "account_number_last4": "0417",
         "account_type": "checking",
         "statement_period_start": "2023-08-01",
         "statement_period_end": "2023-08-31",
         "beginning_balance": 1240.55,
         "ending_balance": 2107.45,
         "total_deposits": 4022.2,
         "total_withdrawals": 3155.3,
         "deposits": [
          {
           "date": "2023-08-11",
           "description": "AMERICAN AIRLINES PAYROLL",
           "amount": 2011.1
          },
          {
           "date": "2023-08-25",
           "description": "AMERICAN AIRLINES PAYROLL",
           "amount": 2011.1
          }
         ],
         "overdraft_count": 0,
         "overdraft_amount": 0
        },
        "updated_at": "2023-09-18T18:00:02Z"
       }
      ]
     }
    },
    {
     "event_type": "extractions",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "documents": {
      "drivers_license": [
       {
        "data_action": "create",
        "document_id": "7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c101",
        "file_ids": [
         "c988a854-0425-4920-a241-605661daa87e"
        ],
        "file_reference_ids": [
         "everything-else.tiff"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c101?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": null
          }
         },
         "license_number": "D4410973",
         "issuing_state": "CA",
         "date_of_birth": "1988-04-02",
         "issue_date": "2021-03-30",
         "expiration_date": "2026-04-02"
        },
        "updated_at": "2023-09-18T18:01:40Z"
       }
      ],
      "utility_bill": [
       {
        "data_action": "create",
        "document_id": "7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c102",
        "file_ids": [
         "c988a854-0425-4920-a241-605661daa87e"
        ],
        "file_reference_ids": [
         "everything-else.tiff"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c102?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant2": {
           "address": {
            "street_address": "412 Juniper St",
            "street_2": "Apt 7",
            "city": "Pasadena",
            "state": "CA",
            "zip": "91101"
           },
           "first_name": "Lucinda",
           "middle_name": "May",
           "last_name": "Bonadio",
           "suffix": null,
           "ssn": null
          }
         },
         "utility_name": "Pasadena Water and Power",
         "service_type": "water",
         "customer_name": "Lucinda May Bonadio",
         "account_number_last4": "8820",
         "service_address": {
          "street_address": "412 Juniper St",
          "street_2": "Apt 7",
          "city": "Pasadena",
          "state": "CA",
          "zip": "91101"
         },
         "statement_date": "2023-08-28",
         "due_date": "2023-09-19",
         "amount_due": 74.12
        },
        "updated_at": "2023-09-18T18:01:40Z"
       }
      ],
      "w2": [
       {
        "data_action": "create",
        "document_id": "7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c103",
        "file_ids": [
         "c988a854-0425-4920-a241-605661daa87e"
        ],
        "file_reference_ids": [
         "everything-else.tiff"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c103?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": "3906"
          }
         },
         "tax_year": 2022,
         "employer_name": "American Airlines",
         "employer_address": {
          "street_address": "1 Skyview Dr",
          "street_2": null,
          "city": "Fort Worth",
          "state": "TX",
          "zip": "76155"
         },
         "employer_identification_number": "13-1502798",
         "employee_name": "Jo Boren",
         "wages": 66300,
         "federal_income_tax_withheld": 7293,
         "social_security_wages": 66300,
         "social_security_tax_withheld": 4110.6,
         "medicare_wages": 66300,
         "medicare_tax_withheld": 961.35
        },
        "updated_at": "2023-09-18T18:01:40Z"
       }
      ]
     }
    }
   ]
  },
  "schemas/callbacks/extractions.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Extractions callback (strict)",
   "description": "Informed's callback with the data extracted from one original file: one callback per file. A file may contain several documents, of several types. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "event_type": {
     "type": "string",
     "const": "extractions"
    },
    "application_id": {
     "type": "string",
     "description": "Id of the application, from the synchronous response to the registration.",
     "minLength": 1
    },
    "application_reference_id": {
     "type": "string",
     "description": "The id that the consumer set when it registered the application.",
     "minLength": 1
    },
    "documents": {
     "type": "object",
     "description": "The documents found, by document type.",
     "properties": {
      "paystub": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.strict.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/paystub.strict.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      },
      "bank_statement": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.strict.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/bank-statement.strict.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      },
      "drivers_license": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.strict.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/drivers-license.strict.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      },
      "utility_bill": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.strict.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/utility-bill.strict.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      },
      "w2": {
       "type": "array",
       "minItems": 1,
       "items": {
        "allOf": [
         {
          "$ref": "../models/derived-document.strict.schema.json"
         },
         {
          "type": "object",
          "properties": {
           "extracted_data": {
            "$ref": "../models/w2.strict.schema.json"
           }
          },
          "required": [
           "extracted_data"
          ]
         }
        ]
       }
      }
     },
     "propertyNames": {
      "enum": [
       "paystub",
       "bank_statement",
       "drivers_license",
       "utility_bill",
       "w2",
       "credit_application",
       "retail_installment_sales_contract",
       "odometer_statement",
       "bookout_sheet",
       "gap_waiver_contract",
       "vehicle_service_contract",
       "other"
      ]
     },
     "additionalProperties": {
      "type": "array",
      "minItems": 1,
      "items": {
       "$ref": "../models/derived-document.strict.schema.json"
      }
     },
     "minProperties": 1
    }
   },
   "required": [
    "event_type",
    "application_id",
    "application_reference_id",
    "documents"
   ],
   "additionalProperties": false,
   "examples": [
    {
     "event_type": "extractions",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "documents": {
      "paystub": [
       {
        "data_action": "create",
        "document_id": "32f3be93-e771-4677-8471-f81ad4a932d6",
        "file_ids": [
         "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
        ],
        "file_reference_ids": [
         "paystubs.pdf"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/32f3be93-e771-4677-8471-f81ad4a932d6?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": "3906"
          }
         },
         "employer_name": "American Airlines",
         "employer_address": {
          "street_address": "1 Skyview Dr",
          "street_2": null,
          "city": "Fort Worth",
          "state": "TX",
          "zip": "76155"
         },
         "employee_name": "Jo Boren",
         "pay_period_start": "2023-08-05",
         "pay_period_end": "2023-08-18",
         "pay_date": "2023-08-25",
         "pay_frequency": "biweekly",
         "pay_rate": 32.5,
         "hours": 80,
         "gross_pay": 2600,
         "deductions": [
          {
           "description": "Federal income tax",
           "amount": 286,
           "amount_ytd": 4862
          },
          {
           "description": "State income tax",
           "amount": 104,
           "amount_ytd": 1768
          },
          {
           "description": "Social security",
           "amount": 161.2,
           "amount_ytd": 2740.4
          },
          {
           "description": "Medicare",
           "amount": 37.7,
           "amount_ytd": 640.9
          }
         ],
         "net_pay": 2011.1,
         "gross_pay_ytd": 44200,
         "net_pay_ytd": 34188.7
        },
        "updated_at": "2023-09-18T17:59:18Z"
       },
       {
        "data_action": "create",
        "document_id": "a65ec788-d68e-4827-9bdd-70f1ede3bca7",
        "file_ids": [
         "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
        ],
        "file_reference_ids": [
         "paystubs.pdf"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/a65ec788-d68e-4827-9bdd-70f1ede3bca7?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": "3906"
          }
         },
         "employer_name": "American Airlines",
         "employer_address": {
          "street_address": "1 Skyview Dr",
          "street_2": null,
          "city": "Fort Worth",
          "state": "TX",
          "zip": "76155"
         },
         "employee_name": "Jo Boren",
         "pay_period_start": "2023-08-19",
         "pay_period_end": "2023-09-01",
         "pay_date": "2023-09-08",
         "pay_frequency": "biweekly",
         "pay_rate": 32.5,
         "hours": 80,
         "gross_pay": 2600,
         "deductions": [
          {
           "description": "Federal income tax",
           "amount": 286,
           "amount_ytd": 5148
          },
          {
           "description": "State income tax",
           "amount": 104,
           "amount_ytd": 1872
          },
          {
           "description": "Social security",
           "amount": 161.2,
           "amount_ytd": 2901.6
          },
          {
           "description": "Medicare",
           "amount": 37.7,
           "amount_ytd": 678.6
          }
         ],
         "net_pay": 2011.1,
         "gross_pay_ytd": 46800,
         "net_pay_ytd": 36199.8
        },
        "updated_at": "2023-09-18T17:59:18Z"
       }
      ]
     }
    },
    {
     "event_type": "extractions",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "documents": {
      "bank_statement": [
       {
        "data_action": "create",
        "document_id": "9615152f-85af-4350-9591-bef161623642",
        "file_ids": [
         "efef2d00-59e2-446d-8279-1cacf607ea35"
        ],
        "file_reference_ids": [
         "bank-statement.pdf"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/9615152f-85af-4350-9591-bef161623642?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": null
          }
         },
         "bank_name": "First Pacific Bank",
         "account_holder_name": "Jo Boren",
         "account_number_last4": "0417",
         "account_type": "checking",
         "statement_period_start": "2023-08-01",
         "statement_period_end": "2023-08-31",
         "beginning_balance": 1240.55,
         "ending_balance": 2107.45,
         "total_deposits": 4022.2,
         "total_withdrawals": 3155.3,
         "deposits": [
          {
           "date": "2023-08-11",
           "description": "AMERICAN AIRLINES PAYROLL",
           "amount": 2011.1
          },
          {
           "date": "2023-08-25",
           "description": "AMERICAN AIRLINES PAYROLL",
           "amount": 2011.1
          }
         ],
         "overdraft_count": 0,
         "overdraft_amount": 0
        },
        "updated_at": "2023-09-18T18:00:02Z"
       }
      ]
     }
    },
    {
     "event_type": "extractions",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "documents": {
      "drivers_license": [
       {
        "data_action": "create",
        "document_id": "7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c101",
        "file_ids": [
         "c988a854-0425-4920-a241-605661daa87e"
        ],
        "file_reference_ids": [
         "everything-else.tiff"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c101?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": null
          }
         },
         "license_number": "D4410973",
         "issuing_state": "CA",
         "date_of_birth": "1988-04-02",
         "issue_date": "2021-03-30",
         "expiration_date": "2026-04-02"
        },
        "updated_at": "2023-09-18T18:01:40Z"
       }
      ],
      "utility_bill": [
       {
        "data_action": "create",
        "document_id": "7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c102",
        "file_ids": [
         "c988a854-0425-4920-a241-605661daa87e"
        ],
        "file_reference_ids": [
         "everything-else.tiff"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c102?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant2": {
           "address": {
            "street_address": "412 Juniper St",
            "street_2": "Apt 7",
            "city": "Pasadena",
            "state": "CA",
            "zip": "91101"
           },
           "first_name": "Lucinda",
           "middle_name": "May",
           "last_name": "Bonadio",
           "suffix": null,
           "ssn": null
          }
         },
         "utility_name": "Pasadena Water and Power",
         "service_type": "water",
         "customer_name": "Lucinda May Bonadio",
         "account_number_last4": "8820",
         "service_address": {
          "street_address": "412 Juniper St",
          "street_2": "Apt 7",
          "city": "Pasadena",
          "state": "CA",
          "zip": "91101"
         },
         "statement_date": "2023-08-28",
         "due_date": "2023-09-19",
         "amount_due": 74.12
        },
        "updated_at": "2023-09-18T18:01:40Z"
       }
      ],
      "w2": [
       {
        "data_action": "create",
        "document_id": "7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c103",
        "file_ids": [
         "c988a854-0425-4920-a241-605661daa87e"
        ],
        "file_reference_ids": [
         "everything-else.tiff"
        ],
        "url": "https://informed-techno-core-prod-downloads.s3.amazonaws.com/7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c103?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20230918%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20230918T175918Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5d1e6f0b9a",
        "extracted_data": {
         "applicants": {
          "applicant1": {
           "address": {
            "street_address": "8717 S 4th Ave",
            "street_2": null,
            "city": "Inglewood",
            "state": "CA",
            "zip": "90305"
           },
           "first_name": "Jo",
           "middle_name": null,
           "last_name": "Boren",
           "suffix": null,
           "ssn": "3906"
          }
         },
         "tax_year": 2022,
         "employer_name": "American Airlines",
         "employer_address": {
          "street_address": "1 Skyview Dr",
          "street_2": null,
          "city": "Fort Worth",
          "state": "TX",
          "zip": "76155"
         },
         "employer_identification_number": "13-1502798",
         "employee_name": "Jo Boren",
         "wages": 66300,
         "federal_income_tax_withheld": 7293,
         "social_security_wages": 66300,
         "social_security_tax_withheld": 4110.6,
         "medicare_wages": 66300,
         "medicare_tax_withheld": 961.35
        },
        "updated_at": "2023-09-18T18:01:40Z"
       }
      ]
     }
    }
   ]
  },
  "schemas/callbacks/verifications.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/callbacks/verifications.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Verifications callback",
   "description": "Informed's callback with the analysis of the requested verifications, over everything that was available when they ran. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "event_type": {
     "type": "string",
     "const": "verifications"
    },
    "application_id": {
     "type": "string",
     "description": "Id of the application, from the synchronous response to the registration.",
     "minLength": 1
    },
    "application_reference_id": {
     "type": "string",
     "description": "The id that the consumer set when it registered the application.",
     "minLength": 1
    },
    "application_update_reference_id": {
     "type": "string",
     "description": "The id of the PUT that generated this callback, if it had one; otherwise absent.",
     "minLength": 1
    },
    "data_sources": {
     "type": "object",
     "description": "What was present when the verifications ran.",
     "properties": {
      "image_files": {
       "type": "array",
       "description": "The uploaded files.",
       "items": {
        "type": "object",
        "description": "An uploaded file.",
        "properties": {
         "file_id": {
          "type": "string",
          "description": "Id that the provider gave.",
          "minLength": 1
         },
         "file_reference_id": {
          "type": "string",
          "description": "Name or id that the consumer gave.",
          "minLength": 1
         }
        },
        "required": [
         "file_id",
         "file_reference_id"
        ]
       }
      },
      "structured_data": {
       "type": "array",
       "description": "Data that came without a file.",
       "items": {
        "type": "object",
        "description": "A piece of structured data.",
        "properties": {
         "document_id": {
          "type": "string",
          "description": "Id that the provider gave.",
          "minLength": 1
         },
         "document_reference_id": {
          "type": "string",
          "description": "Name or id that the consumer gave.",
          "minLength": 1
         }
        },
        "required": [
         "document_id",
         "document_reference_id"
        ]
       }
      }
     },
     "required": [
      "image_files",
      "structured_data"
     ]
    },
    "verifications": {
     "type": "object",
     "description": "By the name of the verification: one item for each applicant it was requested for.",
     "additionalProperties": {
      "type": "array",
      "minItems": 1,
      "items": {
       "$ref": "../models/verification.schema.json"
      }
     }
    }
   },
   "required": [
    "event_type",
    "application_id",
    "application_reference_id",
    "data_sources",
    "verifications"
   ],
   "examples": [
    {
     "event_type": "verifications",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "data_sources": {
      "image_files": [
       {
        "file_id": "38d03f0e-215a-4b03-8fb5-bb2f089f67db",
        "file_reference_id": "paystubs.pdf"
       }
      ],
      "structured_data": []
     },
     "verifications": {
      "income": [
       {
        "status": "pass",
        "belongs_to": "applicant1",
        "updated_at": "2023-09-18 18:02:17 +0000",
        "description": "The applicant's income is in line with what was stated.",
        "verification_questions": {
         "poi_income_from_employer": {
          "question": "What is the income from the employer?",
          "expected": "",
          "answer": "$5,633.33",
          "status": "pass"
         }
        },
        "acceptable_documents": {
         "paystub": [
          {
           "document_id": "32f3be93-e771-4677-8471-f81ad4a932d6",
           "file_ids": [
            "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
           ],
           "file_reference_ids": [
            "paystubs.pdf"
           ],
           "category": "Current Paystub",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_issued_recently": {
             "question": "Issued within 60 days of the contract date?",
             "expected": ">=07/22/2023",
             "answer": "08/25/2023",
             "status": "pass"
            },
            "working_days_elapsed": {
             "question": "Working days elapsed?",
             "expected": "",
             "answer": 86,
             "status": "pass"
            },
            "matches_employer_name": {
             "question": "Matches the applicant's employer's name?",
             "expected": "American Airlines",
             "answer": "American Airlines",
             "status": "pass"
            }
           }
          },
          {
           "document_id": "a65ec788-d68e-4827-9bdd-70f1ede3bca7",
           "file_ids": [
            "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
           ],
           "file_reference_ids": [
            "paystubs.pdf"
           ],
           "category": "Current Paystub",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_issued_recently": {
             "question": "Issued within 60 days of the contract date?",
             "expected": ">=07/22/2023",
             "answer": "09/08/2023",
             "status": "pass"
            },
            "working_days_elapsed": {
             "question": "Working days elapsed?",
             "expected": "",
             "answer": 86,
             "status": "pass"
            },
            "matches_employer_name": {
             "question": "Matches the applicant's employer's name?",
             "expected": "American Airlines",
             "answer": "American Airlines",
             "status": "pass"
            }
           }
          }
         ]
        },
        "recommendations": []
       },
       {
        "status": "missing",
        "belongs_to": "applicant2",
        "updated_at": "2023-09-18 18:02:17 +0000",
        "description": "No acceptable document was found.",
        "verification_questions": {
         "poi_income_from_employer": {
          "question": "What is the income from the employer?",
          "expected": "",
          "answer": null,
          "status": "missing"
         }
        },
        "acceptable_documents": {},
        "recommendations": [
         "Lucinda Bonadio must supply a Current Paystub."
        ]
       }
      ]
     }
    },
    {
     "event_type": "verifications",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "application_update_reference_id": "update-2",
     "data_sources": {
      "image_files": [
       {
        "file_id": "38d03f0e-215a-4b03-8fb5-bb2f089f67db",
        "file_reference_id": "paystubs.pdf"
       },
       {
        "file_id": "efef2d00-59e2-446d-8279-1cacf607ea35",
        "file_reference_id": "bank-statement.pdf"
       }
      ],
      "structured_data": [
       {
        "document_id": "85a8e2ee-453b-4769-8d42-25b3ae40be11",
        "document_reference_id": "stated-income-1"
       }
      ]
     },
     "verifications": {
      "income": [
       {
        "status": "fail",
        "belongs_to": "applicant1",
        "updated_at": "2023-09-18 18:10:44 +0000",
        "description": "The paystub is older than the new contract date allows.",
        "verification_questions": {
         "poi_income_from_employer": {
          "question": "What is the income from the employer?",
          "expected": "",
          "answer": "$5,633.33",
          "status": "pass"
         }
        },
        "acceptable_documents": {
         "paystub": [
          {
           "document_id": "a65ec788-d68e-4827-9bdd-70f1ede3bca7",
           "file_ids": [
            "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
           ],
           "file_reference_ids": [
            "paystubs.pdf"
           ],
           "category": "Current Paystub",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_issued_recently": {
             "question": "Issued within 60 days of the contract date?",
             "expected": ">=10/01/2023",
             "answer": "09/08/2023",
             "status": "fail"
            },
            "working_days_elapsed": {
             "question": "Working days elapsed?",
             "expected": "",
             "answer": 86,
             "status": "pass"
            },
            "matches_employer_name": {
             "question": "Matches the applicant's employer's name?",
             "expected": "American Airlines",
             "answer": "American Airlines",
             "status": "pass"
            }
           }
          }
         ],
         "bank_statement": [
          {
           "document_id": "9615152f-85af-4350-9591-bef161623642",
           "file_ids": [
            "efef2d00-59e2-446d-8279-1cacf607ea35"
           ],
           "file_reference_ids": [
            "bank-statement.pdf"
           ],
           "category": "Bank Statement(s) From Last Month",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_issued_recently": {
             "question": "Issued within 120 days of the contract date?",
             "expected": ">=08/02/2023",
             "answer": "08/31/2023",
             "status": "pass"
            },
            "has_excessive_overdrafts": {
             "question": "Excessive overdrafts?",
             "expected": "<=1000",
             "answer": "0.0",
             "status": "pass"
            },
            "salient_deposits": {
             "question": "What are the salient deposits from last month?",
             "expected": "",
             "answer": "$4,022.20",
             "status": "pass"
            }
           }
          }
         ]
        },
        "recommendations": [
         "Jo Boren's Current Paystub must be issued within 60 days of the contract date."
        ]
       }
      ]
     }
    },
    {
     "event_type": "verifications",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "data_sources": {
      "image_files": [
       {
        "file_id": "38d03f0e-215a-4b03-8fb5-bb2f089f67db",
        "file_reference_id": "paystubs.pdf"
       },
       {
        "file_id": "efef2d00-59e2-446d-8279-1cacf607ea35",
        "file_reference_id": "bank-statement.pdf"
       },
       {
        "file_id": "c988a854-0425-4920-a241-605661daa87e",
        "file_reference_id": "everything-else.tiff"
       }
      ],
      "structured_data": []
     },
     "verifications": {
      "identity": [
       {
        "status": "review",
        "belongs_to": "applicant1",
        "updated_at": "2023-09-18 18:31:05 +0000",
        "description": "The license has to be looked at by a person.",
        "acceptable_documents": {
         "drivers_license": [
          {
           "document_id": "7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c101",
           "file_ids": [
            "c988a854-0425-4920-a241-605661daa87e"
           ],
           "file_reference_ids": [
            "everything-else.tiff"
           ],
           "category": "Driver's License",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_legible": {
             "question": "Is the document legible?",
             "expected": "true",
             "answer": false,
             "status": "review"
            }
           }
          }
         ]
        },
        "recommendations": [
         "Jo Boren's Driver's License must be legible."
        ]
       }
      ],
      "odometer_statement": [
       {
        "status": "missing",
        "belongs_to": "application",
        "updated_at": "2023-09-18 18:31:05 +0000",
        "description": "No acceptable document was found.",
        "acceptable_documents": {},
        "recommendations": [
         "The application must include an Odometer Statement."
        ]
       }
      ]
     }
    }
   ]
  },
  "schemas/callbacks/verifications.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Verifications callback (strict)",
   "description": "Informed's callback with the analysis of the requested verifications, over everything that was available when they ran. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "event_type": {
     "type": "string",
     "const": "verifications"
    },
    "application_id": {
     "type": "string",
     "description": "Id of the application, from the synchronous response to the registration.",
     "minLength": 1
    },
    "application_reference_id": {
     "type": "string",
     "description": "The id that the consumer set when it registered the application.",
     "minLength": 1
    },
    "application_update_reference_id": {
     "type": "string",
     "description": "The id of the PUT that generated this callback, if it had one; otherwise absent.",
     "minLength": 1
    },
    "data_sources": {
     "type": "object",
     "description": "What was present when the verifications ran.",
     "properties": {
      "image_files": {
       "type": "array",
       "description": "The uploaded files.",
       "items": {
        "type": "object",
        "description": "An uploaded file.",
        "properties": {
         "file_id": {
          "type": "string",
          "description": "Id that the provider gave.",
          "minLength": 1
         },
         "file_reference_id": {
          "type": "string",
          "description": "Name or id that the consumer gave.",
          "minLength": 1
         }
        },
        "required": [
         "file_id",
         "file_reference_id"
        ],
        "additionalProperties": false
       }
      },
      "structured_data": {
       "type": "array",
       "description": "Data that came without a file.",
       "items": {
        "type": "object",
        "description": "A piece of structured data.",
        "properties": {
         "document_id": {
          "type": "string",
          "description": "Id that the provider gave.",
          "minLength": 1
         },
         "document_reference_id": {
          "type": "string",
          "description": "Name or id that the consumer gave.",
          "minLength": 1
         }
        },
        "required": [
         "document_id",
         "document_reference_id"
        ],
        "additionalProperties": false
       }
      }
     },
     "required": [
      "image_files",
      "structured_data"
     ],
     "additionalProperties": false
    },
    "verifications": {
     "type": "object",
     "description": "By the name of the verification: one item for each applicant it was requested for.",
     "additionalProperties": {
      "type": "array",
      "minItems": 1,
      "items": {
       "$ref": "../models/verification.strict.schema.json"
      }
     }
    }
   },
   "required": [
    "event_type",
    "application_id",
    "application_reference_id",
    "data_sources",
    "verifications"
   ],
   "additionalProperties": false,
   "examples": [
    {
     "event_type": "verifications",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "data_sources": {
      "image_files": [
       {
        "file_id": "38d03f0e-215a-4b03-8fb5-bb2f089f67db",
        "file_reference_id": "paystubs.pdf"
       }
      ],
      "structured_data": []
     },
     "verifications": {
      "income": [
       {
        "status": "pass",
        "belongs_to": "applicant1",
        "updated_at": "2023-09-18 18:02:17 +0000",
        "description": "The applicant's income is in line with what was stated.",
        "verification_questions": {
         "poi_income_from_employer": {
          "question": "What is the income from the employer?",
          "expected": "",
          "answer": "$5,633.33",
          "status": "pass"
         }
        },
        "acceptable_documents": {
         "paystub": [
          {
           "document_id": "32f3be93-e771-4677-8471-f81ad4a932d6",
           "file_ids": [
            "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
           ],
           "file_reference_ids": [
            "paystubs.pdf"
           ],
           "category": "Current Paystub",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_issued_recently": {
             "question": "Issued within 60 days of the contract date?",
             "expected": ">=07/22/2023",
             "answer": "08/25/2023",
             "status": "pass"
            },
            "working_days_elapsed": {
             "question": "Working days elapsed?",
             "expected": "",
             "answer": 86,
             "status": "pass"
            },
            "matches_employer_name": {
             "question": "Matches the applicant's employer's name?",
             "expected": "American Airlines",
             "answer": "American Airlines",
             "status": "pass"
            }
           }
          },
          {
           "document_id": "a65ec788-d68e-4827-9bdd-70f1ede3bca7",
           "file_ids": [
            "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
           ],
           "file_reference_ids": [
            "paystubs.pdf"
           ],
           "category": "Current Paystub",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_issued_recently": {
             "question": "Issued within 60 days of the contract date?",
             "expected": ">=07/22/2023",
             "answer": "09/08/2023",
             "status": "pass"
            },
            "working_days_elapsed": {
             "question": "Working days elapsed?",
             "expected": "",
             "answer": 86,
             "status": "pass"
            },
            "matches_employer_name": {
             "question": "Matches the applicant's employer's name?",
             "expected": "American Airlines",
             "answer": "American Airlines",
             "status": "pass"
            }
           }
          }
         ]
        },
        "recommendations": []
       },
       {
        "status": "missing",
        "belongs_to": "applicant2",
        "updated_at": "2023-09-18 18:02:17 +0000",
        "description": "No acceptable document was found.",
        "verification_questions": {
         "poi_income_from_employer": {
          "question": "What is the income from the employer?",
          "expected": "",
          "answer": null,
          "status": "missing"
         }
        },
        "acceptable_documents": {},
        "recommendations": [
         "Lucinda Bonadio must supply a Current Paystub."
        ]
       }
      ]
     }
    },
    {
     "event_type": "verifications",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "application_update_reference_id": "update-2",
     "data_sources": {
      "image_files": [
       {
        "file_id": "38d03f0e-215a-4b03-8fb5-bb2f089f67db",
        "file_reference_id": "paystubs.pdf"
       },
       {
        "file_id": "efef2d00-59e2-446d-8279-1cacf607ea35",
        "file_reference_id": "bank-statement.pdf"
       }
      ],
      "structured_data": [
       {
        "document_id": "85a8e2ee-453b-4769-8d42-25b3ae40be11",
        "document_reference_id": "stated-income-1"
       }
      ]
     },
     "verifications": {
      "income": [
       {
        "status": "fail",
        "belongs_to": "applicant1",
        "updated_at": "2023-09-18 18:10:44 +0000",
        "description": "The paystub is older than the new contract date allows.",
        "verification_questions": {
         "poi_income_from_employer": {
          "question": "What is the income from the employer?",
          "expected": "",
          "answer": "$5,633.33",
          "status": "pass"
         }
        },
        "acceptable_documents": {
         "paystub": [
          {
           "document_id": "a65ec788-d68e-4827-9bdd-70f1ede3bca7",
           "file_ids": [
            "38d03f0e-215a-4b03-8fb5-bb2f089f67db"
           ],
           "file_reference_ids": [
            "paystubs.pdf"
           ],
           "category": "Current Paystub",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_issued_recently": {
             "question": "Issued within 60 days of the contract date?",
             "expected": ">=10/01/2023",
             "answer": "09/08/2023",
             "status": "fail"
            },
            "working_days_elapsed": {
             "question": "Working days elapsed?",
             "expected": "",
             "answer": 86,
             "status": "pass"
            },
            "matches_employer_name": {
             "question": "Matches the applicant's employer's name?",
             "expected": "American Airlines",
             "answer": "American Airlines",
             "status": "pass"
            }
           }
          }
         ],
         "bank_statement": [
          {
           "document_id": "9615152f-85af-4350-9591-bef161623642",
           "file_ids": [
            "efef2d00-59e2-446d-8279-1cacf607ea35"
           ],
           "file_reference_ids": [
            "bank-statement.pdf"
           ],
           "category": "Bank Statement(s) From Last Month",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_issued_recently": {
             "question": "Issued within 120 days of the contract date?",
             "expected": ">=08/02/2023",
             "answer": "08/31/2023",
             "status": "pass"
            },
            "has_excessive_overdrafts": {
             "question": "Excessive overdrafts?",
             "expected": "<=1000",
             "answer": "0.0",
             "status": "pass"
            },
            "salient_deposits": {
             "question": "What are the salient deposits from last month?",
             "expected": "",
             "answer": "$4,022.20",
             "status": "pass"
            }
           }
          }
         ]
        },
        "recommendations": [
         "Jo Boren's Current Paystub must be issued within 60 days of the contract date."
        ]
       }
      ]
     }
    },
    {
     "event_type": "verifications",
     "application_id": "b0c5a4a2-7a1d-4a19-8a57-0f3d0e5ad001",
     "application_reference_id": "loan-2023-004711",
     "data_sources": {
      "image_files": [
       {
        "file_id": "38d03f0e-215a-4b03-8fb5-bb2f089f67db",
        "file_reference_id": "paystubs.pdf"
       },
       {
        "file_id": "efef2d00-59e2-446d-8279-1cacf607ea35",
        "file_reference_id": "bank-statement.pdf"
       },
       {
        "file_id": "c988a854-0425-4920-a241-605661daa87e",
        "file_reference_id": "everything-else.tiff"
       }
      ],
      "structured_data": []
     },
     "verifications": {
      "identity": [
       {
        "status": "review",
        "belongs_to": "applicant1",
        "updated_at": "2023-09-18 18:31:05 +0000",
        "description": "The license has to be looked at by a person.",
        "acceptable_documents": {
         "drivers_license": [
          {
           "document_id": "7b1f3a52-0d6e-4f0a-9a4e-2f60d8a3c101",
           "file_ids": [
            "c988a854-0425-4920-a241-605661daa87e"
           ],
           "file_reference_ids": [
            "everything-else.tiff"
           ],
           "category": "Driver's License",
           "document_questions": {
            "matches_applicant_name": {
             "question": "Matches the applicant's name?",
             "expected": "Jo Boren",
             "answer": "Jo Boren",
             "status": "pass"
            },
            "is_legible": {
             "question": "Is the document legible?",
             "expected": "true",
             "answer": false,
             "status": "review"
            }
           }
          }
         ]
        },
        "recommendations": [
         "Jo Boren's Driver's License must be legible."
        ]
       }
      ],
      "odometer_statement": [
       {
        "status": "missing",
        "belongs_to": "application",
        "updated_at": "2023-09-18 18:31:05 +0000",
        "description": "No acceptable document was found.",
        "acceptable_documents": {},
        "recommendations": [
         "The application must include an Odometer Statement."
        ]
       }
      ]
     }
    }
   ]
  },
  "schemas/models/acceptable-document.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/acceptable-document.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Acceptable document",
   "description": "A document that was used to satisfy a verification. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "document_id": {
     "type": "string",
     "description": "Unique id of the document, from the extractions callback.",
     "minLength": 1
    },
    "file_ids": {
     "type": "array",
     "description": "The original files that contain it. Mock's choice: empty for structured data.",
     "items": {
      "type": "string",
      "minLength": 1
     }
    },
    "file_reference_ids": {
     "type": "array",
     "description": "The names that the consumer gave those files, in the same order.",
     "items": {
      "type": "string",
      "minLength": 1
     }
    },
    "category": {
     "type": [
      "string",
      "null"
     ],
     "description": "The group of documents.",
     "examples": [
      "Current Paystub",
      "Bank Statement(s) From Last Month"
     ]
    },
    "document_questions": {
     "type": "object",
     "description": "By name. They vary with the type of the document.",
     "additionalProperties": {
      "$ref": "question.schema.json"
     }
    }
   },
   "required": [
    "document_id",
    "file_ids",
    "file_reference_ids",
    "document_questions"
   ]
  },
  "schemas/models/acceptable-document.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Acceptable document (strict)",
   "description": "A document that was used to satisfy a verification. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "document_id": {
     "type": "string",
     "description": "Unique id of the document, from the extractions callback.",
     "minLength": 1
    },
    "file_ids": {
     "type": "array",
     "description": "The original files that contain it. Mock's choice: empty for structured data.",
     "items": {
      "type": "string",
      "minLength": 1
     }
    },
    "file_reference_ids": {
     "type": "array",
     "description": "The names that the consumer gave those files, in the same order.",
     "items": {
      "type": "string",
      "minLength": 1
     }
    },
    "category": {
     "type": "string",
     "description": "The group of documents.",
     "examples": [
      "Current Paystub",
      "Bank Statement(s) From Last Month"
     ]
    },
    "document_questions": {
     "type": "object",
     "description": "By name. They vary with the type of the document.",
     "additionalProperties": {
      "$ref": "question.strict.schema.json"
     }
    }
   },
   "required": [
    "document_id",
    "file_ids",
    "file_reference_ids",
    "category",
    "document_questions"
   ],
   "additionalProperties": false
  },
  "schemas/models/address.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/address.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Address",
   "description": "A postal address in the United States. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "street_address": {
     "type": [
      "string",
      "null"
     ],
     "examples": [
      "8717 S 4th Ave"
     ]
    },
    "street_2": {
     "type": [
      "string",
      "null"
     ],
     "description": "Apartment, suite or unit; null when there is none."
    },
    "city": {
     "type": [
      "string",
      "null"
     ],
     "examples": [
      "Inglewood"
     ]
    },
    "state": {
     "type": [
      "string",
      "null"
     ],
     "description": "Two-letter code of the state.",
     "pattern": "^[A-Z]{2}$",
     "examples": [
      "CA"
     ]
    },
    "zip": {
     "type": [
      "string",
      "null"
     ],
     "pattern": "^[0-9]{5}(-[0-9]{4})?$",
     "examples": [
      "90305"
     ]
    }
   },
   "required": []
  },
  "schemas/models/address.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Address (strict)",
   "description": "A postal address in the United States. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "street_address": {
     "type": "string",
     "examples": [
      "8717 S 4th Ave"
     ]
    },
    "street_2": {
     "type": [
      "string",
      "null"
     ],
     "description": "Apartment, suite or unit; null when there is none."
    },
    "city": {
     "type": "string",
     "examples": [
      "Inglewood"
     ]
    },
    "state": {
     "type": "string",
     "description": "Two-letter code of the state.",
     "pattern": "^[A-Z]{2}$",
     "examples": [
      "CA"
     ]
    },
    "zip": {
     "type": "string",
     "pattern": "^[0-9]{5}(-[0-9]{4})?$",
     "examples": [
      "90305"
     ]
    }
   },
   "required": [
    "street_address",
    "street_2",
    "city",
    "state",
    "zip"
   ],
   "additionalProperties": false
  },
  "schemas/models/applicant.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/applicant.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Applicant",
   "description": "A person as a document names them. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "address": {
     "$ref": "address.schema.json"
    },
    "first_name": {
     "type": [
      "string",
      "null"
     ],
     "examples": [
      "Jo"
     ]
    },
    "middle_name": {
     "type": [
      "string",
      "null"
     ]
    },
    "last_name": {
     "type": [
      "string",
      "null"
     ],
     "examples": [
      "Boren"
     ]
    },
    "suffix": {
     "type": [
      "string",
      "null"
     ],
     "description": "Such as Jr. or III; null when there is none."
    },
    "ssn": {
     "type": [
      "string",
      "null"
     ],
     "description": "Last four digits of the social security number; null where the document shows none.",
     "pattern": "^[0-9]{4}$",
     "examples": [
      "3906"
     ]
    }
   },
   "required": [
    "address"
   ]
  },
  "schemas/models/applicant.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Applicant (strict)",
   "description": "A person as a document names them. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "address": {
     "$ref": "address.strict.schema.json"
    },
    "first_name": {
     "type": "string",
     "examples": [
      "Jo"
     ]
    },
    "middle_name": {
     "type": [
      "string",
      "null"
     ]
    },
    "last_name": {
     "type": "string",
     "examples": [
      "Boren"
     ]
    },
    "suffix": {
     "type": [
      "string",
      "null"
     ],
     "description": "Such as Jr. or III; null when there is none."
    },
    "ssn": {
     "type": [
      "string",
      "null"
     ],
     "description": "Last four digits of the social security number; null where the document shows none.",
     "pattern": "^[0-9]{4}$",
     "examples": [
      "3906"
     ]
    }
   },
   "required": [
    "address",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "ssn"
   ],
   "additionalProperties": false
  },
  "schemas/models/applicants.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/applicants.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Applicants",
   "description": "The people that a document names, by their place in the application. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "applicant1": {
     "$ref": "applicant.schema.json"
    },
    "applicant2": {
     "$ref": "applicant.schema.json"
    }
   },
   "minProperties": 1
  },
  "schemas/models/applicants.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Applicants (strict)",
   "description": "The people that a document names, by their place in the application. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "applicant1": {
     "$ref": "applicant.strict.schema.json"
    },
    "applicant2": {
     "$ref": "applicant.strict.schema.json"
    }
   },
   "minProperties": 1,
   "additionalProperties": false
  },
  "schemas/models/bank-statement.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/bank-statement.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Bank statement",
   "description": "What is extracted from a bank statement. Mock's choice: the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.schema.json"
    },
    "bank_name": {
     "type": [
      "string",
      "null"
     ]
    },
    "account_holder_name": {
     "type": [
      "string",
      "null"
     ],
     "description": "Full name as printed."
    },
    "account_number_last4": {
     "type": [
      "string",
      "null"
     ],
     "pattern": "^[0-9]{4}$"
    },
    "account_type": {
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": "string",
       "enum": [
        "checking",
        "savings"
       ]
      }
     ]
    },
    "statement_period_start": {
     "type": [
      "string",
      "null"
     ],
     "description": "First day, YYYY-MM-DD.",
     "format": "date"
    },
    "statement_period_end": {
     "type": [
      "string",
      "null"
     ],
     "description": "Last day, YYYY-MM-DD.",
     "format": "date"
    },
    "beginning_balance": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars."
    },
    "ending_balance": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars: beginning balance, plus deposits, less withdrawals."
    },
    "total_deposits": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars.",
     "minimum": 0
    },
    "total_withdrawals": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars.",
     "minimum": 0
    },
    "deposits": {
     "type": "array",
     "description": "The single deposits; their sum is `total_deposits`.",
     "items": {
      "type": "object",
      "properties": {
       "date": {
        "type": [
         "string",
         "null"
        ],
        "description": "YYYY-MM-DD.",
        "format": "date"
       },
       "description": {
        "type": [
         "string",
         "null"
        ]
       },
       "amount": {
        "type": [
         "number",
         "null"
        ],
        "description": "US dollars."
       }
      },
      "required": []
     }
    },
    "overdraft_count": {
     "type": [
      "integer",
      "null"
     ],
     "minimum": 0
    },
    "overdraft_amount": {
     "type": [
      "number",
      "null"
     ],
     "description": "Total overdrawn, in US dollars.",
     "minimum": 0
    }
   },
   "required": [
    "applicants",
    "deposits"
   ]
  },
  "schemas/models/bank-statement.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Bank statement (strict)",
   "description": "What is extracted from a bank statement. Mock's choice: the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.strict.schema.json"
    },
    "bank_name": {
     "type": "string"
    },
    "account_holder_name": {
     "type": "string",
     "description": "Full name as printed."
    },
    "account_number_last4": {
     "type": "string",
     "pattern": "^[0-9]{4}$"
    },
    "account_type": {
     "type": "string",
     "enum": [
      "checking",
      "savings"
     ]
    },
    "statement_period_start": {
     "type": "string",
     "description": "First day, YYYY-MM-DD.",
     "format": "date"
    },
    "statement_period_end": {
     "type": "string",
     "description": "Last day, YYYY-MM-DD.",
     "format": "date"
    },
    "beginning_balance": {
     "type": "number",
     "description": "US dollars."
    },
    "ending_balance": {
     "type": "number",
     "description": "US dollars: beginning balance, plus deposits, less withdrawals."
    },
    "total_deposits": {
     "type": "number",
     "description": "US dollars.",
     "minimum": 0
    },
    "total_withdrawals": {
     "type": "number",
     "description": "US dollars.",
     "minimum": 0
    },
    "deposits": {
     "type": "array",
     "description": "The single deposits; their sum is `total_deposits`.",
     "items": {
      "type": "object",
      "properties": {
       "date": {
        "type": "string",
        "description": "YYYY-MM-DD.",
        "format": "date"
       },
       "description": {
        "type": "string"
       },
       "amount": {
        "type": "number",
        "description": "US dollars."
       }
      },
      "required": [
       "date",
       "description",
       "amount"
      ],
      "additionalProperties": false
     }
    },
    "overdraft_count": {
     "type": "integer",
     "minimum": 0
    },
    "overdraft_amount": {
     "type": "number",
     "description": "Total overdrawn, in US dollars.",
     "minimum": 0
    }
   },
   "required": [
    "applicants",
    "bank_name",
    "account_holder_name",
    "account_number_last4",
    "account_type",
    "statement_period_start",
    "statement_period_end",
    "beginning_balance",
    "ending_balance",
    "total_deposits",
    "total_withdrawals",
    "deposits",
    "overdraft_count",
    "overdraft_amount"
   ]
  },
  "schemas/models/derived-document.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/derived-document.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Derived document",
   "description": "One document that was found in an original file. The contents of `extracted_data` other than `applicants` depend on the type of the document. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "data_action": {
     "description": "What the consumer should do with the data.",
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": "string",
       "enum": [
        "create"
       ]
      }
     ]
    },
    "document_id": {
     "type": "string",
     "description": "Unique id of this derived document; a verifications callback refers to it.",
     "minLength": 1
    },
    "file_ids": {
     "type": "array",
     "description": "The original files that contain it: the ids from the synchronous response.",
     "items": {
      "type": "string",
      "minLength": 1
     },
     "minItems": 1
    },
    "file_reference_ids": {
     "type": "array",
     "description": "The names that the consumer gave those files, in the same order.",
     "items": {
      "type": "string",
      "minLength": 1
     },
     "minItems": 1
    },
    "url": {
     "type": [
      "string",
      "null"
     ],
     "description": "Time-bound, pre-signed URL; a GET retrieves the document's image.",
     "format": "uri"
    },
    "extracted_data": {
     "type": "object",
     "properties": {
      "applicants": {
       "$ref": "applicants.schema.json"
      }
     },
     "required": [
      "applicants"
     ]
    },
    "updated_at": {
     "type": [
      "string",
      "null"
     ],
     "description": "UTC, such as 2023-09-18T17:59:18Z.",
     "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
     "examples": [
      "2023-09-18T17:59:18Z"
     ]
    }
   },
   "required": [
    "document_id",
    "file_ids",
    "file_reference_ids",
    "extracted_data"
   ]
  },
  "schemas/models/derived-document.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Derived document (strict)",
   "description": "One document that was found in an original file. The contents of `extracted_data` other than `applicants` depend on the type of the document. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "data_action": {
     "type": "string",
     "description": "What the consumer should do with the data.",
     "enum": [
      "create"
     ]
    },
    "document_id": {
     "type": "string",
     "description": "Unique id of this derived document; a verifications callback refers to it.",
     "minLength": 1
    },
    "file_ids": {
     "type": "array",
     "description": "The original files that contain it: the ids from the synchronous response.",
     "items": {
      "type": "string",
      "minLength": 1
     },
     "minItems": 1
    },
    "file_reference_ids": {
     "type": "array",
     "description": "The names that the consumer gave those files, in the same order.",
     "items": {
      "type": "string",
      "minLength": 1
     },
     "minItems": 1
    },
    "url": {
     "type": "string",
     "description": "Time-bound, pre-signed URL; a GET retrieves the document's image.",
     "format": "uri"
    },
    "extracted_data": {
     "type": "object",
     "properties": {
      "applicants": {
       "$ref": "applicants.strict.schema.json"
      }
     },
     "required": [
      "applicants"
     ]
    },
    "updated_at": {
     "type": "string",
     "description": "UTC, such as 2023-09-18T17:59:18Z.",
     "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
     "examples": [
      "2023-09-18T17:59:18Z"
     ]
    }
   },
   "required": [
    "data_action",
    "document_id",
    "file_ids",
    "file_reference_ids",
    "url",
    "extracted_data",
    "updated_at"
   ],
   "additionalProperties": false
  },
  "schemas/models/drivers-license.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/drivers-license.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Driver's license",
   "description": "What is extracted from a driver's license. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.schema.json"
    },
    "license_number": {
     "type": [
      "string",
      "null"
     ]
    },
    "issuing_state": {
     "type": [
      "string",
      "null"
     ],
     "description": "Two-letter code of the state.",
     "pattern": "^[A-Z]{2}$"
    },
    "date_of_birth": {
     "type": [
      "string",
      "null"
     ],
     "description": "YYYY-MM-DD.",
     "format": "date"
    },
    "issue_date": {
     "type": [
      "string",
      "null"
     ],
     "description": "YYYY-MM-DD.",
     "format": "date"
    },
    "expiration_date": {
     "type": [
      "string",
      "null"
     ],
     "description": "YYYY-MM-DD.",
     "format": "date"
    }
   },
   "required": [
    "applicants"
   ]
  },
  "schemas/models/drivers-license.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Driver's license (strict)",
   "description": "What is extracted from a driver's license. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.strict.schema.json"
    },
    "license_number": {
     "type": "string"
    },
    "issuing_state": {
     "type": "string",
     "description": "Two-letter code of the state.",
     "pattern": "^[A-Z]{2}$"
    },
    "date_of_birth": {
     "type": "string",
     "description": "YYYY-MM-DD.",
     "format": "date"
    },
    "issue_date": {
     "type": "string",
     "description": "YYYY-MM-DD.",
     "format": "date"
    },
    "expiration_date": {
     "type": "string",
     "description": "YYYY-MM-DD.",
     "format": "date"
    }
   },
   "required": [
    "applicants",
    "license_number",
    "issuing_state",
    "date_of_birth",
    "issue_date",
    "expiration_date"
   ]
  },
  "schemas/models/paystub.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/paystub.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Paystub",
   "description": "What is extracted from a paystub. Mock's choice: the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.schema.json"
    },
    "employer_name": {
     "type": [
      "string",
      "null"
     ]
    },
    "employer_address": {
     "$ref": "address.schema.json"
    },
    "employee_name": {
     "type": [
      "string",
      "null"
     ],
     "description": "Full name as printed."
    },
    "pay_period_start": {
     "type": [
      "string",
      "null"
     ],
     "description": "First day of the pay period, YYYY-MM-DD.",
     "format": "date"
    },
    "pay_period_end": {
     "type": [
      "string",
      "null"
     ],
     "description": "Last day of the pay period, YYYY-MM-DD.",
     "format": "date"
    },
    "pay_date": {
     "type": [
      "string",
      "null"
     ],
     "description": "Day of the payment, YYYY-MM-DD.",
     "format": "date"
    },
    "pay_frequency": {
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": "string",
       "enum": [
        "weekly",
        "biweekly",
        "semimonthly",
        "monthly"
       ]
      }
     ]
    },
    "pay_rate": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars per hour; null for a salary.",
     "minimum": 0
    },
    "hours": {
     "type": [
      "number",
      "null"
     ],
     "description": "Hours worked in the period; null for a salary.",
     "minimum": 0
    },
    "gross_pay": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars in this period, before deductions.",
     "minimum": 0
    },
    "deductions": {
     "type": "array",
     "description": "Taxes and other deductions of this period; gross pay less their sum is net pay.",
     "items": {
      "type": "object",
      "properties": {
       "description": {
        "type": [
         "string",
         "null"
        ],
        "examples": [
         "Federal income tax"
        ]
       },
       "amount": {
        "type": [
         "number",
         "null"
        ],
        "description": "US dollars in this period."
       },
       "amount_ytd": {
        "type": [
         "number",
         "null"
        ],
        "description": "US dollars since the start of the year."
       }
      },
      "required": []
     }
    },
    "net_pay": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars paid out in this period."
    },
    "gross_pay_ytd": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars since the start of the year, before deductions.",
     "minimum": 0
    },
    "net_pay_ytd": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars paid out since the start of the year."
    }
   },
   "required": [
    "applicants",
    "employer_address",
    "deductions"
   ]
  },
  "schemas/models/paystub.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Paystub (strict)",
   "description": "What is extracted from a paystub. Mock's choice: the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.strict.schema.json"
    },
    "employer_name": {
     "type": "string"
    },
    "employer_address": {
     "$ref": "address.strict.schema.json"
    },
    "employee_name": {
     "type": "string",
     "description": "Full name as printed."
    },
    "pay_period_start": {
     "type": "string",
     "description": "First day of the pay period, YYYY-MM-DD.",
     "format": "date"
    },
    "pay_period_end": {
     "type": "string",
     "description": "Last day of the pay period, YYYY-MM-DD.",
     "format": "date"
    },
    "pay_date": {
     "type": "string",
     "description": "Day of the payment, YYYY-MM-DD.",
     "format": "date"
    },
    "pay_frequency": {
     "type": "string",
     "enum": [
      "weekly",
      "biweekly",
      "semimonthly",
      "monthly"
     ]
    },
    "pay_rate": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars per hour; null for a salary.",
     "minimum": 0
    },
    "hours": {
     "type": [
      "number",
      "null"
     ],
     "description": "Hours worked in the period; null for a salary.",
     "minimum": 0
    },
    "gross_pay": {
     "type": "number",
     "description": "US dollars in this period, before deductions.",
     "minimum": 0
    },
    "deductions": {
     "type": "array",
     "description": "Taxes and other deductions of this period; gross pay less their sum is net pay.",
     "items": {
      "type": "object",
      "properties": {
       "description": {
        "type": "string",
        "examples": [
         "Federal income tax"
        ]
       },
       "amount": {
        "type": "number",
        "description": "US dollars in this period."
       },
       "amount_ytd": {
        "type": "number",
        "description": "US dollars since the start of the year."
       }
      },
      "required": [
       "description",
       "amount",
       "amount_ytd"
      ],
      "additionalProperties": false
     }
    },
    "net_pay": {
     "type": "number",
     "description": "US dollars paid out in this period."
    },
    "gross_pay_ytd": {
     "type": "number",
     "description": "US dollars since the start of the year, before deductions.",
     "minimum": 0
    },
    "net_pay_ytd": {
     "type": "number",
     "description": "US dollars paid out since the start of the year."
    }
   },
   "required": [
    "applicants",
    "employer_name",
    "employer_address",
    "employee_name",
    "pay_period_start",
    "pay_period_end",
    "pay_date",
    "pay_frequency",
    "pay_rate",
    "hours",
    "gross_pay",
    "deductions",
    "net_pay",
    "gross_pay_ytd",
    "net_pay_ytd"
   ]
  },
  "schemas/models/question.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/question.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Question",
   "description": "One question about a verification or a document, with its answer. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "question": {
     "type": [
      "string",
      "null"
     ],
     "examples": [
      "Issued within 60 days of the contract date?"
     ]
    },
    "expected": {
     "type": [
      "string",
      "null"
     ],
     "description": "What a passing answer looks like; empty if any answer passes.",
     "examples": [
      ">=03/10/2021",
      ""
     ]
    },
    "answer": {
     "description": "What was found: a string, number or boolean; null if nothing was found.",
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": [
        "number",
        "null"
       ]
      },
      {
       "type": "boolean"
      }
     ],
     "examples": [
      "04/04/2021",
      86
     ]
    },
    "status": {
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": "string",
       "enum": [
        "pass",
        "fail",
        "missing",
        "review"
       ]
      }
     ]
    }
   },
   "required": []
  },
  "schemas/models/question.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Question (strict)",
   "description": "One question about a verification or a document, with its answer. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "question": {
     "type": "string",
     "examples": [
      "Issued within 60 days of the contract date?"
     ]
    },
    "expected": {
     "type": "string",
     "description": "What a passing answer looks like; empty if any answer passes.",
     "examples": [
      ">=03/10/2021",
      ""
     ]
    },
    "answer": {
     "description": "What was found: a string, number or boolean; null if nothing was found.",
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": "number"
      },
      {
       "type": "boolean"
      }
     ],
     "examples": [
      "04/04/2021",
      86
     ]
    },
    "status": {
     "type": "string",
     "enum": [
      "pass",
      "fail",
      "missing",
      "review"
     ]
    }
   },
   "required": [
    "question",
    "expected",
    "answer",
    "status"
   ],
   "additionalProperties": false
  },
  "schemas/models/utility-bill.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/utility-bill.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Utility bill",
   "description": "What is extracted from a utility bill. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.schema.json"
    },
    "utility_name": {
     "type": [
      "string",
      "null"
     ],
     "description": "The company."
    },
    "service_type": {
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": "string",
       "enum": [
        "electricity",
        "gas",
        "water",
        "internet",
        "phone"
       ]
      }
     ]
    },
    "customer_name": {
     "type": [
      "string",
      "null"
     ],
     "description": "Full name as printed."
    },
    "account_number_last4": {
     "type": [
      "string",
      "null"
     ],
     "pattern": "^[0-9]{4}$"
    },
    "service_address": {
     "$ref": "address.schema.json"
    },
    "statement_date": {
     "type": [
      "string",
      "null"
     ],
     "description": "YYYY-MM-DD.",
     "format": "date"
    },
    "due_date": {
     "type": [
      "string",
      "null"
     ],
     "description": "YYYY-MM-DD.",
     "format": "date"
    },
    "amount_due": {
     "type": [
      "number",
      "null"
     ],
     "description": "US dollars."
    }
   },
   "required": [
    "applicants",
    "service_address"
   ]
  },
  "schemas/models/utility-bill.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Utility bill (strict)",
   "description": "What is extracted from a utility bill. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.strict.schema.json"
    },
    "utility_name": {
     "type": "string",
     "description": "The company."
    },
    "service_type": {
     "type": "string",
     "enum": [
      "electricity",
      "gas",
      "water",
      "internet",
      "phone"
     ]
    },
    "customer_name": {
     "type": "string",
     "description": "Full name as printed."
    },
    "account_number_last4": {
     "type": "string",
     "pattern": "^[0-9]{4}$"
    },
    "service_address": {
     "$ref": "address.strict.schema.json"
    },
    "statement_date": {
     "type": "string",
     "description": "YYYY-MM-DD.",
     "format": "date"
    },
    "due_date": {
     "type": "string",
     "description": "YYYY-MM-DD.",
     "format": "date"
    },
    "amount_due": {
     "type": "number",
     "description": "US dollars."
    }
   },
   "required": [
    "applicants",
    "utility_name",
    "service_type",
    "customer_name",
    "account_number_last4",
    "service_address",
    "statement_date",
    "due_date",
    "amount_due"
   ]
  },
  "schemas/models/verification.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/verification.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "Verification",
   "description": "The analysis of one verification for one applicant, or for the application. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "status": {
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": "string",
       "enum": [
        "pass",
        "fail",
        "missing",
        "review"
       ]
      }
     ]
    },
    "belongs_to": {
     "description": "Which applicant the verification applies to, or the application overall.",
     "anyOf": [
      {
       "type": [
        "string",
        "null"
       ]
      },
      {
       "type": "string",
       "enum": [
        "applicant1",
        "applicant2",
        "application"
       ]
      }
     ]
    },
    "updated_at": {
     "type": [
      "string",
      "null"
     ],
     "description": "Last update of this verification, such as 2023-09-18 18:02:17 +0000.",
     "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+]0000$",
     "examples": [
      "2023-09-18 18:02:17 +0000"
     ]
    },
    "description": {
     "type": [
      "string",
      "null"
     ],
     "description": "Description of the current condition, for people."
    },
    "verification_questions": {
     "type": "object",
     "description": "Overarching questions, by name. Only the more complex verifications, like income, have them.",
     "additionalProperties": {
      "$ref": "question.schema.json"
     }
    },
    "acceptable_documents": {
     "type": "object",
     "description": "The documents that were used to satisfy the verification, by their type.",
     "additionalProperties": {
      "type": "array",
      "items": {
       "$ref": "acceptable-document.schema.json"
      }
     }
    },
    "recommendations": {
     "type": "array",
     "description": "What would make the verification pass, for people.",
     "items": {
      "type": [
       "string",
       "null"
      ]
     }
    }
   },
   "required": [
    "acceptable_documents",
    "recommendations"
   ]
  },
  "schemas/models/verification.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "Verification (strict)",
   "description": "The analysis of one verification for one applicant, or for the application. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "status": {
     "type": "string",
     "enum": [
      "pass",
      "fail",
      "missing",
      "review"
     ]
    },
    "belongs_to": {
     "type": "string",
     "description": "Which applicant the verification applies to, or the application overall.",
     "enum": [
      "applicant1",
      "applicant2",
      "application"
     ]
    },
    "updated_at": {
     "type": "string",
     "description": "Last update of this verification, such as 2023-09-18 18:02:17 +0000.",
     "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+]0000$",
     "examples": [
      "2023-09-18 18:02:17 +0000"
     ]
    },
    "description": {
     "type": "string",
     "description": "Description of the current condition, for people."
    },
    "verification_questions": {
     "type": "object",
     "description": "Overarching questions, by name. Only the more complex verifications, like income, have them.",
     "additionalProperties": {
      "$ref": "question.strict.schema.json"
     }
    },
    "acceptable_documents": {
     "type": "object",
     "description": "The documents that were used to satisfy the verification, by their type.",
     "additionalProperties": {
      "type": "array",
      "items": {
       "$ref": "acceptable-document.strict.schema.json"
      }
     }
    },
    "recommendations": {
     "type": "array",
     "description": "What would make the verification pass, for people.",
     "items": {
      "type": "string"
     }
    }
   },
   "required": [
    "status",
    "belongs_to",
    "updated_at",
    "description",
    "acceptable_documents",
    "recommendations"
   ],
   "additionalProperties": false
  },
  "schemas/models/w2.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "$comment": "Made from schemas/models/w2.strict.schema.json by \"npm run generate\". Change that file.",
   "title": "W-2",
   "description": "What is extracted from a W-2 wage and tax statement. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.schema.json"
    },
    "tax_year": {
     "type": [
      "integer",
      "null"
     ],
     "minimum": 1978,
     "maximum": 2999
    },
    "employer_name": {
     "type": [
      "string",
      "null"
     ]
    },
    "employer_address": {
     "$ref": "address.schema.json"
    },
    "employer_identification_number": {
     "type": [
      "string",
      "null"
     ],
     "pattern": "^[0-9]{2}-[0-9]{7}$"
    },
    "employee_name": {
     "type": [
      "string",
      "null"
     ],
     "description": "Full name as printed."
    },
    "wages": {
     "type": [
      "number",
      "null"
     ],
     "description": "Box 1, US dollars.",
     "minimum": 0
    },
    "federal_income_tax_withheld": {
     "type": [
      "number",
      "null"
     ],
     "description": "Box 2, US dollars.",
     "minimum": 0
    },
    "social_security_wages": {
     "type": [
      "number",
      "null"
     ],
     "description": "Box 3, US dollars.",
     "minimum": 0
    },
    "social_security_tax_withheld": {
     "type": [
      "number",
      "null"
     ],
     "description": "Box 4, US dollars.",
     "minimum": 0
    },
    "medicare_wages": {
     "type": [
      "number",
      "null"
     ],
     "description": "Box 5, US dollars.",
     "minimum": 0
    },
    "medicare_tax_withheld": {
     "type": [
      "number",
      "null"
     ],
     "description": "Box 6, US dollars.",
     "minimum": 0
    }
   },
   "required": [
    "applicants",
    "employer_address"
   ]
  },
  "schemas/models/w2.strict.schema.json": {
   "$schema": "https://json-schema.org/draft/2020-12/schema",
   "title": "W-2 (strict)",
   "description": "What is extracted from a W-2 wage and tax statement. Mock's choice: the document type, and the names of all properties except `applicants`; more may be added. Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.",
   "type": "object",
   "properties": {
    "applicants": {
     "$ref": "applicants.strict.schema.json"
    },
    "tax_year": {
     "type": "integer",
     "minimum": 1978,
     "maximum": 2999
    },
    "employer_name": {
     "type": "string"
    },
    "employer_address": {
     "$ref": "address.strict.schema.json"
    },
    "employer_identification_number": {
     "type": "string",
     "pattern": "^[0-9]{2}-[0-9]{7}$"
    },
    "employee_name": {
     "type": "string",
     "description": "Full name as printed."
    },
    "wages": {
     "type": "number",
     "description": "Box 1, US dollars.",
     "minimum": 0
    },
    "federal_income_tax_withheld": {
     "type": "number",
     "description": "Box 2, US dollars.",
     "minimum": 0
    },
    "social_security_wages": {
     "type": "number",
     "description": "Box 3, US dollars.",
     "minimum": 0
    },
    "social_security_tax_withheld": {
     "type": "number",
     "description": "Box 4, US dollars.",
     "minimum": 0
    },
    "medicare_wages": {
     "type": "number",
     "description": "Box 5, US dollars.",
     "minimum": 0
    },
    "medicare_tax_withheld": {
     "type": "number",
     "description": "Box 6, US dollars.",
     "minimum": 0
    }
   },
   "required": [
    "applicants",
    "tax_year",
    "employer_name",
    "employer_address",
    "employer_identification_number",
    "employee_name",
    "wages",
    "federal_income_tax_withheld",
    "social_security_wages",
    "social_security_tax_withheld",
    "medicare_wages",
    "medicare_tax_withheld"
   ]
  }
 }
};
