import {
  type CommandName,
  commands,
  type OptionEntry,
  optionsOf,
  textOf,
  variableOf,
} from '../../src/cli/options.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** `docs/cli.md`: every command and option. */
export function cliPage(): string {
  const names = Object.keys(commands) as CommandName[];
  return `${generatedFrom('src/cli/options.ts')}

# Command line

\`\`\`text
ringback <command> [options]
\`\`\`

In a checkout, \`npm start -- [options]\` is \`ringback serve [options]\`, and \`npx ringback <command>\` runs any command.
\`ringback <command> --help\` prints what stands here.

Data goes to stdout, logs and errors go to stderr. An unknown option is refused, and the nearest known one is named.

\`ringback serve\` also takes its options from environment variables: the command line wins over the environment, the
environment over the defaults. It warns of a variable that begins with \`RINGBACK_\` and is none of them. The other commands
read no environment variable.

| exit code | meaning |
| --- | --- |
| 0 | fine |
| 1 | a finding: an invalid payload or script, a callback that was not acknowledged |
| 2 | wrong usage |
| 3 | could not run |

${names.map(commandSection).join('\n\n')}
`;
}

function commandSection(name: CommandName): string {
  const { usage, text } = commands[name];
  const rows = optionsOf(name).map(([option, entry]) => {
    const variable = variableOf(name, option);
    return [
      code(`--${option}${entry.value === '' ? '' : ` ${entry.value}`}`),
      defaultOf(entry),
      ...(variable === null ? [] : [code(variable)]),
      textOf(name, entry) + repetition(entry, variable !== null),
    ];
  });
  const environment = rows[0]?.length === 4 ? ['environment'] : [];
  return `## ringback ${usage}

${text}

${table(['option', 'default', ...environment, 'what it does'], rows)}`;
}

function defaultOf(entry: OptionEntry): string {
  if (entry.type === 'flag') return 'off';
  if (entry.default === null) return '';
  const unit = entry.unit === undefined ? '' : ` ${entry.unit}`;
  return `${code(String(entry.default))}${unit}`;
}

function repetition(entry: OptionEntry, isVariable: boolean): string {
  if (entry.type !== 'strings' && entry.type !== 'assignments') return '';
  const separator = entry.type === 'strings' ? 'commas' : 'semicolons';
  return ` May be given several times${isVariable ? `; in the environment with ${separator}` : ''}.`;
}
