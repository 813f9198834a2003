import type { OptionEntry } from './option-entry.ts';

/** The commands that are clients of a running server. */
export const clientCommands = [
  'next',
  'deliveries',
  'runs',
  'wait',
  'settle',
  'advance',
  'reset',
  'inbox',
  'callbacks',
] as const;

export type ClientCommand = (typeof clientCommands)[number];

/** Those, and the one that lets an MCP client be one. */
export const remoteCommands = [...clientCommands, 'mcp'] as const;

/** The options of the commands that are clients of a running server. */
export const clientOptions = {
  count: {
    type: 'integer',
    commands: ['wait', 'record'],
    default: null,
    min: 1,
    max: 100_000,
    value: '<n>',
    example: 2,
    text: 'How many deliveries to wait for. Default: 1.',
    texts: {
      record: 'Ends the recording after this number of requests, retries included. Default: Ctrl-C ends it.',
    },
  },
  timeout: {
    type: 'duration',
    commands: ['wait'],
    default: '10s',
    max: 300_000,
    value: '<duration>',
    example: '1m',
    text: 'How long to wait, in real time.',
  },
  state: {
    type: 'string',
    commands: ['deliveries', 'runs', 'wait'],
    default: null,
    value: '<state>',
    example: 'delivered',
    text: 'Only deliveries in this state: pending, delivered, failed or dropped. Default: all.',
    texts: {
      runs: 'Only runs in this state: playing or finished. Default: all.',
      wait: 'Only deliveries that end in this state: delivered, failed or dropped. Default: any of them.',
    },
    examples: { runs: 'playing' },
  },
  provider: {
    type: 'string',
    commands: ['check', 'scenario list', 'deliveries', 'runs', 'wait', 'record'],
    default: null,
    value: '<name>',
    example: 'docdigitizer',
    text: 'Only deliveries of this provider. Default: all.',
    texts: {
      'scenario list': 'Only scenarios of this provider. Default: all.',
      runs: 'Only runs of this provider. Default: all.',
      check: 'Provider whose callbacks are played. Default: the only one of the contract.',
      record:
        'Provider whose callbacks come. A bundled one needs no --contract. Default: the only one of the contract.',
    },
  },
  scenario: {
    type: 'string',
    commands: ['runs'],
    default: null,
    value: '<name>',
    example: 'rejected',
    text: 'Only runs that play this scenario. Default: all.',
  },
  run: {
    type: 'string',
    commands: ['deliveries', 'wait'],
    default: null,
    value: '<id>',
    example: '5c1c8e5f',
    text: 'Only deliveries of this run. The start of its id is enough. Default: all.',
  },
  limit: {
    type: 'integer',
    commands: ['deliveries', 'runs', 'inbox'],
    default: 100,
    min: 0,
    max: 100_000,
    value: '<n>',
    example: 10,
    text: 'How many of the newest to show.',
  },
  times: {
    type: 'integer',
    commands: ['next'],
    default: 1,
    min: 1,
    max: 1_000_000,
    value: '<n>',
    example: 3,
    text: 'How many submissions play each scenario.',
  },
  'file-name': {
    type: 'string',
    commands: ['next'],
    default: null,
    value: '<pattern>',
    example: 'payslip*.pdf',
    text: 'Only for submissions of such a file: a name with the wildcards * and ?. Default: any submission of the provider.',
  },
  clear: {
    type: 'flag',
    commands: ['next'],
    default: false,
    value: '',
    text: 'Empties the queue first.',
  },
  answers: {
    type: 'string',
    commands: ['inbox'],
    default: null,
    value: '<status,…|json>',
    example: '503,503,200',
    text: 'Scripts the responses of the inbox: statuses separated by commas, of which the last one repeats, or a JSON array as PUT /_ringback/inboxes/{name} takes it. Default: the script stays as it is.',
  },
  payload: {
    type: 'string',
    commands: ['callbacks'],
    default: null,
    value: '<json>',
    example: '{"state":"91"}',
    text: 'The body, or the query parameters as one object. Default: what the provider sends.',
  },
  url: {
    type: 'string',
    commands: remoteCommands,
    default: 'http://127.0.0.1:4020',
    value: '<url>',
    example: 'http://mock.internal:4020',
    variable: 'RINGBACK_URL',
    text: 'URL of the server.',
  },
  space: {
    type: 'string',
    commands: ['check', ...remoteCommands],
    default: 'default',
    value: '<name>',
    example: 'team-a',
    variable: 'RINGBACK_SPACE',
    text: 'Space of the server.',
    texts: { check: "Space of the mock that the consumer's configuration names." },
  },
  token: {
    type: 'string',
    commands: [...remoteCommands, 'record'],
    default: null,
    value: '<token>',
    example: 's3cret',
    variable: 'RINGBACK_CONTROL_TOKEN',
    text: 'The --control-token of the server. Default: none. Prefer the environment variable, since ps shows command lines.',
    texts: {
      record:
        'The --control-token of the server of --inbox. Default: that of the environment variable RINGBACK_CONTROL_TOKEN.',
    },
  },
} as const satisfies Readonly<
  Record<string, OptionEntry<(typeof remoteCommands)[number] | 'check' | 'scenario list' | 'record'>>
>;
