import type { JSX } from 'preact';
import type { Action } from './use-action.ts';

/** Why an action failed, with the place of each finding. */
export function ActionError({ action: { error, violations } }: { action: Action }): JSX.Element | null {
  if (error === null) return null;
  return (
    <div class="error" role="alert">
      <p>{error}</p>
      {violations.length > 1 && (
        <ul>
          {violations.map(({ location, message }) => (
            <li key={`${location} ${message}`}>
              <code>{location}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
