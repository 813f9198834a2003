import { useEffect, useState } from 'preact/hooks';

/** What the page shows, as the fragment of its URL says. A link to it shows the same, as long as the server keeps it. */
export type Route =
  | { readonly view: 'timeline' }
  | { readonly view: 'run'; readonly id: string }
  | { readonly view: 'delivery'; readonly id: string; readonly attempt: number | null }
  | { readonly view: 'inbox'; readonly name: string; readonly id: string | null };

function readRoute(hash: string): Route {
  const [view, id, more] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  if (view === 'run' && id) return { view, id };
  if (view === 'delivery' && id) return { view, id, attempt: more ? Number(more) : null };
  if (view === 'inbox') return { view, name: id || 'mine', id: more || null };
  return { view: 'timeline' };
}

export function routeHash(route: Route): string {
  switch (route.view) {
    case 'run':
      return `#/run/${encodeURIComponent(route.id)}`;
    case 'delivery':
      return `#/delivery/${encodeURIComponent(route.id)}${route.attempt === null ? '' : `/${route.attempt}`}`;
    case 'inbox':
      return `#/inbox/${encodeURIComponent(route.name)}${route.id === null ? '' : `/${encodeURIComponent(route.id)}`}`;
    default:
      return '#/';
  }
}

export function goTo(route: Route): void {
  location.hash = routeHash(route);
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = (): void => setHash(location.hash);
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return readRoute(hash);
}

/** Someone may have typed it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
