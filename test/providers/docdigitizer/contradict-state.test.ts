import { expect, test } from 'vitest';
import type { CallbackDraft, StepContext } from '../../../src/core/provider/provider.ts';
import { contradictState } from '../../../src/providers/docdigitizer/contradict-state.ts';
import { defaultSettings } from '../../support/bundled.ts';

const moment = { settings: defaultSettings } as StepContext;

function draft(state: number | string): CallbackDraft {
  const target = { url: 'http://127.0.0.1/', method: 'GET', headers: {} };
  return {
    callback: 'documentState',
    target,
    payload: { documentId: 'd', state },
    selects: { state: [state, null] },
  };
}

test.each([
  [{ state: 91 }, 91],
  [{ state: 91 }, '91'],
  [{ final: 'rejected' }, 92],
  [{ state: 55 }, 55],
  ['stale', 30],
])('%j contradicts no callback of state %j', (value, state) => {
  expect(contradictState(value, draft(state), moment)).toBeNull();
});

test.each([
  [{ state: 92 }, 91, 92],
  [{ final: 'error' }, 92, 999],
  [{ state: 10 }, 55, 10],
  ['stale', 91, 30],
])('%j contradicts a callback of state %j with %j', (value, state, other) => {
  expect(contradictState(value, draft(state), moment)?.payload).toMatchObject({ state: other });
});
