import {
  type CommandName,
  commands,
  type Entry,
  exampleOf,
  optionsOf,
  textOf,
  variableOf,
} from '../../src/cli/options.ts';
import { serverOptionsByName } from '../../src/options/server-options.ts';
import { defaultIn, literalText } from '../type-text.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** What `src/cli/json-log.ts` writes. */
const jsonLogMembers = [
  ['every', '`level`', '`info`, `warn` or `error`'],
  ['every', '`time`', 'time of the machine, RFC 3339'],
  [
    'every',
    '`event`',
    '`message`, `failure`, `request`, or the kind of an event of a space, such as `attempt.ended`',
  ],
  ['every', '`msg`', 'the same as a sentence for people; its wording may change'],
  ['requests and events', '`at`', "time of the space's clock; null for a request that reached no operation"],
  [
    '`request`',
    '`method`, `url`, `operation`, `status`, `durationMs`',
    'the request and its status; null: the client closed the connection first',
  ],
  ['`request`', '`runs`', 'ids of the runs that the response named'],
  ['`request`', '`code`', 'error code of a refused request; absent for others'],
  ['events', '`space`', 'name of the space'],
  ['`run.*`, `step.played`, `request.faulted`, deliveries, attempts', '`runId`', 'id of the run, or null'],
  [
    '`run.created`',
    '`scenario`, `choice`, `operation`, `resourceId`, `warnings`',
    'what the run plays, why, and for which resource',
  ],
  ['`run.created`', '`traceId`', 'trace id of its callbacks'],
  ['`step.played`', '`trigger`, `subject`, `set`, `callback`', 'the step and its trigger'],
  ['`request.faulted`', '`operation`, `scenario`, `fault`', 'the scripted fault of a response'],
  [
    '`delivery.*`, `attempt.ended`',
    '`delivery`, `callback`, `method`, `url`',
    'id, type and target of the callback',
  ],
  [
    '`delivery.*`, `attempt.ended`',
    '`violations`',
    'violations of the contract: by the payload, or for an attempt, by the response',
  ],
  [
    '`attempt.ended`',
    '`attempt`, `statusCode`, `acknowledged`, `durationMs`',
    'the number of the attempt, from 1, and its result',
  ],
  [
    '`attempt.ended`',
    '`error`, `code`',
    'why the attempt failed, as a sentence and as a stable code; null: it did not fail',
  ],
  ['`attempt.ended`', '`retryAt`', "time of the next attempt by the space's clock; null: none"],
  ['`attempt.ended`', '`traceparent`', 'the header of that name; null: the request had none'],
];

/** `docs/cli.md`: every command and option. */
export function cliPage(): string {
  const names = Object.keys(commands) as CommandName[];
  return `${generatedFrom('src/cli/options.ts and src/options/server-options.ts')}

# Command line

\`\`\`text
ringback <command> [options]
\`\`\`

In a checkout, \`npm start -- [options]\` is \`ringback serve [options]\`, and \`npx ringback <command>\` runs any command.
\`ringback <command> --help\` prints the same information.

Data goes to stdout, logs and errors go to stderr. An unknown option is an error, which names the nearest known one.

\`ringback serve\` also reads its options from environment variables, and the clients of a running server read their
\`--url\`, \`--space\` and \`--token\`. The command line takes precedence over the environment, and the environment over the
defaults. The other commands read no environment variables. Every command warns about a variable that starts with
\`RINGBACK_\` but is not one of these.

\`next\`, \`wait\`, \`deliveries\`, \`runs\`, \`settle\`, \`advance\`, \`reset\`, \`inbox\` and \`callbacks\` are clients of a running
server: they call its [control API](http-api.md#control-api). So does \`mcp\`, for an [MCP client](mcp.md).

| exit code | meaning |
| --- | --- |
| 0 | fine |
| 1 | a finding: an invalid payload or script, a callback that was not acknowledged, a wait that timed out |
| 2 | wrong usage: an option, or a name that does not exist |
| 3 | could not run: a port in use, a server that cannot be reached |
| 70 | an uncaught error in Ringback. The log names the request, and other requests got a second to finish |

${names.map(commandSection).join('\n\n')}

## Options in code

\`startProvider\` has these options of \`ringback serve\`, and \`space\`. An editor shows each with its description.

${table(['option', 'option of `ringback serve`', 'default', 'example'], inCode())}

## The JSON log

\`--log json\` writes one JSON object per line to stderr.

${table(['line', 'member', 'meaning'], jsonLogMembers)}
`;
}

function commandSection(name: CommandName): string {
  const { usage, text, examples } = commands[name];
  return `## ringback ${usage}

${text}

\`\`\`bash
${examples.map((example) => `npx ${example}`).join('\n')}
\`\`\`

${optionTable(name)}`;
}

/** The options of a command. */
export function optionTable(name: CommandName): string {
  const hasVariables = optionsOf(name).some(([option]) => variableOf(name, option) !== null);
  const rows = optionsOf(name).map(([option, entry]) => {
    const variable = variableOf(name, option);
    const short = entry.short === undefined ? '' : `, -${entry.short}`;
    return [
      code(`--${option}${short}${entry.value === '' ? '' : ` ${entry.value}`}`),
      defaultOf(entry),
      ...(hasVariables ? [variable === null ? '' : code(variable)] : []),
      textOf(name, entry) + repetition(entry, variable !== null) + exampleText(name, option, entry),
    ];
  });
  const environment = hasVariables ? ['environment'] : [];
  return table(['option', 'default', ...environment, 'what it does'], rows);
}

function defaultOf(entry: Entry): string {
  if (entry.type === 'flag') return 'off';
  if (entry.default === null) return '';
  const unit = entry.unit === undefined ? '' : ` ${entry.unit}`;
  return `${code(String(entry.default))}${unit}`;
}

function repetition(entry: Entry, isVariable: boolean): string {
  if (entry.type !== 'strings' && entry.type !== 'assignments') return '';
  const separator = entry.type === 'strings' ? 'commas' : 'semicolons';
  return ` Repeatable${isVariable ? `; in the environment, separate values with ${separator}` : ''}.`;
}

function inCode(): string[][] {
  return [...serverOptionsByName].flatMap(([name, entry]) => {
    const { startProvider, flag, text } = entry;
    if (startProvider === undefined) return [];
    const standard = startProvider.default ?? entry.default;
    const said = standard === null ? (defaultIn(text) ?? '') : code(literalText(standard));
    return [
      [
        code(name),
        code(`--${flag}`),
        said,
        code(`startProvider({ ${name}: ${literalText(startProvider.example ?? entry.example)} })`),
      ],
    ];
  });
}

function exampleText(command: CommandName, name: string, entry: Entry): string {
  const example = exampleOf(command, name, entry);
  return example === null ? '' : ` E.g. ${code(example)}.`;
}
