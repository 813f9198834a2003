import type { CallbackType, Contract, Operation } from '../../../src/core/contract/contract.ts';
import { isRingbackError, type RingbackError } from '../../../src/core/errors.ts';
import type { Provider } from '../../../src/core/provider/provider.ts';
import type { ScenarioWorld } from '../../../src/core/scenario/check-references.ts';
import { bundledProviders } from '../../../src/providers/bundled.ts';
import { operation as anyOperation, callbackType, contractOf } from '../../support/contract-parts.ts';

function callback(provider: string, name: string, query: readonly string[]): CallbackType {
  const methods = query.length > 0 ? ['GET', 'POST'] : ['POST'];
  return callbackType({ provider, name, methods, query, hasBody: query.length === 0 });
}

function operation(provider: string, id: string): Operation {
  return anyOperation({ id, provider, path: `/${provider}/${id}` });
}

const callbacks = [
  callback('docdigitizer', 'documentState', ['documentId', 'state', 'stateText']),
  callback('informed', 'extractions', []),
  callback('informed', 'verifications', []),
  callback('informed', 'error', []),
  callback('plain', 'done', []),
];

/** A small contract of three providers; `plain` has no language of its own. */
const contract: Contract = contractOf({
  operations: [
    operation('docdigitizer', 'submitDocument'),
    operation('docdigitizer', 'getDocument'),
    operation('informed', 'registerApplication'),
    operation('informed', 'uploadFile'),
    operation('plain', 'send'),
  ],
  callbacks: new Map(callbacks.map((item) => [item.type, item])),
});

/** Expands any outcome to one step, `timings.final` after the submission. */
function provider(
  name: string,
  scenario: string,
): Pick<Provider, 'name' | 'expandOutcome' | 'defaultScenario' | 'settings' | 'language' | 'retryPolicy'> {
  const { settings, language, retryPolicy } = bundledProviders.get(name) ?? {};
  return {
    name,
    ...(settings !== undefined && { settings }),
    ...(language !== undefined && { language }),
    ...(retryPolicy !== undefined && { retryPolicy }),
    defaultScenario: `${name}/${scenario}`,
    expandOutcome: (outcome, timingsMs, settings) => ({
      submission: [
        {
          atMs: timingsMs.final ?? settings['docdigitizer.finalTime'],
          callback: 'done',
          detail: { outcome },
        },
      ],
    }),
  };
}

export const providers = new Map(
  [provider('docdigitizer', 'annotated'), provider('informed', 'complete'), provider('plain', 'done')].map(
    (item) => [item.name, item],
  ),
);

export const world: ScenarioWorld = { contract, providers };

/** Returns the error that a call throws. Fails when the call throws none, or one that is not Ringback’s. */
export function errorOf(call: () => unknown): RingbackError {
  try {
    call();
  } catch (error) {
    if (isRingbackError(error)) return error;
    throw error;
  }
  throw new Error('Expected a RingbackError, but nothing was thrown.');
}
