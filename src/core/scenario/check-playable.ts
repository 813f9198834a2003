import { isRingbackError } from '../errors.ts';
import type { Provider } from '../provider/provider.ts';
import type { Settings } from '../settings.ts';
import { compileScenario } from './compile-scenario.ts';
import type { Plan } from './plan.ts';
import { excessFindings } from './plan-excess.ts';
import { retryPresets } from './retry-presets.ts';
import type { Scenario } from './scenario.ts';
import type { Finding } from './schema-violations.ts';

/**
 * Finds what prevents a well-formed scenario from being played with the given settings: an outcome, a timing, a retry
 * policy, or a fault on an attempt that is never made. It is the check of a `ScenarioWorld`, which locates the findings.
 */
export function checkPlayable(
  providers: ReadonlyMap<string, Pick<Provider, 'expandOutcome' | 'retryPolicy' | 'settings'>>,
  settings: Settings,
): (scenario: Scenario) => readonly Finding[] {
  const presets = retryPresets(providers);
  return (scenario) => {
    const provider = providers.get(scenario.provider);
    if (provider === undefined) return [];
    try {
      const plan = compileScenario(scenario, { provider, settings, presets });
      return [...attemptFindings(plan), ...excessFindings(plan)];
    } catch (error) {
      if (!isRingbackError(error)) throw error;
      const start = `${scenario.source.file}:${scenario.source.line} `;
      return error.violations.map(({ location, code, message }) => ({
        pointer: location.startsWith(start) ? location.slice(start.length) : '',
        atKey: false,
        code,
        message,
      }));
    }
  };
}

function attemptFindings({ faults, retry }: Plan): Finding[] {
  const most = retry.delaysMs.length + 1;
  const attempts = most === 1 ? 'one attempt is made' : `${most} attempts are made at most`;
  return faults.flatMap(({ on }, index) => {
    if (on.attempt === undefined || on.attempt <= most) return [];
    const message = `got ${on.attempt}, but ${attempts}: add waits to \`retry.schedule\`, or name an earlier one.`;
    return [{ pointer: `/faults/${index}/on/attempt`, atKey: false, code: 'fault.attempt', message }];
  });
}
