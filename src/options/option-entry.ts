import { formatDuration, maxDurationMs, parseDuration } from '../core/duration.ts';
import { isJsonObject } from '../core/json.ts';
import { readStartTime, startTimeExpected } from '../core/start-time.ts';

/**
 * How an option is written. `flag`: present or absent. `strings`: repeatable. `assignments`: `name=value`, repeatable.
 * `time`: RFC 3339, read as milliseconds since 1970. `duration`: such as `5s`, read as milliseconds. An array of
 * strings: one of these values.
 */
export type OptionType =
  | 'string'
  | 'integer'
  | 'number'
  | 'time'
  | 'duration'
  | 'flag'
  | 'strings'
  | 'assignments'
  | readonly string[];

export interface OptionEntry<Command extends string = string> {
  readonly type: OptionType;
  /** Its name of one letter. */
  readonly short?: string;
  /** The commands that have the option. */
  readonly commands: readonly Command[];
  /** The default. Null: none, and `text` says what that means. */
  readonly default: string | number | boolean | null;
  /** Placeholder of the value in the help, e.g. `<port>`. Empty for a flag. */
  readonly value: string;
  /** A value as code writes it, for help, docstrings and errors. A flag needs none on the command line. */
  readonly example?: OptionValue;
  /** Unit of a number, for the help. */
  readonly unit?: string;
  /** Bounds of a number, or of a duration in milliseconds, inclusive. */
  readonly min?: number;
  readonly max?: number;
  readonly text: string;
  /** Environment variable of the option. For `serve`, it is made from the name. */
  readonly variable?: `RINGBACK_${string}`;
  /** Other texts for commands in which the option does something else. */
  readonly texts?: Readonly<Partial<Record<Command, string>>>;
  /** Other examples for them. */
  readonly examples?: Readonly<Partial<Record<Command, OptionValue>>>;
}

export type OptionValue =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string | number | boolean>>;

/** The value of an option once it is read. Null: not given, and there is no default. */
export type ValueOf<E extends Pick<OptionEntry, 'type' | 'default'>> = E['type'] extends 'flag'
  ? boolean
  : E['type'] extends 'strings'
    ? readonly string[]
    : E['type'] extends 'assignments'
      ? Readonly<Record<string, string>>
      :
          | (E['type'] extends 'integer' | 'number' | 'time' | 'duration'
              ? number
              : E['type'] extends readonly string[]
                ? E['type'][number]
                : string)
          | (E['default'] extends null ? null : never);

/** The value of an option that is not given. */
export function absentValue({ type, default: standard }: Pick<OptionEntry, 'type' | 'default'>): unknown {
  if (type === 'strings') return [];
  if (type === 'assignments') return {};
  return type === 'duration' && standard !== null ? parseDuration(standard) : standard;
}

/** Whether code may give this value for the option. */
export function isValue(entry: OptionEntry, value: unknown): boolean {
  const { type, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = entry;
  const isWithin = (number: number): boolean => number >= min && number <= max;
  if (typeof type === 'object') return typeof value === 'string' && type.includes(value);
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean';
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'assignments':
      return isJsonObject(value);
    case 'time':
      return readStartTime(value) !== null;
    case 'integer':
      return Number.isSafeInteger(value) && isWithin(value as number);
    case 'number':
      return Number.isFinite(value) && isWithin(value as number);
    case 'duration':
      try {
        return isWithin(parseDuration(value));
      } catch {
        return false;
      }
  }
}

/** What values the option takes, for an error. */
export function expectedOf({ type, min = 0, max = maxDurationMs, example }: OptionEntry): string {
  if (typeof type === 'object') return type.map((word) => JSON.stringify(word)).join(' or ');
  switch (type) {
    case 'string':
      return 'a string';
    case 'flag':
      return 'true or false';
    case 'strings':
      return `an array of strings, e.g. ${JSON.stringify(example)}`;
    case 'assignments':
      return `an object, e.g. ${JSON.stringify(example)}`;
    case 'time':
      return startTimeExpected;
    case 'integer':
      return `an integer from ${min} to ${max}`;
    case 'number':
      return `a number from ${min} to ${max}`;
    case 'duration':
      return `a duration from ${formatDuration(min)} to ${formatDuration(max)}, e.g. ${example}`;
  }
}
