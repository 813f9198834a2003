import { checkResponse } from './check-message.ts';
import { brief, Client } from './client.ts';
import {
  type JudgedCallback,
  type JudgedDocument,
  type JudgedOperation,
  readJudgedDocument,
} from './document.ts';
import { withValidUrls } from './expressions.ts';
import type { ListedCallback } from './firing.ts';
import { Firing } from './firing.ts';
import { ResourceJudge } from './judge-resources.ts';
import { type MadeRequest, makeRequests, writeRequest } from './make-request.ts';
import type { Receiver } from './receiver.ts';
import { refuse } from './refusals.ts';
import type { Subject } from './subject.ts';

export type ItemKind =
  | 'start'
  | 'operation'
  | 'callback'
  | 'webhook'
  | 'x-webhook'
  | 'refusal'
  | 'default'
  | 'listed'
  | 'read'
  | 'list'
  | 'page'
  | 'change'
  | 'remove'
  | 'id';

/** One thing that was checked. */
export interface Item {
  readonly kind: ItemKind;
  readonly name: string;
  /** What is wrong, with what was sent and received. Null if it is right. */
  readonly problem: string | null;
}

export interface Verdict {
  readonly items: readonly Item[];
  /** Operations without a valid request: the judge could not make one. */
  readonly unjudged: readonly string[];
}

/** Judges how a running mock plays a contract. */
export async function judgeDocument(
  file: string,
  subject: Pick<Subject, 'url'>,
  receiver: Receiver,
): Promise<Verdict> {
  const document = readJudgedDocument(file);
  const client = new Client(subject.url);
  try {
    return await new Session(document, client, receiver).judge();
  } finally {
    await client.close();
  }
}

class Session {
  readonly #document: JudgedDocument;
  readonly #client: Client;
  readonly #receiver: Receiver;
  readonly #items: Item[] = [];
  readonly #unjudged: string[] = [];
  readonly #requests = new Map<JudgedOperation, readonly MadeRequest[]>();

  constructor(document: JudgedDocument, client: Client, receiver: Receiver) {
    this.#document = document;
    this.#client = client;
    this.#receiver = receiver;
  }

  async judge(): Promise<Verdict> {
    const { operations, callbacks } = this.#document;
    for (const operation of operations) await this.#tryOperation(operation);
    await this.#quiet();
    const resources = await new ResourceJudge(this.#document, this.#client, this.#receiver).judge();
    await this.#quiet();
    const listed = await this.#list();
    const firing = new Firing(this.#document, this.#client, this.#receiver);
    for (const callback of callbacks) {
      const entry = listed.get(callback);
      const { operation, nested } = callback;
      const requests = operation === null || nested ? [] : (this.#requests.get(operation) ?? []);
      const problem =
        entry === undefined ? 'not listed' : await guarded(() => firing.fire(callback, entry, requests));
      this.#add(callback.kind, nameOf(callback), problem);
      if (problem !== null) await this.#quiet();
    }
    for (const operation of new Set(callbacks.flatMap((one) => one.operation ?? []))) {
      const own = callbacks.filter((one) => one.operation === operation && !one.nested);
      const requests = this.#requests.get(operation) ?? [];
      const problem = await guarded(() => firing.playDefault(own, requests));
      if (problem !== undefined) this.#add('default', operation.names[0] ?? '', problem);
      const refusal = await guarded(() =>
        refuse(this.#document, this.#client, this.#receiver, own, requests),
      );
      if (refusal !== undefined) this.#add('refusal', operation.names[0] ?? '', refusal);
    }
    return { items: [...this.#items, ...resources], unjudged: this.#unjudged };
  }

  #add(kind: ItemKind, name: string, problem: string | null): void {
    this.#items.push({ kind, name, problem });
  }

  async #tryOperation(operation: JudgedOperation): Promise<void> {
    const name = operation.names.join(' = ');
    const { schemas, judge } = this.#document;
    let requests: readonly MadeRequest[];
    try {
      const own = this.#document.callbacks.filter((one) => one.operation === operation);
      // URLs of the receiver, so that nothing is looked up.
      requests = (await makeRequests(operation, this.#document)).map((one) =>
        withValidUrls(one, own, `${this.#receiver.origin}/operation`, judge),
      );
    } catch (error) {
      requests = [];
      this.#unjudged.push(`${name}: ${(error as Error).message}`);
    }
    this.#requests.set(operation, requests);
    if (requests.length === 0) {
      this.#unjudged.push(name);
      return;
    }
    for (const request of requests) {
      const wire = writeRequest(request, schemas);
      const problem = await guarded(async () =>
        checkResponse(operation, await this.#client.send(wire), judge),
      );
      if (problem === null) continue;
      const sent = `${wire.method} ${wire.target} ${brief(wire.headers, 300)} ${brief(wire.body?.bytes ?? '')}`;
      this.#add('operation', name, `${request.manner}: ${problem}\n      sent ${sent}`);
      return;
    }
    this.#add('operation', name, null);
  }

  /** Each declared callback with its entry in the list; what is listed and not declared is a failure. */
  async #list(): Promise<ReadonlyMap<JudgedCallback, ListedCallback>> {
    const { status, body } = await this.#client.control('GET', 'callbacks');
    const entries = (body as { callbacks?: readonly ListedCallback[] }).callbacks;
    const found = new Map<JudgedCallback, ListedCallback>();
    if (entries === undefined) {
      this.#add('listed', 'GET /_ringback/callbacks', `answered ${status}: ${brief(body)}`);
      return found;
    }
    const open = new Set(entries);
    for (const callback of this.#document.callbacks) {
      const entry = [...open].find((one) => isSame(callback, one));
      if (entry === undefined) continue;
      found.set(callback, entry);
      open.delete(entry);
    }
    for (const entry of open) this.#add('listed', entry.callback, 'is listed and not declared');
    for (const entry of entries) {
      const silent = (!entry.fireable || !entry.fromSubmission) && !entry.reason;
      this.#add('listed', entry.callback, silent ? `gives no reason: ${brief(entry)}` : null);
    }
    return found;
  }

  /** Plays and discards what is pending. */
  async #quiet(): Promise<void> {
    await guarded(() => this.#client.settle());
    this.#receiver.take();
  }
}

function isSame(callback: JudgedCallback, entry: ListedCallback): boolean {
  if (callback.kind !== entry.kind || callback.event !== entry.event || callback.method !== entry.method)
    return false;
  if (callback.operation === null) return true;
  const names = callback.operation.names;
  return (
    names.includes(entry.operation ?? '') && (entry.expression ?? '').trim() === callback.expression?.trim()
  );
}

function nameOf(callback: JudgedCallback): string {
  const of = callback.operation === null ? '' : `${callback.operation.names[0]}.`;
  return `${of}${callback.event} ${callback.method} ${callback.expression ?? ''}`.trim();
}

/** The result, or the message of an error as the problem. */
async function guarded<T>(task: () => Promise<T>): Promise<T | string> {
  try {
    return await task();
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
