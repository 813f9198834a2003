import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { durationText, timeText } from '../parts/format.ts';
import { moved, placeIn, type Span, type TimeBase, ticksIn, zoomed } from './scale.ts';

export interface AxisProps {
  readonly span: Span;
  readonly base: TimeBase;
  readonly width: number;
  readonly labelWidth: number;
  /** The time of the space. Null: not shown. */
  readonly now: number | null;
  onSpan(span: Span): void;
}

/** The scale above the rows. Drag it to move it; turn the wheel over it to zoom. */
export function Axis({ span, base, width, labelWidth, now, onSpan }: AxisProps): JSX.Element {
  const place = placeIn(span, width);
  const element = useRef<SVGSVGElement>(null);
  const latest = useRef({ span, width, onSpan });
  latest.current = { span, width, onSpan };
  useEffect(() => {
    const svg = element.current;
    if (svg === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { span: from, width: over, onSpan: to } = latest.current;
      const around = from.from + (event.offsetX / over) * (from.to - from.from);
      to(zoomed(from, event.deltaY > 0 ? 1.25 : 0.8, around));
    };
    // Preact registers listeners as passive ones, which cannot keep the page from scrolling.
    svg.addEventListener('wheel', onWheel, { passive: false });
    return () => svg.removeEventListener('wheel', onWheel);
  }, []);
  const onPointerDown = (down: PointerEvent): void => {
    const svg = element.current;
    if (svg === null) return;
    const { span: start } = latest.current;
    svg.setPointerCapture(down.pointerId);
    const onMove = (event: PointerEvent): void =>
      onSpan(moved(start, (down.clientX - event.clientX) / width));
    const stop = (): void => {
      svg.removeEventListener('pointermove', onMove);
      svg.removeEventListener('pointerup', stop);
      svg.removeEventListener('pointercancel', stop);
    };
    svg.addEventListener('pointermove', onMove);
    svg.addEventListener('pointerup', stop);
    svg.addEventListener('pointercancel', stop);
  };
  const ticks = ticksIn(span, width).filter((tick) => place(tick) < width - 20);
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  return (
    <div class="axis">
      <div class="axis-label" style={{ width: `${labelWidth}px` }}>
        {base === 'submission' ? 'since each submission' : 'by the clock, UTC'}
      </div>
      <svg ref={element} width={width} height={28} aria-hidden="true" onPointerDown={onPointerDown}>
        {ticks.map((tick) => (
          <g key={tick} transform={`translate(${place(tick)} 0)`}>
            <path d="M0 20v8" class="tick" />
            <text y="15">{base === 'submission' ? sinceText(tick) : timeText(tick, step < 1_000)}</text>
          </g>
        ))}
        {now !== null && now >= span.from && now <= span.to && (
          <path class="now" d={`M${place(now)} 16v12`} />
        )}
      </svg>
    </div>
  );
}

function sinceText(tick: number): string {
  if (tick === 0) return '0';
  return `${tick < 0 ? '−' : '+'}${durationText(Math.abs(tick))}`;
}
