import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Attempt, Delivery } from '../api/records.ts';
import { errorText } from '../api/refusal.ts';
import { goTo, routeHash } from '../live/route.ts';
import { dateText } from '../parts/format.ts';
import { FaultGlyph, Glyph } from '../parts/marks.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { attemptVerdict, resultText, verdictNames, verdictOf } from '../parts/verdict.ts';
import { AttemptView } from './attempt-view.tsx';
import { BodyView } from './body-view.tsx';
import { Findings } from './findings.tsx';
import { HeaderList } from './header-list.tsx';
import { type DetailProps, Missing } from './missing.tsx';
import { Snippets } from './snippets-view.tsx';

/** A delivery: its request as it is on the wire, its attempts, and what the contract says about both. */
export function DeliveryDetail({
  id,
  attempt: chosen,
  client,
  store,
  onAct,
}: DetailProps & { id: string; attempt: number | null }): JSX.Element {
  const known = store.deliveries.get(id);
  const revision = `${store.connection} ${known?.state} ${known?.attempts.length}`;
  const { value: delivery, error } = useLoaded(
    (signal) => client.get('/_ringback/deliveries/{id}', { path: { id }, signal }),
    id,
    revision,
  );
  if (delivery === undefined) return <Missing what="delivery" error={error} />;
  const verdict = verdictOf(delivery);
  const number = chosen ?? delivery.attempts.at(-1)?.number ?? null;
  const attempt = delivery.attempts.find((each) => each.number === number);
  const run = delivery.runId === null ? undefined : store.runs.get(delivery.runId);
  return (
    <article>
      <header>
        <p class="kicker">
          <Glyph verdict={verdict} /> Delivery, {verdictNames[verdict]}
        </p>
        <h2>{delivery.callback}</h2>
        <p class="dim">
          {delivery.runId === null ? (
            'Sent by hand'
          ) : (
            <>
              Number {delivery.nth} of the run{' '}
              <a href={routeHash({ view: 'run', id: delivery.runId })}>{run?.scenario ?? delivery.runId}</a>
            </>
          )}
          {', '}
          {dateText(delivery.createdAt)} UTC
          {delivery.redeliveryOf !== null && (
            <>
              {', repeats '}
              <a href={routeHash({ view: 'delivery', id: delivery.redeliveryOf, attempt: null })}>
                another delivery
              </a>
            </>
          )}
        </p>
      </header>
      <Acts delivery={delivery} client={client} store={store} onAct={onAct} />
      <Faults delivery={delivery} />
      <Attempts delivery={delivery} number={number} />
      {attempt !== undefined && <AttemptView attempt={attempt} />}
      <section aria-label="Request">
        <h3>Request</h3>
        <p class="wire">
          <strong>{delivery.method}</strong> {delivery.url}
        </p>
        <HeaderList headers={delivery.headers} />
        <BodyView
          body={delivery.body}
          isBase64={delivery.bodyEncoding === 'base64'}
          mediaType={delivery.headers['content-type'] ?? ''}
          name={`${delivery.callback}-${delivery.id}`}
        />
        <Findings
          title={
            delivery.faults.length > 0
              ? 'The payload breaks the contract, as scripted'
              : 'The payload breaks the contract'
          }
          tone={delivery.faults.length > 0 ? 'intended' : 'violations'}
          findings={delivery.violations}
        />
        {delivery.violations.length === 0 && <p class="good">The payload fits the contract.</p>}
      </section>
      <Snippets delivery={delivery} />
    </article>
  );
}

function Acts({ delivery, client, onAct }: DetailProps & { delivery: Delivery }): JSX.Element {
  const [error, setError] = useState<string | null>(null);
  const redeliver = async (): Promise<void> => {
    try {
      const { id } = await client.post('/_ringback/deliveries/{id}/redeliver', { path: { id: delivery.id } });
      goTo({ view: 'delivery', id, attempt: null });
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <div class="acts">
      <button type="button" disabled={delivery.state === 'pending'} onClick={() => void redeliver()}>
        Redeliver
      </button>
      <button type="button" onClick={() => onAct({ kind: 'callback', like: delivery })}>
        Edit and send…
      </button>
      {error !== null && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function Faults({ delivery: { faults, draws } }: { delivery: Delivery }): JSX.Element | null {
  if (faults.length === 0 && draws.length === 0) return null;
  return (
    <section>
      <h3>Faults, as scripted</h3>
      <ul class="plain">
        {faults.map((fault) => (
          <li key={fault}>
            <FaultGlyph /> {fault}
          </li>
        ))}
        {draws.map(({ fault, probability, drawn, struck }) => (
          <li key={`${fault} ${drawn}`} class="dim">
            {fault}: drew {drawn.toFixed(3)} of {probability}, so it was {struck ? '' : 'not '}applied
          </li>
        ))}
      </ul>
    </section>
  );
}

function Attempts({ delivery, number }: { delivery: Delivery; number: number | null }): JSX.Element {
  const { attempts, dueAt, id } = delivery;
  return (
    <section>
      <h3>Attempts</h3>
      {attempts.length === 0 && dueAt === null && <p class="dim">No attempt was made.</p>}
      <ul class="attempts">
        {attempts.map((attempt: Attempt) => (
          <li key={attempt.number}>
            <a
              href={routeHash({ view: 'delivery', id, attempt: attempt.number })}
              aria-current={attempt.number === number ? 'true' : undefined}
              title={attempt.at}
            >
              <Glyph verdict={attemptVerdict(attempt)} /> {attempt.number}: {resultText(attempt)}
            </a>
          </li>
        ))}
        {dueAt !== null && (
          <li class="dim">
            <Glyph verdict="pending" /> next at {dateText(dueAt)}
          </li>
        )}
      </ul>
    </section>
  );
}
