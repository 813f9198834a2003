import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorText } from '../api/refusal.ts';
import { Field } from '../parts/field.tsx';
import { plural } from '../parts/format.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import type { ActProps } from './act-props.ts';
import { ActionError } from './action-error.tsx';
import { ScenarioSteps } from './scenario-steps.tsx';
import { useAction } from './use-action.ts';

/** Queues a scenario for the next submissions, and shows what it does first. */
export function NextForm({ client, onClose }: ActProps): JSX.Element {
  const [revision, setRevision] = useState(0);
  const { value, error } = useLoaded(
    (signal) => client.get('/_ringback/scenarios', { signal }),
    'scenarios',
    0,
  );
  const { value: queue } = useLoaded((signal) => client.get('/_ringback/next', { signal }), 'next', revision);
  const [chosen, setChosen] = useState('');
  const [times, setTimes] = useState(1);
  const action = useAction();
  const scenarios = value?.scenarios ?? [];
  const name = chosen || (scenarios[0]?.name ?? '');
  const scenario = scenarios.find((each) => each.name === name);
  const providers = [...new Set(scenarios.map(({ provider }) => provider))];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        action.run(async () => {
          await client.post('/_ringback/next', { body: { scenario: name, times } });
          setRevision((count) => count + 1);
        });
      }}
    >
      {error !== null && (
        <p class="error" role="alert">
          {errorText(error)}
        </p>
      )}
      <div class="columns">
        <Field label="Scenario">
          <select value={name} onChange={(event) => setChosen(event.currentTarget.value)}>
            {providers.map((provider) => (
              <optgroup key={provider} label={provider}>
                {scenarios
                  .filter((each) => each.provider === provider)
                  .map((each) => (
                    <option key={each.name} value={each.name}>
                      {each.name}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        </Field>
        <Field label="Submissions">
          <input
            type="number"
            min={1}
            max={1_000}
            value={times}
            onInput={(event) => setTimes(event.currentTarget.valueAsNumber || 1)}
          />
        </Field>
      </div>
      {scenario !== undefined && <p class="description">{scenario.description}</p>}
      {scenario !== undefined && <ScenarioSteps client={client} name={scenario.name} />}
      <section>
        <h3>Queue</h3>
        {queue === undefined || queue.total === 0 ? (
          <p class="dim">Empty: submissions choose their scenarios by themselves.</p>
        ) : (
          <ol>
            {queue.queue.map(({ scenario: queued, times: left }, index) => (
              <li key={index}>
                {queued}, for {plural(left, 'submission')}
              </li>
            ))}
          </ol>
        )}
      </section>
      <ActionError action={action} />
      <footer>
        <button
          type="button"
          disabled={queue === undefined || queue.total === 0}
          onClick={() =>
            action.run(async () => {
              await client.delete('/_ringback/next');
              setRevision((count) => count + 1);
            })
          }
        >
          Empty the queue
        </button>
        <button type="button" onClick={onClose}>
          Close
        </button>
        <button type="submit" class="primary" disabled={action.isBusy || scenario === undefined}>
          Add to the queue
        </button>
      </footer>
    </form>
  );
}
