import { basename } from 'node:path';
import { formatDuration } from '../../src/core/duration.ts';
import { describeApiFault } from '../../src/core/engine/faults/api-faults.ts';
import { describeFault } from '../../src/core/engine/faults/select-faults.ts';
import { isJsonObject } from '../../src/core/json.ts';
import type { Provider } from '../../src/core/provider/provider.ts';
import { compileScenario } from '../../src/core/scenario/compile-scenario.ts';
import type { FaultRule } from '../../src/core/scenario/fault.ts';
import type { Plan, TimelineStep } from '../../src/core/scenario/plan.ts';
import { retryPresets } from '../../src/core/scenario/retry-presets.ts';
import type { ApiFault, Scenario } from '../../src/core/scenario/scenario.ts';
import { defaultSettings } from '../../src/core/settings.ts';
import { bundledProviders } from '../../src/providers/bundled.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** The catalogue's heading for the file of a theme. */
const themes: Readonly<Record<string, string>> = {
  'final-states': 'How it ends',
  outcomes: 'How it ends',
  'verification-results': 'Results of verifications',
  'file-errors': 'Files that cannot be processed',
  stories: 'Stories from practice',
  'delivery-faults': 'Callbacks lost, late, duplicated, out of order, contradicted',
  'message-faults': 'Callbacks with a corrupted message',
  'change-policy': 'The provider’s change policy',
  'connection-faults': 'Callbacks whose connection fails',
  'api-faults': 'When you call the provider',
};

/**
 * `docs/scenario-catalogue.md`: the shipped scenarios, by provider and file.
 * @throws {Error} for a file whose theme has no title, or a description without its two parts
 */
export function scenarioCataloguePage(
  scenarios: readonly Scenario[],
  providers: ReadonlyMap<string, Provider>,
): string {
  const byProvider = Map.groupBy(scenarios, ({ provider }) => provider);
  return `${generatedFrom('the files in scenarios/')}

# Ready scenarios

${scenarios.length} bundled scenarios. Name one in the header \`X-Ringback-Scenario\`, queue it with \`POST /_ringback/next\`, or put its name
into a file name: \`contract.late-rejection.pdf\`. The name works with or without the provider. To write your own, see [the
guide](scenarios.md).

Times in the timeline count from the trigger. For DocDigitizer that is the submission. For Informed it is the upload of a
file, the quiet period after the last upload, or an update of the application. If a scenario has faults, the timeline shows
what would happen without them.

${[...byProvider].map(([name, own]) => providerSection(name, own, providers.get(name))).join('\n\n')}
`;
}

function providerSection(
  name: string,
  scenarios: readonly Scenario[],
  provider: Provider | undefined,
): string {
  if (provider === undefined) throw new Error(`Could not list the scenarios of ${name}: no such provider.`);
  const byFile = Map.groupBy(scenarios, ({ source }) => basename(source.file, '.yaml'));
  const order = Object.keys(themes);
  const files = [...byFile].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return `## ${name}\n\n${files.map(([file, own]) => fileSection(name, file, own, provider)).join('\n\n')}`;
}

function fileSection(
  folder: string,
  file: string,
  scenarios: readonly Scenario[],
  provider: Provider,
): string {
  const title = themes[file];
  if (title === undefined)
    throw new Error(`Could not list scenarios/${folder}/${file}.yaml: give its theme a title here.`);
  const rows = scenarios.map((scenario) => {
    const [what, consumer] = partsOf(scenario);
    const plan = compileScenario(scenario, {
      provider,
      settings: defaultSettings(bundledProviders),
      presets: retryPresets(bundledProviders),
    });
    const isDefault = provider.defaultScenario === plan.scenario ? '<br>(default)' : '';
    return [`${code(scenario.name)}${isDefault}`, what, consumer, timelineOf(plan), faultsOf(scenario)];
  });
  return `### ${title}

From [scenarios/${folder}/${file}.yaml](../scenarios/${folder}/${file}.yaml).

${table(['name', 'what happens', 'a good consumer', 'timeline', 'faults'], rows)}`;
}

/** What happens, and what a good consumer does: two columns of the catalogue. */
function partsOf({ name, description }: Scenario): [string, string] {
  const [what, consumer, more] = description.split(/(?<=\.) A good consumer /);
  if (what === undefined || consumer === undefined || more !== undefined)
    throw new Error(`Could not list ${name}: its description needs one sentence "A good consumer …".`);
  return [what, consumer];
}

/** `2s 30, 10s 91`, or by trigger `upload: 5s extractions`. */
function timelineOf({ triggers }: Plan): string {
  const lists = Object.entries(triggers).filter(([, steps]) => steps.length > 0);
  return lists
    .map(([trigger, steps]) => {
      const text = steps.map((step) => `${formatDuration(step.atMs)} ${stepText(step)}`).join(', ');
      return trigger === 'submission' ? text : `${trigger}: ${text}`;
    })
    .join('<br>');
}

function stepText({ set, callback, detail }: TimelineStep): string {
  const { fileError, fileErrors } = detail ?? {};
  if (typeof fileError === 'string') return `${callback} ${fileError}`;
  if (Array.isArray(fileErrors))
    return `file by file: ${fileErrors.map((error) => (error === null ? 'extractions' : `error ${error}`)).join(', ')}`;
  if (detail?.delayed === true) return `${callback} verifications-delayed`;
  if (set?.state !== undefined) return `${String(set.state)} ${String(set.stateText ?? '')}`.trim();
  return callback ?? 'set';
}

function faultsOf({ faults, respond, retry }: Scenario): string {
  const lines = [...faults.map(faultText), ...respond.map(apiFaultText)];
  if (typeof retry === 'string') lines.push(`retry ${retry}`);
  else if (retry?.delaysMs !== undefined)
    lines.push(`retried after ${retry.delaysMs.map(formatDuration).join(', ')}`);
  return lines.join('<br>');
}

function faultText(rule: FaultRule): string {
  const on = Object.entries(rule.on).map(([key, value]) => (key === 'callback' ? value : `${key} ${value}`));
  return `${describeFault(rule)}${on.length === 0 ? '' : ` on ${on.join(', ')}`}${chance(rule)}`;
}

function apiFaultText(fault: ApiFault): string {
  const times = fault.times === undefined ? '' : `, ${fault.times === 1 ? 'once' : `${fault.times} times`}`;
  const headers = isJsonObject(fault.headers ?? null)
    ? Object.entries(fault.headers ?? {}).map(([name, value]) => `, ${name}: ${value}`)
    : [];
  return `${fault.operation ?? 'any operation'}: ${describeApiFault(fault)}${headers.join('')}${times}${chance(fault)}`;
}

function chance({ probability }: { readonly probability: number }): string {
  return probability === 1 ? '' : `, ${Math.round(probability * 100)} % of the time`;
}
