import type { Resource } from '../../core/engine/records.ts';
import { isoTime } from '../../core/engine/time/clock.ts';
import { isJsonObject, type JsonArray, type JsonObject, mergePatch } from '../../core/json.ts';
import type { ProviderContext } from '../../core/provider/provider.ts';
import { seededRandom } from '../../core/random.ts';
import type { Plan } from '../../core/scenario/plan.ts';
import { callbackLog } from './callback-log.ts';
import { documentData, fileName } from './document.ts';
import { type Phase, phaseOf, shownState } from './document-state.ts';
import { classify, completeAnnotations, partialAnnotations } from './results/annotations.ts';
import { ViewMemo, type ViewParts } from './view-memo.ts';

/** The default reason of a rejection (the documented example). */
const usualReason = 'not included in the license';

/**
 * A document as `getDocument` shows it now: state, results data and callback log. Everything but what a script has
 * set is made again from the document's id, or from the seed of the script, the same each time.
 */
export async function documentView(document: Resource, context: ProviderContext): Promise<JsonObject> {
  return makeView(document, await partsOf(document, context), context);
}

/** The same for a client that polls. The view is cached while nothing changes, so do not modify it. */
export async function polledDocumentView(document: Resource, context: ProviderContext): Promise<JsonObject> {
  const parts = await partsOf(document, context);
  return memoOf(context).get(document, parts, () => makeView(document, parts, context));
}

/** Clients poll a few documents at a time. */
const mostPolled = 250;

/** Keyed by the space's resources, so that both are freed together. */
const memos = new WeakMap<ProviderContext['resources'], ViewMemo>();

function memoOf({ resources }: ProviderContext): ViewMemo {
  const known = memos.get(resources);
  if (known !== undefined) return known;
  const memo = new ViewMemo(mostPolled);
  memos.set(resources, memo);
  return memo;
}

async function partsOf(document: Resource, context: ProviderContext): Promise<ViewParts> {
  const run = await context.run(documentData(document).runId);
  return {
    plan: run?.branches[0]?.plan,
    settings: context.settings,
    deliveries: run === undefined ? [] : await context.deliveriesOf(run),
  };
}

function makeView(document: Resource, { plan, deliveries }: ViewParts, context: ProviderContext): JsonObject {
  const data = documentData(document);
  const outcome = plan?.outcome ?? noOutcome;
  const settings = plan === undefined ? context.settings : context.settingsOf(plan);
  const { state, stateText } = shownState(document.patch, settings);
  const phase = phaseOf(state);
  const view: JsonObject = {
    document_id: document.id,
    file_name: fileName(data),
    document_class: data.documentClass ?? null,
    state,
    stateText,
    created_at: isoTime(document.createdAt),
    results: {
      partial: phase === 'machineLearning' || phase === 'received',
      annotations: annotationsOf(phase, document, plan, context),
      reasons: reasonsOf(phase, outcome),
    },
    callbackLog: callbackLog(deliveries),
  };
  if (setsStateOnly(document.patch)) return view;
  const patched = mergePatch(view, document.patch);
  return isJsonObject(patched) ? { ...patched, state, stateText } : view;
}

const noOutcome: JsonObject = {};

/** True for patches of the state only, as most are: the view already shows it. */
function setsStateOnly(patch: JsonObject): boolean {
  for (const name of Object.keys(patch)) if (name !== 'state' && name !== 'stateText') return false;
  return true;
}

/** The data that has been read from the document so far. */
function annotationsOf(
  phase: Phase,
  document: Resource,
  plan: Plan | undefined,
  context: ProviderContext,
): JsonObject {
  if (phase !== 'annotated' && phase !== 'machineLearning') return {};
  const random =
    plan === undefined || plan.seed === null
      ? context.random(document.id)
      : // The same for each document, as in each play of the script.
        seededRandom(plan.seed).stream('data');
  const documentClass = classify(documentData(document).documentClass ?? null, random);
  const found = completeAnnotations(documentClass, random, document.createdAt);
  const scripted = plan?.outcome?.annotations;
  const complete = isJsonObject(scripted) ? { ...found, ...scripted } : found;
  return phase === 'annotated' ? complete : partialAnnotations(complete, random);
}

/** Why a document was rejected. Empty in every other phase, unless a script gives reasons for an error. */
function reasonsOf(phase: Phase, outcome: JsonObject): JsonArray {
  if (phase !== 'rejected' && phase !== 'error') return [];
  const { reason, reasons } = outcome;
  if (Array.isArray(reasons)) return reasons as JsonArray;
  if (typeof reason === 'string') return [reason];
  return phase === 'rejected' ? [usualReason] : [];
}
