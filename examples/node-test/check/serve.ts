import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { createWebhook, type Files } from '../src/webhook.ts';

/**
 * Starts the webhook on `PORT`, and on `DOORS_PORT` what `ringback check` needs: its state, and a way to make it submit.
 */
const {
  INFORMED_URL = 'http://127.0.0.1:4020/informed',
  CALLBACK_AUTHORIZATION = 'Bearer s3cret',
  PORT = '3000',
  DOORS_PORT = '3001',
} = process.env;
const base = `${INFORMED_URL}/v1/consumer/applications`;

const files: Files = new Map();
/** The files of each application. */
const uploaded = new Map<string, string[]>();

createWebhook(CALLBACK_AUTHORIZATION, files).listen(Number(PORT), '127.0.0.1');
createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const bytes = await buffer(request);
  const respond = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  try {
    if (pathname === '/apply') return respond(202, await apply(searchParams.get('file') ?? 'a.pdf', bytes));
    const own = uploaded.get(decodeURIComponent(pathname.slice('/state/'.length)));
    if (own === undefined) respond(404, { message: 'not found' });
    else
      respond(
        200,
        own.map((id) => files.get(id) ?? null),
      );
  } catch (error) {
    respond(502, { message: String(error) });
  }
}).listen(Number(DOORS_PORT), '127.0.0.1');

/** Registers an application and uploads a file to it. */
async function apply(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<object> {
  const { application_id } = await post(base, {
    application_reference_id: `loan-${crypto.randomUUID()}`,
    application_date: '2029-12-28',
    services: ['extract'],
    webhook: `http://127.0.0.1:${PORT}/informed`,
  });
  const { image_files } = await post(`${base}/${application_id}/documents`, { image_files: [name] });
  const tickets = image_files as { file_id: string; upload_url: string }[];
  uploaded.set(
    String(application_id),
    tickets.map(({ file_id }) => file_id),
  );
  for (const { upload_url } of tickets) await fetch(upload_url, { method: 'PUT', body: bytes });
  return { application_id };
}

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const headers = { authorization: `Basic ${btoa('user:password')}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
