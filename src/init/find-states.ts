import type { SchemaView } from '../core/contract/schema-view.ts';
import type { JsonValue } from '../core/json.ts';
import {
  areAboutTheSame,
  type Outcome,
  outcomeOf,
  outcomeOfEvent,
  wordsOf,
} from '../providers/contract/outcome-words.ts';

/** A property that has a state, with a value for each outcome that it can have. */
export interface State {
  readonly path: readonly string[];
  readonly values: ReadonlyMap<Outcome, JsonValue>;
  /** The value that names the event itself: `payment.refunded` for `paymentRefunded`. Null: none does. */
  readonly own: JsonValue;
}

/** How deep states are looked for: `data.attributes.status`. */
const mostDepth = 3;
/** How many properties are looked at, so that a huge schema costs little. */
const mostProperties = 2_000;

const usualNames = /status|state|phase|result|outcome|stage|decision|verdict|conclusion/i;
const usualFlag = /^(?:is|has|was)? ?(?:\w+ed|paid|ok|done|valid|success|successful|failure|error)$/;

/**
 * The properties of a schema that have a state: an `enum` with a value that means success and one that means something
 * else, an `enum` with the name of the event, or a boolean such as `paid`.
 * @param event name of the callback whose payload it is. Empty: it is no callback
 */
export function statesIn(root: SchemaView, event: string): readonly State[] {
  const found: State[] = [];
  let left = mostProperties;
  let level: (readonly [readonly string[], SchemaView])[] = [[[], root]];
  for (let depth = 0; depth < mostDepth; depth++) {
    const below: typeof level = [];
    for (const [path, view] of level)
      for (const [name, property] of view.properties) {
        if (left-- <= 0) return found;
        const place = [...path, name];
        const state = stateOf(place, property, event);
        if (state !== null) found.push(state);
        else if (property.has('object')) below.push([place, property]);
      }
    level = below;
  }
  return found;
}

/** The property as a state. Null: it has none. */
export function stateOf(path: readonly string[], property: SchemaView, event: string): State | null {
  const listed = property.keyword('enum');
  const isFlag = property.types.size === 1 && property.has('boolean');
  if (!Array.isArray(listed)) {
    const values = isFlag ? outcomesOfFlag(path.at(-1) ?? '') : null;
    return values === null ? null : { path, values, own: null };
  }
  const texts = listed.filter((value) => typeof value === 'string');
  const own = texts.length > 1 ? ownOf(texts, event, isUsual(path)) : null;
  const values = outcomesOf(texts, own, { event, isUsual: isUsual(path) });
  return values === null ? null : { path, values, own };
}

/** The value that names an event. Among states, `refunded` is enough for `paymentRefunded`. */
function ownOf(listed: readonly string[], event: string, isUsual: boolean): string | null {
  if (event === '') return null;
  const endsWith = (longer: string, shorter: string): boolean =>
    ` ${wordsOf(longer).join(' ')}`.endsWith(` ${wordsOf(shorter).join(' ')}`);
  const found = listed.find((value) => endsWith(value, event) || (isUsual && endsWith(event, value)));
  return found ?? null;
}

/** Whether the property is called as states usually are. */
export function isUsual(path: readonly string[]): boolean {
  return usualNames.test(path.at(-1) ?? '');
}

function outcomesOf(
  listed: readonly string[],
  own: string | null,
  { event, isUsual }: { readonly event: string; readonly isUsual: boolean },
): State['values'] | null {
  // Of `payment.failed` and `refund.failed`, only one is about the same as `payment.paid`.
  const groups = (own === null ? listed : [own]).map((first) =>
    isUsual ? listed : listed.filter((value) => value === first || areAboutTheSame(value, first)),
  );
  for (const values of groups) {
    const found = new Map<Outcome, JsonValue>();
    if (own !== null) found.set(outcomeOfEvent(event), own);
    const add = (outcome: Outcome | null, value: string | undefined): void => {
      if (outcome !== null && value !== undefined && !found.has(outcome)) found.set(outcome, value);
    };
    for (const value of values) if (value !== own) add(outcomeOf(value), value);
    // `covered`, where the other decision is `refused`.
    if (isUsual)
      add(
        'success',
        values.find((value) => outcomeOf(value) === null),
      );
    if (own !== null || (found.has('success') && found.size > 1)) return found;
  }
  return null;
}

function outcomesOfFlag(name: string): State['values'] | null {
  const whenTrue = usualFlag.test(wordsOf(name).join(' ')) ? outcomeOf(name) : null;
  if (whenTrue !== 'success' && whenTrue !== 'failure') return null;
  return new Map([
    ['success', whenTrue === 'success'],
    ['failure', whenTrue === 'failure'],
  ]);
}
