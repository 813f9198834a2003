import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { InformedCallback } from 'ringback/types';

/** What is known of the files of an application, by file id. */
export type Files = Map<string, 'extracted' | { readonly error: string }>;

/**
 * A webhook for Informed that takes extractions and errors. It can be called twice with the same, in any order.
 * @param authorization what a callback has to carry
 */
export function createWebhook(authorization: string, files: Files): Server {
  return createServer((request, response) => {
    take(request, authorization, files)
      .then((status) => answer(response, status))
      // The request broke off: there is nobody to answer, and half a body counts for nothing.
      .catch(() => response.destroy());
  });
}

async function take(request: IncomingMessage, authorization: string, files: Files): Promise<number> {
  const body = await text(request);
  if (request.headers.authorization !== authorization) return 401;
  let callback: InformedCallback;
  try {
    callback = JSON.parse(body);
  } catch {
    // Not 500: what cannot be read today cannot be read tomorrow, and is not to be sent again.
    return 400;
  }
  if (callback.event_type === 'extractions') {
    const documents = Object.values(callback.documents ?? {}).flat();
    // Not the shape that was agreed on: nothing of it is stored.
    if (documents.length === 0 || !documents.every(({ file_ids }) => Array.isArray(file_ids))) return 400;
    for (const id of documents.flatMap(({ file_ids }) => file_ids)) files.set(id, 'extracted');
  }
  if (callback.event_type === 'error' && typeof callback.file_id === 'string') {
    files.set(callback.file_id, { error: callback.error_message ?? 'no message' });
  }
  return 200;
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ status }));
}
