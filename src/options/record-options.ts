import type { OptionEntry } from './option-entry.ts';

/** The options of `ringback record`, beside those that it shares with other commands. */
export const recordOptions = {
  har: {
    type: 'string',
    commands: ['record'],
    default: null,
    value: '<file>',
    example: 'callbacks.har',
    text: 'Reads the callbacks from an HTTP archive instead, as browsers, proxies and tunnels export it.',
  },
  inbox: {
    type: 'string',
    commands: ['record'],
    default: null,
    value: '<name|url>',
    example: 'http://127.0.0.1:4020/_ringback/inbox/mine',
    text: 'Reads the callbacks from an inbox of a running Ringback instead. A name alone is one of the server at port 4020.',
  },
  for: {
    type: 'duration',
    commands: ['record'],
    default: null,
    min: 1,
    max: 7 * 86_400_000,
    value: '<duration>',
    example: '10m',
    text: 'Ends the recording after this time. Default: Ctrl-C ends it.',
  },
} as const satisfies Readonly<Record<string, OptionEntry<'record'>>>;
