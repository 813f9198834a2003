import type { CallbackTarget } from '../../core/engine/runs/run.ts';
import { RingbackError } from '../../core/errors.ts';
import {
  composePatches,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  mergePatch,
} from '../../core/json.ts';
import type { CallbackDraft, StepContext, StepEffect } from '../../core/provider/provider.ts';
import type { TimelineStep } from '../../core/scenario/plan.ts';
import type { Settings } from '../../core/settings.ts';
import { suggest } from '../../core/suggest.ts';
import { isOperationV1 } from './api-version.ts';
import { phaseOf, readState, shownState, statusOverview, statusV1 } from './document-state.ts';

const variants = ['documentState', 'documentStateOverview', 'documentStateV1'] as const;
type Variant = (typeof variants)[number];

/**
 * Carries out a step of a document's timeline: changes the document and drafts the callback.
 * `documentState` stands for the form that applies to the document: v1 for a v1 submission, otherwise that of
 * `docdigitizer.callbackVariant`. A step can also name another form.
 */
export async function performStep(step: TimelineStep, context: StepContext): Promise<StepEffect> {
  const { run, resources, settings } = context;
  const patch = step.set;
  const document =
    patch === undefined
      ? await resources.get(run.resourceId)
      : await resources.update(run.resourceId, (old) => ({
          ...old,
          patch: composePatches(old.patch, patch),
        }));
  // The document was removed by a reset or evicted before the step was played.
  if (document === undefined || step.callback === undefined || run.target === null) return { callbacks: [] };
  const variant = readVariant(step.callback);
  const applies =
    variant !== 'documentState'
      ? variant
      : isOperationV1(run.operation)
        ? 'documentStateV1'
        : settings['docdigitizer.callbackVariant'];
  const said: JsonObject = {
    documentId: document.id,
    ...shownState(document.patch, settings),
    ...step.query,
  };
  const made = payloadOf(applies, said, settings, variant === applies && variant !== 'documentState');
  if (made === null) return { callbacks: [] };
  const payload = step.payload === undefined ? made : mergePatch(made, step.payload);
  if (!isJsonObject(payload)) return { callbacks: [] };
  const selects = { state: [said.state ?? null, said.stateText ?? null] };
  return { callbacks: [draft(applies, payload, run.target, settings, selects)] };
}

function readVariant(callback: string): Variant {
  const variant = variants.find((known) => known === callback);
  if (variant !== undefined) return variant;
  throw new RingbackError('scenario.invalid', {
    detail: `Could not send the callback "${callback}": DocDigitizer has ${variants.join(', ')}.${suggest(callback, variants)}`,
  });
}

/**
 * The parameters of a state callback in one of its forms. Null if that form cannot express the state.
 * @param said `documentId`, `state` and `stateText`, and any other parameters that a script sets
 * @param named true if the script names this form. Then its text represents a state that the form cannot express
 */
function payloadOf(
  variant: Variant,
  said: JsonObject,
  settings: Settings,
  named: boolean,
): JsonObject | null {
  const state = readState(said.state ?? null);
  if (variant === 'documentState') return state === said.state ? said : { ...said, state };
  const { documentId = null, state: _read, stateText = null, ...rest } = said;
  const phase = phaseOf(state);
  const word: JsonValue = variant === 'documentStateV1' ? statusV1(phase, settings) : statusOverview(phase);
  const status = rest.status ?? word ?? (named ? stateText : null);
  if (status === null) return null;
  return variant === 'documentStateV1'
    ? { docid: documentId, ...rest, status }
    : { doc_id: documentId, ...rest, status };
}

/** Both methods have the parameters in the query string. With a setting, a POST repeats them in its body. */
function draft(
  callback: Variant,
  payload: JsonObject,
  target: CallbackTarget,
  settings: Settings,
  selects: NonNullable<CallbackDraft['selects']>,
): CallbackDraft {
  const form = settings['docdigitizer.postBody'];
  if (target.method !== 'POST' || form === 'empty') return { callback, target, payload, selects };
  const given = Object.entries(target.headers);
  const own = given.find(([name]) => name.toLowerCase() === 'content-type');
  const content = form === 'json' ? (said: JsonObject) => JSON.stringify(said) : formText;
  const mediaType = own?.[1] ?? (form === 'json' ? 'application/json' : 'application/x-www-form-urlencoded');
  const headers = Object.fromEntries(given.filter((entry) => entry !== own));
  return { callback, target: { ...target, headers }, payload, selects, body: { content, mediaType } };
}

/** `application/x-www-form-urlencoded`, in the order of the payload. */
function formText(payload: JsonObject): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(payload)) {
    form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return form.toString();
}
