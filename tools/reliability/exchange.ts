import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface Request {
  readonly method: string;
  /** Path and query string. */
  readonly target: string;
  /** In this order; a name may repeat. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
}

export interface Response {
  readonly method: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly durationMs: number;
}

/** The end of a request: a response, or a description of the error. */
export type Outcome = { readonly response: Response } | { readonly failure: string };

/** A stream has no end, so only what arrives within this time is judged. */
const streamMs = 60;

export function createAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 64 });
}

/**
 * Sends a request with Node's own client and reads the whole response.
 * @param waiting called after every 250 ms without a response, to do what the response may depend on
 */
export function exchange(
  agent: Agent,
  port: number,
  { method, target, headers, body }: Request,
  { limitMs = 10_000, waiting = () => {} }: { readonly limitMs?: number; readonly waiting?: () => void } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const end = (outcome: Outcome): void => {
      clearTimeout(limit);
      clearInterval(poke);
      resolve(outcome);
    };
    const limit = setTimeout(() => {
      end({ failure: `no response within ${limitMs} ms` });
      sent?.destroy();
    }, limitMs);
    const poke = setInterval(waiting, 250);
    let sent: ReturnType<typeof httpRequest> | undefined;
    try {
      sent = httpRequest({ agent, host: '127.0.0.1', port, method, path: target, setHost: false });
      for (const [name, value] of group(headers)) sent.setHeader(name, value);
    } catch (error) {
      // Node's client refuses to send some bytes; other attacks send them over a bare socket.
      end({ failure: `not sent: ${error instanceof Error ? error.message : error}` });
      sent?.on('error', () => {}).destroy();
      return;
    }
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // A kept connection may end while the request is on its way.
      end({ failure: `connection: ${error.code ?? error.message}` });
    });
    sent.on('response', (message) => {
      const chunks: Buffer[] = [];
      const finish = (): void =>
        end({
          response: {
            method,
            status: message.statusCode ?? 0,
            headers: message.headers,
            body: Buffer.concat(chunks),
            durationMs: performance.now() - startedAt,
          },
        });
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', finish);
      message.on('error', (error) => end({ failure: `in the response: ${error.message}` }));
      if (message.headers['content-type'] === 'text/event-stream') {
        setTimeout(() => {
          finish();
          sent.destroy();
        }, streamMs);
      }
    });
    sent.end(body ?? undefined);
  });
}

function group(headers: Request['headers']): Map<string, string | string[]> {
  const grouped = new Map<string, string | string[]>();
  for (const [name, value] of headers) {
    const before = grouped.get(name);
    if (before === undefined) grouped.set(name, value);
    else grouped.set(name, Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return grouped;
}

/** For a report: the request as a `curl` command, with a long body cut. */
export function describeRequest({ method, target, headers, body }: Request): string {
  const shown = headers
    .map(([name, value]) => ` -H ${JSON.stringify(`${name}: ${value.slice(0, 200)}`)}`)
    .join('');
  const data =
    body === null
      ? ''
      : ` --data ${JSON.stringify(body.toString('latin1').slice(0, 600))} (${body.length} bytes)`;
  return `${method} ${target.slice(0, 500)}${shown}${data}`;
}
