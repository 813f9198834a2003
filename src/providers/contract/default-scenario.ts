import type { Scenario } from '../../core/scenario/scenario.ts';

/** The scenario that plays if nothing else is chosen: the default callback of each operation. */
export function defaultScenario(provider: string): Scenario {
  return {
    name: 'default',
    provider,
    description: 'Sends the default callback of the operation that was called, shortly after the response.',
    match: null,
    outcome: {},
    timingsMs: {},
    timeline: null,
    faults: [],
    retry: null,
    respond: [],
    settings: {},
    seed: null,
    source: { file: 'the contract', line: 1 },
  };
}
