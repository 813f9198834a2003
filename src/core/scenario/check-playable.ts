import { isRingbackError } from '../errors.ts';
import { defaultSettings } from '../settings.ts';
import type { ScenarioWorld } from './check-references.ts';
import { compileScenario } from './compile-scenario.ts';
import type { Plan } from './plan.ts';
import { excessFindings } from './plan-excess.ts';
import { retryPresets } from './retry-presets.ts';
import type { Scenario } from './scenario.ts';
import type { Finding } from './schema-violations.ts';

/**
 * Finds what prevents a well-formed scenario from being played with the settings of its world: an outcome, a timing, a
 * retry policy, or a fault on an attempt that is never made.
 */
export function checkPlayable(
  scenario: Scenario,
  { providers, settings = defaultSettings(providers) }: Pick<ScenarioWorld, 'providers' | 'settings'>,
): readonly Finding[] {
  const provider = providers.get(scenario.provider);
  if (provider === undefined) return [];
  try {
    const plan = compileScenario(scenario, { provider, settings, presets: retryPresets(providers) });
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
