import { parseDuration } from '../core/duration.ts';
import { absentValue, type OptionEntry, type OptionValue, type ValueOf } from './option-entry.ts';

export interface ServerOptionEntry extends OptionEntry {
  /** Its name in code, where that is not the name on the command line in camel case. */
  readonly name?: string;
  readonly example: OptionValue;
  /** Present if `startProvider` has the option too; with its default and example there, if those are others. */
  readonly startProvider?: { readonly default?: OptionValue; readonly example?: OptionValue };
}

/**
 * Every option of a server, by its name on the command line. `ringback serve` has all of them, `startServer` too, and
 * `startProvider` those that say so. `text` is that of code, unless a command has its own in `texts`.
 */
export const serverOptions = {
  config: {
    type: 'string',
    commands: [
      'serve',
      'scenario list',
      'scenario lint',
      'scenario explain',
      'trigger',
      'validate',
      'types',
      'check',
      'record',
    ],
    default: null,
    value: '<file>',
    example: 'ringback.yaml',
    startProvider: {},
    text: 'Configuration to use, see docs/configuration.md. Other options take precedence over it. Default: ringback.yaml or ringback.yml beside your contract, or on a command line without a contract, in the current folder.',
  },
  name: {
    type: 'string',
    commands: [
      'serve',
      'init',
      'scenario list',
      'scenario lint',
      'scenario explain',
      'trigger',
      'check',
      'record',
    ],
    default: null,
    value: '<name>',
    example: 'payments',
    startProvider: {},
    text: 'Name of the provider that your contract describes, in scenarios, settings and records. Default: made from its title.',
  },
  'webhooks-to': {
    type: 'string',
    commands: ['serve'],
    default: null,
    value: '<url>',
    example: 'http://127.0.0.1:3000/webhooks',
    startProvider: {},
    text: 'URL that the webhooks of your contract are sent to, when a scenario names them. It is the initial value of the setting webhooks.to. Default: none.',
  },
  'allow-remote-refs': {
    type: 'flag',
    commands: [
      'serve',
      'init',
      'scenario list',
      'scenario lint',
      'scenario explain',
      'trigger',
      'validate',
      'check',
      'record',
    ],
    default: false,
    value: '',
    example: true,
    startProvider: {},
    text: 'Fetches the http and https references of your contract. Without it, what they refer to is left out, and the rest works.',
  },
  port: {
    type: 'integer',
    short: 'p',
    commands: ['serve', 'check', 'record'],
    default: 4020,
    min: 0,
    max: 65_535,
    value: '<port>',
    example: 4021,
    startProvider: { default: 0 },
    text: 'Port to listen on. 0 picks a free one.',
    texts: {
      check: "Port that the mock listens on. The consumer's configuration names it.",
      record: 'Port that the provider calls back to. 0 picks a free one.',
    },
  },
  host: {
    type: 'string',
    commands: ['serve', 'check', 'record'],
    default: null,
    value: '<host>',
    example: '0.0.0.0',
    text: 'Address or host name to bind. Anything beyond loopback requires --control-token. Default: 127.0.0.1, with --container 0.0.0.0.',
    texts: {
      check:
        'Address or host name to bind. Anything beyond loopback requires --control-token. Default: 127.0.0.1.',
      record: 'Address or host name to bind. Default: 127.0.0.1.',
    },
  },
  container: {
    type: 'flag',
    commands: ['serve'],
    default: false,
    value: '',
    example: true,
    text: 'Serves a container network: binds all addresses, accepts any Host, and lets anyone read /_ringback/health. Everything else of the control API requires --control-token.',
  },
  scenarios: {
    type: 'strings',
    commands: ['serve', 'scenario list', 'scenario explain', 'trigger'],
    default: null,
    value: '<file|dir>',
    example: ['test/scenarios'],
    startProvider: {},
    text: 'Scenario files or directories to load in addition to the bundled scenarios. A scenario of the same name replaces the bundled one. Default: none.',
    texts: {
      serve:
        'Scenario files or directories to load in addition to the bundled scenarios. A scenario of the same name replaces the bundled one. Changed files are reloaded. Default: none.',
    },
  },
  clock: {
    type: ['real', 'virtual'],
    commands: ['serve'],
    default: 'real',
    value: 'real|virtual',
    example: 'virtual',
    startProvider: { default: 'virtual', example: 'real' },
    text: 'real: time passes by itself. virtual: time passes only when a test moves it, e.g. with POST /_ringback/clock.',
  },
  now: {
    type: 'time',
    commands: ['serve', 'scenario explain', 'trigger'],
    default: null,
    value: '<time>',
    example: '2031-03-01T08:00:00Z',
    startProvider: {},
    text: 'Start time of the virtual clock of every space. A real clock has none. Default: 2030-01-01T00:00:00Z.',
    texts: {
      serve:
        'Start time of the virtual clock of every space. Requires --clock virtual. Default: 2030-01-01T00:00:00Z.',
      'scenario explain': 'Start time of the virtual clock. Default: 2030-01-01T00:00:00Z.',
      trigger: 'Start time of the virtual clock. Requires --instant. Default: 2030-01-01T00:00:00Z.',
    },
  },
  speed: {
    type: 'number',
    commands: ['serve', 'trigger'],
    default: 1,
    min: 0.001,
    max: 1_000_000,
    value: '<factor>',
    unit: 'times real time',
    example: 60,
    startProvider: {},
    text: 'How fast the real clock runs: 60 plays a minute in a second. Timeouts of attempts always use real time.',
  },
  seed: {
    type: 'integer',
    commands: ['serve', 'scenario explain', 'trigger', 'check'],
    default: null,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    example: 7,
    startProvider: { default: 42 },
    text: 'Seed of all ids and data, the same in every space. The same seed gives the same callbacks. Default: random.',
    texts: {
      check:
        'Seed of all ids and data. The consumer must not have seen its ids before, so give each check another one. Default: random.',
      serve:
        'Seed of all ids and data. The same seed gives the same callbacks. Default: random, and printed at startup.',
      'scenario explain': 'Seed of all ids and data. Default: 1.',
      trigger:
        'Seed of all ids and data. The same seed gives the same callbacks. Default: random, and printed at startup.',
    },
  },
  'max-spaces': {
    type: 'integer',
    commands: ['serve'],
    default: 1000,
    min: 1,
    max: 1_000_000,
    value: '<n>',
    unit: 'spaces',
    example: 50,
    text: 'Maximum number of spaces, including `default`, which is never evicted. Beyond it, the least recently used space is evicted.',
  },
  'memory-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: null,
    min: 1_000_000,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    example: 500_000_000,
    text: 'Maximum memory in bytes for all spaces together, without uploads. Beyond it, the largest space evicts its oldest records. Default: a quarter of the heap limit of V8.',
  },
  'kept-upload-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: 4 * 1024 ** 3,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    unit: 'bytes',
    example: 1_000_000_000,
    text: 'Maximum size in bytes of the uploads of all spaces together. Beyond it, the oldest are evicted.',
  },
  'upload-memory-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: 64 * 1024 ** 2,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    value: '<n>',
    unit: 'bytes',
    example: 0,
    text: 'Maximum size in bytes of the uploads kept in memory. The others go to a temporary folder on disk.',
  },
  'max-connections': {
    type: 'integer',
    commands: ['serve'],
    default: 4096,
    min: 1,
    max: 1_000_000,
    value: '<n>',
    unit: 'connections',
    example: 100,
    text: 'Maximum number of open connections. Beyond it, the connection that has been idle longest is closed. If none is idle, a new connection gets 503.',
  },
  'max-header-bytes': {
    type: 'integer',
    commands: ['serve'],
    default: 16_384,
    min: 1024,
    max: 1_048_576,
    value: '<n>',
    unit: 'bytes',
    example: 65_536,
    text: 'Maximum size in bytes of the request line and headers together. A larger head gets 431.',
  },
  'request-timeout': {
    type: 'duration',
    commands: ['serve'],
    default: '1h',
    min: 1_000,
    max: 86_400_000,
    value: '<duration>',
    example: '30s',
    text: 'How long a whole request may take to arrive. A slower one gets 408.',
  },
  'min-body-rate': {
    type: 'integer',
    commands: ['serve'],
    default: 100,
    min: 0,
    max: 1_000_000,
    value: '<n>',
    unit: 'bytes a second',
    example: 0,
    text: 'Minimum rate at which a request must arrive after its first 30 seconds. A slower one gets 408. 0: no minimum.',
  },
  'max-attempts': {
    type: 'integer',
    commands: ['serve'],
    default: 1024,
    min: 1,
    max: 100_000,
    value: '<n>',
    unit: 'callbacks',
    example: 100,
    text: 'Maximum number of callbacks in flight to all endpoints together. Further ones wait.',
  },
  'max-attempts-per-origin': {
    type: 'integer',
    commands: ['serve'],
    default: 128,
    min: 1,
    max: 100_000,
    value: '<n>',
    unit: 'callbacks',
    example: 1,
    text: 'Maximum number of callbacks in flight to one origin (scheme, host and port). Further ones wait.',
  },
  set: {
    type: 'assignments',
    name: 'settings',
    commands: ['serve', 'scenario explain', 'trigger', 'check'],
    default: null,
    value: '<name=value>',
    example: { 'informed.quietPeriod': '1s' },
    startProvider: {},
    text: 'Settings of every space, by name. docs/settings.md lists all settings. Default: those of docs/settings.md.',
    texts: {
      check: 'Changes a setting of the mock. docs/settings.md lists all settings.',
      serve: 'Changes a setting in every space. GET /_ringback/settings lists all settings.',
      'scenario explain': 'Changes a setting. docs/settings.md lists all settings.',
      trigger: 'Changes a setting. docs/settings.md lists all settings.',
    },
  },
  tls: {
    type: 'flag',
    commands: ['serve'],
    default: false,
    value: '',
    example: true,
    text: 'Serves HTTPS with a self-signed certificate generated at startup. To call an endpoint that is itself self-signed, add its certificate to NODE_EXTRA_CA_CERTS, or use --insecure-callbacks.',
  },
  'allow-callbacks-to': {
    type: 'strings',
    commands: ['serve', 'trigger', 'check'],
    default: null,
    value: '<host|cidr>',
    example: ['consumer.example', '203.0.113.0/24'],
    startProvider: {},
    text: 'Also allows callbacks to these addresses: host, *.host, CIDR, or * for all. Link-local addresses and cloud metadata services must be named one by one. Default: loopback and private addresses only.',
  },
  'insecure-callbacks': {
    type: 'flag',
    commands: ['serve', 'trigger', 'check', 'record'],
    default: false,
    value: '',
    example: true,
    startProvider: {},
    text: 'Does not verify certificates: sends callbacks to HTTPS endpoints whose certificate is self-signed, expired or for another host.',
  },
  'public-url': {
    type: 'string',
    commands: ['serve'],
    default: null,
    value: '<url>',
    example: 'https://mock.example.com',
    text: 'URL at which consumers reach the server. Upload and download URLs start with it. Default: the Host header of each request.',
  },
  'control-token': {
    type: 'string',
    commands: ['serve'],
    default: null,
    value: '<token>',
    example: 's3cret',
    text: 'Token that requests to /_ringback must send: printable ASCII. Default: none is required.',
    texts: {
      serve:
        'Token that requests to /_ringback must send. Default: none is required. Prefer the environment variable, since ps shows command lines.',
    },
  },
  'allow-host': {
    type: 'strings',
    name: 'allowHosts',
    commands: ['serve'],
    default: null,
    value: '<name>',
    example: ['mock.internal'],
    startProvider: {},
    text: 'Also accepts requests to these host names: name, or *.name for its subdomains, e.g. the service name in a container network. Always accepted: localhost, IP addresses, host.docker.internal, the names that the server binds and is public by, the servers of the contract and the real providers. Default: no others.',
    texts: {
      serve:
        'Also accepts requests to these host names: name, or *.name for its subdomains, e.g. the service name in a container network. Always accepted: localhost, IP addresses, host.docker.internal, --host, --public-url, the servers of the contract and the real providers.',
    },
  },
  'allow-origin': {
    type: 'strings',
    name: 'allowOrigins',
    commands: ['serve'],
    default: null,
    value: '<origin>',
    example: ['http://localhost:3000'],
    startProvider: {},
    text: 'Accepts requests from browser pages of these origins, and responds with CORS headers. A page on another port of this machine may call the providers, but cannot read their responses. Default: none.',
  },
} as const satisfies Readonly<Record<string, ServerOptionEntry>>;

type Table = typeof serverOptions;
type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;
type NameOf<K extends keyof Table> = Table[K] extends { readonly name: infer N extends string }
  ? N
  : Camel<K>;

/** The value of every option, by its name in code. Durations are in milliseconds. */
export type ServerOptionValues = {
  readonly [K in keyof Table as NameOf<K>]: Table[K]['type'] extends 'assignments'
    ? Readonly<Record<string, unknown>>
    : ValueOf<Table[K]>;
};

/** The options of a server by their names in code, each with its name on the command line. */
export const serverOptionsByName: ReadonlyMap<string, ServerOptionEntry & { readonly flag: string }> =
  new Map(
    Object.entries<ServerOptionEntry>(serverOptions).map(([flag, entry]) => [
      entry.name ?? flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      { ...entry, flag },
    ]),
  );

/**
 * Every option, with its default where none is given.
 * @param others what counts before the defaults. Default: nothing
 */
export function withDefaults(given: object, others: object = {}): ServerOptionValues {
  const values = [...serverOptionsByName].map(([name, entry]) => {
    const value = valueIn(given, name) ?? valueIn(others, name);
    if (value === undefined) return [name, absentValue(entry)];
    return [name, entry.type === 'duration' ? parseDuration(value) : value];
  });
  return Object.fromEntries(values) as ServerOptionValues;
}

function valueIn(options: object, name: string): unknown {
  return (options as Readonly<Record<string, unknown>>)[name];
}
