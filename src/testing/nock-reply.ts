import { isUtf8 } from 'node:buffer';
import type nock from 'nock';
import type { InterceptedRequest } from './intercepted-provider.ts';

/** What nock's reply functions return. */
export type NockReply = [status: number, body: Buffer, headers: string[]];

/** What nock 14 gives a reply function as `this`. */
interface InterceptorOfNock14 {
  readonly req: {
    readonly method: string;
    getHeaders(): Readonly<Record<string, string | number | readonly string[]>>;
  };
}

/**
 * Makes an interceptor of nock 15 or 14 reply. nock 15 passes the request as a `Request`, nock 14 as a path, a string
 * and `this.req`.
 */
export function replyWith(
  interceptor: nock.Interceptor,
  reply: (request: InterceptedRequest) => Promise<NockReply>,
): void {
  // nock assumes that a function with more than one declared parameter takes a callback.
  const answer = async function (this: unknown, first: unknown, ...[text]: unknown[]): Promise<NockReply> {
    if (first instanceof Request) {
      const { pathname, search } = new URL(first.url);
      const body = new Uint8Array(await first.arrayBuffer());
      return reply({ method: first.method, path: `${pathname}${search}`, headers: first.headers, body });
    }
    const { req } = this as InterceptorOfNock14;
    const headers = Object.entries(req.getHeaders()).flatMap(([name, value]) =>
      [value].flat().map((each): [string, string] => [name, String(each)]),
    );
    return reply({ method: req.method, path: String(first), headers, body: bytesOf(text) });
  };
  interceptor.reply(answer as Parameters<nock.Interceptor['reply']>[0]);
}

/** nock 14 parses JSON, and passes a body that is not UTF-8 in hexadecimal digits. */
function bytesOf(body: unknown): Uint8Array {
  if (typeof body !== 'string') return Buffer.from(JSON.stringify(body));
  const fromHex = /^(?:[0-9a-f]{2})+$/.test(body) ? Buffer.from(body, 'hex') : null;
  return fromHex === null || isUtf8(fromHex) ? Buffer.from(body) : fromHex;
}
