import { RingbackError } from '../core/errors.ts';
import type { SettingsInput } from '../core/settings.ts';
import { checkOptions } from './options.ts';

/** Starts a server in this process. */
export interface InProcessOptions {
  /** Default `virtual`: time passes when the test says so. */
  readonly clock?: 'virtual' | 'real';
  /** How many times as fast as real time the real clock runs. Default 1. */
  readonly speed?: number;
  /** Seed of ids and data, the same in every space. Default 42. */
  readonly seed?: number;
  /** Settings of every space, as `--set` takes them. Default: none replaced. */
  readonly settings?: SettingsInput;
  /** Scenario files and directories besides those that ship. Default: none. */
  readonly scenarios?: readonly string[];
  /** Default 0: a free one. */
  readonly port?: number;
  /** Where callbacks may go besides loopback and private addresses. Default: nowhere. */
  readonly allowCallbacksTo?: readonly string[];
  /** The space to use. Default `default`. */
  readonly space?: string;
}

/** Attaches to a server that runs already. */
export interface AttachedOptions {
  /** Where it listens, e.g. `http://127.0.0.1:4020`. */
  readonly url: string;
  /** The space to use. Default `default`. */
  readonly space?: string;
  /** What the server's `--control-token` has. Default: none. */
  readonly token?: string;
}

/** Options of `startProvider`. */
export type StartProviderOptions = InProcessOptions | AttachedOptions;

const inProcessNames = [
  'clock',
  'speed',
  'seed',
  'settings',
  'scenarios',
  'port',
  'allowCallbacksTo',
  'space',
];
const attachedNames = ['url', 'space', 'token'];

/**
 * Tells the two kinds of options apart, and refuses those that neither has.
 * @throws {RingbackError} `option.*`
 */
export function isAttached(options: StartProviderOptions): options is AttachedOptions {
  checkOptions('startProvider', options, [...new Set([...attachedNames, ...inProcessNames])]);
  const given = Object.keys(options);
  if (!given.includes('url')) {
    if (given.includes('token'))
      throw invalid(
        '"token" is for a running server, and there is no "url". Give its url, or leave the token out',
      );
    const { clock } = options as InProcessOptions;
    if (clock !== undefined && clock !== 'real' && clock !== 'virtual')
      throw invalid(`Got the clock ${JSON.stringify(clock)}, expected "virtual" or "real"`);
    return false;
  }
  const own = given.filter((name) => !attachedNames.includes(name));
  if (own.length > 0)
    throw invalid(
      `a running server has its own ${own.join(', ')}. Leave it out, or leave "url" out to start one here`,
    );
  const { url } = options as AttachedOptions;
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp)
    throw invalid(`Got the url ${JSON.stringify(url)}, expected one such as http://127.0.0.1:4020`);
  return true;
}

const spaceName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @throws {RingbackError} `option.invalid` */
export function checkSpaceName(name: unknown): void {
  if (typeof name === 'string' && spaceName.test(name)) return;
  throw new RingbackError('option.invalid', {
    detail: `Failed to open a space. Got the name ${JSON.stringify(name)}, expected one to 64 letters, digits, ".", "_" and "-", the first a letter or a digit.`,
  });
}

function invalid(what: string): RingbackError {
  return new RingbackError('option.invalid', { detail: `Failed to call startProvider: ${what}.` });
}
