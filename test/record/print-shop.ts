import { createHmac } from 'node:crypto';
import { request } from 'node:http';

export const contractFile = new URL('print-shop.yaml', import.meta.url).pathname;

/** What the provider does next. */
export interface Sending {
  /** How long it waits first, in milliseconds of its own clock. */
  readonly after?: number;
  readonly method?: string;
  /** Path and query. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Default: true. */
  readonly signed?: boolean;
  /** Sends it once more after this time, although it was acknowledged. */
  readonly again?: number;
}

/** A provider that is not Ringback: it signs, and retries after 5 and 30 seconds. Its clock is virtual. */
export class PrintShop {
  now: number = Date.UTC(2026, 10, 3, 9, 30);
  readonly waits: readonly number[] = [5_000, 30_000];
  /** The responses that it got. */
  readonly statuses: number[] = [];

  /** Calls back, one callback after the other, with all their retries. */
  async send(url: string, sendings: readonly Sending[]): Promise<void> {
    for (const sending of sendings) {
      this.now += sending.after ?? 0;
      await this.#deliver(url, sending);
      if (sending.again === undefined) continue;
      this.now += sending.again;
      await this.#deliver(url, sending);
    }
  }

  async #deliver(url: string, sending: Sending): Promise<void> {
    for (const wait of [...this.waits, null]) {
      const status = await this.#attempt(url, sending);
      this.statuses.push(status);
      if ((status >= 200 && status < 300) || wait === null) return;
      this.now += wait;
    }
  }

  #attempt(
    url: string,
    { method = 'POST', target = '/hook', headers = {}, body, signed = true }: Sending,
  ): Promise<number> {
    const seconds = Math.floor(this.now / 1_000);
    const signature = createHmac('sha256', 'whsec_of-the-print-shop')
      .update(`${seconds}.`)
      .update(body ?? '')
      .digest('hex');
    const all = {
      'User-Agent': 'PrintShop-Hooks/3',
      ...(signed && { 'X-Print-Signature': `sha256=${signature}`, 'X-Print-Timestamp': String(seconds) }),
      ...(body !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${url}${target}`, { method, headers: all, agent: false }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.on('error', reject).end(body);
    });
  }

  /** The time of its clock, and some seconds before. */
  at(seconds = 0): string {
    return new Date(this.now - seconds * 1_000).toISOString().replace('.000', '');
  }
}
