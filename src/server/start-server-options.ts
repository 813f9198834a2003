import { RingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';
import type { SettingsInput } from '../core/settings.ts';
import type { ServerLimits } from './http/connection-limits.ts';
import type { StartLog } from './server-log.ts';

/** Options of `startServer`. */
export interface StartServerOptions {
  /** An OpenAPI file to serve. Default: the bundled contract. */
  readonly contract?: string;
  /** By name. Each implements the operations with its tag in the contract. Default: the bundled ones. */
  readonly providers?: ReadonlyMap<string, Provider>;
  /** Default 4020. 0 selects a free port. */
  readonly port?: number;
  /** Address or name to bind. Beyond loopback, `controlToken` is required. Default `127.0.0.1`. */
  readonly host?: string;
  /** Scenario files and directories in addition to the bundled scenarios. Default: none. */
  readonly scenarios?: readonly string[];
  /** Default `real`. */
  readonly clock?: 'real' | 'virtual';
  /** Where the virtual clock of every space starts, in milliseconds since 1970. Default 2030-01-01T00:00:00Z. */
  readonly now?: number;
  /** The speed of the real clock relative to real time. Default 1. */
  readonly speed?: number;
  /**
   * The seed of ids and data. It applies to every space, so the ids in a test do not depend on its space. Default:
   * random.
   */
  readonly seed?: number;
  /** The maximum number of spaces. Beyond it, the least recently used one is evicted. Default 1,000. */
  readonly maxSpaces?: number;
  /** The maximum memory of all spaces together, in bytes. Default: a quarter of V8's heap limit. */
  readonly memoryBytes?: number;
  /** Maximum size in bytes of the uploads of all spaces together. Beyond it, the oldest are evicted. Default: 4 GiB. */
  readonly keptUploadBytes?: number;
  /**
   * The maximum size in bytes of uploads in memory. The others are stored in a temporary directory. Default: 64 MiB.
   */
  readonly uploadMemoryBytes?: number;
  /** Initial settings of every space, in the format of `--set`. Default: none. */
  readonly settings?: SettingsInput;
  /** Serves HTTPS with a self-signed certificate. Default false. */
  readonly tls?: boolean;
  /**
   * The targets that callbacks may have in addition to loopback and private addresses. Link-local and metadata
   * addresses must be named one by one. Default: none.
   */
  readonly allowCallbacksTo?: readonly string[];
  /** Sends callbacks to HTTPS endpoints without verifying their certificates. Default false. */
  readonly insecureCallbacks?: boolean;
  /** The URL that consumers reach the server by. Default: the `Host` of each request. */
  readonly publicUrl?: string;
  /** The token that the control API requires: printable ASCII, which may have spaces inside. Default: none. */
  readonly controlToken?: string;
  /**
   * The accepted `Host` names, with `*.name` for every name below one. They add to loopback, IP addresses,
   * `host.docker.internal`, `host` and `publicUrl` and, for provider requests, the servers of the contract and the
   * hosts of the real providers. Default: none.
   */
  readonly allowHosts?: readonly string[];
  /** The origins whose pages may call the server from a browser and read its responses. Default: none. */
  readonly allowOrigins?: readonly string[];
  /**
   * Whether {@link RunningServer.breakOff} can tell requests apart. Only for a process that runs nothing but the
   * server. Default false.
   */
  readonly tracesRequests?: boolean;
  /** Limits of connections, headers and slow requests. Default: see {@link ServerLimits}. */
  readonly limits?: Partial<ServerLimits>;
  /** The maximum number of callbacks in flight. Default 1,024. */
  readonly maxAttempts?: number;
  /** The maximum number of callbacks in flight to one scheme, host and port. Default 128. */
  readonly maxAttemptsPerOrigin?: number;
  /** Receives what the server does. Default: only failures, on stderr. */
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

/** The values that a header can carry unchanged: it loses spaces at both ends. */
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
