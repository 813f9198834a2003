import type { Contract } from '../core/contract/contract.ts';
import type { NamedCallback } from '../core/contract/find-callback.ts';
import { bundledProviders } from '../providers/bundled.ts';
import type { ControlClient } from './control-client.ts';

/** The names of a server, to check those in calls. */
export interface ServerNames {
  /** By type. */
  readonly callbacks: ReadonlyMap<string, NamedCallback>;
  /** Null: unknown. The server checks them. */
  readonly providers: readonly string[] | null;
}

/** The names of a server in this process. */
export function namesOf(
  { callbacks }: Pick<Contract, 'callbacks'>,
  providers: Iterable<{ readonly name: string }>,
): ServerNames {
  return { callbacks, providers: [...providers].map(({ name }) => name) };
}

/** The names of a running server. */
export async function readNames(client: ControlClient): Promise<ServerNames> {
  const { callbacks } = (await client.call({ method: 'GET', path: 'callbacks' })) as {
    readonly callbacks: readonly { readonly callback: string; readonly event: string }[];
  };
  const isBundled = callbacks.some(({ callback, event }) =>
    [...bundledProviders.keys()].some((name) => callback === `${name}.${event}`),
  );
  return {
    callbacks: new Map(
      callbacks.map(({ callback, event }) => [callback, { type: callback, name: callback, event }]),
    ),
    providers: isBundled ? [...bundledProviders.keys()] : null,
  };
}
