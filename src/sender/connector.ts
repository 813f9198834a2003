import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import {
  connect as connectTcp,
  isIP,
  type LookupFunction,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';
import { connect as connectTls, type SecureContext, type ConnectionOptions as TlsOptions } from 'node:tls';
import type { buildConnector } from 'undici';
import { RingbackError } from '../core/errors.ts';
import type { AddressPolicy } from './address-policy.ts';

/** Begins a connection and returns its socket at once, so that it can be given up while it is being made. */
export type OpenSocket = (target: buildConnector.Options, done: buildConnector.Callback) => Socket | null;

/**
 * Makes the socket of a connection, which connects by itself.
 * @param tls null: none
 */
export type Dial = (tcp: TcpNetConnectOpts, tls: TlsOptions | null) => Socket;

/** Where connections may go, and whom they trust. */
export interface ConnectorOptions {
  readonly allow: AddressPolicy;
  /** Looks host names up. Default: the system's resolver. */
  readonly resolve?: LookupFunction | undefined;
  /** The certificates that TLS trusts. Default: Node's. */
  readonly secureContext?: SecureContext | undefined;
}

/**
 * Opens TCP and TLS connections to permitted addresses only. A host name is looked up here, and only the permitted
 * ones of its addresses are tried; a literal address, for which no look-up takes place, is checked before.
 * @param dial default: TLS right on the connection, without a socket of its own under it
 */
export function createConnector(
  { allow, resolve = systemLookup, secureContext }: ConnectorOptions,
  dial: Dial = dialDirectly,
): OpenSocket {
  const lookup = guardedLookup(allow, resolve);
  return ({ hostname, protocol, port, servername }, done) => {
    if (isIP(hostname) !== 0 && !allow.permits(hostname, hostname)) {
      queueMicrotask(() => done(addressRefused(hostname, [hostname]), null));
      return null;
    }
    const secure = protocol === 'https:';
    const options = { host: hostname, port: Number(port === '' ? (secure ? 443 : 80) : port), lookup };
    // SNI names a host, never an address (RFC 6066 §3).
    const name = servername ?? (isIP(hostname) === 0 ? hostname : '');
    const tls = { servername: name, ALPNProtocols: ['http/1.1'], ...(secureContext && { secureContext }) };
    const socket = dial(options, secure ? tls : null);
    socket.setNoDelay(true);
    let pending = true;
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      pending = false;
      done(null, socket);
    });
    socket.on('error', (error) => {
      if (pending) done(error, null);
      pending = false;
    });
    return socket;
  };
}

function dialDirectly(tcp: TcpNetConnectOpts, tls: TlsOptions | null): Socket {
  return tls === null ? connectTcp(tcp) : connectTls({ ...tcp, ...tls });
}

function guardedLookup(policy: AddressPolicy, resolve: LookupFunction): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0);
      const addresses: LookupAddress[] = Array.isArray(found) ? found : [];
      const permitted = addresses.filter(({ address }) => policy.permits(hostname, address));
      const [first] = permitted;
      if (first === undefined) {
        const refused = addressRefused(
          hostname,
          addresses.map(({ address }) => address),
        );
        return done(refused, '', 0);
      }
      if (options.all === true) return done(null, permitted);
      done(null, first.address, first.family);
    });
  };
}

function addressRefused(hostname: string, addresses: readonly string[]): RingbackError {
  const resolved = addresses.includes(hostname) ? '' : ` (${addresses.join(', ') || 'no address'})`;
  return new RingbackError('callback.address-refused', {
    detail: `callbacks to ${hostname}${resolved} are not allowed: it is neither a loopback nor a private address, and no entry of --allow-callbacks-to names it`,
  });
}
