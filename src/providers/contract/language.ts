import type { CallbackType, Contract } from '../../core/contract/contract.ts';
import { localTarget } from '../../core/contract/local-target.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { ScenarioLanguage } from '../../core/provider/scenario-language.ts';

/** What scenarios of any contract can say: timelines, faults, retries. There is nothing else to choose. */
export function languageOf(contract: Contract): ScenarioLanguage {
  const eventType = eventProperty(contract);
  return {
    outcome: {
      title: 'Outcome',
      description: 'A contract describes no outcomes: use `timeline`.',
      type: 'object',
      additionalProperties: false,
    },
    defaultOutcome: {},
    timings: {},
    triggers: { submission: 'a request is accepted' },
    ...(eventType !== null && { eventType }),
  };
}

/** Names of properties with the kind of an event, the most usual first. */
const usualNames = [
  'event_type',
  'eventType',
  'type',
  'event',
  'event_name',
  'eventName',
  'topic',
  'action',
  'kind',
];

/** How many callbacks are looked at, so that a huge contract costs little. */
const most = 50;

/** The property of the payloads that has the kind of the event: the most frequent of the usual names. */
function eventProperty(contract: Contract): string | null {
  const counts = new Map<string, number>();
  let left = most;
  for (const type of contract.callbacks.values()) {
    if (left-- === 0) break;
    const names = propertiesOf(type, contract);
    const found = usualNames.find((name) => names.has(name));
    if (found !== undefined) counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  return best?.[0] ?? null;
}

function propertiesOf({ content }: CallbackType, { document }: Contract): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (schema: JsonValue | undefined, depth: number): void => {
    if (!isJsonObject(schema) || depth > 4) return;
    if (typeof schema.$ref === 'string') visit(localTarget(document, schema.$ref), depth + 1);
    if (isJsonObject(schema.properties)) for (const name of Object.keys(schema.properties)) names.add(name);
    for (const part of [schema.allOf, schema.oneOf, schema.anyOf])
      if (Array.isArray(part)) for (const each of part) visit(each, depth + 1);
  };
  for (const { schema } of content.values()) visit(schema, 0);
  return names;
}
