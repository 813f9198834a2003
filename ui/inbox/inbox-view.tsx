import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Client } from '../api/client.ts';
import { errorText } from '../api/refusal.ts';
import { goTo, type Route, routeHash } from '../live/route.ts';
import type { Store } from '../live/store.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { bytesText, dateText, plural } from '../parts/format.ts';
import { useLoaded } from '../parts/use-loaded.ts';

const shown = 200;

/** What an inbox received, newest first. */
export function InboxView({
  client,
  store,
  route,
}: {
  client: Client;
  store: Store;
  route: Extract<Route, { view: 'inbox' }>;
}): JSX.Element {
  const { name } = route;
  const [typed, setTyped] = useState(name);
  const tick = useTick(1_500);
  const { value, error } = useLoaded(
    (signal) =>
      client.get('/_ringback/inboxes/{name}', {
        path: { name },
        query: { limit: shown, bodyLimit: 200 },
        signal,
      }),
    name,
    `${store.connection} ${tick}`,
  );
  const url = `${location.origin}${client.base}/_ringback/inbox/${name}`;
  return (
    <section class="inbox" aria-label="Inbox">
      <form
        class="toolbar"
        onSubmit={(event) => {
          event.preventDefault();
          goTo({ view: 'inbox', name: typed, id: null });
        }}
      >
        <label>
          Inbox{' '}
          <input
            value={typed}
            pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,63}"
            title="Letters, digits, dots, hyphens and underscores"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button type="submit">Open</button>
        <code class="summary">{url}</code>
        <CopyButton text={url} label="Copy URL" />
      </form>
      {error !== null && value === undefined && (
        <p class="error" role="alert">
          {errorText(error)}
        </p>
      )}
      {value !== undefined && value.total === 0 && (
        <div class="empty">
          <h2>The inbox {name} has received nothing.</h2>
          <p>Use its URL as callback URL, and every callback is listed here.</p>
        </div>
      )}
      {value !== undefined && value.total > 0 && (
        <>
          <p class="dim count">
            {plural(value.total, 'request')}
            {value.total > shown && `, the newest ${shown} are shown`}
            {value.evicted > 0 && `, ${value.evicted} evicted`}
          </p>
          <ol class="requests">
            {[...value.requests].reverse().map((request) => (
              <li key={request.id}>
                <a
                  href={routeHash({ view: 'inbox', name, id: request.id })}
                  aria-current={route.id === request.id ? 'true' : undefined}
                >
                  <span class="when">{dateText(request.receivedAt)}</span>
                  <span class="method">{request.method}</span>
                  <span class={`status ${request.answeredWith < 300 ? 'good' : 'bad'}`}>
                    {request.answeredWith}
                  </span>
                  <span class="excerpt">{request.body === '' ? request.url : request.body}</span>
                  <span class="dim">
                    {request.bodyTruncated ? `over ${bytesText(request.body.length)}` : ''}
                  </span>
                </a>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

/** Counts up while the page is in view. Inboxes have no events. */
function useTick(ms: number): number {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && setTick((count) => count + 1), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return tick;
}
