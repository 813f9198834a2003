import type { JSX } from 'preact';
import type { Branch, RunDetail } from '../api/records.ts';
import { routeHash } from '../live/route.ts';
import { byHand } from '../live/store.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { dateText, durationText } from '../parts/format.ts';
import { FaultGlyph, Glyph } from '../parts/marks.tsx';
import { saveFile } from '../parts/save-file.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { resultText, verdictOf } from '../parts/verdict.ts';
import { Findings } from './findings.tsx';
import { type DetailProps, Missing } from './missing.tsx';

const rules = {
  header: 'by the header X-Ringback-Scenario',
  next: 'as the next scenario',
  'file-name': 'by the file name',
  match: 'by its match',
  content: 'by the contents of the file',
  default: 'by default',
} as const;

/** A run: why it plays its scenario, its steps, and its deliveries. */
export function RunDetailView({ id, client, store }: DetailProps & { id: string }): JSX.Element {
  const deliveries = store.deliveriesOf.get(id === byHand ? '' : id) ?? [];
  const revision = `${store.connection} ${store.runs.get(id)?.state} ${deliveries.length} ${store.timelines.has(id)}`;
  const { value: run, error } = useLoaded(
    (signal) => client.get('/_ringback/runs/{id}', { path: { id }, query: { bodyLimit: 0 }, signal }),
    id,
    revision,
  );
  if (run === undefined) return <Missing what="run" error={error} />;
  return (
    <article>
      <header>
        <p class="kicker">Run, {run.state}</p>
        <h2>{run.scenario}</h2>
      </header>
      <dl class="facts">
        <dt>Chosen</dt>
        <dd>
          {rules[run.choice.rule]}: {run.choice.because}
        </dd>
        <dt>Operation</dt>
        <dd>
          <code>{run.operation}</code>
        </dd>
        <dt>Resource</dt>
        <dd>
          <code>{run.resourceId}</code>
        </dd>
        <dt>Submitted</dt>
        <dd>{dateText(run.createdAt)} UTC</dd>
        <dt>Calls back</dt>
        <dd>
          {run.target === null ? (
            'no URL: the submission has none'
          ) : (
            <code>
              {run.target.method} {run.target.url}
            </code>
          )}
        </dd>
        <dt>Id</dt>
        <dd>
          <code>{run.id}</code>
        </dd>
      </dl>
      <Findings title="Warnings" findings={run.warnings} />
      {run.apiFaults.length > 0 && (
        <section>
          <h3>Faults of the API</h3>
          <ul class="plain">
            {run.apiFaults.map((fault) => (
              <li key={`${fault.at} ${fault.operation}`}>
                <FaultGlyph /> {fault.operation}: {fault.fault}
                {fault.struck ? '' : ' (the draw prevented it)'}
              </li>
            ))}
          </ul>
        </section>
      )}
      {run.timeline.map((branch) => (
        <Steps key={`${branch.trigger} ${branch.subject}`} branch={branch} />
      ))}
      <Deliveries run={run} />
      <section class="share">
        <h3>Share</h3>
        <CopyButton text={location.href} label="Copy link" />
        <button
          type="button"
          class="quiet"
          onClick={() =>
            saveFile(`run-${run.id}.json`, `${JSON.stringify(run, null, 2)}\n`, 'application/json')
          }
        >
          Save as JSON
        </button>
      </section>
    </article>
  );
}

function Steps({ branch }: { branch: Branch }): JSX.Element {
  return (
    <section>
      <h3>
        After {branch.trigger}
        {branch.subject === null ? '' : ` of ${branch.subject}`}
      </h3>
      <ol class="steps">
        {branch.steps.map((step, index) => (
          <li key={index} class={step.state}>
            <span class="when">+{step.after}</span>
            <span>
              {step.set !== null && <code>{JSON.stringify(step.set)}</code>}{' '}
              {step.callback !== null && `sends ${step.callback}`}
            </span>
            <span class="dim">{step.state}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Deliveries({ run }: { run: RunDetail }): JSX.Element {
  const start = Date.parse(run.createdAt);
  return (
    <section>
      <h3>Deliveries</h3>
      {run.deliveries.length === 0 && <p class="dim">None yet.</p>}
      {run.deliveryCount > run.deliveries.length && (
        <p class="dim">
          The newest {run.deliveries.length} of {run.deliveryCount}.
        </p>
      )}
      <ol class="steps">
        {run.deliveries.map((delivery) => {
          const last = delivery.attempts.at(-1);
          return (
            <li key={delivery.id}>
              <span class="when">+{durationText(Date.parse(delivery.createdAt) - start)}</span>
              <a href={routeHash({ view: 'delivery', id: delivery.id, attempt: null })}>
                <Glyph verdict={verdictOf(delivery)} /> {delivery.callback}
              </a>
              <span class="dim">{last === undefined ? delivery.state : resultText(last)}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
