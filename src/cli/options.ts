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
    text: 'Lists the scenarios that ship, and those of --scenarios: name and what happens.',
    positionals: 0,
  },
  'scenario lint': {
    usage: 'scenario lint <file|dir>…',
    text: 'Checks scenario files: every violation with file, line and column. Exits 1 when there is one.',
    positionals: Number.POSITIVE_INFINITY,
  },
  'scenario explain': {
    usage: 'scenario explain <scenario>',
    text: 'Says what a scenario does, without sending anything: plays it on a virtual clock for a typical client of the provider and a consumer that takes every callback.',
    positionals: 1,
  },
  trigger: {
    usage: 'trigger <scenario|callback> --to <url>',
    text: "Sends a scenario's callbacks, or one callback such as informed.extractions, to an endpoint, no submission needed, and says what the endpoint answered. The API side of the scenario (respond) is left out. Exits 1 when the endpoint did not answer as a good consumer does: it acknowledges each callback, unless the scenario expects otherwise.",
    positionals: 1,
  },
  validate: {
    usage: 'validate <file|->',
    text: 'Checks one callback against the contract: a JSON body, a URL or a query string, from a file or from stdin (-).',
    positionals: 1,
  },
  types: {
    usage: 'types [openapi.yaml]',
    text: 'Writes the TypeScript types of an OpenAPI 3.1 file: operations, webhooks, and the callbacks of each operation. Without a file, those of the bundled contract. Needs the packages openapi-typescript 7 and typescript 5.',
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
    text: 'Port to listen on; 0 takes a free one.',
  },
  host: {
    type: 'string',
    commands: ['serve'],
    default: '127.0.0.1',
    value: '<host>',
    text: 'Address or name to bind. Beyond loopback, --control-token is required.',
  },
  to: {
    type: 'string',
    commands: ['trigger'],
    default: null,
    value: '<url>',
    text: 'Where the callbacks go: an absolute http or https URL. Required.',
  },
  scenarios: {
    type: 'strings',
    commands: ['serve', 'scenario list', 'scenario explain', 'trigger'],
    default: null,
    value: '<file|dir>',
    text: 'Scenario files, or directories of them, in addition to those that ship; one of the same name replaces a shipped one.',
    texts: {
      serve:
        'Scenario files, or directories of them, in addition to those that ship; one of the same name replaces a shipped one. Changed files are read again.',
    },
  },
  clock: {
    type: ['real', 'virtual'],
    commands: ['serve'],
    default: 'real',
    value: 'real|virtual',
    text: 'Whether time passes by itself, or only when POST /_ringback/clock moves it.',
  },
  now: {
    type: 'time',
    commands: ['serve', 'scenario explain', 'trigger'],
    default: null,
    value: '<time>',
    text: 'Where the virtual clock starts, e.g. 2031-03-01T08:00:00Z. Default: 2030-01-01T00:00:00Z.',
    texts: {
      serve:
        'Where the clock of every space starts, e.g. 2031-03-01T08:00:00Z; with --clock virtual only. Default: 2030-01-01T00:00:00Z.',
      trigger:
        'Where the virtual clock starts, e.g. 2031-03-01T08:00:00Z; with --instant only. Default: 2030-01-01T00:00:00Z.',
    },
  },
  instant: {
    type: 'flag',
    commands: ['trigger'],
    default: false,
    value: '',
    text: 'Skips all waiting, between callbacks as between attempts: the clock is a virtual one.',
  },
  speed: {
    type: 'number',
    commands: ['serve', 'trigger'],
    default: 1,
    min: 0.001,
    max: 1_000_000,
    value: '<factor>',
    unit: 'times real time',
    text: 'How fast the real clock runs: 60 plays a minute in a second. Timeouts of attempts stay real.',
  },
  seed: {
    type: 'integer',
    commands: ['serve', 'scenario explain', 'trigger'],
    default: null,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    text: 'Seed of all ids and data: the same one gives the same callbacks. Default: drawn at each start, and printed.',
    texts: { 'scenario explain': 'Seed of all ids and data. Default: 1.' },
  },
  'max-spaces': {
    type: 'integer',
    commands: ['serve'],
    default: 1000,
    min: 1,
    max: 1_000_000,
    value: '<n>',
    text: 'Most spaces at a time, `default` among them, which stays; past it, the one that was unused for longest is evicted.',
  },
  'memory-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: null,
    min: 1_000_000,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    text: 'Most bytes of memory that all spaces together keep, uploads aside; past it, the space that takes most evicts its oldest. Default: a quarter of what V8 allows its heap.',
  },
  'kept-upload-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: 4 * 1024 ** 3,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    text: 'Most bytes of uploads that all spaces together keep; past it, the oldest go.',
  },
  'upload-memory-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: 64 * 1024 ** 2,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    text: 'Most bytes of them in memory; the others are in a folder of the system for temporary files.',
  },
  'max-connections': {
    type: 'integer',
    commands: ['serve'],
    default: 4096,
    min: 1,
    max: 1000000,
    value: '<n>',
    unit: 'connections',
    text: 'Most open connections; past it the one that is idle for longest is closed, and without an idle one a new one gets 503.',
  },
  'max-header-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: 16384,
    min: 1024,
    max: 1048576,
    value: '<n>',
    unit: 'bytes',
    text: 'Most bytes of the head of a request; a longer one gets 431.',
  },
  'request-seconds': {
    type: 'integer',
    commands: ['serve'],
    default: 3600,
    min: 1,
    max: 86400,
    value: '<n>',
    unit: 'seconds',
    text: 'How long a whole request may take to arrive; then it gets 408.',
  },
  'min-body-rate': {
    type: 'integer',
    commands: ['serve'],
    default: 100,
    min: 0,
    max: 1000000,
    value: '<n>',
    unit: 'bytes a second',
    text: 'How fast a request has to arrive after its first half minute; a slower one gets 408. 0: at any rate.',
  },
  'max-attempts': {
    type: 'integer',
    commands: ['serve'],
    default: 1024,
    min: 1,
    max: 100000,
    value: '<n>',
    unit: 'callbacks',
    text: 'Most callbacks on their way at a time, to all endpoints together; others wait.',
  },
  'max-attempts-per-origin': {
    type: 'integer',
    commands: ['serve'],
    default: 128,
    min: 1,
    max: 100000,
    value: '<n>',
    unit: 'callbacks',
    text: 'Most callbacks on their way at a time to one scheme, host and port; others wait.',
  },
  set: {
    type: 'assignments',
    commands: ['serve', 'scenario explain', 'trigger'],
    default: null,
    value: '<name=value>',
    example: 'name=value, e.g. informed.quietPeriod=1s',
    text: 'Replaces a setting, e.g. --set informed.quietPeriod=1s. docs/settings.md lists them.',
    texts: {
      serve:
        'Replaces a setting in every space, e.g. --set informed.quietPeriod=1s. GET /_ringback/settings lists them.',
    },
  },
  tls: {
    type: 'flag',
    commands: ['serve'],
    default: false,
    value: '',
    text: 'Serves HTTPS with a self-signed certificate, new at each start. If your own endpoint has a self-signed certificate, name it in NODE_EXTRA_CA_CERTS, or use --insecure-callbacks.',
  },
  'allow-callbacks-to': {
    type: 'strings',
    commands: ['serve', 'trigger'],
    default: null,
    value: '<host|cidr>',
    text: 'Sends callbacks to these too: host, *.host, CIDR or * for all. Link-local addresses and metadata services of clouds: only those that are named one by one. Default: loopback and private addresses only.',
  },
  'insecure-callbacks': {
    type: 'flag',
    commands: ['serve', 'trigger'],
    default: false,
    value: '',
    text: 'Sends callbacks to HTTPS endpoints whatever their certificate: self-signed, expired, of another host.',
  },
  'public-url': {
    type: 'string',
    commands: ['serve'],
    default: null,
    value: '<url>',
    text: 'The URL that consumers reach the server by: upload and download URLs begin with it. Default: the Host of each request.',
  },
  'control-token': {
    type: 'string',
    commands: ['serve'],
    default: null,
    value: '<token>',
    text: 'Token that callers of /_ringback have to show. Default: none is asked for. Better given by the environment, where ps does not show it.',
  },
  'allow-host': {
    type: 'strings',
    commands: ['serve'],
    default: null,
    value: '<name>',
    text: 'Takes requests to these host names too: name, or *.name for all under it, e.g. the service name in a container network. Default: localhost, IP addresses, host.docker.internal, --host, --public-url, the servers of the contract and the real providers only.',
  },
  'allow-origin': {
    type: 'strings',
    commands: ['serve'],
    default: null,
    value: '<origin>',
    text: 'Takes requests of pages of these origins in a browser, e.g. http://localhost:3000, and answers them with CORS headers. Default: none; a page on another port of this machine may call the providers, but not read what they answer.',
  },
  log: {
    type: ['pretty', 'json', 'quiet', 'debug'],
    commands: ['serve'],
    default: 'pretty',
    value: 'pretty|json|quiet|debug',
    text: 'How requests, runs and callbacks are logged on stderr. quiet: only warnings and errors; debug: pretty, and what inboxes receive of callbacks that have a line already.',
  },
  format: {
    type: ['text', 'json', 'mermaid'],
    commands: ['scenario explain'],
    default: 'text',
    value: 'text|json|mermaid',
    text: 'A timeline to read, the whole of it as JSON (schemas/explain.schema.json), or a Mermaid sequence diagram.',
  },
  answer: {
    type: 'string',
    commands: ['scenario explain'],
    default: '200',
    value: '<status,…>',
    text: 'What the consumer answers to its first, second, … callback, the last one to all that follow: statuses, timeout, network. 503,503,200 shows retries.',
  },
  files: {
    type: 'integer',
    commands: ['scenario explain', 'trigger'],
    default: null,
    min: 1,
    max: 100,
    value: '<n>',
    text: 'How many files the client sends in. Default: as many as the scenario names documents for, else 1 to DocDigitizer and 2 to Informed.',
  },
  method: {
    type: ['GET', 'POST'],
    commands: ['scenario explain', 'trigger'],
    default: null,
    value: 'GET|POST',
    text: 'How the client asks to be called back. Default: as the provider does when it is not asked.',
  },
  header: {
    type: 'assignments',
    commands: ['scenario explain', 'trigger'],
    default: null,
    value: '<name=value>',
    example: 'name=value, e.g. Authorization=Bearer abc',
    text: 'A header that the client asks the callbacks to carry, by POST. DocDigitizer only: for Informed, --set informed.endpointAuthorization=<value>.',
  },
  override: {
    type: 'assignments',
    commands: ['trigger'],
    default: null,
    value: '<pointer=value>',
    example: 'pointer=value, e.g. state=91 or /applicant1/income=null',
    text: 'Replaces a member of the payload: JSON pointer, or name of a query parameter. The value is JSON, else text.',
  },
  add: {
    type: 'assignments',
    commands: ['trigger'],
    default: null,
    value: '<pointer=value>',
    example: 'pointer=value, e.g. /surprise=true or /file_ids/-=f9',
    text: 'Adds a member to the payload; in a list, an item before that of the index, or at the end (-).',
  },
  expect: {
    type: expectationNames as readonly Expectation[],
    commands: ['trigger'],
    default: null,
    value: expectationNames.join('|'),
    text: 'What a good consumer does about the callbacks; with --callback, about that one only. Default: what the scenario expects, which is acknowledged where it says nothing.',
  },
  remove: {
    type: 'strings',
    commands: ['trigger'],
    default: null,
    value: '<pointer>',
    text: 'Takes a member of the payload away.',
  },
  out: {
    type: 'string',
    commands: ['types'],
    default: null,
    value: '<file>',
    text: 'Where the types are written. Default: stdout.',
  },
  callback: {
    type: 'string',
    commands: ['validate', 'trigger'],
    default: null,
    value: '<type>',
    text: 'The callback to check against, e.g. informed.extractions. Default: told from event_type, or from the query parameters.',
    texts: { trigger: 'The only callback that --override, --add and --remove change. Default: all.' },
  },
  strict: {
    type: 'flag',
    commands: ['validate'],
    default: false,
    value: '',
    text: 'Checks against the exact shape of today instead of all that the provider may change without notice.',
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
    text: 'The contract to check against. Default: the bundled one.',
    texts: {
      'scenario explain': 'The contract to play by. Default: the bundled one.',
      trigger: 'The contract to play by. Default: the bundled one.',
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
