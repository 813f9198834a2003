import { type Catalogue, loadCatalogue } from '../loading/catalogue.ts';

/** Loads the contract that a command line names. */
export function openCatalogue(options: {
  readonly contract: string | null;
  readonly name: string | null;
  readonly 'allow-remote-refs': boolean;
}): Promise<Catalogue> {
  return loadCatalogue(options.contract, {
    name: options.name ?? undefined,
    allowRemoteRefs: options['allow-remote-refs'],
  });
}
