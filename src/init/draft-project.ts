import type { CallbackType, Contract, Operation } from '../core/contract/contract.ts';
import { findCallback } from '../core/contract/find-callback.ts';
import { RingbackError } from '../core/errors.ts';
import { quoted } from '../core/quoted.ts';
import { configFile } from './config-text.ts';
import { draftScenarios } from './draft-scenarios.ts';
import { nameScenarios } from './names.ts';
import { scenarioFile } from './scenario-text.ts';
import { StatePatches } from './state-patches.ts';

/** How many callbacks get a file if none are named. */
const mostFiles = 40;

export interface ProjectOrder {
  readonly contract: Contract;
  /** Name of the provider. */
  readonly name: string;
  /** Path of the contract, relative to the folder of the project. */
  readonly path: string;
  /** Path of `node_modules`, relative to the folder of the project. */
  readonly modules: string;
  /** Names of the callbacks and webhooks to write. Null: all callbacks, no webhooks. */
  readonly only: readonly string[] | null;
}

/** What is written for a contract, and what is not. */
export interface ProjectDraft {
  readonly config: DraftedFile;
  readonly scenarios: readonly ScenarioFileDraft[];
  /** Callbacks without a file, because there are too many. */
  readonly left: readonly CallbackType[];
  /** Webhooks without a file, because none was named. */
  readonly webhooks: readonly CallbackType[];
  /** Callbacks that no scenario can send, and why. */
  readonly unplayable: readonly { readonly type: CallbackType; readonly why: string }[];
}

export interface DraftedFile {
  /** Relative to the folder of the project, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface ScenarioFileDraft extends DraftedFile {
  readonly type: CallbackType;
  /** Names of the scenarios in it. */
  readonly names: readonly string[];
}

/**
 * Drafts `ringback.yaml` and a scenario file for each callback.
 * @throws {RingbackError} `option.invalid` if the contract has no callbacks, or if a named one cannot be sent;
 *   `callback.unknown` for a name that it does not have
 */
export function draftProject({ contract, name, path, modules, only }: ProjectOrder): ProjectDraft {
  const types = [...contract.callbacks.values()];
  if (types.length === 0) {
    throw refusal(
      'contract',
      path,
      `${contract.title} declares no callbacks and no webhooks, so there is nothing to write scenarios for. Declare them under callbacks of an operation, or under webhooks.`,
    );
  }
  const patches = new StatePatches(contract);
  const reasons = new Map<CallbackType, string | null>();
  const unplayable = (type: CallbackType): string | null => {
    const known = reasons.get(type);
    if (known !== undefined) return known;
    const why = submissionOf(type, contract) === undefined ? nothingToSubmit : unsent(type);
    reasons.set(type, why);
    return why;
  };
  const unsent = (type: CallbackType): string | null =>
    type.kind === 'callback' && type.url === null ? (type.unsubmittable ?? '') : patches.unsendable(type);

  const wished = only === null ? types.filter(({ kind }) => kind === 'callback') : named(only, contract);
  const chosen = wished.slice(0, only === null ? mostFiles : undefined);
  const context = { contract, patches, isPlayable: (type: CallbackType) => unplayable(type) === null };
  const names = nameScenarios(types);
  const scenarios: ScenarioFileDraft[] = [];
  const failed: { type: CallbackType; why: string }[] = [];
  for (const type of chosen) {
    const why = unplayable(type);
    const submission = submissionOf(type, contract);
    if (why !== null && only !== null)
      throw refusal('--only', type.type, `no scenario can send ${type.type}. ${why}`);
    if (why !== null || submission === undefined) {
      failed.push({ type, why: why ?? '' });
      continue;
    }
    const base = names.get(type) ?? '';
    const drafts = draftScenarios(type, base, context);
    const schema = `../${modules}/ringback/schemas/scenario.schema.json`;
    scenarios.push({
      type,
      path: `scenarios/${base}.yaml`,
      text: scenarioFile({ type, drafts, submission, schema }),
      names: drafts.flatMap((draft) => ('scenario' in draft ? [draft.scenario.name] : [])),
    });
  }
  const webhooks = only === null ? types.filter(({ kind }) => kind !== 'callback') : [];
  const canSubmit = contract.operations.length > 0;
  const schema = `${modules.startsWith('.') ? '' : './'}${modules}/ringback/schemas/ringback.schema.json`;
  return {
    config: {
      path: 'ringback.yaml',
      text: configFile({
        contract,
        path,
        name,
        schema,
        scenarios: scenarios.length > 0 ? './scenarios' : null,
      }),
    },
    scenarios,
    left: wished.slice(chosen.length),
    webhooks: canSubmit ? webhooks : [],
    unplayable: canSubmit ? failed : [...failed, ...webhooks.map((type) => ({ type, why: nothingToSubmit }))],
  };
}

/** The callbacks that have one of the names. An event may have several. */
function named(names: readonly string[], contract: Contract): readonly CallbackType[] {
  const types = [...contract.callbacks.values()];
  const found = names.flatMap((name) => {
    const exact = contract.callbacks.get(name);
    const all = exact === undefined ? types.filter(({ event }) => event === name) : [exact];
    if (all.length > 0) return all;
    const result = findCallback(name, contract);
    if ('type' in result) return [result.type];
    throw new RingbackError('callback.unknown', {
      details: { name, suggestion: result.suggestion },
      detail: `Could not find the callback ${quoted(name)} of --only. ${result.advice}`,
    });
  });
  return [...new Set(found)];
}

/** The request that starts a run with a callback: of its operation; for a webhook, any that can start one. */
function submissionOf({ operation, kind }: CallbackType, { operations }: Contract): Operation | undefined {
  if (kind === 'callback') return operations.find(({ id }) => id === operation);
  return (
    operations.find(({ callbacks }) => callbacks.length > 0) ??
    operations.find(({ method }) => method === 'POST') ??
    operations.find(({ method }) => method !== 'GET') ??
    operations[0]
  );
}

const nothingToSubmit =
  'The contract has no operations, and a scenario is played by a request. Send it by hand: ringback trigger <webhook> --to <url>';

function refusal(option: string, given: string, cause: string): RingbackError {
  const detail = `Could not write scenarios: ${cause}`;
  return new RingbackError('option.invalid', { details: { option, given }, detail });
}
