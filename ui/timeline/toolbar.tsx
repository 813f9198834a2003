import type { JSX } from 'preact';
import { FaultGlyph, Glyph, ViolationGlyph } from '../parts/marks.tsx';
import type { RowFilter } from './rows.ts';
import type { TimeBase } from './scale.ts';

export interface ToolbarProps {
  readonly filter: RowFilter;
  onFilter(filter: RowFilter): void;
  readonly base: TimeBase;
  onBase(base: TimeBase): void;
  readonly isFitted: boolean;
  /** Null: fits the axis to what is in view. */
  onZoom(factor: number | null): void;
  onMove(share: number): void;
  readonly summary: string;
}

const choices: readonly (readonly [RowFilter['show'], string])[] = [
  ['all', 'All'],
  ['ok', 'Delivered'],
  ['failed', 'Failed'],
  ['pending', 'Pending'],
  ['dropped', 'Dropped'],
  ['fault', 'Fault (intended)'],
  ['violation', 'Violation (not intended)'],
];

export function Toolbar(props: ToolbarProps): JSX.Element {
  const { filter, onFilter, base, onBase, isFitted, onZoom, onMove, summary } = props;
  return (
    <div class="toolbar" role="toolbar" aria-label="Timeline">
      <input
        type="search"
        placeholder="Filter"
        title="Scenario, callback, id, URL or status"
        aria-label="Filter"
        value={filter.text}
        onInput={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
      />
      <fieldset class="chips">
        <legend class="hidden">Show</legend>
        {choices.map(([show, name]) => (
          <button
            type="button"
            key={show}
            class="chip"
            aria-pressed={filter.show === show}
            title={name}
            onClick={() => onFilter({ ...filter, show })}
          >
            {show === 'all' ? null : show === 'fault' ? (
              <FaultGlyph />
            ) : show === 'violation' ? (
              <ViolationGlyph />
            ) : (
              <Glyph verdict={show} />
            )}
            <span>{name.replace(/ \(.*/, '')}</span>
          </button>
        ))}
      </fieldset>
      <span class="summary" aria-live="polite">
        {summary}
      </span>
      <fieldset class="segments">
        <legend class="hidden">Times</legend>
        <button type="button" aria-pressed={base === 'submission'} onClick={() => onBase('submission')}>
          Since submission
        </button>
        <button type="button" aria-pressed={base === 'clock'} onClick={() => onBase('clock')}>
          Clock
        </button>
      </fieldset>
      <fieldset class="segments">
        <legend class="hidden">Zoom</legend>
        <button type="button" aria-label="Earlier" title="Earlier" onClick={() => onMove(-0.25)}>
          ‹
        </button>
        <button type="button" aria-label="Zoom out" title="Zoom out (-)" onClick={() => onZoom(2)}>
          −
        </button>
        <button
          type="button"
          aria-pressed={isFitted}
          title="Fit to what is in view (0)"
          onClick={() => onZoom(null)}
        >
          Fit
        </button>
        <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => onZoom(0.5)}>
          +
        </button>
        <button type="button" aria-label="Later" title="Later" onClick={() => onMove(0.25)}>
          ›
        </button>
      </fieldset>
    </div>
  );
}
