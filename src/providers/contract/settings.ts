import { template } from '../../core/setting-rules.ts';
import type { Settings, SettingsTable } from '../../core/settings.ts';

/** The settings of the provider that a contract gives. */
export function settingsOf(name: string): SettingsTable {
  return {
    [`${name}.callbackAfter`]: {
      type: 'duration',
      default: '2s',
      text: 'How long after the response the default callback is sent.',
      choice: true,
    },
    [`${name}.resources`]: {
      type: ['made-up', 'strict'],
      default: 'made-up',
      text: 'What a request about a resource that was never created gets: a made-up one, or with `strict` a 404 if the contract has an operation that creates such resources.',
      choice: true,
    },
    [`${name}.credentials`]: {
      type: 'strings',
      default: [],
      text: 'Credentials that requests may have: tokens, keys, or `user:password`. Empty: any.',
      choice: true,
    },
    [`${name}.callbackCredential`]: {
      type: 'string',
      default: 'ringback-test-credential',
      text: 'The credential of callbacks whose contract requires one: a token, a key, or `user:password`. It may have templates, such as `{{request.body.token}}`.',
      choice: true,
      rule: template,
    },
  };
}

/** The settings of a contract's provider. */
export interface ContractSettings {
  /** Milliseconds. */
  readonly callbackAfter: number;
  readonly resources: 'made-up' | 'strict';
  readonly credentials: readonly string[];
  readonly callbackCredential: string;
}

/** Reads the settings of the provider of that name. */
export function contractSettings(settings: Settings, name: string): ContractSettings {
  const all = settings as object as Readonly<Record<string, unknown>>;
  return {
    callbackAfter: all[`${name}.callbackAfter`] as number,
    resources: all[`${name}.resources`] as 'made-up' | 'strict',
    credentials: all[`${name}.credentials`] as readonly string[],
    callbackCredential: all[`${name}.callbackCredential`] as string,
  };
}
