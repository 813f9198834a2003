import { durationExpected, parseDuration } from './duration.ts';
import { isRingbackError, RingbackError } from './errors.ts';
import { quoted } from './quoted.ts';
import type { SettingRule } from './setting-rules.ts';

/**
 * How a setting is written. `duration`: a {@link Duration}, read as milliseconds. `durations`: a list of them.
 * `strings`: a list of texts. A list of texts in place of a name: one of these.
 */
export type SettingType =
  | 'string'
  | 'integer'
  | 'boolean'
  | 'duration'
  | 'durations'
  | 'strings'
  | readonly string[];

/** What the table of settings says of one. */
export interface SettingEntry {
  readonly type: SettingType;
  /** As it is written. */
  readonly default: string | number | boolean | readonly string[];
  /** What it does, in a sentence. */
  readonly text: string;
  /** True when nothing public says what the provider does here, so that the default is the mock's choice. */
  readonly choice: boolean;
  /** True when errors must not repeat its value. Default: false. */
  readonly secret?: boolean;
  /** A further rule for values of that type. Default: none. */
  readonly rule?: SettingRule;
}

/**
 * Reads one setting from its JSON value, or from a string on the command line.
 * @throws {RingbackError} `setting.invalid`
 */
export function readSetting(
  name: string,
  { type, rule, secret = false }: SettingEntry,
  value: unknown,
): unknown {
  const wrong = (expected: string, advice = ''): RingbackError =>
    new RingbackError('setting.invalid', {
      details: { name, expected },
      detail: `Could not set ${quoted(name)}. Got ${secret ? 'another value' : quoted(value)}, expected ${expected}.${advice === '' ? '' : ` ${advice}`}`,
      violations: [{ location: name, code: 'setting.invalid', message: `expected ${expected}` }],
    });
  const read = readAs(type, value, wrong);
  if (rule !== undefined && !rule.fits(read)) throw wrong(rule.expected, rule.advice?.(read));
  return read;
}

/** Longest text, and longest item of a list. */
const maxLength = 8192;
const maxItems = 1000;

/** @param wrong makes the error of a value of another type */
function readAs(type: SettingType, value: unknown, wrong: (expected: string) => RingbackError): unknown {
  const duration = (item: unknown): number => {
    try {
      return parseDuration(item);
    } catch (error) {
      if (!isRingbackError(error)) throw error;
      throw wrong(`${durationExpected}, of 100 years at most`);
    }
  };
  const list = (): readonly (string | number)[] => {
    let items: readonly (string | number)[];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number'))
      items = value;
    else if (typeof value === 'string')
      items = value === '' ? [] : value.split(',').map((item) => item.trim());
    else throw wrong('an array of strings, or one string with commas');
    if (items.length > maxItems || items.some((item) => String(item).length > maxLength))
      throw wrong(`an array of at most ${maxItems} strings, each of at most ${maxLength} characters`);
    return items;
  };
  if (typeof type === 'object') {
    if (typeof value !== 'string' || !type.includes(value)) throw wrong(`one of ${type.join(', ')}`);
    return value;
  }
  switch (type) {
    case 'string':
      if (typeof value !== 'string') throw wrong('a string');
      if (value.length > maxLength) throw wrong(`a string of at most ${maxLength} characters`);
      return value;
    case 'integer': {
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
      if (!Number.isSafeInteger(number) || (number as number) < 0) throw wrong('an integer from 0');
      return number;
    }
    case 'boolean':
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw wrong('true or false');
    case 'duration':
      return duration(value);
    case 'durations':
      return list().map(duration);
    case 'strings':
      return list().map(String);
  }
}
