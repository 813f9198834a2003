import { RingbackError } from '../../core/errors.ts';
import type { MockProvider } from '../mock-provider.ts';
import type { StartProviderOptions } from '../provider-options.ts';
import { startProvider } from '../start-provider.ts';

/** One server for many tests, with a fresh space for each. */
export class ProviderPerTest {
  readonly #options: StartProviderOptions;
  #server: Promise<MockProvider> | undefined;
  #spaces = 0;

  /** @param options without `space`: every test has its own */
  constructor(options: StartProviderOptions) {
    if ('space' in options) {
      throw new RingbackError('option.invalid', {
        details: { option: 'space', given: options.space },
        detail:
          'Could not set the fixture up: every test gets a space of its own, so there is no option "space". Use startProvider for a space of a name.',
      });
    }
    this.#options = options;
  }

  /** A fresh space. The first time, it starts the server or attaches to it. */
  async open(): Promise<MockProvider> {
    this.#server ??= startProvider(this.#options);
    const server = await this.#server;
    const number = ++this.#spaces;
    // A running server may have spaces of other test runs. In this process, a number is unique.
    const name = 'url' in this.#options ? `test-${crypto.randomUUID()}` : `test-${number}`;
    const space = server.space(name);
    // The test's own client has no token, so it cannot create the space.
    if ('token' in this.#options) await space.now();
    return space;
  }

  async stop(): Promise<void> {
    const server = await this.#server;
    this.#server = undefined;
    await server?.close();
  }
}

/** What the provider did in a test that failed, for its report. */
export async function failureText(provider: MockProvider): Promise<string> {
  // The test may have closed its provider. Its own failure must still be reported.
  const told = await provider
    .timeline()
    .catch((error: Error) => `It cannot be asked any more: ${error.message}`);
  return `What the mock provider did in this test:\n${told}`;
}

/** A proxy for the provider of the current test, so that a variable can hold it before any test runs. */
export function currentProvider(current: () => MockProvider | undefined): MockProvider {
  return new Proxy({} as MockProvider, {
    get(_, key) {
      const provider = current();
      if (provider === undefined) {
        // `await provider` reads `then`, and a runner that prints the value reads symbols.
        if (key === 'then' || typeof key === 'symbol') return undefined;
        throw new RingbackError('provider.closed', {
          detail: `Could not use provider.${key}: no test is running. Use it inside of a test or a beforeEach hook, not while the file loads.`,
        });
      }
      const value: unknown = Reflect.get(provider, key, provider);
      return typeof value === 'function' ? value.bind(provider) : value;
    },
  });
}
