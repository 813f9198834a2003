import { formatDuration } from '../../duration.ts';
import { contains, isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Random } from '../../random.ts';
import type { Expectation } from '../../scenario/expectation.ts';
import type { FaultRule } from '../../scenario/fault.ts';
import type { FaultName } from '../../scenario/fault-schemas.ts';

/** A fault that strikes one delivery. Plain data, stored with the delivery. */
export interface Strike {
  readonly fault: FaultName;
  readonly value: JsonValue;
  /** The attempt that it strikes. Null: the delivery as a whole, or every attempt. */
  readonly attempt: number | null;
  /** The expected response of a good consumer. Default: it acknowledges the delivery. */
  readonly expect?: Expectation;
}

/** A fault that was left to chance: the number drawn, and whether it strikes. */
export interface FaultDraw {
  readonly fault: string;
  readonly probability: number;
  /** 0…1. Below the probability, the fault strikes. */
  readonly drawn: number;
  readonly struck: boolean;
}

/** The parts of a callback that a fault's `on` selects by. */
export interface CallbackFacts {
  /** Its names in the contract, and its name in the script if that differs. */
  readonly names: readonly string[];
  /** Its values, by the provider's selectors. */
  readonly said: Readonly<Record<string, readonly JsonValue[]>>;
  /** Undefined: it has none. */
  readonly payload: JsonValue | undefined;
}

export interface Selection {
  readonly strikes: readonly Strike[];
  readonly draws: readonly FaultDraw[];
  /** The counts including this callback. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Selects the faults of a plan that strike a callback. `nth` counts the callbacks of the run that match the rest of
 * `on`.
 * @param counts by rule, how many callbacks of the run have matched so far
 * @param random depends only on the run, so that draws do not depend on each other
 */
export function selectFaults(
  scenario: string,
  rules: readonly FaultRule[],
  facts: CallbackFacts,
  counts: Readonly<Record<string, number>>,
  random: Random,
): Selection {
  const strikes: Strike[] = [];
  const draws: FaultDraw[] = [];
  const counted: Record<string, number> = { ...counts };
  for (const [index, rule] of rules.entries()) {
    if (!fits(rule, facts)) continue;
    const key = countKey(scenario, index);
    const nth = (counted[key] ?? 0) + 1;
    counted[key] = nth;
    if (rule.on.nth !== undefined && rule.on.nth !== nth) continue;
    if (rule.probability < 1) {
      const drawn = random.stream(`fault/${key}/${nth}`).float();
      const struck = drawn < rule.probability;
      draws.push({ fault: describeFault(rule), probability: rule.probability, drawn, struck });
      if (!struck) continue;
    }
    const { fault, value, expect } = rule;
    strikes.push({ fault, value, attempt: rule.on.attempt ?? null, ...(expect !== undefined && { expect }) });
  }
  return { strikes, draws, counts: counted };
}

/** The key under which a run counts the callbacks that match a fault, by its index in the scenario's `faults`. */
export function countKey(scenario: string, index: number): string {
  return `${scenario}#${index}`;
}

/** Properties of `on` that do not come from a provider. */
const ownNames: ReadonlySet<string> = new Set(['callback', 'payload', 'nth', 'attempt']);

function fits({ on }: FaultRule, facts: CallbackFacts): boolean {
  if (on.callback !== undefined && !facts.names.includes(on.callback)) return false;
  if (on.payload !== undefined && (facts.payload === undefined || !contains(facts.payload, on.payload)))
    return false;
  for (const name of Object.keys(on)) {
    if (ownNames.has(name)) continue;
    const asked = String(on[name]);
    if (facts.said[name]?.some((value) => String(value) === asked) !== true) return false;
  }
  return true;
}

/** Describes a fault in a few words, for logs and `explain`: `delay 1h`, `corrupt truncate`, `duplicate ×2, 5s apart`. */
export function describeFault({ fault, value }: Pick<Strike, 'fault' | 'value'>): string {
  if (value === true) return fault;
  if ((fault === 'delay' || fault === 'timeout') && typeof value === 'number') {
    return `${fault} ${formatDuration(value)}`;
  }
  if (fault === 'duplicate' && isJsonObject(value)) {
    const how =
      value.concurrent === true ? 'concurrent' : `${formatDuration(Number(value.gapMs ?? 0))} apart`;
    return `duplicate ×${value.times}, ${how}`;
  }
  return `${fault} ${isJsonObject(value) ? inWords(value) : String(value)}`;
}

/** Describes a fault that does not apply. */
export function inapplicable(words: string): string {
  return `${words} (does not apply)`;
}

function inWords(value: JsonObject): string {
  return Object.entries(value)
    .map(([name, item]) => `${name} ${String(item)}`)
    .join(' ');
}
