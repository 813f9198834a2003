// Made from src/options/server-options.ts by "npm run generate". Change what it is made from, not this file.

import type { Duration } from '../core/duration.ts';
import type { SettingsInput } from '../core/settings.ts';

/** Options of a server. */
export interface ServerOptions {
  /**
   * Configuration to use, see docs/configuration.md. Other options take precedence over it.
   * @default ringback.yaml or ringback.yml beside your contract, or on a command line without a contract, in the current folder
   * @example startServer({ config: 'ringback.yaml' })
   */
  readonly config?: string;
  /**
   * Name of the provider that your contract describes, in scenarios, settings and records.
   * @default made from its title
   * @example startServer({ name: 'payments' })
   */
  readonly name?: string;
  /**
   * URL that the webhooks of your contract are sent to, when a scenario names them. It is the initial value of the setting webhooks.to.
   * @default none
   * @example startServer({ webhooksTo: 'http://127.0.0.1:3000/webhooks' })
   */
  readonly webhooksTo?: string;
  /**
   * Fetches the http and https references of your contract. Without it, what they refer to is left out, and the rest works.
   * @default false
   * @example startServer({ allowRemoteRefs: true })
   */
  readonly allowRemoteRefs?: boolean;
  /**
   * Port to listen on. 0 picks a free one.
   * @default 4020
   * @example startServer({ port: 4021 })
   */
  readonly port?: number;
  /**
   * Address or host name to bind. Anything beyond loopback requires `controlToken`.
   * @default 127.0.0.1, with `container` 0.0.0.0
   * @example startServer({ host: '0.0.0.0' })
   */
  readonly host?: string;
  /**
   * Serves a container network: binds all addresses, accepts any Host, and lets anyone read /_ringback/health. Everything else of the control API requires `controlToken`.
   * @default false
   * @example startServer({ container: true })
   */
  readonly container?: boolean;
  /**
   * Scenario files or directories to load in addition to the bundled scenarios. A scenario of the same name replaces the bundled one.
   * @default none
   * @example startServer({ scenarios: ['test/scenarios'] })
   */
  readonly scenarios?: readonly string[];
  /**
   * real: time passes by itself. virtual: time passes only when a test moves it, e.g. with POST /_ringback/clock.
   * @default "real"
   * @example startServer({ clock: 'virtual' })
   */
  readonly clock?: 'real' | 'virtual';
  /**
   * Start time of the virtual clock of every space. A real clock has none.
   * @default 2030-01-01T00:00:00Z
   * @example startServer({ now: Date.parse('2031-03-01T08:00:00Z') })
   */
  readonly now?: number;
  /**
   * How fast the real clock runs: 60 plays a minute in a second. Timeouts of attempts always use real time.
   * @default 1
   * @example startServer({ speed: 60 })
   */
  readonly speed?: number;
  /**
   * Seed of all ids and data, the same in every space. The same seed gives the same callbacks.
   * @default random
   * @example startServer({ seed: 7 })
   */
  readonly seed?: number;
  /**
   * Maximum number of spaces, including `default`, which is never evicted. Beyond it, the least recently used space is evicted.
   * @default 1000
   * @example startServer({ maxSpaces: 50 })
   */
  readonly maxSpaces?: number;
  /**
   * Maximum memory in bytes for all spaces together, without uploads. Beyond it, the largest space evicts its oldest records.
   * @default a quarter of the heap limit of V8
   * @example startServer({ memoryBytes: 500000000 })
   */
  readonly memoryBytes?: number;
  /**
   * Maximum size in bytes of the uploads of all spaces together. Beyond it, the oldest are evicted.
   * @default 4294967296
   * @example startServer({ keptUploadBytes: 1000000000 })
   */
  readonly keptUploadBytes?: number;
  /**
   * Maximum size in bytes of the uploads kept in memory. The others go to a temporary folder on disk.
   * @default 67108864
   * @example startServer({ uploadMemoryBytes: 0 })
   */
  readonly uploadMemoryBytes?: number;
  /**
   * Maximum number of open connections. Beyond it, the connection that has been idle longest is closed. If none is idle, a new connection gets 503.
   * @default 4096
   * @example startServer({ maxConnections: 100 })
   */
  readonly maxConnections?: number;
  /**
   * Maximum size in bytes of the request line and headers together. A larger head gets 431.
   * @default 16384
   * @example startServer({ maxHeaderBytes: 65536 })
   */
  readonly maxHeaderBytes?: number;
  /**
   * How long a whole request may take to arrive. A slower one gets 408.
   * @default "1h"
   * @example startServer({ requestTimeout: '30s' })
   */
  readonly requestTimeout?: Duration;
  /**
   * Minimum rate at which a request must arrive after its first 30 seconds. A slower one gets 408. 0: no minimum.
   * @default 100
   * @example startServer({ minBodyRate: 0 })
   */
  readonly minBodyRate?: number;
  /**
   * Maximum number of callbacks in flight to all endpoints together. Further ones wait.
   * @default 1024
   * @example startServer({ maxAttempts: 100 })
   */
  readonly maxAttempts?: number;
  /**
   * Maximum number of callbacks in flight to one origin (scheme, host and port). Further ones wait.
   * @default 128
   * @example startServer({ maxAttemptsPerOrigin: 1 })
   */
  readonly maxAttemptsPerOrigin?: number;
  /**
   * Settings of every space, by name. docs/settings.md lists all settings.
   * @default those of docs/settings.md
   * @example startServer({ settings: { 'informed.quietPeriod': '1s' } })
   */
  readonly settings?: SettingsInput;
  /**
   * Serves HTTPS with a self-signed certificate generated at startup. To call an endpoint that is itself self-signed, add its certificate to NODE_EXTRA_CA_CERTS, or use `insecureCallbacks`.
   * @default false
   * @example startServer({ tls: true })
   */
  readonly tls?: boolean;
  /**
   * Also allows callbacks to these addresses: host, *.host, CIDR, or * for all. Link-local addresses and cloud metadata services must be named one by one.
   * @default loopback and private addresses only
   * @example startServer({ allowCallbacksTo: ['consumer.example', '203.0.113.0/24'] })
   */
  readonly allowCallbacksTo?: readonly string[];
  /**
   * Does not verify certificates: sends callbacks to HTTPS endpoints whose certificate is self-signed, expired or for another host.
   * @default false
   * @example startServer({ insecureCallbacks: true })
   */
  readonly insecureCallbacks?: boolean;
  /**
   * URL at which consumers reach the server. Upload and download URLs start with it.
   * @default the Host header of each request
   * @example startServer({ publicUrl: 'https://mock.example.com' })
   */
  readonly publicUrl?: string;
  /**
   * Token that requests to /_ringback must send: printable ASCII.
   * @default none is required
   * @example startServer({ controlToken: 's3cret' })
   */
  readonly controlToken?: string;
  /**
   * Also accepts requests to these host names: name, or *.name for its subdomains, e.g. the service name in a container network. Always accepted: localhost, IP addresses, host.docker.internal, the names that the server binds and is public by, the servers of the contract and the real providers.
   * @default no others
   * @example startServer({ allowHosts: ['mock.internal'] })
   */
  readonly allowHosts?: readonly string[];
  /**
   * Accepts requests from browser pages of these origins, and responds with CORS headers. A page on another port of this machine may call the providers, but cannot read their responses.
   * @default none
   * @example startServer({ allowOrigins: ['http://localhost:3000'] })
   */
  readonly allowOrigins?: readonly string[];
}
