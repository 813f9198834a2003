import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { errorText } from '../api/refusal.ts';
import { goTo } from '../live/route.ts';
import { Field } from '../parts/field.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import type { ActProps } from './act-props.ts';
import { ActionError } from './action-error.tsx';
import { parsed } from './callback-form.tsx';
import { type RequestForm, requestForms } from './contract-forms.ts';
import { FileDrop } from './file-drop.tsx';
import type { Json } from './resolved.ts';
import { submit } from './submit.ts';
import { useAction } from './use-action.ts';

/** A form made from an operation of the contract, or a drop of files. */
export function SubmitForm({ client, onClose }: ActProps): JSX.Element {
  const { value: contract, error } = useLoaded(
    (signal) => client.get('/_ringback/contract', { signal }),
    'contract',
    0,
  );
  const inboxUrl = `${location.origin}${client.base}/_ringback/inbox/mine`;
  const forms = useMemo(
    () => (contract === undefined ? [] : requestForms(contract as unknown as Json, inboxUrl)),
    [contract, inboxUrl],
  );
  const [id, setId] = useState('');
  const form = forms.find((each) => each.id === id) ?? forms[0];
  if (form === undefined) {
    const reason =
      error !== null
        ? errorText(error)
        : contract === undefined
          ? 'Reading the contract…'
          : 'The contract has no operation to submit to.';
    return <p class="dim">{reason}</p>;
  }
  return (
    <>
      <Field label="Operation">
        <select value={form.id} onChange={(event) => setId(event.currentTarget.value)}>
          {[true, false].map((hasCallbacks) => (
            <optgroup key={String(hasCallbacks)} label={hasCallbacks ? 'Calls back' : 'Declares no callback'}>
              {forms
                .filter((each) => each.hasCallbacks === hasCallbacks)
                .map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.id} ({each.method} {each.path})
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      </Field>
      <OperationForm key={form.id} form={form} client={client} onClose={onClose} />
    </>
  );
}

function OperationForm({
  form,
  client,
  onClose,
}: Pick<ActProps, 'client' | 'onClose'> & { form: RequestForm }): JSX.Element {
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(form.fields.map(({ name, value }) => [name, value])),
  );
  const [json, setJson] = useState(form.json ?? '');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [scenario, setScenario] = useState('');
  const { value: known } = useLoaded(
    (signal) => client.get('/_ringback/scenarios', { signal }),
    'scenarios',
    0,
  );
  const action = useAction();
  const fileField = form.fields.find(({ place }) => place === 'file');
  const takesFiles = fileField !== undefined || form.id === 'registerApplication';
  const fields = form.fields.filter(({ place, name }) => place !== 'file' && name !== 'X-Ringback-Scenario');
  const [first, later] = [fields.filter(isShown), fields.filter((field) => !isShown(field))];
  const send = async (): Promise<void> => {
    if (form.json !== null) parsed(json);
    const { runs } = await submit(client, { form, values, json, files, scenario });
    const [run] = runs;
    goTo(run === undefined ? { view: 'timeline' } : { view: 'run', id: run });
    onClose();
  };
  const input = ({ name, isRequired, description }: (typeof fields)[number]): JSX.Element => (
    <Field key={name} label={`${name}${isRequired ? ' (required)' : ''}`}>
      <input
        value={values[name] ?? ''}
        required={isRequired}
        title={description}
        onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
      />
    </Field>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        action.run(send);
      }}
    >
      <p class="dim">{form.summary}</p>
      {takesFiles && <FileDrop files={files} onFiles={setFiles} />}
      {first.map(input)}
      {later.length > 0 && (
        <details>
          <summary>{later.length} optional fields</summary>
          {later.map(input)}
        </details>
      )}
      {form.json !== null && (
        <Field label="Body as JSON">
          <textarea
            class="code"
            rows={10}
            spellcheck={false}
            value={json}
            onInput={(event) => setJson(event.currentTarget.value)}
          />
        </Field>
      )}
      <Field label="Scenario">
        <select value={scenario} onChange={(event) => setScenario(event.currentTarget.value)}>
          <option value="">as usual: the queue, the file name, a match, or the default</option>
          {known?.scenarios.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <ActionError action={action} />
      <footer>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="primary" disabled={action.isBusy}>
          {action.isBusy ? 'Submitting…' : 'Submit'}
        </button>
      </footer>
    </form>
  );
}

/** Fields that are filled in or required are in view. */
function isShown({ isRequired, value }: RequestForm['fields'][number]): boolean {
  return isRequired || value !== '';
}
