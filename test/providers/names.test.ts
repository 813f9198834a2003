import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { bundledProviders } from '../../src/providers/bundled.ts';

const root = resolve(import.meta.dirname, '../..');

/** The only files outside of the providers' folders whose code may name a provider, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  'src/providers/bundled.ts': 'the one list of them',
  'src/types/contract.gen.ts': 'public types',
  'src/types/index.ts': 'public types',
  'src/types/scenario-input.ts': 'public types',
  'src/testing/callback-contract.gen.ts': 'a copy of the bundled contract',
  'src/cli/options.ts': 'examples in help texts',
  'src/options/server-options.ts': 'examples in help texts',
  'src/options/client-options.ts': 'examples in help texts',
  'src/cli/client/fire-callback.ts': 'an example in a message',
  'src/cli/record.ts': 'an example in a message',
};

/** What a check holds consumers to beyond the contract: what each bundled provider says of its callbacks, and its pages. */
const factsOfProviders = 'src/check/bundled/';

const names = new RegExp([...bundledProviders.keys()].join('|'), 'i');

const naming = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file}`)
  .filter(
    (file) =>
      file.endsWith('.ts') && !isOwn(file) && !file.startsWith(factsOfProviders) && names.test(codeOf(file)),
  );

function isOwn(file: string): boolean {
  return [...bundledProviders.keys()].some((name) => file.startsWith(`src/providers/${name}/`));
}

/** The source without comments, which may have examples. */
function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1');
}

test('no code outside of the provider folders names one, with listed exceptions', () => {
  expect(naming.toSorted()).toEqual(Object.keys(allowed).toSorted());
});
