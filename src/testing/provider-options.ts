import { RingbackError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import { spaceName, spaceNameExpected } from '../core/space-name.ts';
import { readStartTime, startTimeExpected, startTimeProblem } from '../core/start-time.ts';
import type { SettingsInput } from '../types/scenario-input.ts';
import { checkOptions } from './options.ts';

/** Options that start a server in this process. */
export interface InProcessOptions {
  /**
   * Time passes only when the test moves the clock.
   * @default virtual
   * @example startProvider({ clock: 'real', speed: 60 })
   */
  readonly clock?: 'virtual' | 'real';
  /**
   * Where the virtual clock starts, in RFC 3339.
   * @default 2030-01-01T00:00:00Z
   * @example startProvider({ now: '2026-02-28T23:59:00Z' })
   */
  readonly now?: string;
  /**
   * Speed of the real clock: 60 makes it run 60 times as fast as real time.
   * @default 1
   * @example startProvider({ clock: 'real', speed: 60 })
   */
  readonly speed?: number;
  /**
   * Seed of ids and data, the same in every space.
   * @default 42
   * @example startProvider({ seed: 7 })
   */
  readonly seed?: number;
  /**
   * Settings of every space, as for `--set`.
   * @default the default settings
   * @example startProvider({ settings: { 'informed.strict': true } })
   */
  readonly settings?: SettingsInput;
  /**
   * Scenario files and directories in addition to the bundled scenarios.
   * @default none
   * @example startProvider({ scenarios: ['test/scenarios'] })
   */
  readonly scenarios?: readonly string[];
  /**
   * The port to listen on. A free port.
   * @default 0
   * @example startProvider({ port: 4020 })
   */
  readonly port?: number;
  /**
   * Addresses that callbacks may go to in addition to loopback and private ones. Name link-local and metadata
   * addresses one by one.
   * @default none
   * @example startProvider({ allowCallbacksTo: ['consumer.example', '203.0.113.0/24'] })
   */
  readonly allowCallbacksTo?: readonly string[];
  /**
   * Host names that requests may name, in addition to localhost, IP addresses and the providers' own.
   * @default none
   * @example startProvider({ allowHosts: ['mock.internal'] })
   */
  readonly allowHosts?: readonly string[];
  /**
   * Origins of web pages that may call the provider, e.g. `http://localhost:3000`.
   * @default none
   * @example startProvider({ allowOrigins: ['http://localhost:3000'] })
   */
  readonly allowOrigins?: readonly string[];
  /**
   * Accepts any certificate of an HTTPS endpoint, such as a self-signed one.
   * @default false
   * @example startProvider({ insecureCallbacks: true })
   */
  readonly insecureCallbacks?: boolean;
  /**
   * The space to use.
   * @default default
   * @example startProvider({ space: 'orders' })
   */
  readonly space?: string;
}

/** Options that attach to a running server. */
export interface AttachedOptions {
  /** URL of the server, e.g. `http://127.0.0.1:4020`. */
  readonly url: string;
  /**
   * The space to use.
   * @default default
   * @example startProvider({ space: 'orders' })
   */
  readonly space?: string;
  /**
   * The value of the server's `--control-token`. With a token, call a method of the provider first: that creates the
   * space, which your client cannot do without the token.
   * @default none
   * @example startProvider({ url: 'http://127.0.0.1:4020', token: process.env.RINGBACK_CONTROL_TOKEN })
   */
  readonly token?: string;
}

/** Options of `startProvider`. */
export type StartProviderOptions = InProcessOptions | AttachedOptions;

/** Checks for the options of a server in this process. The limits are those of the command line. */
const valuesHere: Readonly<Record<string, { readonly expected: string; fits(value: unknown): boolean }>> = {
  clock: { expected: '"virtual" or "real"', fits: (value) => value === 'virtual' || value === 'real' },
  now: { expected: startTimeExpected, fits: (value) => readStartTime(value) !== null },
  speed: {
    expected: 'a number from 0.001 to 1000000',
    fits: (value) => typeof value === 'number' && value >= 0.001 && value <= 1_000_000,
  },
  seed: {
    expected: 'an integer from 0',
    fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  },
  settings: { expected: 'an object with settings by name', fits: isJsonObject },
  scenarios: { expected: 'a list of files and directories', fits: isListOfTexts },
  port: {
    expected: 'an integer from 0 to 65535',
    fits: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535,
  },
  allowCallbacksTo: { expected: 'a list of hosts, addresses or networks', fits: isListOfTexts },
  allowHosts: { expected: 'a list of host names', fits: isListOfTexts },
  allowOrigins: { expected: 'a list of origins of pages', fits: isListOfTexts },
  insecureCallbacks: { expected: 'true or false', fits: (value) => typeof value === 'boolean' },
};
const inProcessNames = [...Object.keys(valuesHere), 'space'];
const attachedNames = ['url', 'space', 'token'];

/**
 * Distinguishes the two kinds of options, and rejects unknown ones.
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
    for (const [name, { expected, fits }] of Object.entries(valuesHere)) {
      const value = (options as Readonly<Record<string, unknown>>)[name];
      if (value === undefined || fits(value)) continue;
      if (name === 'now') throw invalid(startTimeProblem(value, show));
      throw invalid(`Got ${show(value)} for ${name}, expected ${expected}`);
    }
    if (given.includes('now') && (options as InProcessOptions).clock === 'real')
      throw invalid('"now" sets a virtual clock, and the clock is real. Omit one of them');
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

/**
 * @param what the thing that gets the name: `a space`, `an inbox`
 * @throws {RingbackError} `option.invalid`
 */
export function checkName(what: string, name: unknown): void {
  if (typeof name === 'string' && spaceName.test(name)) return;
  throw new RingbackError('option.invalid', {
    detail: `Could not open ${what}. Got the name ${JSON.stringify(name)}, expected ${spaceNameExpected}.`,
  });
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Also shows values that JSON cannot write, such as NaN. */
function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
}

function invalid(what: string): RingbackError {
  return new RingbackError('option.invalid', { detail: `Could not call startProvider: ${what}.` });
}
