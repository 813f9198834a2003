import type { Provider } from '../core/provider/provider.ts';
import { docdigitizer } from './docdigitizer/docdigitizer.ts';
import { informed } from './informed/informed.ts';

/** The providers that ship with Ringback, by name. */
export const bundledProviders: ReadonlyMap<string, Provider> = new Map(
  [docdigitizer, informed].map((provider) => [provider.name, provider]),
);
