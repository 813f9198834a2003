import { parseArgs } from 'node:util';
import { parseDuration } from '../core/duration.ts';
import { RingbackError } from '../core/errors.ts';
import { readStartTime } from '../core/start-time.ts';
import { nearestName, suggest } from '../core/suggest.ts';
import { clientCommands } from '../options/client-options.ts';
import { absentValue, expectedOf, isValue } from '../options/option-entry.ts';
import {
  type CommandName,
  commands,
  type Entry,
  exampleValue,
  type OptionsOf,
  options,
  optionsOf,
  variableOf,
} from './options.ts';

export interface CommandLine<C extends CommandName> {
  readonly options: OptionsOf<C>;
  /** Names of the options that the command line or the environment gives. */
  readonly given: ReadonlySet<string>;
  /** The positional arguments. */
  readonly positionals: readonly string[];
}

/** Variables that are not options: those of the project's own tests, and those that `check` gives to its commands. */
const otherVariables: readonly string[] = [
  'RINGBACK_CORPUS',
  'RINGBACK_FILES',
  'RINGBACK_SEEDS',
  'RINGBACK_FILE',
  'RINGBACK_FILE_NAME',
  'RINGBACK_ID',
  'RINGBACK_REFERENCE',
];

/**
 * Reads the arguments of a command. The command line takes precedence over the environment, and the environment over
 * the defaults. An empty environment variable counts as absent.
 * @param args the arguments after the command
 * @throws {RingbackError} `option.unknown`, `option.invalid`
 */
export function readOptions<C extends CommandName>(
  command: C,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandLine<C> {
  const entries = optionsOf(command);
  const { given: written, positionals } = split(command, args);
  const given = new Set(written.keys());
  const read = entries.map(([name, entry]) => {
    const texts = written.get(name);
    if (texts !== undefined) return [name, readValue(entry, texts, `--${name}`)];
    const variable = variableOf(command, name);
    const text = variable === null ? undefined : env[variable];
    if (variable === null || text === undefined || text === '') return [name, absentValue(entry)];
    given.add(name);
    return [name, readValue(entry, fromEnvironment(entry, text), variable)];
  });
  const { positionals: most, usage } = commands[command];
  const surplus = positionals[most];
  if (surplus !== undefined) {
    throw new RingbackError('option.invalid', {
      details: { option: 'argument', given: surplus },
      detail: `Could not read the command line: "${surplus}" is an unexpected argument. Usage: ringback ${usage} [options].`,
    });
  }
  // `OptionsOf` derives the type of each option from the same table.
  return {
    options: Object.fromEntries(read) as OptionsOf<C>,
    given,
    positionals,
  };
}

/** One sentence for each environment variable that looks like an option and is none. */
export function unreadVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(
    (['serve', ...clientCommands] as const).flatMap((command) =>
      optionsOf(command).flatMap(([name]) => variableOf(command, name) ?? []),
    ),
  );
  return Object.keys(env)
    .filter(
      (name) => name.startsWith('RINGBACK_') && !known.has(name as never) && !otherVariables.includes(name),
    )
    .map((name) => {
      const other = Object.entries(options).find(([option]) => variableOf('serve', option) === name);
      const hint =
        other === undefined
          ? suggest(name, known)
          : ` --${other[0]} of ringback ${other[1].commands.join(' and ')} is read from the command line only.`;
      return `the environment variable ${name} is ignored: no option is read from it.${hint}`;
    });
}

/** Separates options from positional arguments, each option with all its values. */
function split(
  command: CommandName,
  args: readonly string[],
): { given: Map<string, string[]>; positionals: string[] } {
  const entries = new Map(optionsOf(command));
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      [...entries].map(([name, entry]) => [
        name,
        {
          type: entry.type === 'flag' ? 'boolean' : 'string',
          ...(entry.short !== undefined && { short: entry.short }),
        },
      ]),
    ),
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const entry = entries.get(token.name);
    if (entry === undefined) throw unknownOption(command, token.rawName, token.name);
    if (entry.type === 'flag' && token.value !== undefined) {
      throw invalid(
        token.rawName,
        token.value,
        'no value: an option that is present is on, and off otherwise',
      );
    }
    if (
      entry.type !== 'flag' &&
      (token.value === undefined || (!token.inlineValue && /^-./.test(token.value)))
    ) {
      throw invalid(
        token.rawName,
        token.value ?? null,
        `${entry.value}; write ${token.rawName}=<value> for a value that starts with a dash`,
      );
    }
    given.set(token.name, [...(given.get(token.name) ?? []), token.value ?? 'true']);
  }
  return { given, positionals };
}

function unknownOption(command: CommandName, raw: string, name: string): RingbackError {
  const names = [...optionsOf(command).map(([known]) => known), 'help', 'version'];
  const elsewhere = Object.entries(options).find(([known]) => known === name)?.[1].commands;
  const known = names.map((one) => `--${one}`);
  const near = suggest(raw, known);
  const hint =
    near !== '' || elsewhere === undefined ? near : ` It belongs to ringback ${elsewhere.join(' and ')}.`;
  return new RingbackError('option.unknown', {
    details: { option: raw, suggestion: nearestName(raw, known) },
    detail: `ringback ${command} has no option ${raw}.${hint} See ringback ${command} --help.`,
  });
}

/**
 * Several values in one variable: strings are separated by commas, assignments by semicolons, since their values may
 * contain commas.
 */
function fromEnvironment(entry: Entry, text: string): string[] {
  if (entry.type !== 'strings' && entry.type !== 'assignments') return [text];
  const parts = text.split(entry.type === 'strings' ? ',' : ';');
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** The value of an option. For an option with a single value, the last one counts. */
function readValue(entry: Entry, texts: readonly string[], place: string): unknown {
  const { type } = entry;
  const last = texts.at(-1) ?? '';
  if (typeof type === 'object') {
    if (type.includes(last)) return last;
    throw invalid(place, last, `${type.join(' or ')}.${suggest(last, type)}`);
  }
  switch (type) {
    case 'flag':
      if (last === 'true' || last === '1') return true;
      if (last === 'false' || last === '0') return false;
      throw invalid(place, last, 'true or false');
    case 'strings':
      return texts.map((text) => notEmpty(text, entry, place));
    case 'assignments':
      return readAssignments(texts, entry, place);
    case 'string':
      return notEmpty(last, entry, place);
  }
  const number = /^-?\d+(\.\d+)?$/.test(last) ? Number(last) : Number.NaN;
  const value = type === 'time' || type === 'duration' ? last : number;
  if (!isValue(entry, value)) throw invalid(place, last, expectedOf(entry));
  if (type === 'time') return readStartTime(last);
  return type === 'duration' ? parseDuration(last) : number;
}

function notEmpty(text: string, entry: Entry, place: string): string {
  if (text === '') throw invalid(place, '', entry.value, 'an empty string');
  return text;
}

function readAssignments(texts: readonly string[], entry: Entry, place: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw invalid(place, text, `${entry.value.slice(1, -1)}, e.g. ${exampleValue(entry)}`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function invalid(
  place: string,
  given: string | null,
  expected: string,
  got = given === null ? 'nothing' : JSON.stringify(given),
): RingbackError {
  const end = /[.?]$/.test(expected) ? '' : '.';
  return new RingbackError('option.invalid', {
    details: { option: place, given },
    detail: `Could not read ${place}. Got ${got}, expected ${expected}${end}`,
  });
}
