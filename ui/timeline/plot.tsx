import type { JSX } from 'preact';
import type { Branch } from '../api/records.ts';
import { durationText } from '../parts/format.ts';
import { FaultMark, Mark, ViolationMark } from '../parts/marks.tsx';
import { attemptVerdict, verdictOf } from '../parts/verdict.ts';
import type { DeliveryRow, RunRow } from './rows.ts';
import type { Place } from './scale.ts';

export const rowHeight = 26;
const middle = rowHeight / 2;

export interface PlotProps {
  readonly place: Place;
  readonly width: number;
  /** What the times of the row are counted from: the submission, or 0 on the clock. */
  readonly origin: number;
  readonly now: number;
}

/** A run: a triangle for its submission, a tick for each change of state, and a line to its end. */
export function RunPlot({
  row,
  branches,
  place,
  width,
  origin,
  now,
}: PlotProps & { row: RunRow; branches: readonly Branch[] | undefined }): JSX.Element {
  const at = (time: number): number => place(time - origin);
  const steps = (branches ?? []).flatMap((branch) =>
    branch.steps.map((step) => ({ ...step, trigger: branch.trigger })),
  );
  const due = steps.flatMap((step) => (step.due === null ? [] : [Date.parse(step.due)]));
  const start = at(row.start);
  const end = at(Math.max(row.end, ...due));
  const isPlaying = row.verdict === 'pending';
  return (
    <svg class="plot" width={width} height={rowHeight} aria-hidden="true">
      <line
        class={`life ${isPlaying ? 'open' : ''}`}
        x1={start}
        x2={Math.max(end, start + 1)}
        y1={middle}
        y2={middle}
      />
      {isPlaying && now > row.start && now < Math.max(row.end, ...due) && (
        <line class="life" x1={start} x2={at(now)} y1={middle} y2={middle} />
      )}
      <path class="submission" d={`M${start - 4} ${middle - 5}l8 5-8 5z`} />
      {steps.map((step, index) =>
        step.due === null ? null : (
          <path key={index} class={`step ${step.state}`} d={`M${at(Date.parse(step.due))} ${middle - 6}v12`}>
            <title>{stepText(step.trigger, step.set, step.callback)}</title>
          </path>
        ),
      )}
      <Beyond end={Math.max(row.end, ...due) - origin} place={place} width={width} />
    </svg>
  );
}

/** Says when something is right of what is in view. */
function Beyond({ end, place, width }: { end: number; place: Place; width: number }): JSX.Element | null {
  if (place(end) <= width) return null;
  return (
    <g class="beyond" transform={`translate(${width} ${middle})`}>
      <path d="M-5-3.5 0 0l-5 3.5" />
      <text x="-9" y="4">
        {end < 1e11 ? `+${durationText(end)}` : 'later'}
      </text>
    </g>
  );
}

function stepText(trigger: string, set: object | null, callback: string | null): string {
  const change = set === null ? '' : `sets ${JSON.stringify(set)}`;
  return [`after ${trigger}`, change, callback === null ? '' : `sends ${callback}`]
    .filter(Boolean)
    .join(', ');
}

/** A delivery: a mark for each attempt, on a line that is dashed while it waits for the next one. */
export function DeliveryPlot({ row, place, width, origin }: PlotProps & { row: DeliveryRow }): JSX.Element {
  const { delivery } = row;
  const at = (time: string | number): number =>
    place((typeof time === 'number' ? time : Date.parse(time)) - origin);
  const verdict = verdictOf(delivery);
  const start = at(delivery.createdAt);
  const { attempts } = delivery;
  const next = delivery.dueAt;
  const violates = delivery.violations.length > 0 && delivery.faults.length === 0;
  return (
    <svg class={`plot ${verdict}`} width={width} height={rowHeight} aria-hidden="true">
      <line class="wait" x1={start} x2={Math.max(start, at(row.end))} y1={middle} y2={middle} />
      {attempts.map(({ number, at: time, durationMs, retryAt }) => {
        const x = at(time);
        return (
          <line
            key={number}
            class="flight"
            x1={x}
            x2={Math.max(
              x + 1,
              Math.min(at(Date.parse(time) + durationMs), retryAt === null ? Infinity : at(retryAt)),
            )}
            y1={middle}
            y2={middle}
          />
        );
      })}
      {verdict === 'dropped' && <Mark verdict="dropped" x={start} y={middle} />}
      {next !== null && <Mark verdict="pending" x={at(next)} y={middle} />}
      {delivery.faults.length > 0 && <FaultMark x={start} y={middle - 9} />}
      {violates && <ViolationMark x={start + 10} y={middle - 4} />}
      <Beyond end={row.end - origin} place={place} width={width} />
      {attempts.map((attempt) => {
        const x = at(attempt.at);
        return (
          <g key={attempt.number}>
            <Mark verdict={attemptVerdict(attempt)} x={x} y={middle} />
            {attempt.faults.length > 0 && <FaultMark x={x} y={middle - 9} />}
            {attempt.violations.length > 0 && <ViolationMark x={x + 10} y={middle - 4} />}
          </g>
        );
      })}
    </svg>
  );
}
