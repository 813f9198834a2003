import type { JSX } from 'preact';
import type { Violation } from '../api/records.ts';

/** Violations or warnings, each as its sentence with its place. */
export function Findings({
  title,
  findings,
  tone = 'violations',
}: {
  title: string;
  findings: readonly Violation[];
  tone?: 'violations' | 'intended';
}): JSX.Element | null {
  if (findings.length === 0) return null;
  return (
    <section class={`findings ${tone}`}>
      <h3>{title}</h3>
      <ul class="plain">
        {findings.map(({ location, code, message }) => (
          <li key={`${location} ${code}`}>
            {location !== '' && <code>{location}</code>} {message} <span class="dim">({code})</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
