import type { RetryPolicy } from '../engine/deliveries/retry-policy.ts';
import { isRingbackError, RingbackError } from '../errors.ts';
import type { Provider } from '../provider/provider.ts';
import { type Settings, withSettings } from '../settings.ts';
import type { Plan, TimelineStep } from './plan.ts';
import { retryPolicyOf } from './read-retry.ts';
import { knownPresets } from './retry-presets.ts';
import { fullName, type Scenario, type ScenarioStep } from './scenario.ts';

export interface CompileOptions {
  /** Whose scenario it is. */
  readonly provider: Pick<Provider, 'expandOutcome' | 'retryPolicy'>;
  /** The settings of the space. Those of the scenario override them. */
  readonly settings: Settings;
  /** Retry policies by name (`retryPresets`). */
  readonly presets: Readonly<Record<string, RetryPolicy>>;
}

/**
 * Makes a scenario ready to play: expands its outcome, adds up waits to times, resolves its retry policy.
 * The same scenario and settings give an equal plan.
 * @throws {RingbackError} `scenario.invalid` naming the scenario's file and line when its outcome or retry policy
 *   cannot be played
 */
export function compileScenario(scenario: Scenario, options: CompileOptions): Plan {
  const settings = withSettings(options.settings, scenario.settings);
  return {
    scenario: fullName(scenario),
    provider: scenario.provider,
    triggers:
      scenario.timeline === null
        ? expandOutcome(scenario, options.provider, settings)
        : sumUp(scenario.timeline),
    retry: resolveRetry(scenario, options, settings),
    faults: scenario.faults,
    respond: scenario.respond,
    outcome: scenario.outcome,
    settings: scenario.settings,
    seed: scenario.seed,
  };
}

function expandOutcome(
  scenario: Scenario,
  provider: CompileOptions['provider'],
  settings: Settings,
): Plan['triggers'] {
  let triggers: Plan['triggers'];
  try {
    triggers = provider.expandOutcome(scenario.outcome ?? {}, scenario.timingsMs, settings);
  } catch (error) {
    if (!isRingbackError(error)) throw error;
    const { file, line } = scenario.source;
    throw new RingbackError(error.code, {
      detail: `${file}:${line}: ${error.message}`,
      violations: error.violations.map((found) => ({
        ...found,
        location: `${file}:${line} ${found.location}`,
      })),
      cause: error,
    });
  }
  // The sort is stable: steps with the same time stay in the provider's order.
  return Object.fromEntries(
    Object.entries(triggers).map(([trigger, steps]) => [trigger, steps.toSorted((a, b) => a.atMs - b.atMs)]),
  );
}

/** The steps of each trigger, with their times after it. */
export function sumUp(timeline: readonly ScenarioStep[]): Plan['triggers'] {
  const triggers: Record<string, TimelineStep[]> = {};
  for (const { on, afterMs, ...rest } of timeline) {
    const steps = Object.hasOwn(triggers, on) ? (triggers[on] ?? []) : [];
    steps.push({ ...rest, atMs: (steps.at(-1)?.atMs ?? 0) + afterMs });
    triggers[on] = steps;
  }
  return triggers;
}

function resolveRetry(
  { source, retry }: Scenario,
  { provider, presets }: CompileOptions,
  settings: Settings,
): RetryPolicy {
  const base = provider.retryPolicy?.(settings) ?? knownPresets.none;
  const policy = retry === null ? base : retryPolicyOf(retry, base, presets);
  if (typeof policy !== 'string') return policy;
  const { file, line } = source;
  throw new RingbackError('scenario.invalid', {
    detail: `${file}:${line}: ${policy}`,
    violations: [{ location: `${file}:${line} /retry`, code: 'retry', message: policy }],
  });
}
