import type { Configuration } from '../config/configuration.ts';
import { RingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';
import type { StartLog } from './server-log.ts';
import type { ServerOptions } from './server-options.gen.ts';

/** Options of `startServer`: those of the table, and those that only code can give. */
export interface StartServerOptions extends ServerOptions {
  /**
   * An OpenAPI file to serve.
   * @default the bundled contract
   */
  readonly contract?: string;
  /**
   * The configuration, if it is read already. Null: there is none.
   * @default the one of `config`, or the one beside the contract
   */
  readonly configuration?: Configuration | null;
  /**
   * Providers by name. Each implements the operations with its tag in the contract.
   * @default the bundled ones
   */
  readonly providers?: ReadonlyMap<string, Provider>;
  /**
   * Whether {@link RunningServer.breakOff} can tell requests apart. Only for a process that runs nothing but the
   * server.
   * @default false
   */
  readonly tracesRequests?: boolean;
  /**
   * Receives what the server does.
   * @default only failures, on stderr
   */
  readonly log?: StartLog;
}

/** @throws {RingbackError} `option.invalid` */
export function readPublicUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new RingbackError('option.invalid', {
      details: { option: '--public-url', given: text },
      detail: `Could not read the public URL. Got ${JSON.stringify(text)}, expected an absolute http or https URL without a query, e.g. https://mock.example.com.`,
    });
  }
  return url;
}

/** The values that a header can carry unchanged: it loses spaces at both ends. */
const token = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** @throws {RingbackError} `option.invalid` */
export function readToken(text: string): string {
  if (token.test(text)) return text;
  const got = text.trim() === '' ? 'an empty one' : 'one that a header cannot contain';
  throw new RingbackError('option.invalid', {
    details: { option: '--control-token', given: null },
    detail: `Could not use the control token: got ${got}, expected printable ASCII that neither starts nor ends with a space. Set another --control-token, or omit it.`,
    violations: [{ location: 'control-token', code: 'option.invalid', message: 'expected printable ASCII' }],
  });
}

export function tokenRequired(host: string, container: boolean): RingbackError {
  const remedy = container
    ? 'Set the environment variable RINGBACK_CONTROL_TOKEN of the container to a value of your choice, e.g. docker run -e RINGBACK_CONTROL_TOKEN=<token>'
    : 'Set one with --control-token <token> or RINGBACK_CONTROL_TOKEN, or bind 127.0.0.1';
  return new RingbackError('option.invalid', {
    details: { option: '--control-token', given: null },
    detail: `Could not start: binding ${host} opens the control API to other machines, and no token protects it. ${remedy}.`,
  });
}

export function nowIsReal(now: number): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option: '--now', given: now },
    detail:
      'Could not start: --now sets a virtual clock, and the clock is real. Add --clock virtual, or omit --now.',
  });
}
