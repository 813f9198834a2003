import type { Contract } from '../../core/contract/contract.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { docdigitizerOutcomes, informedOutcomes } from './bundled-outcomes.ts';
import { contractOutcomes } from './contract-outcomes.ts';
import type { Outcome } from './outcome.ts';

/** The outcomes that a check plays for a provider. */
export function outcomesOf(provider: Provider, contract: Contract): readonly Outcome[] {
  if (provider.name === 'docdigitizer') return docdigitizerOutcomes;
  if (provider.name === 'informed') return informedOutcomes;
  return contractOutcomes(provider, contract);
}
