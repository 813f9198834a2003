import { formatDuration } from '../../src/core/duration.ts';
import type { RetryPolicy } from '../../src/core/engine/deliveries/retry-policy.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import type { ScenarioLanguage } from '../../src/core/provider/scenario-language.ts';
import {
  type ApiFaultName,
  apiFaultSchemas,
  type FaultName,
  faultSchemas,
} from '../../src/core/scenario/fault-schemas.ts';
import { maxDeliveries, maxFaultChecks } from '../../src/core/scenario/plan-excess.ts';
import { type KnownPreset, retryPresets } from '../../src/core/scenario/retry-presets.ts';
import { maxScriptLength } from '../../src/core/scenario/scenario.ts';
import { maxNameLength, maxSteps, scenarioSchema } from '../../src/core/scenario/scenario-schema.ts';
import {
  maxDepth,
  maxDocuments,
  maxValues,
  maxYamlLength,
  maxYamlMarks,
} from '../../src/core/scenario/script-size.ts';
import { bundledProviders } from '../../src/providers/bundled.ts';
import type { ProviderName } from '../../src/types/scenario-input.ts';
import { apiFaultEffects, faultEffects } from './fault-effects.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** The source of each preset's numbers, and what is approximated. */
const presetSources: Readonly<Record<ProviderName | KnownPreset, string>> = {
  informed:
    'docs.informediq.com, “Async callback responses”: five retries, five statuses. Waits, timeout, connection errors and `Retry-After` are the mock’s choice.',
  docdigitizer: 'DocDigitizer, the callback feature: no retry is documented.',
  'standard-webhooks':
    'Standard Webhooks, “Deliverability and reliability”: the example schedule, 15–30 s timeout. 410 is retried like any failure.',
  svix: 'docs.svix.com/retries. No use of `Retry-After` is documented.',
  shopify:
    'shopify.dev, “Troubleshooting webhooks”: 8 retries over 4 hours, 5 s timeout. The single waits are not published: approximated by doubling.',
  stripe:
    'docs.stripe.com/webhooks, live mode: up to three days, exponential. Waits and timeout are not published: approximated, 72 h in all.',
  github: 'docs.github.com, “Handling failed webhook deliveries”: no automatic redelivery.',
  none: 'One attempt.',
};

const schema = scenarioSchema(bundledProviders);
const presets = Object.entries(retryPresets(bundledProviders)) as [keyof typeof presetSources, RetryPolicy][];
const languages = [...bundledProviders].flatMap(([name, { language }]) =>
  language === undefined ? [] : [[name, language] as const],
);

function defaultOutcomes(): string {
  return languages
    .map(([name, { defaultOutcome }]) => {
      const members = Object.entries(defaultOutcome).map(([key, value]) => `${key}: ${value}`);
      return `${code(`{ ${members.join(', ')} }`)} for ${name}`;
    })
    .join(', ');
}

/** `docs/scenario-reference.md`: every key of a scenario, every fault, every preset. */
export function scenarioReferencePage(): string {
  const definitions = schema.$defs as JsonObject;
  const fault = membersOf(definitions.fault);
  const apiFault = membersOf(definitions.apiFault);
  const retry = at(schema, 'properties', 'retry');
  return `${generatedFrom('schemas/scenario.schema.json', 'tools/docs/fault-effects.ts')}

# Scenario reference

Every key of a scenario. [The guide](scenarios.md) shows them by example. [The catalogue](scenario-catalogue.md) lists the
bundled scenarios. The schema is [schemas/scenario.schema.json](../schemas/scenario.schema.json). A duration is \`250ms\`,
\`2s\`, \`1.5m\`, \`1h\` or \`2d\`, or a number of milliseconds.

## Keys

A scenario has \`name\` and \`provider\`, and at most one of \`outcome\` and \`timeline\`. With neither, it plays the
outcome of the provider’s default scenario: ${defaultOutcomes()}.

${keyTable(membersOf(schema), requiredOf(schema))}

### match

${keyTable(membersOf(at(schema, 'properties', 'match')))}

${languages.map(([name, language]) => providerSection(name, language)).join('\n\n')}

### timeline

An array of steps. Each step changes the resource, sends a callback, or both.

${keyTable(membersOf(definitions.step), requiredOf(definitions.step))}

## Faults, callback side

Each entry of \`faults\` has one of the faults below, and these:

${keyTable(only(fault, (name) => !(name in faultSchemas)))}

Properties of \`on\`:

${keyTable(membersOf(fault.on))}

The log shows what each fault did, in \`faults\` of the delivery or the attempt. \`draws\` shows the random draw for a
\`probability\`. A fault that makes no sense for a callback leaves it unchanged, and the log says “does not apply”.

${table(
  ['fault', 'value', 'a state callback in the query string (GET or POST)', 'a JSON webhook (POST)'],
  (Object.keys(faultSchemas) as FaultName[]).flatMap(faultRows),
)}

\`slow\`, \`reset_peer\` and \`timeout\` happen on the wire and take real time, even with a virtual clock.

## Faults, API side

Each entry of \`respond\` has one of the faults below, and these:

${keyTable(only(apiFault, (name) => !(name in apiFaultSchemas)))}

${table(
  ['fault', 'value', 'what it does'],
  (Object.keys(apiFaultSchemas) as ApiFaultName[]).map((name) => [
    code(name),
    typeOf(apiFaultSchemas[name]),
    apiFaultEffects[name],
  ]),
)}

## Retry

\`retry\` is the name of a preset, or:

${keyTable(membersOf(isJsonObject(retry) ? retry.else : undefined))}

### Retry presets

${table(['preset', 'waits', 'retried', 'timeout', 'longest `Retry-After`', 'source'], presets.map(presetRow))}

## Limits

| | |
| --- | --- |
| length of a name | ${maxNameLength} characters |
| steps of a timeline, entries of \`faults\`, of \`respond\` | ${thousands(maxSteps)} each |
| length of a script | ${thousands(maxScriptLength)} characters, of one in YAML ${thousands(maxYamlLength)} |
| brackets, commas, colons, quotes and lines of a YAML script; JSON has no such limit | ${thousands(maxYamlMarks)} |
| documents of a script | ${thousands(maxDocuments)} |
| deliveries of a script, if each fault applies to each callback | ${thousands(maxDeliveries)} |
| faults × callbacks of a script | ${thousands(maxFaultChecks)} |
| delays of a callback, latencies of a response, all added up | 100 years |
| values of a script, anchors resolved | ${thousands(maxValues)} |
| nesting of a script | ${maxDepth} levels |
`;
}

function providerSection(name: string, language: ScenarioLanguage): string {
  const words = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).map(([key, text]) => [code(key), text]);
  return `### outcome, timings and steps of ${name}

\`outcome\`:

${keyTable(membersOf(language.outcome), requiredOf(language.outcome))}

\`timings\`, all of them durations:

${table(['name', 'meaning'], words(language.timings))}

\`on\` of a step:

${table(['name', 'meaning'], words(language.triggers))}`;
}

/** Rows of one fault: one per kind where the kinds differ in effect. */
function faultRows(name: FaultName): string[][] {
  return faultEffects[name].map(({ kind, query, json }) => [
    code(name),
    kind === '' ? typeOf(faultSchemas[name]) : code(kind),
    query,
    json === query ? 'the same' : json,
  ]);
}

function presetRow([name, policy]: (typeof presets)[number]): string[] {
  const { delaysMs, on, timeoutMs, retryAfterMaxMs } = policy;
  return [
    code(name),
    delaysMs.length === 0 ? 'none' : delaysMs.map(formatDuration).join(', '),
    on.length === 0 ? 'nothing' : on.map(code).join(', '),
    formatDuration(timeoutMs),
    retryAfterMaxMs === 0 ? 'ignored' : formatDuration(retryAfterMaxMs),
    presetSources[name],
  ];
}

/** A table of keys; each default is taken from the last sentence of the description. */
function keyTable(members: JsonObject, required: readonly string[] = []): string {
  const rows = Object.entries(members)
    .filter(([name]) => name !== '$schema')
    .map(([name, schema]) => {
      const description = isJsonObject(schema) ? String(schema.description ?? schema.title ?? '') : '';
      const [, meaning = description, , fallback = ''] =
        /^(.*?)(\s*\b[Dd]efault: (.+?)\.?)?$/.exec(description) ?? [];
      return [
        code(name),
        typeOf(schema),
        required.includes(name) ? 'required' : fallback.trim(),
        meaning.trim().replace(/;$/, '.'),
      ];
    });
  return table(['key', 'type', 'default', 'meaning'], rows);
}

/** The form of a value, from its schema. */
function typeOf(schema: JsonValue | undefined): string {
  if (!isJsonObject(schema)) return 'any value';
  const { const: constant, enum: words, type, then, else: otherwise, items } = schema;
  if (constant !== undefined) return code(JSON.stringify(constant));
  if (Array.isArray(words)) return words.map((word) => code(String(word))).join(', ');
  if (schema.$ref === '#/$defs/duration') return 'duration';
  if (typeof schema.$ref === 'string') return `object, see below`;
  if (then !== undefined && otherwise !== undefined) return alternatives(then, otherwise);
  if (type === 'array' && isJsonObject(items) && typeof items.title === 'string')
    return `array; each ${items.title}`;
  if (type === 'array') {
    const inner =
      isJsonObject(items) && items.$ref !== undefined && items.$ref !== '#/$defs/duration'
        ? ''
        : typeOf(items);
    return inner === '' || inner === 'any value' ? 'array' : `array of ${inner}`;
  }
  if (type === 'object') {
    const names = Object.keys(membersOf(schema));
    return names.length === 0 || names.length > 4 ? 'object' : code(`{${names.join(', ')}}`);
  }
  const { minimum, maximum } = schema;
  if (maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER) return `${type}, ${minimum}…${maximum}`;
  if (minimum !== undefined) return `${type}, from ${minimum}`;
  return String(type ?? 'any value');
}

/** The two sides of a union; "X or an array of X" is abbreviated. */
function alternatives(first: JsonValue, second: JsonValue): string {
  const listed = itemsOf(first);
  if (listed !== undefined && itemsOf(listed) === undefined && typeOf(listed) === typeOf(second))
    return `one of ${typeOf(second)}; or an array of them`;
  if (listed !== undefined && itemsOf(listed) !== undefined)
    return `array of ${typeOf(itemsOf(second))}; or an array of such arrays`;
  return `${typeOf(first)}; or ${typeOf(second)}`;
}

function itemsOf(schema: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(schema) ? schema.items : undefined;
}

function membersOf(schema: JsonValue | undefined): JsonObject {
  return isJsonObject(schema) && isJsonObject(schema.properties ?? null)
    ? (schema.properties as JsonObject)
    : {};
}

function requiredOf(schema: JsonValue | undefined): readonly string[] {
  return isJsonObject(schema) && Array.isArray(schema.required) ? schema.required.map(String) : [];
}

function only(members: JsonObject, wanted: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([name]) => wanted(name)));
}

function at(schema: JsonObject, ...path: readonly string[]): JsonValue | undefined {
  let current: JsonValue | undefined = schema;
  for (const key of path) current = isJsonObject(current) ? current[key] : undefined;
  return current;
}

function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
