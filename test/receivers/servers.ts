import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import express from 'express';
import Fastify from 'fastify';
import twilio from 'twilio';
import { accepts, type Judge } from '../signing/judges.ts';
import { closeAfterwards } from '../support/closing.ts';

/** Starts a consumer that verifies signatures with this secret. It ends with the test. Returns its URL. */
export type StartReceiver = (secret: string) => Promise<string>;

/** Every consumer has its endpoint here, with a query that a signature of the URL must cover. */
const path = '/hook?shop=7';

/** The usual Express consumer: the raw body, then the library. */
export function inExpress(judge: Judge, refusal: number): StartReceiver {
  return (secret) => {
    const app = express();
    app.post('/hook', express.raw({ type: () => true }), async (request, response) => {
      const { method, originalUrl: url, headers } = request;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const absoluteUrl = `${request.protocol}://${headers.host}${url}`;
      const sent = { method, url, absoluteUrl, query: {}, headers, body };
      response.sendStatus((await accepts(judge, sent, secret)) ? 200 : refusal);
    });
    return listen(app);
  };
}

/** The usual Fastify consumer: a parser that keeps the bytes, then the library. */
export function inFastify(judge: Judge, refusal: number): StartReceiver {
  return async (secret) => {
    const app = Fastify();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post('/hook', async (request, reply) => {
      const { method, url, headers } = request;
      const absoluteUrl = `${request.protocol}://${request.host}${url}`;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const sent = { method, url, absoluteUrl, query: {}, headers, body };
      return reply.code((await accepts(judge, sent, secret)) ? 200 : refusal).send();
    });
    closeAfterwards(() => app.close());
    return `${await app.listen({ port: 0, host: '127.0.0.1' })}${path}`;
  };
}

/** The middleware of `@octokit/webhooks` for Node's own server. */
export const octokitMiddleware: StartReceiver = (secret) =>
  octokitReceiver(new Webhooks({ secret, log: silent }));

/** Listens with the middleware of `@octokit/webhooks`. */
export function octokitReceiver(webhooks: Webhooks): Promise<string> {
  const handle = createNodeMiddleware(webhooks, { path: '/hook', log: silent });
  return listen((request, response) => void handle(request, response));
}

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The middleware of `twilio`, after the parsers that it asks for. */
export const twilioMiddleware: StartReceiver = (secret) => {
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.use(
    express.json({
      verify: (request, _response, bytes) => Object.assign(request, { rawBody: bytes.toString() }),
    }),
  );
  app.post('/hook', twilio.webhook(secret), (_request, response) => void response.sendStatus(200));
  return listen(app);
};

const python = '/usr/bin/python3';

/** Whether Debian's Python is here. The first one in PATH may be another. */
export const hasPython = existsSync(python);

/** A server of Python's standard library, in a process of its own. */
export const inPython: StartReceiver = async (secret) => {
  const script = join(import.meta.dirname, 'slack_receiver.py');
  const child = spawn(python, [script, secret], { stdio: ['ignore', 'pipe', 'inherit'] });
  closeAfterwards(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const { value: port } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  return `http://127.0.0.1:${port}${path}`;
};

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterwards(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
}
