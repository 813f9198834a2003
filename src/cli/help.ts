import {
  type CommandName,
  commands,
  type Entry,
  exampleOf,
  isClientCommand,
  optionsOf,
  textOf,
  variableOf,
} from './options.ts';

/** What `ringback --help` prints. */
export function generalHelp(): string {
  const names = Object.keys(commands) as CommandName[];
  const ofServer = names.filter(isClientCommand);
  return `Ringback, a mock provider that calls you back.

Usage:
${usageLines(names.filter((name) => !ofServer.includes(name as never)))}

Clients of a running server:
${usageLines(ofServer)}

Options:
  --help, -h       Prints this help, or with a command, its options and examples.
  --version, -V    Prints the version.

Exit codes: 0 fine, 1 a finding (an invalid payload or script, a callback that was not acknowledged,
a wait that timed out), 2 wrong usage, 3 could not run, 70 an uncaught error in Ringback.
`;
}

/** What `ringback <group> --help` prints: its commands. */
export function groupHelp(names: readonly CommandName[]): string {
  return `Usage:\n${usageLines(names)}\n\nRun ringback <command> --help for its options.\n`;
}

function usageLines(names: readonly CommandName[]): string {
  return names
    .map((name) => `  ringback ${commands[name].usage}\n${wrap(commands[name].text, 6)}`)
    .join('\n');
}

/** What `ringback <command> --help` prints. It is built from the table of options, so no option is missing. */
export function commandHelp(command: CommandName): string {
  const { usage, text, examples } = commands[command];
  const lines = optionsOf(command).map(([name, entry]) => optionHelp(command, name, entry));
  return `Usage: ringback ${usage} [options]

${wrap(text, 0)}

Examples:
${examples.map((example) => `  ${example}`).join('\n')}

Options:
${lines.join('\n')}
  --help, -h
      Prints this help.
`;
}

function optionHelp(command: CommandName, name: string, entry: Entry): string {
  const variable = variableOf(command, name);
  const example = exampleOf(command, name, entry);
  const repeats = entry.type === 'strings' || entry.type === 'assignments';
  const facts = [
    repeats ? 'Repeatable.' : '',
    entry.default !== null && entry.type !== 'flag'
      ? `Default: ${entry.default}${entry.unit === undefined ? '' : ` (${entry.unit})`}.`
      : '',
    variable === null ? '' : `Environment: ${variable}.`,
  ];
  const text = [textOf(command, entry), ...facts.filter((fact) => fact !== '')].join(' ');
  const lines = [
    `  --${name}${entry.short === undefined ? '' : `, -${entry.short}`}${entry.value === '' ? '' : ` ${entry.value}`}`,
    wrap(text, 6),
    ...(example === null ? [] : [`      e.g. ${example}`]),
  ];
  return lines.join('\n');
}

/** Wraps a string into indented lines of at most 88 characters. */
function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > 88) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((each) => ' '.repeat(indent) + each).join('\n');
}
