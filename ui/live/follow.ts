import type { Client } from '../api/client.ts';
import { readEvents } from '../api/read-events.ts';
import type { Delivery, Run } from '../api/records.ts';
import { errorText, Refusal, Unreachable } from '../api/refusal.ts';
import type { Store } from './store.ts';

/** Items of a list that are read together: the page shows the newest ones while it reads on. */
const pageSize = 1_000;
const clockEveryMs = 2_000;
const retryMs = [500, 1_000, 2_000, 3_000];

/**
 * Keeps the store up to date until the signal aborts: reads what there is, then follows the events. After an interruption,
 * it continues with the event after the last one; if the server lacks that, it reads everything again.
 */
export async function follow(client: Client, store: Store, signal: AbortSignal): Promise<void> {
  let lastId: number | null = null;
  let failures = 0;
  const timer = setInterval(() => void readClock(client, store, signal), clockEveryMs);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  while (!signal.aborted) {
    try {
      const stream = await client.events(lastId, signal);
      const wasLost = store.connection === 'lost';
      failures = 0;
      store.connection = 'live';
      if (wasLost) store.say({ tone: 'info', text: 'Connected again.' });
      await readClock(client, store, signal);
      // The stream is open before the lists are read, so nothing is missed between them.
      if (lastId === null) await readAgain(client, store, signal);
      for await (const event of readEvents(stream)) {
        lastId = event.id;
        if (event.type === 'gap') await fillGap(client, store, event.missed, signal);
        else if (event.type === 'space.reset') {
          store.clear();
          store.say({
            tone: 'info',
            text: 'The space was reset: its runs, deliveries and inboxes are gone.',
          });
        } else store.apply(event);
      }
      // The server ends the stream after a reset, and when it stops. The next call tells which.
      failures = 1;
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      interrupted(store, error);
      // The page asks for the token, and starts again with it.
      if (error instanceof Refusal && error.status === 401) return;
    }
    await pause(retryMs[Math.min(failures, retryMs.length) - 1] ?? 0, signal);
  }
}

function interrupted(store: Store, error: unknown): void {
  store.connection = 'lost';
  if (error instanceof Refusal) store.say({ tone: 'bad', text: errorText(error) });
  else if (error instanceof Unreachable || store.notice?.tone !== 'bad')
    store.say({
      tone: 'bad',
      text: 'The server does not respond. The page shows what it last heard, and continues when the server is back.',
    });
}

/** Reads everything. Before the first event, a server that was restarted shows by what it lacks. */
async function readAgain(client: Client, store: Store, signal: AbortSignal): Promise<void> {
  const before = [...store.runs.keys()];
  if (before.length > 0) store.clear();
  await readAll(client, store, signal);
  if (before.length > 0 && !before.some((id) => store.runs.has(id)))
    store.say({ tone: 'warn', text: restarted });
}

const restarted = 'The server was restarted, or the space was evicted: what was there before is gone.';

async function fillGap(
  client: Client,
  store: Store,
  missed: number | null,
  signal: AbortSignal,
): Promise<void> {
  store.clear();
  await readAll(client, store, signal);
  const text = missed === null ? restarted : `${missed} events were missed, so everything was read again.`;
  store.say({ tone: missed === null ? 'warn' : 'info', text });
}

/** Reads the newest page of both lists, then the older ones. */
async function readAll(client: Client, store: Store, signal: AbortSignal): Promise<void> {
  store.loading = true;
  await Promise.all([
    readPages(async (before) => {
      const query = { limit: pageSize, ...(before !== undefined && { before }) };
      const { runs, evicted } = await client.get('/_ringback/runs', { query, signal });
      store.evicted = evicted;
      for (const run of runs) store.putRun(run as Run);
      store.changed();
      return runs;
    }),
    readPages(async (before) => {
      const query = { limit: pageSize, bodyLimit: 0, ...(before !== undefined && { before }) };
      const { deliveries } = await client.get('/_ringback/deliveries', { query, signal });
      for (const delivery of [...deliveries].reverse()) store.putDelivery(delivery as Delivery);
      store.changed();
      return deliveries;
    }),
  ]);
  store.loading = false;
  store.changed();
}

async function readPages(
  read: (before?: string) => Promise<readonly { readonly id: string }[]>,
): Promise<void> {
  let before: string | undefined;
  try {
    for (;;) {
      const items = await read(before);
      before = items[0]?.id;
      if (before === undefined || items.length < pageSize) return;
    }
  } catch (error) {
    // The item was evicted meanwhile, and everything before it too.
    if (before !== undefined && error instanceof Refusal && error.status === 404) return;
    throw error;
  }
}

/** Errors show elsewhere: the event stream breaks too. */
async function readClock(client: Client, store: Store, signal: AbortSignal): Promise<void> {
  if (store.connection !== 'live' || document.hidden) return;
  const clock = await client.get('/_ringback/clock', { signal }).catch(() => null);
  const known = store.clock;
  if (clock === null || (known?.now === clock.now && known.pending === clock.pending)) return;
  store.setClock(clock);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
