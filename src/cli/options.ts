import { type Expectation, expectationNames } from '../core/scenario/expectation.ts';

/**
 * How an option is written. `flag`: present or absent. `strings`: repeatable. `assignments`: `name=value`, repeatable.
 * `time`: RFC 3339, read as milliseconds since 1970. An array of strings: one of these values.
 */
export type OptionType =
  | 'string'
  | 'integer'
  | 'number'
  | 'time'
  | 'flag'
  | 'strings'
  | 'assignments'
  | readonly string[];

export interface OptionEntry {
  readonly type: OptionType;
  /** The commands that have the option. */
  readonly commands: readonly CommandName[];
  /** The default. Null: none, and `text` says what that means. */
  readonly default: string | number | boolean | null;
  /** Placeholder of the value in the help, e.g. `<port>`. Empty for a flag. */
  readonly value: string;
  /** An example assignment, for error messages. */
  readonly example?: string;
  /** Unit of a number, for the help. */
  readonly unit?: string;
  /** Bounds of a number, inclusive. */
  readonly min?: number;
  readonly max?: number;
  readonly text: string;
  /** Other texts for commands in which the option does something else. */
  readonly texts?: Readonly<Partial<Record<CommandName, string>>>;
}

/** Usage, number of positional arguments and text of each command. */
export const commands = {
  serve: {
    usage: 'serve [openapi.yaml]',
    text: 'Starts the mock provider. Without a file it serves the bundled contract of DocDigitizer and Informed.',
    positionals: 1,
  },
  'scenario list': {
    usage: 'scenario list',
    text: 'Lists the bundled scenarios and those of --scenarios, with what each does.',
    positionals: 0,
  },
  'scenario lint': {
    usage: 'scenario lint <file|dir>…',
    text: 'Checks scenario files. Prints every violation with file, line and column. Exits 1 if there are any.',
    positionals: Number.POSITIVE_INFINITY,
  },
  'scenario explain': {
    usage: 'scenario explain <scenario>',
    text: 'Shows what a scenario does, without sending anything. Plays it on a virtual clock, for a typical client of the provider and a consumer that acknowledges every callback.',
    positionals: 1,
  },
  trigger: {
    usage: 'trigger <scenario|callback> --to <url>',
    text: "Sends a scenario's callbacks, or one callback such as informed.extractions, to your endpoint and prints each response. No submission is needed. The API faults of the scenario (respond) are left out. Exits 1 if the endpoint does not respond as a good consumer does. A good consumer acknowledges each callback, unless the scenario expects otherwise.",
    positionals: 1,
  },
  validate: {
    usage: 'validate <file|->',
    text: 'Checks one callback against the contract. Reads a JSON body, a URL or a query string, from a file or from stdin (-).',
    positionals: 1,
  },
  types: {
    usage: 'types [openapi.yaml]',
    text: 'Generates TypeScript types from an OpenAPI 3.1 file: operations, webhooks, and the callbacks of each operation. Without a file, it uses the bundled contract. Requires the packages openapi-typescript 7 and typescript 5.',
    positionals: 1,
  },
} as const;

export type CommandName = keyof typeof commands;

/** Every option of every command. Parsing, validation and help use this table. */
export const options = {
  port: {
    type: 'integer',
    commands: ['serve'],
    default: 4020,
    min: 0,
    max: 65_535,
    value: '<port>',
    text: 'Port to listen on. 0 picks a free one.',
  },
  host: {
    type: 'string',
    commands: ['serve'],
    default: '127.0.0.1',
    value: '<host>',
    text: 'Address or host name to bind. Anything beyond loopback requires --control-token.',
  },
  to: {
    type: 'string',
    commands: ['trigger'],
    default: null,
    value: '<url>',
    text: 'URL to send the callbacks to, absolute, http or https. Required.',
  },
  scenarios: {
    type: 'strings',
    commands: ['serve', 'scenario list', 'scenario explain', 'trigger'],
    default: null,
    value: '<file|dir>',
    text: 'Scenario files or directories to load in addition to the bundled scenarios. A scenario of the same name replaces the bundled one.',
    texts: {
      serve:
        'Scenario files or directories to load in addition to the bundled scenarios. A scenario of the same name replaces the bundled one. Changed files are reloaded.',
    },
  },
  clock: {
    type: ['real', 'virtual'],
    commands: ['serve'],
    default: 'real',
    value: 'real|virtual',
    text: 'real: time passes by itself. virtual: time passes only when POST /_ringback/clock moves it.',
  },
  now: {
    type: 'time',
    commands: ['serve', 'scenario explain', 'trigger'],
    default: null,
    value: '<time>',
    text: 'Start time of the virtual clock, e.g. 2031-03-01T08:00:00Z. Default: 2030-01-01T00:00:00Z.',
    texts: {
      serve:
        'Start time of the virtual clock of every space, e.g. 2031-03-01T08:00:00Z. Requires --clock virtual. Default: 2030-01-01T00:00:00Z.',
      trigger:
        'Start time of the virtual clock, e.g. 2031-03-01T08:00:00Z. Requires --instant. Default: 2030-01-01T00:00:00Z.',
    },
  },
  instant: {
    type: 'flag',
    commands: ['trigger'],
    default: false,
    value: '',
    text: 'Skips all waiting, between callbacks and between attempts, by using a virtual clock.',
  },
  speed: {
    type: 'number',
    commands: ['serve', 'trigger'],
    default: 1,
    min: 0.001,
    max: 1_000_000,
    value: '<factor>',
    unit: 'times real time',
    text: 'How fast the real clock runs: 60 plays a minute in a second. Timeouts of attempts always use real time.',
  },
  seed: {
    type: 'integer',
    commands: ['serve', 'scenario explain', 'trigger'],
    default: null,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    text: 'Seed of all ids and data. The same seed gives the same callbacks. Default: random, and printed at startup.',
    texts: { 'scenario explain': 'Seed of all ids and data. Default: 1.' },
  },
  'max-spaces': {
    type: 'integer',
    commands: ['serve'],
    default: 1000,
    min: 1,
    max: 1_000_000,
    value: '<n>',
    text: 'Maximum number of spaces, including `default`, which is never evicted. Beyond it, the least recently used space is evicted.',
  },
  'memory-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: null,
    min: 1_000_000,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    text: 'Maximum memory in bytes for all spaces together, without uploads. Beyond it, the largest space evicts its oldest records. Default: a quarter of the heap limit of V8.',
  },
  'kept-upload-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: 4 * 1024 ** 3,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    text: 'Maximum size in bytes of the uploads of all spaces together. Beyond it, the oldest are evicted.',
  },
  'upload-memory-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: 64 * 1024 ** 2,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    text: 'Maximum size in bytes of the uploads kept in memory. The others go to a temporary folder on disk.',
  },
  'max-connections': {
    type: 'integer',
    commands: ['serve'],
    default: 4096,
    min: 1,
    max: 1000000,
    value: '<n>',
    unit: 'connections',
    text: 'Maximum number of open connections. Beyond it, the connection that has been idle longest is closed. If none is idle, a new connection gets 503.',
  },
  'max-header-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: 16384,
    min: 1024,
    max: 1048576,
    value: '<n>',
    unit: 'bytes',
    text: 'Maximum size in bytes of the request line and headers together. A larger head gets 431.',
  },
  'request-seconds': {
    type: 'integer',
    commands: ['serve'],
    default: 3600,
    min: 1,
    max: 86400,
    value: '<n>',
    unit: 'seconds',
    text: 'How long a whole request may take to arrive. A slower one gets 408.',
  },
  'min-body-rate': {
    type: 'integer',
    commands: ['serve'],
    default: 100,
    min: 0,
    max: 1000000,
    value: '<n>',
    unit: 'bytes a second',
    text: 'Minimum rate at which a request must arrive after its first 30 seconds. A slower one gets 408. 0: no minimum.',
  },
  'max-attempts': {
    type: 'integer',
    commands: ['serve'],
    default: 1024,
    min: 1,
    max: 100000,
    value: '<n>',
    unit: 'callbacks',
    text: 'Maximum number of callbacks in flight to all endpoints together. Further ones wait.',
  },
  'max-attempts-per-origin': {
    type: 'integer',
    commands: ['serve'],
    default: 128,
    min: 1,
    max: 100000,
    value: '<n>',
    unit: 'callbacks',
    text: 'Maximum number of callbacks in flight to one origin (scheme, host and port). Further ones wait.',
  },
  set: {
    type: 'assignments',
    commands: ['serve', 'scenario explain', 'trigger'],
    default: null,
    value: '<name=value>',
    example: 'name=value, e.g. informed.quietPeriod=1s',
    text: 'Changes a setting, e.g. --set informed.quietPeriod=1s. docs/settings.md lists all settings.',
    texts: {
      serve:
        'Changes a setting in every space, e.g. --set informed.quietPeriod=1s. GET /_ringback/settings lists all settings.',
    },
  },
  tls: {
    type: 'flag',
    commands: ['serve'],
    default: false,
    value: '',
    text: 'Serves HTTPS with a self-signed certificate generated at startup. To call an endpoint that is itself self-signed, add its certificate to NODE_EXTRA_CA_CERTS, or use --insecure-callbacks.',
  },
  'allow-callbacks-to': {
    type: 'strings',
    commands: ['serve', 'trigger'],
    default: null,
    value: '<host|cidr>',
    text: 'Also allows callbacks to these addresses: host, *.host, CIDR, or * for all. Link-local addresses and cloud metadata services must be named one by one. Default: loopback and private addresses only.',
  },
  'insecure-callbacks': {
    type: 'flag',
    commands: ['serve', 'trigger'],
    default: false,
    value: '',
    text: 'Does not verify certificates: sends callbacks to HTTPS endpoints whose certificate is self-signed, expired or for another host.',
  },
  'public-url': {
    type: 'string',
    commands: ['serve'],
    default: null,
    value: '<url>',
    text: 'URL at which consumers reach the server. Upload and download URLs start with it. Default: the Host header of each request.',
  },
  'control-token': {
    type: 'string',
    commands: ['serve'],
    default: null,
    value: '<token>',
    text: 'Token that requests to /_ringback must send. Default: none is required. Prefer the environment variable, since ps shows command lines.',
  },
  'allow-host': {
    type: 'strings',
    commands: ['serve'],
    default: null,
    value: '<name>',
    text: 'Also accepts requests to these host names: name, or *.name for its subdomains, e.g. the service name in a container network. Always accepted: localhost, IP addresses, host.docker.internal, --host, --public-url, the servers of the contract and the real providers.',
  },
  'allow-origin': {
    type: 'strings',
    commands: ['serve'],
    default: null,
    value: '<origin>',
    text: 'Accepts requests from browser pages of these origins, e.g. http://localhost:3000, and responds with CORS headers. Default: none. A page on another port of this machine may call the providers, but cannot read their responses.',
  },
  log: {
    type: ['pretty', 'json', 'quiet', 'debug'],
    commands: ['serve'],
    default: 'pretty',
    value: 'pretty|json|quiet|debug',
    text: 'Log format on stderr. pretty: one line per request, run and callback. json: one JSON object per line. quiet: only warnings and errors. debug: like pretty, plus what inboxes receive.',
  },
  format: {
    type: ['text', 'json', 'mermaid'],
    commands: ['scenario explain'],
    default: 'text',
    value: 'text|json|mermaid',
    text: 'Output format. text: a timeline to read. json: everything, as schemas/explain.schema.json describes. mermaid: a sequence diagram.',
  },
  answer: {
    type: 'string',
    commands: ['scenario explain'],
    default: '200',
    value: '<status,…>',
    text: 'Responses of the consumer to its first, second, … callback; the last one repeats. Each is a status, timeout or network. 503,503,200 shows retries.',
  },
  files: {
    type: 'integer',
    commands: ['scenario explain', 'trigger'],
    default: null,
    min: 1,
    max: 100,
    value: '<n>',
    text: 'Number of files that the client submits. Default: as many as the scenario names documents for, otherwise 1 for DocDigitizer and 2 for Informed.',
  },
  method: {
    type: ['GET', 'POST'],
    commands: ['scenario explain', 'trigger'],
    default: null,
    value: 'GET|POST',
    text: 'HTTP method of the callbacks that the client asks for. Default: the default of the provider.',
  },
  header: {
    type: 'assignments',
    commands: ['scenario explain', 'trigger'],
    default: null,
    value: '<name=value>',
    example: 'name=value, e.g. Authorization=Bearer abc',
    text: 'Header that the client asks for on callbacks by POST. DocDigitizer only. For Informed, use --set informed.endpointAuthorization=<value>.',
  },
  override: {
    type: 'assignments',
    commands: ['trigger'],
    default: null,
    value: '<pointer=value>',
    example: 'pointer=value, e.g. state=91 or /applicant1/income=null',
    text: 'Replaces a property of the payload, given as a JSON pointer or as the name of a query parameter. The value is read as JSON, or as a string if it is not valid JSON.',
  },
  add: {
    type: 'assignments',
    commands: ['trigger'],
    default: null,
    value: '<pointer=value>',
    example: 'pointer=value, e.g. /surprise=true or /file_ids/-=f9',
    text: 'Adds a property to the payload. In an array, inserts an item before the index, or at the end (-).',
  },
  expect: {
    type: expectationNames as readonly Expectation[],
    commands: ['trigger'],
    default: null,
    value: expectationNames.join('|'),
    text: 'How a good consumer responds to the callbacks; with --callback, to that one only. Default: what the scenario expects, which is acknowledged unless it says otherwise.',
  },
  remove: {
    type: 'strings',
    commands: ['trigger'],
    default: null,
    value: '<pointer>',
    text: 'Removes a property from the payload.',
  },
  out: {
    type: 'string',
    commands: ['types'],
    default: null,
    value: '<file>',
    text: 'File to write the types to. Default: stdout.',
  },
  callback: {
    type: 'string',
    commands: ['validate', 'trigger'],
    default: null,
    value: '<type>',
    text: 'Callback to check against, e.g. informed.extractions. Default: detected from event_type, or from the query parameters.',
    texts: {
      trigger: 'The only callback that --override, --add and --remove change. Default: all callbacks.',
    },
  },
  strict: {
    type: 'flag',
    commands: ['validate'],
    default: false,
    value: '',
    text: 'Checks against the exact current schema. Without it, changes that the provider may make without notice are allowed.',
  },
  json: {
    type: 'flag',
    commands: ['scenario list', 'scenario lint', 'trigger', 'validate'],
    default: false,
    value: '',
    text: 'Prints the result as JSON.',
  },
  contract: {
    type: 'string',
    commands: ['scenario list', 'scenario lint', 'scenario explain', 'trigger', 'validate'],
    default: null,
    value: '<openapi.yaml>',
    text: 'Contract to check against. Default: the bundled one.',
    texts: {
      'scenario explain': 'Contract to use. Default: the bundled one.',
      trigger: 'Contract to use. Default: the bundled one.',
    },
  },
} as const satisfies Readonly<Record<string, OptionEntry>>;

export type OptionName = keyof typeof options;

type ValueOf<E extends OptionEntry> = E['type'] extends 'flag'
  ? boolean
  : E['type'] extends 'strings'
    ? readonly string[]
    : E['type'] extends 'assignments'
      ? Readonly<Record<string, string>>
      :
          | (E['type'] extends 'integer' | 'number' | 'time'
              ? number
              : E['type'] extends readonly string[]
                ? E['type'][number]
                : string)
          | (E['default'] extends null ? null : never);

/** The parsed options of a command, with defaults. Null: not given. */
export type OptionsOf<C extends CommandName> = {
  readonly [K in OptionName as C extends (typeof options)[K]['commands'][number] ? K : never]: ValueOf<
    (typeof options)[K]
  >;
};

export function textOf(command: CommandName, entry: OptionEntry): string {
  return entry.texts?.[command] ?? entry.text;
}

/** The environment variable of an option. Only `serve` reads environment variables. */
export function variableOf(command: CommandName, option: string): `RINGBACK_${string}` | null {
  return command === 'serve' ? `RINGBACK_${option.toUpperCase().replaceAll('-', '_')}` : null;
}

/** The options of a command, in the order of the table. */
export function optionsOf(command: CommandName): readonly (readonly [string, OptionEntry])[] {
  const entries: readonly (readonly [string, OptionEntry])[] = Object.entries(options);
  return entries.filter(([, entry]) => entry.commands.includes(command));
}
