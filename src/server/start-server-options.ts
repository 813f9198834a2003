import { RingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';
import type { SettingsInput } from '../core/settings.ts';
import type { ServerLimits } from './http/connection-limits.ts';
import type { StartLog } from './server-log.ts';

/** Options of `startServer`. */
export interface StartServerOptions {
  /** An OpenAPI file to serve. Default: the bundled contract. */
  readonly contract?: string;
  /** By name; each carries out the contract's operations that have its tag. Default: the bundled ones. */
  readonly providers?: ReadonlyMap<string, Provider>;
  /** Default 4020; 0 takes a free port. */
  readonly port?: number;
  /** Address or name to bind. Default `127.0.0.1`; beyond loopback, `controlToken` is required. */
  readonly host?: string;
  /** Scenario files and directories in addition to the bundled scenarios. Default: none. */
  readonly scenarios?: readonly string[];
  /** Default `real`. */
  readonly clock?: 'real' | 'virtual';
  /** Where the virtual clock of every space starts, in milliseconds since 1970. Default 2030-01-01T00:00:00Z. */
  readonly now?: number;
  /** How many times as fast as real time the real clock runs. Default 1. */
  readonly speed?: number;
  /**
   * Seed of ids and data. The same in every space, so that a test gets the same ids whatever space it runs in.
   * Default: drawn.
   */
  readonly seed?: number;
  /** Most spaces at a time; past it, the one that was unused for longest goes. Default 1,000. */
  readonly maxSpaces?: number;
  /** Most bytes that all spaces together keep in memory. Default: a quarter of what V8 allows its heap. */
  readonly memoryBytes?: number;
  /** Maximum size in bytes of the uploads of all spaces together. Beyond it, the oldest are evicted. Default: 4 GiB. */
  readonly keptUploadBytes?: number;
  /** Most bytes of them in memory; the others go to a temporary directory. Default: 64 MiB. */
  readonly uploadMemoryBytes?: number;
  /** Settings of every space, as `--set` takes them. Default: none replaced. */
  readonly settings?: SettingsInput;
  /** Serves HTTPS with a certificate that signs itself. Default false. */
  readonly tls?: boolean;
  /**
   * Where callbacks may go in addition to loopback and private addresses; link-local and metadata addresses one by one.
   * Default: nowhere.
   */
  readonly allowCallbacksTo?: readonly string[];
  /** Sends callbacks to HTTPS endpoints whatever their certificate. Default false. */
  readonly insecureCallbacks?: boolean;
  /** The URL that consumers reach the server by. Default: the `Host` of each request. */
  readonly publicUrl?: string;
  /** Token that callers of the control API have to show: printable ASCII, spaces inside of it too. Default: none. */
  readonly controlToken?: string;
  /**
   * Host names by which the server may be called, `*.name` for all under a name, in addition to loopback, IP addresses,
   * `host.docker.internal`, `host`, `publicUrl`, and, by the providers' clients, the contract's servers and the real
   * providers' hosts. Default: none.
   */
  readonly allowHosts?: readonly string[];
  /** Origins of pages that may call the server in a browser and read what it answers. Default: none. */
  readonly allowOrigins?: readonly string[];
  /** Whether {@link RunningServer.breakOff} can tell requests apart; for a process of the server's own. Default false. */
  readonly tracesRequests?: boolean;
  /** What clients may hold: connections, heads, slow requests. */
  readonly limits?: Partial<ServerLimits>;
  /** Most callbacks on their way at a time. Default 1,024. */
  readonly maxAttempts?: number;
  /** Most callbacks on their way to one scheme, host and port at a time. Default 128. */
  readonly maxAttemptsPerOrigin?: number;
  /** Where the server tells what it did. Default: nowhere but failures, on stderr. */
  readonly log?: StartLog;
}

/** @throws {RingbackError} `option.invalid` */
export function readPublicUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new RingbackError('option.invalid', {
      detail: `Could not read the public URL. Got ${JSON.stringify(text)}, expected an absolute http or https URL without a query, e.g. https://mock.example.com.`,
    });
  }
  return url;
}

/** What a header can carry as it is: it loses spaces at both ends. */
const token = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** @throws {RingbackError} `option.invalid` */
export function readToken(text: string): string {
  if (token.test(text)) return text;
  const got = text.trim() === '' ? 'an empty one' : 'one that a header cannot contain';
  throw new RingbackError('option.invalid', {
    detail: `Could not use the control token: got ${got}, expected printable ASCII that neither starts nor ends with a space. Set another --control-token, or omit it.`,
    violations: [{ location: 'control-token', code: 'option.invalid', message: 'expected printable ASCII' }],
  });
}

export function tokenRequired(host: string): RingbackError {
  return new RingbackError('option.invalid', {
    detail: `Could not start: binding ${host} opens the control API to other machines, and no token protects it. Set one with --control-token <token> or RINGBACK_CONTROL_TOKEN, or bind 127.0.0.1.`,
  });
}

export function nowIsReal(): RingbackError {
  return new RingbackError('option.invalid', {
    detail:
      'Could not start: --now sets a virtual clock, and the clock is real. Add --clock virtual, or omit --now.',
  });
}
