import { timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { DocumentResource, InformedCallback } from 'ringback/types';
import { Applications, findings } from './applications.ts';
import { CallbackQueue, type Journal } from './callback-queue.ts';
import { DocDigitizerClient } from './docdigitizer-client.ts';
import { type DocumentNews, Documents } from './documents.ts';
import { isKnown, readCallback } from './informed-callback.ts';
import { InformedClient } from './informed-client.ts';

export interface ConsumerOptions {
  /** `https://api.docdigitizer.com`, or the mock's URL. */
  readonly docdigitizerUrl: string;
  /** `https://api.informediq.com`, or the mock's URL. */
  readonly informedUrl: string;
  /** What callbacks have to carry in `Authorization`. */
  readonly authorization: string;
  readonly journal: Journal<DocumentNews | InformedCallback>;
  /** Told once of each final state of a document. */
  readonly onFinished?: (document: DocumentResource) => void;
  /** Told once of each change of what was verified, e.g. `income applicant1 pass`. */
  readonly onVerified?: (application: string, found: string) => void;
  readonly onError?: (error: unknown) => void;
}

export interface Consumer {
  readonly app: FastifyInstance;
  readonly documents: Documents;
  readonly applications: Applications;
  /** Waits for the work behind the callbacks that were acknowledged. */
  idle(): Promise<void>;
  /** Asks the providers about everything that is still open. To be called every few minutes. */
  reconcile(): Promise<void>;
}

export function createConsumer(options: ConsumerOptions): Consumer {
  const { onFinished, onVerified, onError = console.error } = options;
  const documents = new Documents(new DocDigitizerClient(options.docdigitizerUrl, 'token'), (document) =>
    onFinished?.(document),
  );
  const applications = new Applications(
    new InformedClient(options.informedUrl, 'user', 'password'),
    (id, found) => onVerified?.(id, findings(found)),
  );
  const queue = new CallbackQueue(
    options.journal,
    (callback) => ('documentId' in callback ? documents.onNews(callback) : applications.onCallback(callback)),
    onError,
  );

  const app = Fastify();
  // The body is JSON whatever its type is called; a body that is none ends in 400, which is not retried.
  app.removeAllContentTypeParsers();
  const readJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (request, body, done) => {
    // A type without a body: what a state callback says is in its query.
    if (body === '') done(null, undefined);
    else readJson(request, body, done);
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!isSame(request.headers.authorization ?? '', options.authorization)) {
      return reply.code(401).send({ error: 'unknown credentials' });
    }
  });

  app.post<{ Querystring: Record<string, unknown> }>('/documents', async (request, reply) => {
    const { documentId, state } = request.query;
    if (typeof documentId !== 'string' || typeof state !== 'string' || !/^\d+$/.test(state)) {
      return reply.code(400).send({ error: 'expected documentId and state' });
    }
    return accept(reply, { documentId, state: Number(state) });
  });

  app.post('/applications', async (request, reply) => {
    const callback = readCallback(request.body);
    if (callback === null) return reply.code(400).send({ error: 'expected a callback of Informed' });
    // An event type that will be there one day is not an error.
    if (!isKnown(callback)) return { ignored: callback.event_type };
    return accept(reply, callback);
  });

  async function accept(
    reply: { code(status: number): { header(name: string, value: string): { send(body: object): unknown } } },
    callback: DocumentNews | InformedCallback,
  ): Promise<unknown> {
    try {
      await queue.accept(callback);
      return { received: true };
    } catch (error) {
      onError(error);
      // Not written down, so not acknowledged: the provider is to try again.
      return reply.code(503).header('retry-after', '30').send({ error: 'try again later' });
    }
  }

  return {
    app,
    documents,
    applications,
    idle: () => queue.idle(),
    async reconcile() {
      await queue.idle();
      await documents.reconcile();
      await applications.reconcile();
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
