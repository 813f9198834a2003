import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Client } from '../api/client.ts';
import { errorText } from '../api/refusal.ts';
import type { Store } from '../live/store.ts';
import { dateText, plural } from '../parts/format.ts';

const bounds = { horizon: '30 virtual days', count: 'the number of jobs' } as const;

/** The time of the space. A virtual clock can be moved. */
export function ClockControl({ client, store }: { client: Client; store: Store }): JSX.Element | null {
  const [step, setStep] = useState('1m');
  const [isMoving, setMoving] = useState(false);
  const [, setTick] = useState(0);
  const { clock } = store;
  useEffect(() => {
    const timer = setInterval(() => clock?.kind === 'real' && setTick((tick) => tick + 1), 1_000);
    return () => clearInterval(timer);
  }, [clock?.kind]);
  if (clock === null) return null;
  const move = (body: { settle: true } | { advance: string }): void => {
    setMoving(true);
    client
      .post('/_ringback/clock', { body, query: { bodyLimit: 0 } })
      .then(({ now, jobs, pending, bound }) => {
        store.setClock({ kind: 'virtual', now, pending });
        const rest = bound === null ? '' : ` It stopped at a bound: ${bounds[bound]}.`;
        store.say({
          tone: 'info',
          text: `It is now ${dateText(now)}: ${plural(jobs, 'job')} played, ${pending} pending.${rest}`,
        });
      })
      .catch((error: unknown) => store.say({ tone: 'bad', text: errorText(error) }))
      .finally(() => setMoving(false));
  };
  return (
    <form
      class="clock"
      aria-label="Clock"
      onSubmit={(event) => {
        event.preventDefault();
        move({ advance: step });
      }}
    >
      <span class="time" title={`${clock.kind} clock, UTC`}>
        {dateText(store.now())}
      </span>
      <span class="dim">
        {clock.kind}, {clock.pending} pending
      </span>
      {clock.kind === 'virtual' && (
        <>
          <input
            aria-label="Step of the clock"
            list="clock-steps"
            size={4}
            value={step}
            pattern="\d+(\.\d+)?(ms|s|m|h|d)"
            title="A duration such as 500ms, 10s, 5m, 2h or 1d"
            onInput={(event) => setStep(event.currentTarget.value)}
          />
          <datalist id="clock-steps">
            {['1s', '1m', '5m', '1h', '1d'].map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
          <button type="submit" disabled={isMoving}>
            Step
          </button>
          <button
            type="button"
            disabled={isMoving}
            title="Play until nothing is pending"
            onClick={() => move({ settle: true })}
          >
            Settle
          </button>
        </>
      )}
    </form>
  );
}
