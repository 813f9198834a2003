import type { ScenarioInput } from './scenario-input.ts';

/**
 * Returns the scenario it is given: only so that an editor completes it and tsc checks it, provider by provider.
 * The server checks it against the contract when it gets it.
 *
 * @example
 * const late = defineScenario({
 *   name: 'late-rejection',
 *   provider: 'docdigitizer',
 *   outcome: { final: 'rejected', reason: 'not included in the license' },
 *   timings: { machineLearning: '2s', final: '1h' },
 * });
 */
export function defineScenario<P extends ScenarioInput['provider']>(
  scenario: Extract<ScenarioInput, { readonly provider: P }> & { readonly provider: P },
): Extract<ScenarioInput, { readonly provider: P }> {
  return scenario;
}
