import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { DocumentResource } from 'ringback/types';
import { findings } from '../src/applications.ts';
import { createConsumer } from '../src/consumer.ts';

/**
 * Starts the consumer on `PORT`, and on `DOORS_PORT` what `ringback check` needs: its state, and a way to make it submit.
 */
const {
  DOCDIGITIZER_URL = 'http://127.0.0.1:4020/docdigitizer',
  INFORMED_URL = 'http://127.0.0.1:4020/informed',
  CALLBACK_AUTHORIZATION = 'Bearer s3cret',
  PORT = '3000',
  DOORS_PORT = '3001',
  POLL_MS = '300',
} = process.env;

/** What was done, by the id of the document or application. */
const done = new Map<string, string[]>();
const note = (id: string, what: string): void => void done.set(id, [...(done.get(id) ?? []), what]);

const consumer = createConsumer({
  docdigitizerUrl: DOCDIGITIZER_URL,
  informedUrl: INFORMED_URL,
  authorization: CALLBACK_AUTHORIZATION,
  journal: { append: async () => undefined },
  onFinished: ({ document_id, stateText }: DocumentResource) => note(document_id, stateText),
  onVerified: note,
});
const own = await consumer.app.listen({ port: Number(PORT), host: '127.0.0.1' });
setInterval(() => consumer.reconcile().catch(() => undefined), Number(POLL_MS));

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const file = new File([await buffer(request)], searchParams.get('file') ?? 'invoice.pdf');
  const respond = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  try {
    if (pathname === '/submit') {
      const id = await consumer.documents.submit(file, `${own}/documents`, CALLBACK_AUTHORIZATION);
      return respond(202, { id });
    }
    if (pathname === '/apply') {
      const id = await consumer.applications.register({
        application_reference_id: `loan-${crypto.randomUUID()}`,
        application_date: '2029-12-28',
        services: ['extract', 'verify'],
        applicants: { applicant1: { first_name: 'Jo', last_name: 'Boren' } },
        verifications: { income: ['applicant1'] },
        webhook: `${own}/applications`,
      });
      await consumer.applications.addFile(id, file);
      return respond(202, { id });
    }
    const id = decodeURIComponent(pathname.slice('/state/'.length));
    const document = consumer.documents.get(id);
    const application = consumer.applications.get(id);
    if (document !== undefined) respond(200, { state: document.state, finished: done.get(id) ?? [] });
    else if (application === undefined) respond(404, { message: 'not found' });
    else
      respond(200, {
        files: [...application.files.values()],
        documents: [...application.documents.values()],
        verifications: findings(application.verifications ?? {}),
        isGivenUp: application.isGivenUp,
        verified: done.get(id) ?? [],
      });
  } catch (error) {
    respond(502, { message: String(error) });
  }
}).listen(Number(DOORS_PORT), '127.0.0.1');
