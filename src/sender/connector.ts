import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket, type ConnectionOptions as TlsOptions } from 'node:tls';
import { RingbackError } from '../core/errors.ts';
import { unbracket } from '../core/unbracket.ts';
import { connectTcp, connectTls } from '../http-client/connect.ts';
import { guarded } from '../platform/guarded.ts';
import type { AddressPolicy } from './address-policy.ts';

/**
 * Called with the connected socket, or the reason for the failure.
 * @param asksForCertificate whether the server asked for a client certificate
 */
export type Connected<T extends Duplex = Duplex> = (
  error: Error | null,
  socket: T | null,
  asksForCertificate: boolean,
) => void;

/** Opens a connection to an origin and returns its socket, so that the caller can abandon it. */
export type OpenSocket<T extends Duplex = Duplex> = (origin: string, done: Connected<T>) => Socket | null;

/**
 * Creates the socket of a connection, which then connects.
 * @param tls null: none
 */
export type Dial = (tcp: TcpNetConnectOpts, tls: TlsOptions | null) => Socket;

/** Which addresses may be connected to, and which certificates are trusted. */
export interface ConnectorOptions {
  readonly allow: AddressPolicy;
  /** Resolves host names. Default: the resolver of the system. */
  readonly resolve?: LookupFunction | undefined;
  /** The certificates that TLS trusts. Default: Node's. */
  readonly secureContext?: SecureContext | undefined;
  /** Accepts any certificate. Default: false. */
  readonly insecure?: boolean | undefined;
}

/**
 * Opens TCP and TLS connections to permitted addresses only. A host name is resolved here, and only its permitted
 * addresses are tried. A literal address, which is not resolved, is checked before.
 */
export function createConnector(
  { allow, resolve = systemLookup, secureContext, insecure = false }: ConnectorOptions,
  dial: Dial = dialDirectly,
): OpenSocket<Socket> {
  const lookup = guardedLookup(allow, resolve);
  return (origin, done) => {
    const { protocol, hostname: host, port } = new URL(origin);
    const hostname = unbracket(host);
    if (isIP(hostname) !== 0 && !allow.permits(hostname, hostname)) {
      const refused = addressRefused(allow, hostname, [hostname]);
      void Promise.resolve().then(() => done(refused, null, false));
      return null;
    }
    const secure = protocol === 'https:';
    const options = { host: hostname, port: Number(port === '' ? (secure ? 443 : 80) : port), lookup };
    // SNI contains a host name, never an address (RFC 6066 §3).
    const servername = isIP(hostname) === 0 ? hostname : '';
    const tls = {
      // The name that the certificate must have. Without it, Node.js compares with "localhost".
      host: hostname,
      servername,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: !insecure,
      ...(secureContext && { secureContext }),
    };
    const socket = dial(options, secure ? tls : null);
    socket.setNoDelay(true);
    let pending = true;
    const connected = guarded(
      () => {
        pending = false;
        done(null, socket, asksForCertificate(socket));
      },
      (error) => done(error as Error, null, false),
    );
    socket.once(secure ? 'secureConnect' : 'connect', connected);
    const failed = guarded(
      (error: Error) => {
        if (pending) done(error, null, asksForCertificate(socket));
        pending = false;
      },
      (error) => done(error as Error, null, false),
    );
    socket.on('error', failed);
    return socket;
  };
}

function dialDirectly(tcp: TcpNetConnectOpts, tls: TlsOptions | null): Socket {
  return tls === null ? connectTcp(tcp) : connectTls(tcp, tls);
}

/**
 * A client sees the server's signature algorithms only in a request for its certificate (RFC 8446 §4.3.2, RFC 5246
 * §7.4.4).
 */
function asksForCertificate(socket: Socket): boolean {
  return socket instanceof TLSSocket && (socket.getSharedSigalgs()?.length ?? 0) > 0;
}

function guardedLookup(policy: AddressPolicy, resolve: LookupFunction): LookupFunction {
  return (hostname, options, done) => {
    const fail = (error: unknown): void => done(error as NodeJS.ErrnoException, '', 0);
    const choose = (addresses: readonly LookupAddress[]): void => {
      const permitted = addresses.filter(({ address }) => policy.permits(hostname, address));
      const [first] = permitted;
      if (first === undefined) {
        const found = addresses.map(({ address }) => address);
        done(addressRefused(policy, hostname, found), '', 0);
      } else if (options.all === true) done(null, permitted);
      else done(null, first.address, first.family);
    };
    const resolved: Parameters<LookupFunction>[2] = (error, found) => {
      if (error !== null) return done(error, '', 0);
      choose(Array.isArray(found) ? found : []);
    };
    if (isUnderLocalhost.test(hostname)) choose(loopback);
    else resolve(hostname, { ...options, all: true }, guarded(resolved, fail));
  };
}

/** RFC 6761 §6.3: names under `localhost` are this machine, and are not resolved. */
const isUnderLocalhost = /\.localhost\.?$|^localhost\.$/i;

const loopback: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

function addressRefused(
  policy: AddressPolicy,
  hostname: string,
  addresses: readonly string[],
): RingbackError {
  const resolved = addresses.includes(hostname) ? '' : ` (${addresses.join(', ') || 'no address'})`;
  const guarded = addresses.find((address) => policy.mustBeNamed(hostname, address));
  const reason =
    guarded === undefined
      ? 'it is neither a loopback nor a private address, and no entry of --allow-callbacks-to allows it'
      : `a cloud metadata service or link-local address is called only if an entry of --allow-callbacks-to is ${guarded} or the host itself; ranges, *.host and * do not allow it`;
  return new RingbackError('callback.address-refused', {
    details: { host: hostname },
    detail: `callbacks to ${hostname}${resolved} are not allowed: ${reason}`,
  });
}
