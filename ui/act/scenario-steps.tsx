import type { JSX } from 'preact';
import type { Client } from '../api/client.ts';
import { errorText } from '../api/refusal.ts';
import { FaultGlyph } from '../parts/marks.tsx';
import { useLoaded } from '../parts/use-loaded.ts';

/** What a scenario expands to: its steps with their times, its faults and its retries. */
export function ScenarioSteps({ client, name: full }: { client: Client; name: string }): JSX.Element {
  const [provider = '', name = ''] = full.split('/');
  const { value, error } = useLoaded(
    (signal) => client.get('/_ringback/scenarios/{provider}/{name}', { path: { provider, name }, signal }),
    full,
    0,
  );
  if (value === undefined) return <p class="dim">{error === null ? 'Reading…' : errorText(error)}</p>;
  return (
    <div class="scenario-steps">
      {Object.entries(value.triggers).map(([trigger, steps]) => (
        <section key={trigger}>
          <h3>After {trigger}</h3>
          <ol class="steps">
            {steps.map((step, index) => (
              <li key={index}>
                <span class="when">+{step.after}</span>
                <span>
                  {step.set !== null && <code>{JSON.stringify(step.set)}</code>}{' '}
                  {step.callback !== null && `sends ${step.callback}`}
                </span>
              </li>
            ))}
          </ol>
        </section>
      ))}
      {(value.faults.length > 0 || value.respond.length > 0) && (
        <section>
          <h3>Faults, intended</h3>
          <ul class="plain">
            {value.faults.map(({ fault, on, probability }) => (
              <li key={`${fault} ${JSON.stringify(on)}`}>
                <FaultGlyph /> {fault}
                {Object.keys(on).length > 0 && <code> {JSON.stringify(on)}</code>}
                {probability < 1 && `, with probability ${probability}`}
              </li>
            ))}
            {value.respond.map(({ fault, operation, times }) => (
              <li key={`${fault} ${operation}`}>
                <FaultGlyph /> {operation ?? 'every operation'} responds: {fault}
                {times === null ? '' : `, ${times}×`}
              </li>
            ))}
          </ul>
        </section>
      )}
      <p class="dim">
        {value.retry.schedule.length === 0
          ? 'It does not retry.'
          : `It retries after ${value.retry.schedule.join(', ')}, on ${value.retry.on.join(', ')}.`}
      </p>
    </div>
  );
}
