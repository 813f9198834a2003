import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { InboxDetail } from '../inbox/inbox-detail.tsx';
import { goTo, type Route } from '../live/route.ts';
import { DeliveryDetail } from './delivery-detail.tsx';
import type { DetailProps } from './missing.tsx';
import { RunDetailView } from './run-detail.tsx';

/** What the URL names, in full, beside the timeline. Escape closes it. */
export function Detail({ route, ...props }: DetailProps & { route: Route }): JSX.Element {
  const close = (): void => goTo(route.view === 'inbox' ? { ...route, id: null } : { view: 'timeline' });
  const closing = useRef(close);
  closing.current = close;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && document.querySelector('dialog[open]') === null) closing.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <aside class="detail" aria-label="Details">
      <button type="button" class="close" aria-label="Close the details" title="Close (Esc)" onClick={close}>
        ✕
      </button>
      {route.view === 'run' && <RunDetailView key={route.id} id={route.id} {...props} />}
      {route.view === 'delivery' && (
        <DeliveryDetail key={route.id} id={route.id} attempt={route.attempt} {...props} />
      )}
      {route.view === 'inbox' && route.id !== null && (
        <InboxDetail key={route.id} name={route.name} id={route.id} {...props} />
      )}
    </aside>
  );
}
