import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One mistake each. Without any, the consumer is correct. */
export type DocumentMistake =
  | 'books-twice'
  | 'check-then-act'
  | 'forgets-after-20'
  | 'forgets-after-a-while'
  | 'forgets-at-restart'
  | 'recognizes-by-url'
  | 'last-callback-wins'
  | 'late-state-after-others'
  | 'never-polls'
  | 'overwritten-by-submission'
  | 'works-before-response'
  | 'loses-work-at-restart'
  | 'drops-failed-work'
  | 'swallows-errors'
  | 'client-error-when-down'
  | 'conflict-on-duplicate'
  | 'refuses-unknown-state'
  | 'redirects'
  | 'html'
  | 'no-credentials'
  | 'prefix-of-credentials'
  | 'guesses-missing-state'
  | 'unencoded-ids'
  | 'head-takes-effect'
  | 'method-not-allowed'
  | 'opens-session'
  | 'refuses-bursts'
  | 'first-final-wins'
  | 'trusts-the-callback'
  | 'blocked-by-one'
  | 'remembers-before-work'
  | 'crashes-on-bad-query'
  | 'forbids-return'
  | 'leaks';

interface Document {
  state: number | null;
  stateText: string | null;
  /** Each booking of a final state. */
  bookings: number;
  callbacksAt: string | null;
}

export interface DocumentConsumer extends AsyncDisposable {
  readonly url: string;
  readonly callbackUrl: string;
}

export interface DocumentConsumerOptions {
  readonly providerUrl: string;
  readonly mistake?: DocumentMistake | undefined;
  readonly authorization?: string | undefined;
  /** Milliseconds between polls. 0: it never polls. */
  readonly pollMs?: number;
}

const finals = [91, 92, 999];

/** A consumer of DocDigitizer that asks the provider about every news, once for each document at a time. */
export async function startDocumentConsumer(options: DocumentConsumerOptions): Promise<DocumentConsumer> {
  const { providerUrl, mistake, authorization, pollMs = 300 } = options;
  const has = (one: DocumentMistake): boolean => mistake === one;
  // In earnest: a table.
  const documents = new Map<string, Document>();
  const seen = new Map<string, number>();
  const leak: Buffer[] = [];
  let memory = { generation: 0 };
  let open = 0;
  let queue: Promise<void> = Promise.resolve();
  const chains = new Map<string, Promise<void>>();

  const row = (id: string): Document => {
    let document = documents.get(id);
    if (document === undefined) {
      document = { state: null, stateText: null, bookings: 0, callbacksAt: null };
      documents.set(id, document);
    }
    return document;
  };
  const ask = async (id: string): Promise<{ state: number; stateText: string } | null> => {
    const response = await fetch(`${providerUrl}/api/v2/documents/${encodeURIComponent(id)}`, {
      headers: { authorization: 'Bearer token' },
    });
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`the provider responded ${response.status}`);
    return (await response.json()) as { state: number; stateText: string };
  };
  const take = (id: string, { state, stateText }: { state: number; stateText: string }): void => {
    const document = row(id);
    if (finals.includes(state) && (document.state !== state || has('books-twice'))) document.bookings++;
    document.state = state;
    document.stateText = stateText;
    document.callbacksAt = new Date().toISOString();
  };
  const work = async (id: string, state: number, stateText: string, url: string): Promise<void> => {
    const known = documents.get(id);
    if (has('recognizes-by-url')) {
      if (seen.has(url)) return;
      seen.set(url, Date.now());
      const document = row(id);
      if (finals.includes(state)) document.bookings++;
      if (!finals.includes(document.state ?? 0) || finals.includes(state))
        Object.assign(document, { state, stateText });
      return;
    }
    const key = `${id} ${state}`;
    if (has('forgets-after-20') || has('forgets-after-a-while') || has('forgets-at-restart')) {
      const before = seen.get(key);
      if (before !== undefined && !(has('forgets-after-a-while') && Date.now() - before > 2_500)) return;
      seen.set(key, Date.now());
      if (has('forgets-after-20') && seen.size > 20) seen.delete([...seen.keys()][0] ?? '');
      if (state === 30 && finals.includes(known?.state ?? 0)) return;
      const document = row(id);
      if (finals.includes(state)) document.bookings++;
      Object.assign(document, { state, stateText });
      return;
    }
    if (has('remembers-before-work') || has('forbids-return')) {
      if (seen.has(key)) return;
      seen.set(key, Date.now());
    }
    if (has('last-callback-wins')) {
      const document = row(id);
      if (finals.includes(state) && document.state !== state) document.bookings = 1;
      Object.assign(document, { state, stateText });
      return;
    }
    if (
      has('late-state-after-others') &&
      documents.size > 0 &&
      [...documents.keys()].slice(-20).indexOf(id) === -1
    ) {
      Object.assign(row(id), { state, stateText });
      return;
    }
    if (has('check-then-act')) {
      if (known?.state === state || (state === 30 && finals.includes(known?.state ?? 0))) return;
      const present = await ask(id);
      if (present === null) return;
      const document = row(id);
      if (finals.includes(present.state)) document.bookings++;
      Object.assign(document, { state: present.state, stateText: present.stateText });
      return;
    }
    if (has('first-final-wins') && finals.includes(known?.state ?? 0)) return;
    if (has('trusts-the-callback')) {
      if (known !== undefined && finals.includes(known.state ?? 0)) return;
      take(id, { state, stateText });
      return;
    }
    if (!has('books-twice') && known?.state === state) return;
    if (state === 30 && (finals.includes(known?.state ?? 0) || known?.state === null)) {
      if (known?.state === null) take(id, { state, stateText });
      return;
    }
    const present = await ask(id);
    if (present !== null && (has('books-twice') || documents.get(id)?.state !== present.state))
      take(id, present);
  };
  /** One after the other for each document. */
  const enqueue = (id: string, job: () => Promise<void>): Promise<void> => {
    if (has('check-then-act')) return job();
    if (has('blocked-by-one')) {
      queue = queue.then(async () => {
        for (;;) {
          try {
            return await job();
          } catch {
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      });
      return queue;
    }
    const next = (chains.get(id) ?? Promise.resolve()).then(job, job);
    chains.set(id, next);
    return next;
  };

  const respond = (response: ServerResponse, status: number, body: object = { received: true }): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

  const callback = async (
    method: string,
    url: URL,
    given: string | undefined,
    response: ServerResponse,
  ): Promise<void> => {
    if (has('method-not-allowed') && method === 'GET') return respond(response, 405);
    if (authorization !== undefined && !has('no-credentials')) {
      const isRight = has('prefix-of-credentials')
        ? (given ?? '').startsWith(authorization)
        : given === authorization;
      if (!isRight) return respond(response, 401, { message: 'unknown caller' });
    }
    let id = url.searchParams.get('documentId');
    if (has('unencoded-ids')) id = /documentId=([^&]*)/.exec(url.search)?.[1] ?? null;
    let text = url.searchParams.get('state');
    if (has('guesses-missing-state')) text ??= '91';
    if (method === 'HEAD') {
      if (has('head-takes-effect') && id !== null) take(id, { state: Number(text), stateText: '' });
      return respond(response, 200);
    }
    if (has('crashes-on-bad-query')) decodeURIComponent(url.search);
    if (id === null || id === '' || text === null || !/^\d+$/.test(text))
      return respond(response, 400, { message: 'expected documentId and state' });
    const state = Number(text);
    const stateText = url.searchParams.get('stateText') ?? '';
    if (has('refuses-unknown-state') && ![10, 30, ...finals].includes(state)) return respond(response, 422);
    if (has('conflict-on-duplicate') && documents.get(id)?.state === state) return respond(response, 409);
    if (has('leaks')) leak.push(Buffer.alloc(200_000, 1));
    if (has('refuses-bursts')) {
      open++;
      await new Promise((resolve) => setTimeout(resolve, 10));
      open--;
      if (open > 20) return respond(response, 200);
    }
    const key = id;
    const { generation } = memory;
    const job = async (): Promise<void> => {
      if (has('loses-work-at-restart')) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (memory.generation !== generation) return;
      }
      await work(key, state, stateText, url.search);
    };
    if (
      has('works-before-response') ||
      has('swallows-errors') ||
      has('client-error-when-down') ||
      has('remembers-before-work')
    ) {
      try {
        await enqueue(key, job);
      } catch {
        if (has('client-error-when-down')) return respond(response, 400, { message: 'could not ask' });
        if (!has('swallows-errors')) return respond(response, 503, { message: 'later' });
      }
      return respond(response, 200);
    }
    if (has('redirects')) {
      response.writeHead(302, { location: '/login' }).end();
    } else if (has('html')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Thank you</body></html>');
    } else {
      if (has('opens-session')) response.setHeader('set-cookie', 'sid=1; Path=/');
      respond(response, 200);
    }
    enqueue(key, job).catch(() => undefined);
  };

  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    void (async () => {
      const body = await buffer(request);
      if (url.pathname.startsWith('/documents/')) {
        const document = documents.get(decodeURIComponent(url.pathname.slice('/documents/'.length)));
        return document === undefined ? respond(response, 404) : respond(response, 200, document);
      }
      if (url.pathname === '/memory')
        return respond(response, 200, { rss: process.memoryUsage().rss + leak.length * 200_000 });
      if (url.pathname === '/restart') {
        memory = { generation: memory.generation + 1 };
        if (has('forgets-at-restart')) seen.clear();
        return respond(response, 200);
      }
      if (url.pathname === '/submit') {
        const form = new FormData();
        form.append('files', new Blob([body]), url.searchParams.get('name') ?? 'a.pdf');
        form.append('callbackUrl', `${own}/callback`);
        if (authorization !== undefined) {
          form.append('callback_method', 'POST');
          form.append('callback_headers[Authorization]', authorization);
        }
        const submitted = await fetch(`${providerUrl}/api/v2/documents`, {
          method: 'POST',
          headers: { authorization: 'Bearer token' },
          body: form,
        });
        const { document_id } = (await submitted.json()) as { document_id: string };
        if (has('overwritten-by-submission')) {
          documents.set(document_id, { state: null, stateText: null, bookings: 0, callbacksAt: null });
        } else row(document_id);
        return respond(response, 202, { id: document_id });
      }
      if (url.pathname === '/callback')
        return callback(request.method ?? 'GET', url, request.headers.authorization, response);
      respond(response, 404);
    })().catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const isPolling =
    pollMs > 0 &&
    ![
      'never-polls',
      'loses-work-at-restart',
      'drops-failed-work',
      'swallows-errors',
      'overwritten-by-submission',
      'remembers-before-work',
    ].includes(mistake ?? '');
  const polling = isPolling
    ? setInterval(() => {
        for (const [id, { state }] of documents)
          if (!finals.includes(state ?? 0))
            enqueue(id, async () => {
              const present = await ask(id);
              if (
                present !== null &&
                documents.get(id)?.state !== present.state &&
                finals.includes(present.state)
              )
                take(id, present);
            }).catch(() => undefined);
      }, pollMs)
    : undefined;
  return {
    url: own,
    callbackUrl: `${own}/callback`,
    async [Symbol.asyncDispose]() {
      clearInterval(polling);
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
