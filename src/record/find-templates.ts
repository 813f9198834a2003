import { isJsonMedia } from '../core/contract/coerce.ts';
import type { CallbackType, Contract, Operation } from '../core/contract/contract.ts';
import { SchemaView } from '../core/contract/schema-view.ts';
import { formatDuration } from '../core/duration.ts';
import type { JsonValue } from '../core/json.ts';
import { resourceNoun } from '../providers/contract/known-values.ts';
import type { Leaf } from './leaves.ts';
import { isEventName, isIdName, isTime, isTimeName, plain, readTime } from './names.ts';

/** The values of one callback: of its payload and of its own headers. */
export interface CallbackValues {
  readonly type: CallbackType;
  /** When it first came, in milliseconds since 1970. */
  readonly at: number;
  readonly leaves: readonly Leaf[];
}

/** Which values of the callbacks are those of the submission or of the event. */
export interface FoundTemplates {
  /** By value: templates of what the submission, its response or its resource has. */
  readonly linked: ReadonlyMap<string, string>;
  /** The name of the property, in plain form, that identifies the event. Null: there is none. */
  readonly event: string | null;
  /** Names of ids that belong to nothing that is known. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * Finds out which ids are those of the submission, and which identify the event: an id that is the same in all callbacks
 * and that the contract names in the submission is one of it, and one that differs in all of them is the event's.
 */
export function findTemplates(callbacks: readonly CallbackValues[], contract: Contract): FoundTemplates {
  const linked = new Map<string, string>();
  const ids = callbacks.flatMap(({ type, leaves }, index) =>
    leaves.filter(isId).map((leaf) => ({ type, index, leaf, text: String(leaf.value) })),
  );
  const names = Map.groupBy(ids, ({ leaf }) => plain(leaf.name));
  // The most telling names come first: an id that has another value than theirs is that of the event.
  const rest: string[] = [];
  const taken = new Set<string>();
  for (const [name, found] of [...names].toSorted(([a], [b]) => b.length - a.length)) {
    const values = new Set(found.map(({ text }) => text));
    if ([...values].every((value) => linked.has(value))) continue;
    const [value = ''] = values;
    const template = values.size === 1 ? sourceOf(name, found[0]?.type, contract) : null;
    if (
      template === null ||
      taken.has(`${found[0]?.type.operation} ${template}`) ||
      isEventName(found[0]?.leaf.name ?? '')
    ) {
      rest.push(name);
      continue;
    }
    linked.set(value, template);
    taken.add(`${found[0]?.type.operation} ${template}`);
  }
  const isDistinct = (name: string): boolean => {
    const found = names.get(name) ?? [];
    const values = new Set(found.map(({ text }) => text));
    return values.size === new Set(found.map(({ index }) => index)).size && found.length === values.size;
  };
  const distinct = rest.filter(isDistinct);
  const event =
    distinct.find((name) => isEventName(names.get(name)?.[0]?.leaf.name ?? '')) ??
    distinct.find((name) => name === 'id' || name === 'uuid') ??
    null;
  return { linked, event, unknown: new Set(rest.filter((name) => name !== event)) };
}

function isId({ name, value }: Leaf): boolean {
  return (typeof value === 'string' || typeof value === 'number') && value !== '' && isIdName(name);
}

/** The template of an id by what the contract names so: in the response, the request, or the path of the submission. */
function sourceOf(name: string, type: CallbackType | undefined, contract: Contract): string | null {
  const operation = contract.operations.find(({ id }) => id === type?.operation);
  if (operation === undefined) return null;
  const response = propertiesOf(successOf(operation), contract);
  const request = propertiesOf(bodyOf(operation), contract);
  const noun = resourceNoun(operation.path);
  const isOwn = ['id', 'resourceid', ...(noun === null ? [] : [`${plain(noun)}id`])].includes(name);
  const find = (names: readonly string[], wanted: string): string | undefined =>
    names.find((one) => plain(one) === wanted);
  const inResponse = find(response, name) ?? (isOwn ? find(response, 'id') : undefined);
  if (inResponse !== undefined) return `{{response.body.${inResponse}}}`;
  if (isOwn && noun !== null) {
    const named = find(response, `${plain(noun)}id`);
    if (named !== undefined) return `{{response.body.${named}}}`;
  }
  const inRequest = find(request, name);
  if (inRequest !== undefined) return `{{request.body.${inRequest}}}`;
  const parameter = operation.parameters.find((one) => one.in === 'path' && plain(one.name) === name);
  return parameter === undefined ? null : `{{request.path.${parameter.name}}}`;
}

function successOf({ answers }: Operation): JsonValue | undefined {
  const [, answer] = [...answers].find(([status]) => /^2/.test(status)) ?? [];
  return [...(answer?.content ?? [])].find(([type]) => isJsonMedia(type))?.[1].schema;
}

function bodyOf({ requestBody }: Operation): JsonValue | undefined {
  return [...(requestBody?.content.values() ?? [])][0]?.media?.schema;
}

function propertiesOf(schema: JsonValue | undefined, { document }: Contract): readonly string[] {
  return schema === undefined ? [] : [...new SchemaView(schema, document).properties.keys()];
}

/** How far a time may be from the callback, to be taken for one of it. */
const dayMs = 86_400_000;
/** How much the clocks of two machines may differ. */
const skewMs = 1_500;

/** What a template makes of a value. Null: the value stays. */
export function templateOf(
  { name, value }: Leaf,
  { at, leaves }: Pick<CallbackValues, 'at' | 'leaves'>,
  { linked, event }: FoundTemplates,
): { readonly kind: 'linked' | 'event' | 'time'; readonly text: string } | null {
  if (typeof value === 'number' && isIdName(name)) {
    const template = linked.get(String(value));
    return template === undefined ? null : { kind: 'linked', text: template };
  }
  if (typeof value !== 'string') return null;
  const whole = linked.get(value);
  if (whole !== undefined) return { kind: 'linked', text: whole };
  if (event !== null && leaves.some((leaf) => plain(leaf.name) === event && leaf.value === value)) {
    if (/^\d+$/.test(value)) return null;
    const [prefix = ''] = /^[a-z]{2,12}[_-](?=.)/i.exec(value) ?? [];
    return { kind: 'event', text: `${isUuid(value) ? '' : prefix}{{event.id}}` };
  }
  if (isTime(value)) {
    const distance = readTime(value) - at;
    if (!(Math.abs(distance) <= dayMs)) return null;
    if (Math.abs(distance) <= skewMs) return { kind: 'time', text: '{{now}}' };
    const duration = formatDuration(Math.round(Math.abs(distance) / 1_000) * 1_000);
    return { kind: 'time', text: `{{now ${distance < 0 ? '-' : '+'} ${duration}}}` };
  }
  return within(value, linked);
}

/** A text with ids in it: `https://api.example/orders/o-1`. */
function within(text: string, linked: FoundTemplates['linked']): ReturnType<typeof templateOf> {
  let result = text.replaceAll('{{', '\\{{');
  for (const [value, template] of linked)
    if (value.length >= 6 && /\d/.test(value)) result = result.replaceAll(value, template);
  return result.includes(' {{') || /(?<!\\)\{\{/.test(result) ? { kind: 'linked', text: result } : null;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}

/** Whether a value is a time that no template writes: a number, or far from the callback. */
export function isFixedTime({ name, value }: Leaf, { at }: { readonly at: number }): boolean {
  if (isTime(value)) return Math.abs(readTime(value) - at) > dayMs;
  const number = typeof value === 'number' ? value : Number.NaN;
  return isTimeName(name) && [number, number * 1_000].some((ms) => Math.abs(ms - at) <= dayMs);
}
