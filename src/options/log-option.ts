import type { OptionEntry } from './option-entry.ts';

/** The log of `ringback serve`, which code replaces by an object. */
export const logOption = {
  type: ['pretty', 'json', 'quiet', 'debug'],
  commands: ['serve'],
  default: 'pretty',
  value: 'pretty|json|quiet|debug',
  example: 'json',
  text: 'Log format on stderr. pretty: one line per request, run and callback. json: one JSON object per line. quiet: only warnings and errors. debug: like pretty, plus what inboxes receive.',
} as const satisfies OptionEntry<'serve'>;
