import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ActName } from './act/act-props.ts';
import { ClockControl } from './act/clock-control.tsx';
import type { Client } from './api/client.ts';
import type { Space } from './api/records.ts';
import { type Route, routeHash } from './live/route.ts';
import type { Store } from './live/store.ts';

const connections = { connecting: 'connecting', live: 'live', lost: 'no connection' } as const;

export function TopBar({
  client,
  store,
  route,
  onAct,
}: {
  client: Client;
  store: Store;
  route: Route;
  onAct: (act: ActName) => void;
}): JSX.Element {
  return (
    <header class="top">
      <h1>Ringback</h1>
      <span class={`connection ${store.connection}`} role="status">
        <span class="dot" aria-hidden="true" />
        {connections[store.connection]}
      </span>
      <SpaceSelect client={client} />
      <nav aria-label="Views">
        <a href={routeHash({ view: 'timeline' })} aria-current={route.view === 'inbox' ? undefined : 'page'}>
          Timeline
        </a>
        <a
          href={routeHash({ view: 'inbox', name: 'mine', id: null })}
          aria-current={route.view === 'inbox' ? 'page' : undefined}
        >
          Inbox
        </a>
      </nav>
      <div class="acts">
        <button type="button" class="primary" onClick={() => onAct({ kind: 'submit' })}>
          Submit…
        </button>
        <button type="button" onClick={() => onAct({ kind: 'callback' })}>
          Callback…
        </button>
        <button type="button" onClick={() => onAct({ kind: 'next' })}>
          Scenario…
        </button>
        <button type="button" onClick={() => onAct({ kind: 'reset' })}>
          Reset…
        </button>
      </div>
      <ClockControl client={client} store={store} />
    </header>
  );
}

/** Opens the dashboard of another space. The spaces are read when the list is opened. */
function SpaceSelect({ client }: { client: Client }): JSX.Element {
  const current = /\/@([^/]+)$/.exec(client.base)?.[1] ?? 'default';
  const [spaces, setSpaces] = useState<readonly Pick<Space, 'name'>[]>([{ name: current }]);
  const read = (): void => {
    client.get('/_ringback/spaces').then(
      ({ spaces: found }) => setSpaces(found),
      () => undefined,
    );
  };
  const names = [...new Set([current, ...spaces.map(({ name }) => name)])];
  return (
    <label class="space">
      <span>space</span>
      <select
        value={current}
        onFocus={read}
        onPointerDown={read}
        onChange={(event) => {
          const root = client.base.replace(/\/@[^/]+$/, '');
          const { value } = event.currentTarget;
          location.assign(`${root}${value === 'default' ? '' : `/@${value}`}/_ringback/ui`);
        }}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
