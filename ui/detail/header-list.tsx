import type { JSX } from 'preact';

/** Headers as they were sent. Secrets are masked by the server. */
export function HeaderList({ headers }: { headers: Readonly<Record<string, string>> }): JSX.Element | null {
  const entries = Object.entries(headers);
  if (entries.length === 0) return null;
  return (
    <dl class="headers">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
