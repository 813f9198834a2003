import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { RingbackError } from '../core/errors.ts';
import { unbracket } from '../core/unbracket.ts';
import { decodeBody } from '../http-client/decode-body.ts';
import { mostRequests } from './draft-recording.ts';
import type { RecordedRequest, RecordedResult } from './recorded-request.ts';

/** How much of a body is kept. All of it is forwarded. */
const keptBytes = 1024 * 1024;
/** How much is kept in all. What comes after that is forwarded, and not recorded. */
const mostKept = { requests: mostRequests, bytes: 256 * 1024 * 1024 };
/** How long responses in flight may take once the recording ends. */
const graceMs = 5_000;

export interface RecorderOptions {
  /** The consumer's endpoint. A path is put before that of each callback. */
  readonly to: URL;
  readonly port: number;
  readonly host: string;
  /** Accepts any certificate of the endpoint. */
  readonly insecure: boolean;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Called when the provider has its response, or has gone. */
  readonly onRequest: (request: RecordedRequest) => void;
}

/** A server between a provider and the endpoint of its consumer. */
export interface Recorder {
  /** Where the provider finds it. */
  readonly url: string;
  /** How many requests were forwarded but not kept. */
  readonly unkept: () => number;
  /** Waits for responses in flight, and closes. */
  close(): Promise<void>;
}

/** Starts to record. @throws {RingbackError} `address.unusable` */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const left = { ...mostKept };
  let unkept = 0;
  const busy = new Set<Promise<void>>();
  const server = createServer({ maxHeaderSize: 64 * 1024, requestTimeout: 0 }, (request, response) => {
    const served = forward(request, response, options).then((recorded) => {
      left.requests--;
      left.bytes -= recorded.body.length;
      if (left.requests < 0 || left.bytes < 0) unkept++;
      else options.onRequest(recorded);
    });
    busy.add(served);
    served.finally(() => busy.delete(served));
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    unkept: () => unkept,
    async close() {
      server.close();
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await Promise.allSettled([...busy]);
      clearTimeout(late);
      server.closeAllConnections();
    },
  };
}

async function listen(server: Server, { port, host }: RecorderOptions): Promise<void> {
  server.listen({ port, host: unbracket(host) });
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'something else listens there' : message;
    throw new RingbackError('address.unusable', {
      details: { host, port },
      detail: `Could not listen on ${host}:${port}: ${why}. Give another --port, or 0 for a free one.`,
      cause: error,
    });
  }
}

/** Sends a request on as it came, and its response back. Never rejects. */
function forward(
  request: IncomingMessage,
  response: ServerResponse,
  options: RecorderOptions,
): Promise<RecordedRequest> {
  const { to, insecure, now } = options;
  const at = now();
  const { method = 'GET', url = '/', rawHeaders } = request;
  const target = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?#]*/i, '') || '/';
  const kept: Buffer[] = [];
  let bytes = 0;
  let result: RecordedResult | null = null;
  let isBroken = false;
  const send = to.protocol === 'https:' ? httpsRequest : httpRequest;
  const onward = send({
    host: unbracket(to.hostname),
    port: to.port === '' ? undefined : Number(to.port),
    method,
    path: targetAt(to, target),
    headers: withoutHeaders(rawHeaders, /^expect$/i),
    agent: false,
    rejectUnauthorized: !insecure,
  });
  onward.setNoDelay(true);
  // The endpoint broke off its response, and so does the recorder.
  const breakOff = (): void => {
    if (response.destroyed) return;
    result = { kind: 'unreachable' };
    isBroken = true;
    response.destroy();
  };
  onward.on('response', (answer) => {
    result = { kind: 'answered', status: answer.statusCode ?? 0 };
    response.writeHead(
      answer.statusCode ?? 502,
      answer.statusMessage,
      withoutHeaders(answer.rawHeaders, /^(?:connection|keep-alive)$/i),
    );
    answer.pipe(response);
    answer.on('error', breakOff);
  });
  onward.on('error', (error) => {
    if (response.destroyed || result !== null) {
      breakOff();
      return;
    }
    result = { kind: 'unreachable' };
    request.unpipe(onward).resume();
    response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`ringback record: could not reach ${to.origin}: ${error.message}\n`);
  });
  request.on('data', (chunk: Buffer) => {
    if (bytes < keptBytes) kept.push(chunk.subarray(0, keptBytes - bytes));
    bytes += chunk.length;
  });
  request.pipe(onward);
  const { promise, resolve } = Promise.withResolvers<RecordedRequest>();
  response.on('close', () => {
    if (!response.writableFinished) onward.destroy();
    const ended: RecordedResult = request.complete
      ? (response.writableFinished || isBroken) && result !== null
        ? result
        : { kind: 'given-up' }
      : { kind: 'incomplete' };
    const headers = pairs(rawHeaders);
    const codings = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ?? '';
    const cut = { bytes: Buffer.concat(kept), truncated: bytes > keptBytes };
    const endedAt = now();
    decodeBody(cut, codings, keptBytes).then((decoded) => {
      const { bytes: body, truncated: isCut } = decoded ?? cut;
      resolve({ at, endedAt, method, target, headers, body, isCut, result: ended });
    });
  });
  return promise;
}

/** The target of a request at the endpoint: its own one, below the path of the endpoint. */
function targetAt({ pathname }: URL, target: string): string {
  const base = pathname.replace(/\/$/, '');
  if (base === '') return target;
  return /^\/(?=\?|$)/.test(target) ? `${base}${target.slice(1)}` : `${base}${target}`;
}

function withoutHeaders(raw: readonly string[], names: RegExp): string[] {
  return raw.flatMap((name, at) => (at % 2 === 0 && !names.test(name) ? [name, raw[at + 1] ?? ''] : []));
}

function pairs(raw: readonly string[]): readonly (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
}
