import type { OptionEntry } from './option-entry.ts';

/** Options that several commands have, and the key `check` of a configuration. */
export const onlyOption = {
  type: 'strings',
  commands: ['init', 'check'],
  default: null,
  value: '<name,…>',
  example: ['paymentSucceeded,payout.paid'],
  text: 'Callbacks and webhooks to write scenarios for, separated by commas. An existing ringback.yaml stays. Default: all callbacks, at most 40, and no webhooks.',
  texts: {
    check: 'The only rules to judge, beside clean, separated by commas. Default: all.',
  },
  examples: { check: ['sequential-duplicate,out-of-order'] },
} as const satisfies OptionEntry<'init' | 'check'>;

export const strictOption = {
  type: 'flag',
  commands: ['validate', 'check'],
  default: false,
  value: '',
  text: 'Checks against the exact current schema. Without it, changes that the provider may make without notice are allowed.',
  texts: { check: 'Exits 1 for rules that are unstable, not observed or not applicable, too.' },
} as const satisfies OptionEntry<'validate' | 'check'>;

export const reportOption = {
  type: 'strings',
  commands: ['scenario lint', 'trigger', 'check'],
  default: null,
  value: '<kind=file,…>',
  example: ['junit=report.xml,json=report.json'],
  text: 'Also writes reports, separated by commas. Kinds: json, junit, and github, a job summary, which without a file is appended to $GITHUB_STEP_SUMMARY. Default: none.',
  texts: {
    check:
      'Also writes reports, separated by commas. Kinds: json, junit, html, sarif, and github, a job summary, which without a file is appended to $GITHUB_STEP_SUMMARY. Default: none.',
  },
} as const satisfies OptionEntry<'scenario lint' | 'trigger' | 'check'>;
