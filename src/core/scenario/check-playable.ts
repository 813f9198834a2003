import type { Provider } from '../../providers/provider.ts';
import { isRingbackError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { compileScenario } from './compile-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { Finding } from './schema-violations.ts';

/**
 * What keeps a well-formed scenario from being played under some settings: an outcome, a timing or a retry policy.
 * The check of a `ScenarioWorld`, which has the text to find the places in.
 */
export function checkPlayable(
  providers: ReadonlyMap<string, Pick<Provider, 'expand'>>,
  settings: Settings,
): (scenario: Scenario) => readonly Finding[] {
  return (scenario) => {
    const provider = providers.get(scenario.provider);
    if (provider === undefined) return [];
    try {
      compileScenario(scenario, { provider, settings });
      return [];
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
