import type { JSX } from 'preact';
import { BodyView } from '../detail/body-view.tsx';
import { HeaderList } from '../detail/header-list.tsx';
import { type DetailProps, Missing } from '../detail/missing.tsx';
import { dateText } from '../parts/format.ts';
import { useLoaded } from '../parts/use-loaded.ts';

/** A request as the inbox received it. */
export function InboxDetail({ name, id, client }: DetailProps & { name: string; id: string }): JSX.Element {
  const { value: request, error } = useLoaded(
    (signal) => client.get('/_ringback/inboxes/{name}/{id}', { path: { name, id }, signal }),
    `${name}/${id}`,
    0,
  );
  if (request === undefined) return <Missing what="request" error={error} />;
  return (
    <article>
      <header>
        <p class="kicker">Received by the inbox {name}</p>
        <h2>
          {request.method} answered with {request.answeredWith}
        </h2>
        <p class="dim">{dateText(request.receivedAt)} UTC</p>
      </header>
      <section>
        <h3>Request</h3>
        <p class="wire">
          <strong>{request.method}</strong> {request.url}
        </p>
        <HeaderList headers={request.headers} />
        <BodyView
          body={request.body}
          isCut={request.bodyTruncated}
          mediaType={request.headers['content-type'] ?? ''}
          name={`request-${request.id}`}
        />
      </section>
    </article>
  );
}
