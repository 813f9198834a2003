import type { JSX } from 'preact';
import type { Attempt } from '../api/records.ts';
import { dateText, durationText, timeText } from '../parts/format.ts';
import { FaultGlyph } from '../parts/marks.tsx';
import { BodyView } from './body-view.tsx';
import { Findings } from './findings.tsx';
import { HeaderList } from './header-list.tsx';

/** One attempt: when, how long, what the consumer responded, and how that differs from what the provider requires. */
export function AttemptView({ attempt }: { attempt: Attempt }): JSX.Element {
  const { at, acknowledged, statusCode, error, code, durationMs, retryAt, redirectedTo, response, faults } =
    attempt;
  return (
    <section>
      <h3>Response to attempt {attempt.number}</h3>
      <p class={acknowledged ? 'good' : 'bad'}>
        {acknowledged ? `Acknowledged with ${statusCode}` : (error ?? `Not acknowledged: ${statusCode}`)}
        {code !== null && <span class="dim"> ({code})</span>}
      </p>
      <p class="dim">
        Sent {dateText(at)}.{timeText(at).slice(9)} UTC, took {durationText(durationMs)} of real time
        {retryAt === null ? '' : `, tried again at ${dateText(retryAt)}`}
        {redirectedTo === undefined ? '' : `, redirected to ${redirectedTo}`}.
      </p>
      {faults.length > 0 && (
        <p>
          <FaultGlyph /> {faults.join(', ')}, as scripted
        </p>
      )}
      {response === null ? (
        <p class="dim">There was no response.</p>
      ) : (
        <>
          <HeaderList headers={response.headers} />
          <BodyView
            body={response.body}
            isCut={response.bodyTruncated}
            mediaType={response.headers['content-type'] ?? ''}
            name={`response-${attempt.number}`}
          />
        </>
      )}
      <Findings title="The response breaks the contract" findings={attempt.violations} />
    </section>
  );
}
