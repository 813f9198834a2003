import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ActDialog } from './act/act-dialog.tsx';
import type { ActName } from './act/act-props.ts';
import type { Client } from './api/client.ts';
import { Detail } from './detail/detail.tsx';
import { InboxView } from './inbox/inbox-view.tsx';
import { follow } from './live/follow.ts';
import { useRoute } from './live/route.ts';
import type { Store } from './live/store.ts';
import { useStore } from './live/use-store.ts';
import { TokenForm } from './parts/token-form.tsx';
import { Timeline } from './timeline/timeline.tsx';
import { TopBar } from './top-bar.tsx';

/** The dashboard of one space. */
export function App({ client, store }: { client: Client; store: Store }): JSX.Element {
  useStore(store);
  const route = useRoute();
  const [needsToken, setNeedsToken] = useState(false);
  const [act, setAct] = useState<ActName | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    client.onTokenNeeded = () => setNeedsToken(true);
    void follow(client, store, stop.signal);
    return () => stop.abort();
  }, [client, store, attempt]);

  if (needsToken) {
    return (
      <TokenForm
        problem={attempt === 0 ? null : (store.notice?.text ?? null)}
        onToken={(token) => {
          client.token = token;
          store.say(null);
          setNeedsToken(false);
          setAttempt(attempt + 1);
        }}
      />
    );
  }
  const { notice } = store;
  const hasDetail =
    route.view === 'run' || route.view === 'delivery' || (route.view === 'inbox' && route.id !== null);
  return (
    <div class={`app ${hasDetail ? 'with-detail' : ''}`}>
      <TopBar client={client} store={store} route={route} onAct={setAct} />
      <div class="notices" role="status">
        {notice !== null && (
          <p class={`notice ${notice.tone}`}>
            <span>{notice.text}</span>
            <button type="button" aria-label="Dismiss" onClick={() => store.say(null)}>
              ✕
            </button>
          </p>
        )}
      </div>
      <main>
        {route.view === 'inbox' ? (
          <InboxView client={client} store={store} route={route} />
        ) : (
          <Timeline client={client} store={store} route={route} onStart={() => setAct({ kind: 'submit' })} />
        )}
      </main>
      {hasDetail && <Detail client={client} store={store} route={route} onAct={setAct} />}
      {act !== null && <ActDialog client={client} store={store} act={act} onClose={() => setAct(null)} />}
    </div>
  );
}
