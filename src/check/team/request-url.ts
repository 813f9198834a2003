import { setTimeout as after } from 'node:timers/promises';
import { sendRequest } from '../../http-client/request.ts';

export interface UrlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A response, or why there is none, in a clause. */
export type UrlResponse =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
      /** True if the body is longer than {@link maxResponseBytes}. */
      readonly isCut: boolean;
    }
  | { readonly problem: string };

/** How much of a response is read, in bytes. */
export const maxResponseBytes = 8 * 1024 * 1024;

/** Sends one request. Reads a bounded part of its response, for a bounded time. Never throws. */
export async function requestUrl(request: UrlRequest): Promise<UrlResponse> {
  const { method, url, headers = {}, body, timeoutMs, signal } = request;
  const overdue = new AbortController();
  const give = (): void => overdue.abort();
  signal.addEventListener('abort', give);
  const done = new AbortController();
  void after(timeoutMs, null, { signal: done.signal }).then(give, () => undefined);
  try {
    if (signal.aborted) give();
    const response = await sendRequest({ method, url, headers, body, signal: overdue.signal });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isCut = false;
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      isCut = bytes > maxResponseBytes;
      if (isCut) break;
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    return { status: response.statusCode, headers: response.headers, text, isCut };
  } catch (error) {
    if (signal.aborted) return { problem: 'the check ended' };
    if (overdue.signal.aborted)
      return { problem: `there was no complete response within ${timeoutMs / 1_000} s` };
    return { problem: (error as Error).message };
  } finally {
    done.abort();
    signal.removeEventListener('abort', give);
  }
}
