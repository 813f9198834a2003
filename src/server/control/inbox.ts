import { setTimeout as sleep } from 'node:timers/promises';
import type { Space } from '../../core/delivery/space.ts';
import type { InboxRequest } from '../../core/delivery/store.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { setOwn } from '../../core/json.ts';
import type { OperationAnswer } from '../../providers/provider.ts';
import type { ControlRequest } from './control-handler.ts';
import { answerAt, type InboxScript, type ScriptedAnswer } from './inbox-script.ts';

/** How much of a body an inbox keeps, in bytes. */
const inboxBodyBytes = 1024 * 1024;

/** The built-in callback receivers, so that nobody needs a consumer to try the mock. */
export interface Inboxes {
  /** Keeps a request and gives the answer that the inbox's script has for it. */
  receive(name: string, request: ControlRequest, space: Space): Promise<OperationAnswer>;
  /** What an inbox holds, oldest first, and how many of its requests were thrown away. */
  read(name: string, space: Space): Promise<{ requests: readonly InboxRequest[]; evicted: number }>;
  /** Sets what an inbox answers from now on. */
  script(name: string, space: Space, script: InboxScript): void;
  /** Forgets the scripts and counters of a space; its store is emptied by its reset. */
  forget(space: Space): void;
}

/** What is known of a space's inboxes besides the requests in its store. */
interface SpaceInboxes {
  readonly scripts: Map<string, { readonly script: InboxScript; answered: number }>;
  /** The requests in the store, oldest first: finding the oldest must not mean listing all. */
  readonly kept: { readonly id: string; readonly inbox: string }[];
  readonly evicted: Map<string, number>;
  received: number;
}

export function createInboxes(): Inboxes {
  // By the space itself: one that is evicted takes its inboxes along.
  const spaces = new WeakMap<Space, SpaceInboxes>();
  const inboxesOf = (space: Space): SpaceInboxes => {
    const known = spaces.get(space);
    if (known !== undefined) return known;
    const made: SpaceInboxes = { scripts: new Map(), kept: [], evicted: new Map(), received: 0 };
    spaces.set(space, made);
    return made;
  };

  return {
    async receive(name, request, space) {
      const body = await request.readAnyText(inboxBodyBytes);
      const inboxes = inboxesOf(space);
      const answer = nextAnswer(inboxes, name);
      inboxes.received++;
      const received: InboxRequest = {
        id: `${name}-${inboxes.received}`,
        inbox: name,
        receivedAt: space.clock.now(),
        method: request.method,
        url: request.url,
        query: readQuery(request.url),
        headers: request.headers,
        body: body.text,
        bodyTruncated: body.truncated,
        answeredWith: answer.status,
      };
      inboxes.kept.push({ id: received.id, inbox: name });
      await space.store.inbox.put(received);
      await evict(inboxes, space);
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
    script(name, space, script) {
      const { scripts } = inboxesOf(space);
      if (script.answers.length === 0) scripts.delete(name);
      else scripts.set(name, { script, answered: 0 });
    },
    forget(space) {
      spaces.delete(space);
    },
  };
}

const received: ScriptedAnswer = { status: 200, times: 1, delayMs: 0, headers: {}, body: undefined };

function nextAnswer(inboxes: SpaceInboxes, name: string): ScriptedAnswer {
  const playing = inboxes.scripts.get(name);
  if (playing === undefined) return received;
  return answerAt(playing.script, playing.answered++) ?? received;
}

async function evict(inboxes: SpaceInboxes, space: Space): Promise<void> {
  while (inboxes.kept.length > space.settings['limits.inboxRequests']) {
    const oldest = inboxes.kept.shift();
    if (oldest === undefined) return;
    if (await space.store.inbox.delete(oldest.id)) {
      inboxes.evicted.set(oldest.inbox, (inboxes.evicted.get(oldest.inbox) ?? 0) + 1);
    }
  }
}

/**
 * Real time on purpose: the clock stands still while an attempt is in flight, and the timeout that a slow answer is
 * to provoke is real too.
 */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    // The caller has gone or the server closes: nobody waits for the answer any longer.
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

/** The query parameters of a URL; a list for one that occurs several times. */
function readQuery(url: string): JsonObject {
  const start = url.indexOf('?');
  if (start === -1) return {};
  const parameters = new URLSearchParams(url.slice(start + 1));
  const query: Record<string, JsonValue> = {};
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    setOwn(query, name, values.length === 1 ? (values[0] ?? '') : values);
  }
  return query;
}
