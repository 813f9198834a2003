import type { JSX } from 'preact';
import type { Branch, Delivery } from '../api/records.ts';
import { FaultGlyph, Glyph, ViolationGlyph } from '../parts/marks.tsx';
import { faultsIn, resultText, verdictNames, verdictOf, violationsIn } from '../parts/verdict.ts';
import { DeliveryPlot, type PlotProps, RunPlot, rowHeight } from './plot.tsx';
import type { DeliveryRow, Row, RunRow } from './rows.ts';

export interface RowProps {
  readonly id: string;
  readonly row: Row;
  readonly index: number;
  readonly labelWidth: number;
  readonly plot: PlotProps;
  readonly branches: readonly Branch[] | undefined;
  /** Whether Tab reaches it. */
  readonly isActive: boolean;
  readonly isSelected: boolean;
  onOpen(): void;
  onToggle(): void;
}

export function RowView(props: RowProps): JSX.Element {
  const { id, row, index, labelWidth, plot, branches, isActive, isSelected, onOpen, onToggle } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys of its rows
    <div
      id={id}
      class={`row ${row.kind}`}
      role="row"
      aria-level={row.kind === 'run' ? 1 : 2}
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      {...(row.kind === 'run' && { 'aria-expanded': row.isOpen })}
      tabIndex={isActive ? 0 : -1}
      style={{ transform: `translateY(${index * rowHeight}px)` }}
      onClick={onOpen}
    >
      <div class="label" role="gridcell" style={{ width: `${labelWidth}px` }}>
        {row.kind === 'run' ? <RunLabel row={row} onToggle={onToggle} /> : <DeliveryLabel row={row} />}
      </div>
      <div class="cell" role="gridcell" aria-label={timesText(row)}>
        {row.kind === 'run' ? (
          <RunPlot row={row} branches={branches} {...plot} />
        ) : (
          <DeliveryPlot row={row} {...plot} />
        )}
      </div>
    </div>
  );
}

function RunLabel({ row, onToggle }: { row: RunRow; onToggle: () => void }): JSX.Element {
  const { run, counts, verdict, isOpen, total } = row;
  const [provider, name] = run?.scenario.split('/') ?? [];
  return (
    <>
      <svg
        class={`chevron ${isOpen ? 'open' : ''}`}
        width="12"
        height="12"
        viewBox="0 0 12 12"
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          onToggle();
        }}
      >
        <path d="M4 2.5 8 6l-4 3.5" />
      </svg>
      <Glyph verdict={verdict} label={run?.state === 'playing' ? 'playing' : verdictNames[verdict]} />
      {run === null ? (
        <span class="name">sent by hand</span>
      ) : (
        <>
          <span class="name" title={`${run.scenario}: ${run.choice.because}`}>
            <span class="provider">{provider}/</span>
            {name}
          </span>
          <span class="id" title={run.resourceId}>
            {run.resourceId}
          </span>
        </>
      )}
      <span class="result">
        {total === 0 ? '0' : `${counts.ok}/${total}`}
        {run !== null && run.warnings.length > 0 && (
          <span class="warned" title={run.warnings.map(({ message }) => message).join('\n')}>
            ⚠<span class="hidden">has warnings</span>
          </span>
        )}
      </span>
    </>
  );
}

function DeliveryLabel({ row: { delivery } }: { row: DeliveryRow }): JSX.Element {
  const verdict = verdictOf(delivery);
  const faults = faultsIn(delivery);
  return (
    <>
      <Glyph verdict={verdict} />
      <span class="name" title={`${delivery.callback} to ${delivery.url}`}>
        {delivery.callback.slice(delivery.callback.indexOf('.') + 1)}
      </span>
      {faults.length > 0 && (
        <span class="flag" title={`Intended: ${faults.join(', ')}`}>
          <FaultGlyph />
          <span class="fault-text">{faults.join(', ')}</span>
        </span>
      )}
      {violationsIn(delivery) > 0 && (
        <span class="flag" title={firstViolation(delivery)}>
          <ViolationGlyph />
        </span>
      )}
      <span class="result">{attemptsText(delivery)}</span>
    </>
  );
}

/** The results of the attempts, the last ones if there are many: `503 503 200`. */
function attemptsText({ attempts, state }: Delivery): string {
  if (attempts.length === 0) return state === 'dropped' ? 'dropped' : 'due';
  const [last] = attempts.slice(-1);
  const text = last === undefined ? '' : resultText(last);
  return attempts.length === 1 ? text : `${attempts.length}× → ${text}`;
}

function firstViolation({ violations, attempts }: Delivery): string {
  const all = [...violations, ...attempts.flatMap((attempt) => attempt.violations)];
  return all.map(({ location, message }) => `${location} ${message}`).join('\n');
}

function timesText(row: Row): string {
  if (row.kind === 'run') return row.run === null ? '' : `submitted ${row.run.createdAt}`;
  const { createdAt, attempts, dueAt } = row.delivery;
  const told = attempts.map(
    (attempt) => `attempt ${attempt.number} at ${attempt.at}: ${resultText(attempt)}`,
  );
  return [`created ${createdAt}`, ...told, ...(dueAt === null ? [] : [`next attempt at ${dueAt}`])].join(
    '; ',
  );
}
