import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** Asks for the token of the control API. Its field is no password field: browsers would offer to store it. */
export function TokenForm({
  problem,
  onToken,
}: {
  /** Why the last one was refused. */
  problem: string | null;
  onToken: (token: string) => void;
}): JSX.Element {
  const [token, setToken] = useState('');
  return (
    <main class="token">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') onToken(token.trim());
        }}
      >
        <h1>This server requires a control token</h1>
        <p>
          It is the value of <code>--control-token</code>, or of <code>RINGBACK_CONTROL_TOKEN</code>. This tab
          keeps it until you close it.
        </p>
        <label>
          Control token
          <input
            class="masked"
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        {problem !== null && (
          <p class="error" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="primary">
          Open the dashboard
        </button>
      </form>
    </main>
  );
}
