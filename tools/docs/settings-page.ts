import type { SettingEntry } from '../../src/core/read-setting.ts';
import { type SettingName, settingsTable } from '../../src/core/settings.ts';
import { bundledProviders } from '../../src/providers/bundled.ts';
import { code, generatedFrom, table } from './markdown.ts';
import { type MockChoice, mockChoices, type Place } from './mock-choices.ts';

/** `docs/settings.md`: the mock's choices, and every setting. */
export function settingsPage(): string {
  const sections = [...new Set(mockChoices.map(({ topic }) => topic))].map(
    (topic) => `### ${topic}\n\n${choiceTable(mockChoices.filter((choice) => choice.topic === topic))}`,
  );
  return `${generatedFrom('src/core/settings.ts', 'src/providers/*/settings.ts', 'tools/docs/mock-choices.ts')}

# Settings

A setting determines how the mock behaves where the behavior of a provider can differ or is not public. Set
it

- for every space at startup: \`ringback serve --set informed.quietPeriod=1s\` (once for each setting);
- for one space until its next reset: \`PATCH /_ringback/settings\` with \`{"informed.quietPeriod":"1s"}\`;
- for the runs of one scenario: \`settings: { informed.quietPeriod: 1s }\` in its file.

Durations are \`250ms\`, \`2s\`, \`5m\`, \`1h\`, \`2d\`, or in JSON a number of milliseconds. Write several values with
commas (\`--set informed.retryDelays=1s,2s\`) or as a JSON array. An unknown name is an error, which names the nearest known
one.

## Mock's choices

Ringback reproduces what the two providers publish. Where they publish nothing, the mock chooses. These tables list every
such choice. Write your tests so that they do not depend on these choices, or change the settings to match your provider.

If the choice has a setting, the setting changes it, and its default is what the mock does. If it has none, the choice is a
path, a shape or a judgment. The second column then names the operation of [openapi.yaml](../openapi.yaml), the place in it
(\`#/…\`), the schema or the source file with the choice.

${sections.join('\n\n')}

## All settings

*Choice* marks a default that the mock chose.

${table(['setting', 'type', 'default', 'choice', 'what it does'], names.map(settingRow))}
`;
}

const settings = settingsTable(bundledProviders) as Readonly<Record<SettingName, SettingEntry>>;
const names = Object.keys(settings) as SettingName[];

function choiceTable(choices: readonly MockChoice[]): string {
  const rows = choices.map(({ what, settings = [], places = [], fact }) => [
    what,
    [...settings.map(settingWithDefault), ...places.map(placeText)].join('<br>'),
    fact,
  ]);
  return table(['what the mock does', 'setting with its default, or place', 'what is public'], rows);
}

function settingWithDefault(name: SettingName): string {
  return `${code(name)} = ${defaultOf(name)}`;
}

function placeText(place: Place): string {
  return place.startsWith('operation ') ? `operation ${code(place.slice('operation '.length))}` : code(place);
}

function settingRow(name: SettingName): string[] {
  const { type, choice, text, rule } = settings[name];
  const typeText = typeof type === 'string' ? type : type.map(code).join(', ');
  return [
    code(name),
    rule === undefined ? typeText : `${typeText}: ${rule.expected}`,
    defaultOf(name),
    choice ? 'choice' : '',
    text,
  ];
}

/** The value as written on the command line. */
function defaultOf(name: SettingName): string {
  const value = settings[name].default;
  const text = Array.isArray(value) ? value.join(',') : String(value);
  if (text === '') return '(empty)';
  const mebibytes = typeof value === 'number' && name.endsWith('Bytes') ? ` (${value / 1024 ** 2} MiB)` : '';
  return `${code(text)}${mebibytes}`;
}
