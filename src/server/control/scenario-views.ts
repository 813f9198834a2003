import { formatDuration } from '../../core/duration.ts';
import { describeApiFault } from '../../core/engine/faults/api-faults.ts';
import { describeFault } from '../../core/engine/faults/select-faults.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { SettingType } from '../../core/read-setting.ts';
import type { Plan } from '../../core/scenario/plan.ts';
import type { ApiFault, Scenario } from '../../core/scenario/scenario.ts';
import { type Settings, tableOf } from '../../core/settings.ts';
import { isSecretName, masked, maskHeaders } from './mask.ts';
import { stepView } from './views.ts';

/** A scenario as lists show it (`#/components/schemas/Scenario` of openapi.control.yaml). */
export function scenarioView(scenario: Scenario): JsonObject {
  return {
    name: `${scenario.provider}/${scenario.name}`,
    provider: scenario.provider,
    description: scenario.description,
    match: scenario.match === null ? null : { ...scenario.match },
    outcome: scenario.outcome,
    source: { ...scenario.source },
  };
}

/** A scenario with what it expands to (`ScenarioDetail`). */
export function scenarioDetailView(scenario: Scenario, plan: Plan): JsonObject {
  const triggers = Object.entries(plan.triggers).map(([name, steps]) => [name, steps.map(stepView)] as const);
  return {
    ...scenarioView(scenario),
    triggers: Object.fromEntries(triggers),
    faults: plan.faults.map(({ on, probability, expect = 'acknowledged', ...rule }) => ({
      on: on as JsonObject,
      fault: describeFault(rule),
      probability,
      expect,
    })),
    respond: plan.respond.map(apiFaultView),
    retry: {
      schedule: plan.retry.delaysMs.map(formatDuration),
      on: plan.retry.on,
      timeout: formatDuration(plan.retry.timeoutMs),
      retryAfter: formatDuration(plan.retry.retryAfterMaxMs),
    },
    settings: maskSettings(plan.settings),
    seed: plan.seed,
  };
}

function apiFaultView({ operation, times, probability, headers, body, ...fault }: ApiFault): JsonObject {
  return {
    operation: operation ?? null,
    fault: describeApiFault(fault),
    times: times ?? null,
    probability,
    ...(headers !== undefined && { headers: maskHeaders(headers) }),
    ...(body !== undefined && { body }),
  };
}

/** All settings as `--set` takes them: durations with their unit, secrets masked. */
export function settingsView(settings: Settings): JsonObject {
  const table = tableOf(settings);
  const written = Object.entries(settings).map(
    ([name, value]) => [name, writeSetting(table[name]?.type, value)] as const,
  );
  return maskSettings(Object.fromEntries(written));
}

function writeSetting(type: SettingType | undefined, value: Settings[keyof Settings]): JsonValue {
  if (type === 'duration') return formatDuration(value as number);
  if (type === 'durations') return (value as readonly number[]).map(formatDuration);
  return value;
}

/** An empty secret is not masked: it shows that none is set. */
function maskSettings(settings: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (!isSecretName(name)) return [name, value];
      if (Array.isArray(value)) return [name, value.map(() => masked)];
      return [name, value === '' ? '' : masked];
    }),
  );
}
