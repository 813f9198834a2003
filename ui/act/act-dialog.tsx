import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ActName, ActProps } from './act-props.ts';
import { CallbackForm } from './callback-form.tsx';
import { NextForm } from './next-form.tsx';
import { ResetForm } from './reset-form.tsx';
import { SubmitForm } from './submit-form.tsx';

const titles = {
  submit: 'Submit to a provider',
  callback: 'Send a callback',
  next: 'What the next submission plays',
  reset: 'Reset the space',
} as const;

export function ActDialog({ act, ...props }: ActProps & { act: ActName }): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={element} aria-label={titles[act.kind]} onCancel={props.onClose} onClose={props.onClose}>
      <header>
        <h2>{titles[act.kind]}</h2>
        <button type="button" class="close" aria-label="Close" onClick={props.onClose}>
          ✕
        </button>
      </header>
      {act.kind === 'submit' && <SubmitForm {...props} />}
      {act.kind === 'callback' && <CallbackForm {...props} like={act.like ?? null} />}
      {act.kind === 'next' && <NextForm {...props} />}
      {act.kind === 'reset' && <ResetForm {...props} />}
    </dialog>
  );
}
