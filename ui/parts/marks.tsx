import type { JSX } from 'preact';
import { type Verdict, verdictNames } from './verdict.ts';

/**
 * A mark of 12 × 12 around its centre. Its shape says the same as its colour: a disc with a tick, a square with a cross,
 * an empty ring, a ring with a bar.
 */
export function Mark({ verdict, x = 6, y = 6 }: { verdict: Verdict; x?: number; y?: number }): JSX.Element {
  return (
    <g class={`mark ${verdict}`} transform={`translate(${x} ${y})`}>
      {shapes[verdict]}
    </g>
  );
}

const shapes: Readonly<Record<Verdict, JSX.Element>> = {
  ok: (
    <>
      <circle r="5.5" class="body" />
      <path d="M-2.4 .2 -.7 1.9 2.6 -1.7" class="sign" />
    </>
  ),
  failed: (
    <>
      <rect x="-5" y="-5" width="10" height="10" rx="1.5" class="body" />
      <path d="M-2.1-2.1 2.1 2.1M2.1-2.1-2.1 2.1" class="sign" />
    </>
  ),
  pending: <circle r="4.25" class="ring" />,
  dropped: (
    <>
      <circle r="4.25" class="ring" />
      <path d="M-3-3 3 3" class="ring" />
    </>
  ),
};

/** The mark of a verdict within text, with its name for those who cannot see it. */
export function Glyph({ verdict, label }: { verdict: Verdict; label?: string }): JSX.Element {
  return (
    <svg
      class="glyph"
      viewBox="0 0 12 12"
      width="12"
      height="12"
      role="img"
      aria-label={label ?? verdictNames[verdict]}
    >
      <Mark verdict={verdict} />
    </svg>
  );
}

/** A fault is intended: a diamond. */
export function FaultMark({ x, y }: { x: number; y: number }): JSX.Element {
  return <path class="fault" d={`M${x} ${y - 4}l4 4-4 4-4-4z`} />;
}

/** A violation is not: a triangle with an exclamation mark. */
export function ViolationMark({ x, y }: { x: number; y: number }): JSX.Element {
  return (
    <g class="violation" transform={`translate(${x} ${y})`}>
      <path class="body" d="M0-5.5 5.5 4.5h-11z" />
      <path class="sign" d="M0-2.2v3.2M0 2.6v.7" />
    </g>
  );
}

export function FaultGlyph(): JSX.Element {
  return (
    <svg class="glyph" viewBox="0 0 12 12" width="12" height="12" role="img" aria-label="fault, intended">
      <FaultMark x={6} y={6} />
    </svg>
  );
}

export function ViolationGlyph(): JSX.Element {
  return (
    <svg
      class="glyph"
      viewBox="0 0 12 12"
      width="12"
      height="12"
      role="img"
      aria-label="violation, not intended"
    >
      <ViolationMark x={6} y={6.5} />
    </svg>
  );
}
