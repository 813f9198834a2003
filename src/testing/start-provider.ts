import { checkNoMore } from '../core/check-no-more.ts';
import { readStartTime } from '../core/start-time.ts';
import { requireNextTick } from '../platform/machine-time.ts';
import type { AnyCallbacks } from './callback-types.ts';
import { checkServer } from './check-server.ts';
import { ControlClient } from './control-client.ts';
import { ControlProvider } from './control-provider.ts';
import { meet } from './met-callbacks.ts';
import type { MockProvider } from './mock-provider.ts';
import {
  type AttachedOptions,
  checkName,
  type InProcessOptions,
  isAttached,
  optionsHere,
  type StartProviderOptions,
} from './provider-options.ts';
import { namesOf, readNames, type ServerNames } from './server-names.ts';

/** The defaults of `startProvider` that differ from those of a server. */
const ownDefaults = Object.fromEntries(
  optionsHere.flatMap(([name, { startProvider }]) => {
    const standard = startProvider?.default;
    return standard === undefined ? [] : [[name, standard]];
  }),
);

/** How long requests in flight may take after a provider is closed, in milliseconds. */
const graceMs = 1_000;

/**
 * Starts a mock provider in this process, on a free port and a virtual clock, or attaches to a running server.
 * @typeParam Callbacks `CallbackPayloads` of `ringback/types`, or of the file that `ringback types` writes. Default: any
 * @param options `{ url, space?, token? }` attaches. All others start a server
 * @throws {RingbackError} `option.*`; `provider.unreachable`, `provider.version` for a running server;
 *   the errors of `ringback serve` for invalid values
 * @example
 * await using provider = await startProvider({ seed: 7 });
 * await provider.playNext('docdigitizer/rejected');
 * await submitTo(provider.urls.docdigitizer, provider.inbox('mine').url);
 * await provider.settle();
 */
export async function startProvider<Callbacks = AnyCallbacks>(
  options: StartProviderOptions = {},
  ...extra: readonly never[]
): Promise<MockProvider<Callbacks>> {
  checkNoMore('startProvider(options)', extra);
  if (isAttached(options)) return attach(options);
  const { space = 'default' } = options;
  checkName('a space', space);
  return startHere(options, space);
}

async function startHere(options: InProcessOptions, spaceName: string): Promise<MockProvider> {
  const { space: _, now: start, ...given } = options;
  const now = readStartTime(start);
  // The server is most of the package. Attaching or using only matchers does not load it.
  await requireNextTick(true);
  const { startServer } = await import('../server/start-server.ts');
  const { findConfig } = await import('../config/find-config.ts');
  const config = await findConfig({ ...given, inCurrentFolder: false });
  const running = await startServer({
    ...ownDefaults,
    ...given,
    configuration: config === null ? null : { ...config, options: optionsOfTests(config.options) },
    ...(now !== null && { now }),
  });
  const names = namesOf(running.contract, running.providers);
  meet(names, running.providers);
  let stopped = false;
  return new ControlProvider({
    server: running.url,
    spaceName,
    token: null,
    names: async () => names,
    isStopped: () => stopped,
    stop: async () => {
      await requireNextTick();
      stopped = true;
      await running.close({ graceMs });
    },
  });
}

/** The options of a configuration that tests share: not, for example, a port or a token. */
function optionsOfTests(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = new Set(optionsHere.map(([name]) => name));
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.has(name)));
}

async function attach(options: AttachedOptions): Promise<MockProvider> {
  const { url, space = 'default' } = options;
  const token = options.token ?? null;
  checkName('a space', space);
  const server = url.replace(/\/+$/, '');
  // Creates the space, which clients without the token cannot do.
  const client = new ControlClient({ url: `${server}/@${space}/_ringback`, token });
  await checkServer(client, server);
  let names: ServerNames | undefined;
  return new ControlProvider({
    server,
    spaceName: space,
    token,
    names: async () => {
      names ??= await readNames(client);
      return names;
    },
    isStopped: () => false,
  });
}
