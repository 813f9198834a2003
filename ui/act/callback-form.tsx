import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Delivery } from '../api/records.ts';
import { errorText } from '../api/refusal.ts';
import { goTo } from '../live/route.ts';
import { Field } from '../parts/field.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import type { ActProps } from './act-props.ts';
import { ActionError } from './action-error.tsx';
import { useAction } from './use-action.ts';

/** Sends one callback now: one of the contract, or a changed copy of one that was sent. */
export function CallbackForm({ client, like, onClose }: ActProps & { like: Delivery | null }): JSX.Element {
  const { value, error } = useLoaded(
    (signal) => client.get('/_ringback/callbacks', { signal }),
    'callbacks',
    0,
  );
  const [callback, setCallback] = useState(like?.callback ?? '');
  const [to, setTo] = useState(
    like === null ? `${location.origin}${client.base}/_ringback/inbox/mine` : targetOf(like),
  );
  const [payload, setPayload] = useState(like?.payload == null ? '' : JSON.stringify(like.payload, null, 2));
  const action = useAction();
  const callbacks = value?.callbacks ?? [];
  const chosen =
    callbacks.find((each) => each.callback === callback) ?? callbacks.find(({ fireable }) => fireable);
  const send = async (): Promise<void> => {
    if (chosen === undefined) return;
    const body = {
      callback: chosen.callback,
      to,
      ...(like !== null && like.callback === chosen.callback && { method: like.method }),
      ...(payload.trim() !== '' && { payload: parsed(payload) }),
    };
    const { id } = await client.post('/_ringback/callbacks', { body });
    goTo({ view: 'delivery', id, attempt: null });
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        action.run(send);
      }}
    >
      {error !== null && (
        <p class="error" role="alert">
          {errorText(error)}
        </p>
      )}
      <Field label="Callback">
        <select value={chosen?.callback ?? ''} onChange={(event) => setCallback(event.currentTarget.value)}>
          {callbacks.map(({ callback: type, fireable }) => (
            <option key={type} value={type} disabled={!fireable}>
              {type}
            </option>
          ))}
        </select>
      </Field>
      {chosen?.reason != null && <p class="dim">{chosen.reason}</p>}
      <Field label="URL of the consumer">
        <input type="url" required value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </Field>
      {to.includes('***') && <p class="dim">A password of this URL is masked. Write it in place of ***.</p>}
      <Field label="Payload as JSON; empty: what the provider sends">
        <textarea
          class="code"
          rows={12}
          spellcheck={false}
          value={payload}
          onInput={(event) => setPayload(event.currentTarget.value)}
        />
      </Field>
      <ActionError action={action} />
      <footer>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="primary" disabled={action.isBusy || chosen === undefined}>
          {action.isBusy ? 'Sending…' : 'Send'}
        </button>
      </footer>
    </form>
  );
}

/** The URL without the query parameters that are the payload: the provider adds them. */
function targetOf({ url, body, payload }: Delivery): string {
  if (body !== null || typeof payload !== 'object' || payload === null || !URL.canParse(url)) return url;
  const target = new URL(url);
  for (const name of Object.keys(payload)) target.searchParams.delete(name);
  return target.href;
}

/** @throws {SyntaxError} with a sentence */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(
      `Could not read the JSON: ${error instanceof Error ? error.message : error}. Correct it and send again.`,
    );
  }
}
