import { Agent, request } from 'undici';
import type { ReceivedResponse } from './expressions.ts';
import type { WireRequest } from './make-request.ts';

/** Calls the mock: its API and its control API. */
export class Client {
  readonly #url: string;
  readonly #agent = new Agent({ connections: 4, keepAliveTimeout: 30_000 });

  constructor(url: string) {
    this.#url = url;
  }

  async send(wire: WireRequest, more: Readonly<Record<string, string>> = {}): Promise<ReceivedResponse> {
    const { statusCode, headers, body } = await request(`${this.#url}${wire.target}`, {
      method: wire.method as 'GET',
      headers: { ...wire.headers, ...more },
      body: wire.body?.bytes ?? null,
      dispatcher: this.#agent,
    });
    const text = await body.text();
    const flat = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    const json = /json/.test(String(headers['content-type'] ?? ''));
    return { status: statusCode, headers: Object.fromEntries(flat), body: json ? parsed(text) : text };
  }

  /** The parsed response of the control API. */
  async control(method: string, path: string, body?: unknown): Promise<ReceivedResponse> {
    const headers = { 'content-type': 'application/json' };
    const bytes =
      body === undefined ? null : { contentType: 'application/json', bytes: JSON.stringify(body) };
    return this.send({
      method,
      target: `/_ringback/${path}`,
      headers: bytes === null ? {} : headers,
      body: bytes,
    });
  }

  /** Plays all that is pending. The deliveries that had an attempt. */
  async settle(): Promise<readonly Delivery[]> {
    const { status, body } = await this.control('POST', 'clock?bodyLimit=65536', { settle: true });
    if (status !== 200) throw new Error(`Could not settle the clock: ${status} ${brief(body)}`);
    return (body as { deliveries: readonly Delivery[] }).deliveries;
  }

  close(): Promise<void> {
    return this.#agent.close();
  }
}

/** What the judge reads of a delivery in the control API. */
export interface Delivery {
  readonly callback: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly attempts: readonly { readonly error: string | null; readonly code: string | null }[];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A value for a message, cut off after some characters. */
export function brief(value: unknown, length = 600): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
