import { setTimeout as sleep } from 'node:timers/promises';
import type { CallbackType } from '../../core/contract/contract.ts';
import type { MemoryBudget, MemoryPart } from '../../core/engine/memory-budget.ts';
import type { Collection, InboxRequest } from '../../core/engine/records.ts';
import type { Space } from '../../core/engine/space.ts';
import type { JsonValue } from '../../core/json.ts';
import { jsonBytes } from '../../core/json-bytes.ts';
import type { OperationAnswer } from '../../core/provider/provider.ts';
import type { ControlRequest } from './control-handler.ts';
import { answerAt, type InboxScript, inboxScriptView, type ScriptedAnswer } from './inbox-script.ts';

/** The maximum part of a body that an inbox stores, in bytes. */
const inboxBodyBytes = 1024 * 1024;

/** The built-in callback receivers, for trying the mock without a consumer. */
export interface Inboxes {
  /** Stores a request and returns the response from the inbox's script. */
  receive(name: string, request: ControlRequest, space: Space): Promise<OperationAnswer>;
  /** How many requests of all inboxes of the space were evicted. */
  evicted(space: Space): number;
  /** The requests of an inbox, oldest first, and how many were evicted. */
  read(name: string, space: Space): Promise<{ requests: readonly InboxRequest[]; evicted: number }>;
  /** Calls the listener with each request that an inbox of the space stores, until the returned function is called. */
  listen(space: Space, listener: (request: InboxRequest) => void): () => void;
  /** Sets the next responses of an inbox. */
  script(name: string, space: Space, script: InboxScript): void;
  /** Removes the scripts and counters of a space. The reset empties its store. */
  forget(space: Space): void;
}

/** The maximum number of inboxes whose evictions are counted separately. */
const maxNames = 10_000;

interface PlayedScript {
  readonly script: InboxScript;
  /** Its approximate size in memory, in bytes. */
  readonly bytes: number;
  answered: number;
}

/** The state of a space's inboxes apart from the stored requests, from one reset to the next. */
class SpaceInboxes implements MemoryPart {
  readonly scripts = new Map<string, PlayedScript>();
  /** The requests in the store, oldest first, to find the oldest without listing all. */
  readonly kept: { readonly id: string; readonly inbox: string }[] = [];
  readonly evicted = new Map<string, number>();
  readonly listeners = new Set<(request: InboxRequest) => void>();
  evictedInAll = 0;
  received = 0;
  readonly #memory: MemoryBudget;
  readonly #inbox: Collection<InboxRequest>;

  constructor({ memory, store }: Space) {
    this.#memory = memory;
    this.#inbox = store.inbox;
    memory.addPart(this);
  }

  get bytes(): number {
    return this.#inbox.bytes;
  }

  script(name: string, script: InboxScript): void {
    this.#memory.add(-(this.scripts.get(name)?.bytes ?? 0));
    this.scripts.delete(name);
    if (script.answers.length === 0) return;
    const bytes = 300 + jsonBytes(inboxScriptView(script));
    this.#memory.add(bytes);
    this.scripts.set(name, { script, bytes, answered: 0 });
  }

  async evictOldest(): Promise<boolean> {
    for (let oldest = this.kept.shift(); oldest !== undefined; oldest = this.kept.shift()) {
      if (!(await this.#inbox.delete(oldest.id))) continue;
      this.#countEvicted(oldest.inbox);
      return true;
    }
    return false;
  }

  #countEvicted(name: string): void {
    this.evictedInAll++;
    const before = this.evicted.get(name);
    this.evicted.set(name, (before ?? 0) + 1);
    if (before !== undefined || this.evicted.size <= maxNames) return;
    for (const first of this.evicted.keys()) {
      this.evicted.delete(first);
      return;
    }
  }

  close(): void {
    for (const { bytes } of this.scripts.values()) this.#memory.add(-bytes);
    this.#memory.removePart(this);
  }
}

/** @param callbacks what inboxes receive, so that their response is one that the contract declares */
export function createInboxes(callbacks: Iterable<CallbackType>): Inboxes {
  const received = acknowledging(callbacks);
  // Keyed by the space itself, so that an evicted space also frees its inboxes.
  const spaces = new WeakMap<Space, SpaceInboxes>();
  const inboxesOf = (space: Space): SpaceInboxes => {
    const known = spaces.get(space);
    if (known !== undefined) return known;
    const made = new SpaceInboxes(space);
    spaces.set(space, made);
    return made;
  };

  return {
    async receive(name, request, space) {
      const body = await request.readAnyText(inboxBodyBytes);
      const inboxes = inboxesOf(space);
      const answer = nextAnswer(inboxes, name) ?? received;
      inboxes.received++;
      const kept: InboxRequest = {
        id: `${name}-${inboxes.received}`,
        inbox: name,
        receivedAt: space.clock.now(),
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: body.text,
        bodyTruncated: body.truncated,
        answeredWith: answer.status,
      };
      inboxes.kept.push({ id: kept.id, inbox: name });
      await space.store.inbox.put(kept);
      for (const listener of inboxes.listeners) listener(kept);
      const limit = space.settings['limits.inboxRequests'];
      for (let evicted = true; evicted && inboxes.kept.length > limit; )
        evicted = await inboxes.evictOldest();
      await space.memory.relieve();
      if (answer.delayMs > 0) await wait(answer.delayMs, request.signal);
      return answerOf(answer);
    },
    async read(name, space) {
      const all = await space.store.inbox.list();
      return {
        requests: all.filter((request) => request.inbox === name),
        evicted: inboxesOf(space).evicted.get(name) ?? 0,
      };
    },
    evicted: (space) => spaces.get(space)?.evictedInAll ?? 0,
    listen(space, listener) {
      const { listeners } = inboxesOf(space);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    script: (name, space, script) => inboxesOf(space).script(name, script),
    forget(space) {
      spaces.get(space)?.close();
      spaces.delete(space);
    },
  };
}

/** The response of an inbox without a script: 200, or the status that every callback declares in place of it. */
function acknowledging(callbacks: Iterable<CallbackType>): ScriptedAnswer {
  const declared = [...callbacks].map(({ answers }) => answers).filter(({ size }) => size > 0);
  const takes = (answers: CallbackType['answers'], status: string): boolean =>
    answers.has(status) || answers.has('2XX') || answers.has('default');
  const statuses = ['200', ...declared.flatMap((answers) => [...answers.keys()])];
  const common = statuses.find(
    (status) => /^2\d\d$/.test(status) && declared.every((answers) => takes(answers, status)),
  );
  return { status: Number(common ?? 200), times: 1, delayMs: 0, headers: {}, body: undefined };
}

function nextAnswer(inboxes: SpaceInboxes, name: string): ScriptedAnswer | undefined {
  const playing = inboxes.scripts.get(name);
  return playing === undefined ? undefined : (answerAt(playing.script, playing.answered++) ?? undefined);
}

/**
 * Waits in real time, since the virtual clock does not move while an attempt is in flight, and the timeout that a slow
 * response provokes is real time, too.
 */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    // The caller has disconnected or the server is closing, so the response is no longer needed.
    if (!signal.aborted) throw error;
  }
}

function answerOf(answer: ScriptedAnswer): OperationAnswer {
  const { status, body } = answer;
  const headers = Object.entries(answer.headers);
  const mediaType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const others = Object.fromEntries(headers.filter(([name]) => name.toLowerCase() !== 'content-type'));
  if (status === 204 || status === 205 || status === 304) return { status, headers: others };
  if (body === undefined) {
    if (status !== 200 && status !== 201) return { status, headers: Object.fromEntries(headers) };
    return { status, headers: others, ...jsonOrText({ received: true }, mediaType) };
  }
  return { status, headers: others, ...jsonOrText(body, mediaType) };
}

function jsonOrText(body: JsonValue, mediaType: string | undefined): Pick<OperationAnswer, 'body' | 'text'> {
  if (typeof body === 'string') {
    return { text: { content: body, mediaType: mediaType ?? 'text/plain; charset=utf-8' } };
  }
  return mediaType === undefined ? { body } : { text: { content: JSON.stringify(body), mediaType } };
}
