import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pythonReceiver, receivers } from './receivers.ts';

const root = join(import.meta.dirname, '../..');

/** The installed version of a package. */
function versionOf(library: string): string {
  const file = join(root, 'node_modules', library, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

test('docs/signatures.md lists the consumers of the tests, with the versions that are installed', () => {
  const page = readFileSync(join(root, 'docs/signatures.md'), 'utf8');
  const section = /^## Verified with\n([\s\S]*?)^## /m.exec(page)?.[1] ?? '';
  const rows = section.match(/^\| `.*$/gm);
  const all = [...receivers, pythonReceiver];
  expect(rows?.slice(1)).toEqual(
    all.map(({ library, server, what, settings }) => {
      const version = library === pythonReceiver.library ? 'Python 3' : versionOf(library);
      return `| \`${settings['signing.scheme']}\` | \`${library}\` | ${version} | ${server} | ${what} |`;
    }),
  );
});
