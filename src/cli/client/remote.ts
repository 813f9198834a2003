import { clearTimeout, setTimeout } from 'node:timers';
import { isRingbackError, RingbackError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import { spaceName, spaceNameExpected } from '../../core/space-name.ts';
import { suggest } from '../../core/suggest.ts';
import type { ClientCommand } from '../../options/client-options.ts';
import { checkServer } from '../../testing/check-server.ts';
import { ControlClient } from '../../testing/control-client.ts';
import type { ServerNames } from '../../testing/server-names.ts';
import type { OptionsOf } from '../options.ts';

/** How long a server may take to say that it is one, in milliseconds. */
const patienceMs = 10_000;

/** A space of a running server. */
export interface Remote {
  /** Name of the space. */
  readonly space: string;
  /** Calls the control API of the space, and returns the JSON of the response. Null: the response has none. */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, json?: JsonValue): Promise<unknown>;
  /** The names of callbacks and providers that the server has. */
  readonly names: () => Promise<ServerNames>;
}

export type RemoteOptions = Pick<OptionsOf<ClientCommand>, 'url' | 'space' | 'token'>;

/**
 * Opens a space of a running server.
 * @param mayMake whether the space may be new. Without it, a misspelled name is an error
 * @param signal aborts the calls
 * @throws {RingbackError} `option.invalid`; `provider.unreachable`, `provider.version`; `space.unknown`; `auth.*`
 */
export async function openRemote(
  options: RemoteOptions,
  mayMake: boolean,
  signal?: AbortSignal,
): Promise<Remote> {
  const { space, token } = options;
  const server = serverUrl(options);
  const root = new ControlClient({ url: `${server}/_ringback`, token });
  await advised(token, () => greet(root, server));
  if (space !== 'default' && !mayMake) await advised(token, () => requireSpace(root, space));
  const client =
    space === 'default' ? root : new ControlClient({ url: `${server}/@${space}/_ringback`, token });
  return {
    space,
    call: (method, path, json) =>
      advised(token, () =>
        client.call({
          method,
          path,
          ...(json !== undefined && { json }),
          ...(signal !== undefined && { signal }),
        }),
      ),
    names: async () => (await import('../../testing/server-names.ts')).readNames(client),
  };
}

/**
 * The base URL of the server, also from the URL of the control API that the server prints.
 * @throws {RingbackError} `option.invalid` for the URL or the name of the space
 */
export function serverUrl({ url: given, space }: Pick<RemoteOptions, 'url' | 'space'>): string {
  if (!spaceName.test(space)) throw invalid('--space', space, spaceNameExpected);
  const url = given.replace(/\/+$/, '').replace(/\/_ringback$/, '');
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw invalid('--url', given, 'an absolute http or https URL such as http://127.0.0.1:4020');
}

async function greet(client: ControlClient, server: string): Promise<void> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patienceMs);
  try {
    await checkServer(client, server, abort.signal);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    throw new RingbackError('provider.unreachable', {
      details: { url: server, status: null },
      detail: `Could not reach the mock provider at ${server}: no response within ${patienceMs / 1_000} s. Check the URL, and that "ringback serve" runs there.`,
    });
  } finally {
    clearTimeout(timer);
  }
}

async function requireSpace(client: ControlClient, name: string): Promise<void> {
  const { spaces } = (await client.call({ method: 'GET', path: 'spaces' })) as {
    readonly spaces: readonly { readonly name: string }[];
  };
  const names = spaces.map((space) => space.name);
  if (names.includes(name)) return;
  const most = 10;
  const more = names.length > most ? `, and ${names.length - most} more` : '';
  throw new RingbackError('space.unknown', {
    details: { name },
    detail: `Could not open the space "${name}": the server has no such space.${suggest(name, names)} Its spaces: ${names.slice(0, most).join(', ')}${more}.`,
  });
}

/** Adds to an error which option to use, where the server cannot know that. */
async function advised<T>(token: string | null, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isRingbackError(error)) throw error;
    if (error.code === 'auth.missing' || error.code === 'auth.wrong') {
      throw new RingbackError(error.code, {
        detail:
          token === null
            ? 'Could not use the control API: the server requires its control token. Give it with --token or RINGBACK_CONTROL_TOKEN.'
            : 'Could not use the control API: the token of --token or RINGBACK_CONTROL_TOKEN is not the --control-token of the server.',
        cause: error,
      });
    }
    if (!isRingbackError(error, 'provider.unreachable')) throw error;
    throw new RingbackError(error.code, {
      details: error.details,
      detail: `${error.message} Give another URL with --url or RINGBACK_URL.`,
      cause: error,
    });
  }
}

/** @throws {RingbackError} `option.invalid` if the value is not one of these */
export function checkWord(option: string, given: string | null, words: readonly string[]): void {
  if (given === null || words.includes(given)) return;
  throw invalid(
    option,
    given,
    `${words.slice(0, -1).join(', ')} or ${words.at(-1)}.${suggest(given, words)}`,
  );
}

/** An option or argument that cannot be used. */
export function invalid(option: string, given: string | null, expected: string): RingbackError {
  const got = given === null ? 'nothing' : JSON.stringify(given);
  return new RingbackError('option.invalid', {
    details: { option, given },
    detail: `Could not read ${option}. Got ${got}, expected ${expected}${/[.?]$/.test(expected) ? '' : '.'}`,
  });
}
