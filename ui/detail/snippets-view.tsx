import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Delivery } from '../api/records.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { curlSnippet, vitestSnippet } from './snippets.ts';

const makers = { curl: curlSnippet, vitest: vitestSnippet } as const;

/** What reproduces the callback without Ringback. */
export function Snippets({ delivery }: { delivery: Delivery }): JSX.Element {
  const [kind, setKind] = useState<keyof typeof makers>('curl');
  const text = makers[kind](delivery);
  return (
    <section>
      <h3>Reproduce</h3>
      <div class="segments">
        {(['curl', 'vitest'] as const).map((each) => (
          <button type="button" key={each} aria-pressed={kind === each} onClick={() => setKind(each)}>
            {each}
          </button>
        ))}
        <CopyButton text={text} />
      </div>
      <pre tabIndex={0}>{text.length > 8_000 ? `${text.slice(0, 8_000)}\n… (copied whole)` : text}</pre>
    </section>
  );
}
