import { afterAll, beforeAll } from 'vitest';
import { type RunningServer, startServer } from '../../src/server/start-server.ts';
import type { StartServerOptions } from '../../src/server/start-server-options.ts';

/**
 * A server on a free port for the tests of a `describe`, by default on a virtual clock with seed 1.
 * It closes after them. `setup.ts` checks what it sends, in all tests.
 * @returns a function that returns the server once the tests run
 */
export function useTestServer(options: StartServerOptions = {}): () => RunningServer {
  let server: RunningServer | undefined;
  beforeAll(async () => {
    server = await startServer({ port: 0, clock: 'virtual', seed: 1, ...options });
  });
  afterAll(async () => {
    await server?.close({ graceMs: 1_000 });
  });
  return () => {
    if (server === undefined) throw new Error('The server has not started yet: use it inside of a test.');
    return server;
  };
}

/** A response with its body. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape, and fail where they differ
  readonly body: any;
}

/** Sends a request with an optional JSON body; reads JSON and text responses. */
export async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<TestAnswer> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  const isJson = text !== '' && (answer.headers.get('content-type')?.includes('json') ?? false);
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

/** Submits a small PDF to DocDigitizer's API v2. */
export async function submitDocument(
  base: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TestAnswer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('files', new Blob([smallPdf()], { type: 'application/pdf' }), 'invoice.pdf');
  const answer = await fetch(`${base}/docdigitizer/api/v2/documents`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', ...headers },
    body: form,
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

/** A minimal PDF: one empty page, valid offsets. ASCII only, so that it survives being treated as text. */
export function smallPdf(): string {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>',
  ];
  let pdf = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj${object}endobj\n`;
    return offset;
  });
  const start = pdf.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  return `${pdf}xref\n0 4\n0000000000 65535 f \n${entries}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
}
