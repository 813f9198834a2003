import { checkCallback } from './check-message.ts';
import { brief, type Client, type Delivery } from './client.ts';
import type { JudgedCallback, JudgedDocument } from './document.ts';
import { evaluate, type From, putValue, readKey } from './expressions.ts';
import { type MadeRequest, writeRequest } from './make-request.ts';
import type { ReceivedCallback, Receiver } from './receiver.ts';

/** One entry of `GET /_ringback/callbacks`. */
export interface ListedCallback {
  readonly callback: string;
  readonly event: string;
  readonly kind: string;
  readonly operation: string | null;
  readonly method: string;
  readonly expression: string | null;
  readonly fireable: boolean;
  readonly fromSubmission: boolean;
  readonly reason: string | null;
}

interface Submission {
  readonly request: MadeRequest;
  readonly parts: readonly From[];
}

/** Makes a mock send the callbacks of a contract, and judges what arrives. */
export class Firing {
  readonly #document: JudgedDocument;
  readonly #client: Client;
  readonly #receiver: Receiver;
  #count = 0;

  constructor(document: JudgedDocument, client: Client, receiver: Receiver) {
    this.#document = document;
    this.#client = client;
    this.#receiver = receiver;
  }

  /** Fires one callback: from a submission if its URL can be read from one, else by hand. The problem, or null. */
  async fire(
    callback: JudgedCallback,
    entry: ListedCallback,
    requests: readonly MadeRequest[],
  ): Promise<string | null> {
    this.#answerAs(callback);
    const submission = this.#submission([callback], requests);
    if (submission === null) return this.#byHand(callback, entry);
    const [problem, elsewhere] = await this.#bySubmission(callback, entry, submission);
    if (problem !== null) return `from a submission: ${problem}`;
    return elsewhere ? this.#byHand(callback, entry) : null;
  }

  /** A submission without a scenario: exactly one callback. Undefined if none can be read from it. */
  async playDefault(
    callbacks: readonly JudgedCallback[],
    requests: readonly MadeRequest[],
  ): Promise<string | null | undefined> {
    const able = callbacks.filter((one) => this.#submission([one], requests) !== null);
    if (able.length === 0) return undefined;
    const submission = this.#submission(able, requests) ?? this.#submission(able.slice(0, 1), requests);
    if (submission === null) return undefined;
    const wire = writeRequest(submission.request, this.#document.schemas);
    const response = await this.#client.send(wire);
    const early = this.#receiver.take().length;
    const deliveries = await this.#client.settle();
    this.#receiver.take();
    if (early > 0) return `${early} callbacks came with the response, expected the first after 2 s`;
    if (deliveries.length === 1) return null;
    const got = deliveries.map(({ callback, url }) => `${callback} → ${url}`).join(', ');
    const sent = `${wire.method} ${wire.target} ${brief(wire.body?.bytes ?? '')}`;
    return `${deliveries.length} callbacks, expected 1: ${got}\n      answered ${response.status}, sent ${sent}`;
  }

  /** A valid request with URLs of the receiver where the expressions of callbacks read them. */
  #submission(callbacks: readonly JudgedCallback[], requests: readonly MadeRequest[]): Submission | null {
    for (const base of requests) {
      let request: MadeRequest | null = base;
      let parts: readonly From[] | null = null;
      for (const callback of callbacks) {
        if (request === null) break;
        parts = readKey(callback.expression ?? '', request);
        request = parts === null ? null : this.#fill(request, parts);
      }
      if (request !== null && parts !== null) return { request, parts };
    }
    return null;
  }

  #fill(base: MadeRequest, parts: readonly From[]): MadeRequest | null {
    let request = base;
    for (const [index, part] of parts.entries()) {
      if (part.from === 'literal' || /^(url|method|statusCode|response)/.test(part.from)) continue;
      const known = evaluate([part], request, { status: 0, headers: {}, body: null }, '');
      if (index > 0 && known !== undefined) continue;
      const value = index === 0 ? `${this.#receiver.origin}/callback/${++this.#count}` : 'abc';
      const changed = putValue(request, part, value);
      if (changed === null || !this.#takes(changed, part)) return null;
      request = changed;
    }
    return request;
  }

  /** Whether the body stays valid. What a schema says of the URL itself, such as `^https:`, does not count. */
  #takes(request: MadeRequest, place: From): boolean {
    if (place.from !== 'body' || request.media === null || request.media.schema === null) return true;
    const pointer = place.path
      .map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
    const errors = this.#document.judge.errors(request.media.schema, request.body);
    const own = (error: { instancePath: string; keyword: string }): boolean =>
      error.instancePath === pointer && /^(pattern|format|maxLength)$/.test(error.keyword);
    return (
      errors.every((error) => own(error) || /^(anyOf|oneOf|if)$/.test(error.keyword)) &&
      errors.every((error) => error.keyword !== 'oneOf' || errors.some(own))
    );
  }

  /** Whether it went elsewhere than to the receiver, so that only its record could be judged. */
  async #bySubmission(
    callback: JudgedCallback,
    entry: ListedCallback,
    { request, parts }: Submission,
  ): Promise<readonly [string | null, boolean]> {
    const name = `judge-${++this.#count}`;
    const script = { name, timeline: [{ after: '1s', callback: entry.callback }] };
    const put = await this.#client.control('PUT', `scenarios/${name}`, script);
    if (put.status >= 300) return [`PUT scenario: ${put.status} ${brief(put.body)}`, false];
    const wire = writeRequest(request, this.#document.schemas);
    const sent = `\n      sent ${wire.method} ${wire.target} ${brief(wire.headers, 300)} ${brief(wire.body?.bytes ?? '')}`;
    this.#receiver.take();
    const response = await this.#client.send(wire, { 'x-ringback-scenario': name });
    if (response.status >= 300) return [`answered ${response.status} ${brief(response.body)}${sent}`, false];
    const url = evaluate(parts, request, response, `${wire.headers.host ?? ''}${wire.target}`);
    const deliveries = await this.#client.settle();
    const received = this.#receiver.take();
    // An expression that reads the response has no URL if the response lacks it.
    if (url === undefined)
      return deliveries.length === 0
        ? [null, true]
        : [`called ${deliveries[0]?.url}, expected no callback${sent}`, false];
    if (!url.startsWith(this.#receiver.origin)) return [checkElsewhere(deliveries, url, parts, sent), true];
    const [first] = received;
    if (first === undefined || received.length > 1) {
      const made = deliveries.map(({ url: to, attempts }) => `${to} ${attempts[0]?.error ?? ''}`).join('; ');
      const run = await this.#warnings();
      return [
        `${received.length} callbacks came, expected 1 to ${url}; deliveries: ${made || 'none'}; ${run}${sent}`,
        false,
      ];
    }
    return [await this.#check(callback, first, url, sent), false];
  }

  async #warnings(): Promise<string> {
    const { body } = await this.#client.control('GET', 'runs?limit=1&detail=true');
    const [run] =
      (body as { runs?: readonly { warnings?: unknown; steps?: unknown; timeline?: unknown }[] }).runs ?? [];
    return run === undefined ? 'no run' : `warnings ${brief(run.warnings)}`;
  }

  async #byHand(callback: JudgedCallback, entry: ListedCallback): Promise<string | null> {
    if (!entry.fireable) return `not fireable: ${entry.reason}`;
    const to = `${this.#receiver.origin}/by-hand/${++this.#count}`;
    this.#receiver.take();
    const response = await this.#client.control('POST', 'callbacks', { callback: entry.callback, to });
    if (response.status !== 201) return `by hand: answered ${response.status} ${brief(response.body)}`;
    const received = this.#receiver.take();
    const [first] = received;
    if (first === undefined || received.length > 1)
      return `by hand: ${received.length} callbacks came, expected 1: ${brief(response.body)}`;
    const problem = await this.#check(callback, first, to, '');
    return problem === null ? null : `by hand: ${problem}`;
  }

  async #check(
    callback: JudgedCallback,
    received: ReceivedCallback,
    url: string,
    sent: string,
  ): Promise<string | null> {
    const problem = await checkCallback(callback, received, url, this.#document.judge);
    if (problem === null) return null;
    const { method, url: to, headers, body } = received;
    return `${problem}${sent}\n      got ${method} ${to} ${brief(headers, 400)} ${brief(body)}`;
  }

  #answerAs(callback: JudgedCallback): void {
    const success = [...callback.responses.keys()].filter((key) => /^2\d\d$/.test(key)).sort();
    this.#receiver.status = Number(success[0] ?? 200);
  }
}

/** A callback to a host that the mock may not call: its record shows where it would have gone. */
function checkElsewhere(
  deliveries: readonly Delivery[],
  url: string,
  parts: readonly From[],
  sent: string,
): string | null {
  if (parts.some(({ from }) => from === 'url')) return null;
  const same = (other: string): boolean => other.startsWith(new URL(url).href) || other.startsWith(url);
  if (deliveries.length === 1 && same(deliveries[0]?.url ?? '')) return null;
  const got = deliveries.map((one) => `${one.url} ${one.attempts[0]?.error ?? ''}`).join('; ');
  return `deliveries ${got || 'none'}, expected one to ${url}${sent}`;
}
