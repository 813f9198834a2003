import { type Expectation, expectationNames } from '../core/scenario/expectation.ts';
import { checkOptions } from '../options/check-options.ts';
import { clientCommands, clientOptions, remoteCommands } from '../options/client-options.ts';
import { logOption } from '../options/log-option.ts';
import type { OptionEntry, ValueOf } from '../options/option-entry.ts';
import { recordOptions } from '../options/record-options.ts';
import { serverOptions } from '../options/server-options.ts';
import { onlyOption, reportOption, strictOption } from '../options/shared-options.ts';

/** Usage, text, examples and number of positional arguments of each command. */
export const commands = {
  serve: {
    usage: 'serve [openapi.yaml]',
    text: 'Starts the mock provider. Without a file it serves the bundled contract of DocDigitizer and Informed.',
    examples: [
      'ringback serve',
      'ringback serve -p 0 --clock virtual --seed 1',
      'ringback serve openapi.yaml --webhooks-to http://localhost:3000/webhooks',
    ],
    positionals: 1,
  },
  init: {
    usage: 'init <openapi.yaml>',
    text: 'Writes a configuration (ringback.yaml) and scenarios for the callbacks of your contract: happy path, failure, duplicate, late, out of order, lost.',
    examples: [
      'ringback init openapi.yaml',
      'ringback init openapi.yaml --dir test/mock --only paymentSucceeded',
    ],
    positionals: 1,
  },
  'scenario list': {
    usage: 'scenario list',
    text: 'Lists the bundled scenarios and those of --scenarios by provider, with what each does.',
    examples: ['ringback scenario list --provider informed', 'ringback scenario list --search duplicate'],
    positionals: 0,
  },
  'scenario lint': {
    usage: 'scenario lint <file|dir>…',
    text: 'Checks scenario files. Prints every violation with file, line and column. Exits 1 if there are any.',
    examples: ['ringback scenario lint test/scenarios'],
    positionals: Number.POSITIVE_INFINITY,
  },
  'scenario explain': {
    usage: 'scenario explain <scenario|file>',
    text: 'Shows what a scenario does, without sending anything. Plays it on a virtual clock, for a typical client of the provider and a consumer that acknowledges every callback.',
    examples: [
      'ringback scenario explain late-rejection',
      'ringback scenario explain ./mine.yaml --answer 503,200',
    ],
    positionals: 1,
  },
  trigger: {
    usage: 'trigger <scenario|callback> --to <url>',
    text: "Sends a scenario's callbacks, or one callback such as informed.extractions, to your endpoint and prints each response. No submission is needed. The API faults of the scenario (respond) are left out. Exits 1 if the endpoint does not respond as a good consumer does. A good consumer acknowledges each callback, unless the scenario expects otherwise.",
    examples: [
      'ringback trigger rejected --to http://localhost:3000/callback',
      'ringback trigger informed.extractions --to http://localhost:3000/callback --instant',
    ],
    positionals: 1,
  },
  check: {
    usage: 'check [url]',
    text: "Grades a consumer's callback endpoint, rule by rule: plays what providers do, and compares the state that each disturbed sequence leaves with that of the undisturbed one. The consumer's configuration names the mock that the check starts. Exits 1 if a rule fails, 3 if the consumer cannot be reached or driven.",
    examples: [
      'ringback check http://localhost:3000/callback --provider docdigitizer',
      'ringback check http://localhost:3000/callback --provider docdigitizer --observe http://localhost:3000/documents/{id}',
      "ringback check http://localhost:3000/callback --contract openapi.yaml --drive 'http://localhost:3000/submit?name={fileName}'",
      'ringback check http://localhost:3000/callback --provider docdigitizer --only out-of-order --report junit=check.xml,html=check.html',
    ],
    positionals: 1,
  },
  record: {
    usage: 'record --to <url> --contract <openapi.yaml>',
    text: 'Stands between a real provider and your endpoint, and writes the callbacks that come as a scenario: times, contents, retries, duplicates, order. Secrets are masked, and ids become templates. Ctrl-C ends the recording. Exits 1 if a callback breaks the contract or is not in it, or if nothing came.',
    examples: [
      'ringback record --to http://localhost:3000/callback --contract openapi.yaml',
      'ringback record --to http://localhost:3000/callback --provider docdigitizer --out scenarios/bad-night.yaml',
    ],
    positionals: 0,
  },
  validate: {
    usage: 'validate <file|-|url|json>',
    text: 'Checks one callback against the contract: a JSON body, a URL or a query string, from a file, from stdin (-) or as the argument itself. A file that is a contract is checked as such.',
    examples: [
      'ringback validate payload.json',
      "ringback validate 'http://localhost:3000/callback?documentId=1&state=91&stateText=ANNOTATED'",
      'ringback validate openapi.yaml',
    ],
    positionals: 1,
  },
  types: {
    usage: 'types [openapi.yaml]',
    text: 'Generates TypeScript types from an OpenAPI file (3.0, 3.1 or 3.2): operations, webhooks, and the callbacks of each operation. Without a file, it uses the bundled contract. Requires the packages openapi-typescript 7 and typescript 5.',
    examples: [
      'ringback types --out src/contract.gen.ts',
      'ringback types openapi.yaml --out src/contract.gen.ts',
    ],
    positionals: 1,
  },
  next: {
    usage: 'next [scenario]…',
    text: 'Makes the next submission to a running server play this scenario, the one after it the second, and so on. Shows the queue, also without a scenario.',
    examples: ['ringback next rejected', 'ringback next rejected annotated --times 2'],
    positionals: Number.POSITIVE_INFINITY,
  },
  wait: {
    usage: 'wait',
    text: 'Waits until deliveries of a running server have ended, and prints them. Exits 1 if there are too few in time, and says what came instead.',
    examples: [
      'ringback wait --count 2 --timeout 30s',
      'ringback wait --state delivered --callback extractions',
    ],
    positionals: 0,
  },
  deliveries: {
    usage: 'deliveries [id]',
    text: 'Lists the callbacks of a running server with their attempts, newest last. With an id, shows one with its request and the responses to it.',
    examples: ['ringback deliveries', 'ringback deliveries --state failed --json'],
    positionals: 1,
  },
  runs: {
    usage: 'runs [id]',
    text: 'Lists what was submitted to a running server, and the scenario that each submission plays. With an id or its start, shows the timeline of one.',
    examples: ['ringback runs', 'ringback runs 5c1c8e5f'],
    positionals: 1,
  },
  settle: {
    usage: 'settle',
    text: 'Moves the virtual clock of a running server until nothing is pending, and prints the callbacks of the move. Exits 1 if something is pending after 30 virtual days.',
    examples: ['ringback settle', 'ringback settle --space test-7'],
    positionals: 0,
  },
  advance: {
    usage: 'advance <duration>',
    text: 'Moves the virtual clock of a running server by a duration such as 2h, and prints the callbacks of the move.',
    examples: ['ringback advance 2h'],
    positionals: 1,
  },
  reset: {
    usage: 'reset',
    text: 'Empties the space of a running server: runs, deliveries, inboxes and their scripts, scenarios of its own, settings.',
    examples: ['ringback reset'],
    positionals: 0,
  },
  inbox: {
    usage: 'inbox <name> [id]',
    text: 'Shows the requests that an inbox of a running server received, newest last, or with an id, one of them in full. Scripts its responses with --answers.',
    examples: ['ringback inbox mine', 'ringback inbox mine --answers 503,503,200'],
    positionals: 2,
  },
  callbacks: {
    usage: 'callbacks [callback] [--to <url>]',
    text: 'Lists the callbacks and webhooks that a running server can send. With a callback and --to, sends it once, without a submission. Exits 1 if the endpoint does not acknowledge it.',
    examples: ['ringback callbacks', 'ringback callbacks informed.error --to http://localhost:3000/callback'],
    positionals: 1,
  },
  mcp: {
    usage: 'mcp',
    text: 'Lets an MCP client, such as a coding assistant, use a running server: it speaks the Model Context Protocol on stdin and stdout. Requires the package @modelcontextprotocol/server 2.',
    examples: ['ringback mcp', 'ringback mcp --space test-7'],
    positionals: 0,
  },
} as const;

export type CommandName = keyof typeof commands;

export type Entry = OptionEntry<CommandName>;

/** Every option of every command; those of a server are in their own table. Parsing, validation and help use it. */
export const options = {
  to: {
    type: 'string',
    commands: ['trigger', 'callbacks', 'record'],
    default: null,
    value: '<url>',
    example: 'http://localhost:3000/callback',
    text: 'URL to send the callbacks to, absolute, http or https. Required.',
    texts: {
      callbacks: 'URL to send the callback to, absolute, http or https.',
      record:
        'Your endpoint. Each callback goes there as it came, and its response back. A path of the URL is put before that of the callback.',
    },
  },
  dir: {
    type: 'string',
    commands: ['init'],
    default: '.',
    value: '<folder>',
    example: 'test/mock',
    text: 'Folder to write to.',
  },
  only: onlyOption,
  force: {
    type: 'flag',
    commands: ['init', 'record'],
    default: false,
    value: '',
    text: 'Replaces files that exist.',
  },
  ...serverOptions,
  search: {
    type: 'string',
    commands: ['scenario list'],
    default: null,
    value: '<text>',
    example: 'duplicate',
    text: 'Only scenarios whose name or description contains this text, in any case. Default: all.',
  },
  instant: {
    type: 'flag',
    commands: ['trigger'],
    default: false,
    value: '',
    text: 'Skips all waiting, between callbacks and between attempts, by using a virtual clock.',
  },
  ...checkOptions,
  ...clientOptions,
  ...recordOptions,
  log: logOption,
  format: {
    type: ['text', 'json', 'mermaid'],
    commands: ['scenario explain'],
    default: 'text',
    value: 'text|json|mermaid',
    example: 'mermaid',
    text: 'Output format. text: a timeline to read. json: everything, as schemas/explain.schema.json describes. mermaid: a sequence diagram.',
  },
  answer: {
    type: 'string',
    commands: ['scenario explain'],
    default: '200',
    value: '<status,…>',
    example: '503,503,200',
    text: 'Responses of the consumer to its first, second, … callback; the last one repeats. Each is a status, timeout or network.',
  },
  files: {
    type: 'integer',
    commands: ['scenario explain', 'trigger'],
    default: null,
    min: 1,
    max: 100,
    value: '<n>',
    example: 2,
    text: 'Number of files that the client submits. Default: as many as the scenario names documents for, otherwise 1 for DocDigitizer and 2 for Informed.',
  },
  method: {
    type: ['GET', 'POST'],
    commands: ['scenario explain', 'trigger', 'callbacks'],
    default: null,
    value: 'GET|POST',
    example: 'POST',
    text: 'HTTP method of the callbacks that the client asks for. Default: the default of the provider.',
    texts: { callbacks: 'HTTP method. Default: the first that the contract declares for the callback.' },
  },
  header: {
    type: 'assignments',
    commands: ['scenario explain', 'trigger', 'callbacks'],
    default: null,
    value: '<name=value>',
    example: { Authorization: 'Bearer abc' },
    text: 'Header that the client asks for on callbacks by POST. DocDigitizer only. For Informed, use --set informed.endpointAuthorization=<value>.',
    texts: { callbacks: "Header to send in addition to the callback's own." },
  },
  override: {
    type: 'assignments',
    commands: ['trigger'],
    default: null,
    value: '<pointer=value>',
    example: { state: '91' },
    text: 'Replaces a property of the payload, given as a JSON pointer or as the name of a query parameter. The value is read as JSON, or as a string if it is not valid JSON.',
  },
  add: {
    type: 'assignments',
    commands: ['trigger'],
    default: null,
    value: '<pointer=value>',
    example: { '/surprise': 'true' },
    text: 'Adds a property to the payload. In an array, inserts an item before the index, or at the end (-).',
  },
  expect: {
    type: expectationNames as readonly Expectation[],
    commands: ['trigger'],
    default: null,
    value: expectationNames.join('|'),
    example: 'refused',
    text: 'How a good consumer responds to the callbacks; with --callback, to that one only. Default: what the scenario expects, which is acknowledged unless it says otherwise.',
  },
  remove: {
    type: 'strings',
    commands: ['trigger'],
    default: null,
    value: '<pointer>',
    example: ['/applicant1/income'],
    text: 'Removes a property from the payload.',
  },
  out: {
    type: 'string',
    commands: ['types', 'record'],
    default: null,
    value: '<path>',
    example: 'src/contract.gen.ts',
    text: 'File to write the types to. Default: stdout.',
    texts: {
      record:
        'Folder of the scenario, which is recorded.yaml then, or its file: the scenario is called like it. Default: scenarios.',
    },
    examples: { record: 'scenarios/bad-night.yaml' },
  },
  callback: {
    type: 'string',
    commands: ['validate', 'trigger', 'deliveries', 'wait'],
    default: null,
    value: '<type>',
    example: 'informed.extractions',
    text: 'Callback to check against. Default: detected from the body or the query parameters.',
    texts: {
      trigger: 'The only callback that --override, --add and --remove change. Default: all callbacks.',
      deliveries: 'Only deliveries of this callback: its type or its name alone. Default: all.',
      wait: 'Only deliveries of this callback: its type or its name alone. Default: all.',
    },
  },
  strict: strictOption,
  json: {
    type: 'flag',
    commands: ['scenario list', 'scenario lint', 'trigger', 'validate', 'check', ...clientCommands],
    default: false,
    value: '',
    text: 'Prints the result as JSON.',
    texts: Object.fromEntries(
      clientCommands.map((command) => [command, 'Prints what the control API responds, as JSON.']),
    ),
  },
  report: reportOption,
  contract: {
    type: 'string',
    commands: [
      'scenario list',
      'scenario lint',
      'scenario explain',
      'trigger',
      'validate',
      'check',
      'record',
    ],
    default: null,
    value: '<openapi.yaml>',
    example: 'openapi.yaml',
    text: 'Contract to check against. Default: the bundled one.',
    texts: {
      'scenario explain': 'Contract to use. Default: the bundled one.',
      trigger: 'Contract to use. Default: the bundled one.',
      check: 'Contract whose callbacks are played. Default: the bundled one.',
      record: 'Contract of the provider. Default: that of ringback.yaml; with --provider, the bundled one.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type OptionName = keyof typeof options;

/** The parsed options of a command, with defaults. Null: not given. */
export type OptionsOf<C extends CommandName> = {
  readonly [K in OptionName as C extends (typeof options)[K]['commands'][number] ? K : never]: ValueOf<
    (typeof options)[K]
  >;
};

export function textOf(command: CommandName, entry: Entry): string {
  return entry.texts?.[command] ?? entry.text;
}

/** An example of the value of an option, as it is written on the command line. */
export function exampleValue({ example = '' }: Pick<Entry, 'example'>): string {
  if (Array.isArray(example)) return String(example[0]);
  return typeof example === 'object' ? (Object.entries(example)[0] ?? []).join('=') : String(example);
}

/** An example of an option on the command line, or null for a flag. */
export function exampleOf(command: CommandName, name: string, entry: Entry): string | null {
  if (entry.type === 'flag') return null;
  const value = exampleValue({ example: entry.examples?.[command] ?? entry.example ?? '' });
  return `--${name} ${/[\s*|]/.test(value) ? `'${value}'` : value}`;
}

/** The environment variable of an option. Only `serve` and the clients of a running server read environment variables. */
export function variableOf(command: CommandName, option: string): `RINGBACK_${string}` | null {
  if (command === 'serve') return `RINGBACK_${option.toUpperCase().replaceAll('-', '_')}`;
  const entry: Entry | undefined = Object.entries(clientOptions).find(([name]) => name === option)?.[1];
  return isClientCommand(command) ? (entry?.variable ?? null) : null;
}

/** Whether the command is a client of a running server. */
export function isClientCommand(command: CommandName): boolean {
  return remoteCommands.some((name) => name === command);
}

/** The options of a command, in the order of the table. */
export function optionsOf(command: CommandName): readonly (readonly [string, Entry])[] {
  const entries: readonly (readonly [string, Entry])[] = Object.entries(options);
  return entries.filter(([, entry]) => entry.commands.includes(command));
}
