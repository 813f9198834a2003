// Made from src/options/server-options.ts by "npm run generate". Change what it is made from, not this file.

import type { SettingsInput } from '../types/scenario-input.ts';

/** Options of a server. */
export interface InProcessServerOptions {
  /**
   * Configuration to use, see docs/configuration.md. Other options take precedence over it.
   * @default ringback.yaml or ringback.yml beside your contract, or on a command line without a contract, in the current folder
   * @example startProvider({ config: 'ringback.yaml' })
   */
  readonly config?: string;
  /**
   * Name of the provider that your contract describes, in scenarios, settings and records.
   * @default made from its title
   * @example startProvider({ name: 'payments' })
   */
  readonly name?: string;
  /**
   * URL that the webhooks of your contract are sent to, when a scenario names them. It is the initial value of the setting webhooks.to.
   * @default none
   * @example startProvider({ webhooksTo: 'http://127.0.0.1:3000/webhooks' })
   */
  readonly webhooksTo?: string;
  /**
   * Fetches the http and https references of your contract. Without it, what they refer to is left out, and the rest works.
   * @default false
   * @example startProvider({ allowRemoteRefs: true })
   */
  readonly allowRemoteRefs?: boolean;
  /**
   * Port to listen on. 0 picks a free one.
   * @default 0
   * @example startProvider({ port: 4021 })
   */
  readonly port?: number;
  /**
   * Scenario files or directories to load in addition to the bundled scenarios. A scenario of the same name replaces the bundled one.
   * @default none
   * @example startProvider({ scenarios: ['test/scenarios'] })
   */
  readonly scenarios?: readonly string[];
  /**
   * real: time passes by itself. virtual: time passes only when a test moves it, e.g. with POST /_ringback/clock.
   * @default "virtual"
   * @example startProvider({ clock: 'real' })
   */
  readonly clock?: 'real' | 'virtual';
  /**
   * Start time of the virtual clock of every space. A real clock has none.
   * @default 2030-01-01T00:00:00Z
   * @example startProvider({ now: '2031-03-01T08:00:00Z' })
   */
  readonly now?: string;
  /**
   * How fast the real clock runs: 60 plays a minute in a second. Timeouts of attempts always use real time.
   * @default 1
   * @example startProvider({ speed: 60 })
   */
  readonly speed?: number;
  /**
   * Seed of all ids and data, the same in every space. The same seed gives the same callbacks.
   * @default 42
   * @example startProvider({ seed: 7 })
   */
  readonly seed?: number;
  /**
   * Settings of every space, by name. docs/settings.md lists all settings.
   * @default those of docs/settings.md
   * @example startProvider({ settings: { 'informed.quietPeriod': '1s' } })
   */
  readonly settings?: SettingsInput;
  /**
   * Also allows callbacks to these addresses: host, *.host, CIDR, or * for all. Link-local addresses and cloud metadata services must be named one by one.
   * @default loopback and private addresses only
   * @example startProvider({ allowCallbacksTo: ['consumer.example', '203.0.113.0/24'] })
   */
  readonly allowCallbacksTo?: readonly string[];
  /**
   * Does not verify certificates: sends callbacks to HTTPS endpoints whose certificate is self-signed, expired or for another host.
   * @default false
   * @example startProvider({ insecureCallbacks: true })
   */
  readonly insecureCallbacks?: boolean;
  /**
   * Also accepts requests to these host names: name, or *.name for its subdomains, e.g. the service name in a container network. Always accepted: localhost, IP addresses, host.docker.internal, the names that the server binds and is public by, the servers of the contract and the real providers.
   * @default no others
   * @example startProvider({ allowHosts: ['mock.internal'] })
   */
  readonly allowHosts?: readonly string[];
  /**
   * Accepts requests from browser pages of these origins, and responds with CORS headers. A page on another port of this machine may call the providers, but cannot read their responses.
   * @default none
   * @example startProvider({ allowOrigins: ['http://localhost:3000'] })
   */
  readonly allowOrigins?: readonly string[];
}
