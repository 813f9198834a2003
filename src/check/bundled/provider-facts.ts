import type { Outcome } from '../outcomes/outcome.ts';
import { docdigitizerOutcomes, informedOutcomes } from './outcomes.ts';

/** What a bundled provider's documentation says, and its contract does not. */
export interface ProviderFacts {
  readonly outcomes: readonly Outcome[];
  /** Whether a callback only announces news, and the results are to be read from the API. */
  readonly isNotice: boolean;
  /** Whether it asks for a JSON body in the consumer's response, if there is a body. */
  readonly wantsJson: boolean;
  /** Whether its callbacks can end in another way than an earlier one said. */
  readonly hasFinals: boolean;
  /**
   * Where it has the credentials of callbacks from: each submission, which then also says the method, or a setting of
   * this name.
   */
  readonly credentials: 'submission' | { readonly setting: string };
  /** By what a callback says, the pointer of what it is about, which a consumer cannot do without. */
  readonly cores: Readonly<Record<string, string>>;
  /** Names of the parameters with the id and with the state, by callback type. */
  readonly parameters: Readonly<Record<string, readonly [id: string, state: string]>>;
  /** The callback types whose state is a number. */
  readonly numbered: readonly string[];
}

/** By name of the provider. */
const bundled: Readonly<Record<string, ProviderFacts>> = {
  docdigitizer: {
    outcomes: docdigitizerOutcomes,
    isNotice: true,
    wantsJson: false,
    hasFinals: true,
    credentials: 'submission',
    cores: {},
    parameters: {
      'docdigitizer.documentState': ['documentId', 'state'],
      'docdigitizer.documentStateV1': ['docid', 'status'],
      'docdigitizer.documentStateOverview': ['doc_id', 'status'],
    },
    numbered: ['docdigitizer.documentState'],
  },
  informed: {
    outcomes: informedOutcomes,
    isNotice: false,
    wantsJson: true,
    hasFinals: true,
    credentials: { setting: 'informed.endpointAuthorization' },
    cores: { extractions: '/documents', verifications: '/verifications' },
    parameters: {},
    numbered: [],
  },
};

/** Null for a provider that is not bundled: its contract says everything. */
export function factsOfBundled(provider: string): ProviderFacts | null {
  return bundled[provider] ?? null;
}

/** State and text of the final states of DocDigitizer, by outcome. */
const finals: Readonly<Record<string, { readonly state: number; readonly stateText: string }>> = {
  annotated: { state: 91, stateText: 'ANNOTATED' },
  rejected: { state: 92, stateText: 'REJECTED' },
  error: { state: 999, stateText: 'ERROR' },
};

export function finalState(outcome: string): { readonly state: number; readonly stateText: string } {
  return finals[outcome] ?? { state: 0, stateText: '' };
}

/** The first state of a document. */
export const firstState = { state: 30, stateText: 'RECEIVEDMACHINELEARN' };

/** Another final outcome than this one. */
export function otherFinal(outcome: string): string {
  return outcome === 'rejected' ? 'annotated' : 'rejected';
}

/** The pages of the providers that rules cite. */
export const sources = {
  results: {
    title: 'DocDigitizer: getDocument returns the state and the results of a document',
    url: 'https://docs.docdigitizer.com',
  },
  responses: { title: 'Informed: asynchronous callback responses', url: 'https://docs.informediq.com' },
  retries: {
    title: 'Informed: callbacks are sent again after 429, 500, 502, 503 and 504',
    url: 'https://docs.informediq.com',
  },
  statusClasses: {
    title: 'RFC 9110 §15.5, §15.6; Informed: 429, 500, 502, 503 and 504 are retried',
    url: 'https://www.rfc-editor.org/rfc/rfc9110.html#name-client-error-4xx',
  },
  authentication: { title: 'Informed: authenticate your endpoint', url: 'https://docs.informediq.com' },
  changes: {
    title: 'Informed: changes without notice; Stripe: backwards-compatible changes',
    url: 'https://docs.stripe.com/upgrades#what-changes-does-stripe-consider-to-be-backwards-compatible',
  },
} as const;
