import { RingbackError } from '../core/errors.ts';
import { spaceName, spaceNameExpected } from '../core/space-name.ts';
import { startTimeProblem } from '../core/start-time.ts';
import { expectedOf, isValue } from '../options/option-entry.ts';
import { serverOptionsByName } from '../options/server-options.ts';
import type { InProcessServerOptions } from './in-process-options.gen.ts';
import { checkOptions } from './options.ts';

interface SpaceOption {
  /**
   * The space to use.
   * @default default
   * @example startProvider({ space: 'orders' })
   */
  readonly space?: string;
}

/** Options that start a server in this process. */
export interface InProcessOptions extends InProcessServerOptions, SpaceOption {
  /**
   * The OpenAPI file of the provider to play. Its API is at `urls.api`.
   * @default the bundled contract
   * @example startProvider({ contract: 'openapi.yaml' })
   */
  readonly contract?: string;
}

/** Options that attach to a running server. */
export interface AttachedOptions extends SpaceOption {
  /** URL of the server, e.g. `http://127.0.0.1:4020`. */
  readonly url: string;
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

/** The options of a server in this process. */
export const optionsHere = [...serverOptionsByName].filter(
  ([, { startProvider }]) => startProvider !== undefined,
);
const inProcessNames = [...optionsHere.map(([name]) => name), 'contract', 'space'];
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
        'token',
        null,
        '"token" is for a running server, and there is no "url". Give its url, or leave the token out',
      );
    const { contract } = options as InProcessOptions;
    if (contract !== undefined && typeof contract !== 'string')
      throw invalid('contract', contract, `Got ${show(contract)} for contract, expected the path of a file`);
    for (const [name, entry] of optionsHere) {
      const value = (options as Readonly<Record<string, unknown>>)[name];
      if (value === undefined || isValue(entry, value)) continue;
      if (name === 'now') throw invalid(name, value, startTimeProblem(value, show));
      throw invalid(name, value, `Got ${show(value)} for ${name}, expected ${expectedOf(entry)}`);
    }
    if (given.includes('now') && (options as InProcessOptions).clock === 'real')
      throw invalid(
        'now',
        (options as InProcessOptions).now,
        '"now" sets a virtual clock, and the clock is real. Omit one of them',
      );
    return false;
  }
  const own = given.filter((name) => !attachedNames.includes(name));
  const [first] = own;
  if (first !== undefined)
    throw invalid(
      first,
      (options as Readonly<Record<string, unknown>>)[first],
      `a running server has its own ${own.join(', ')}. Leave it out, or leave "url" out to start one here`,
    );
  const { url } = options as AttachedOptions;
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp)
    throw invalid(
      'url',
      url,
      `Got the url ${JSON.stringify(url)}, expected one such as http://127.0.0.1:4020`,
    );
  return true;
}

/**
 * @param what the thing that gets the name: `a space`, `an inbox`
 * @throws {RingbackError} `option.invalid`
 */
export function checkName(what: string, name: unknown): void {
  if (typeof name === 'string' && spaceName.test(name)) return;
  throw new RingbackError('option.invalid', {
    details: { option: what === 'a space' ? 'space' : 'name', given: name },
    detail: `Could not open ${what}. Got the name ${JSON.stringify(name)}, expected ${spaceNameExpected}.`,
  });
}

/** Also shows values that JSON cannot write, such as NaN. */
function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
}

function invalid(option: string, given: unknown, what: string): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option, given },
    detail: `Could not call startProvider: ${what}.`,
  });
}
