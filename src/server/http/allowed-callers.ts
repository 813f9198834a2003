import { domainToASCII } from 'node:url';
import { RingbackError } from '../../core/errors.ts';

/**
 * Reads host names: `name`, or `*.name` for every name below one.
 * @returns a function that tests a name in lower case
 * @throws {RingbackError} `option.invalid`
 */
export function readHostNames(entries: readonly string[]): (name: string) => boolean {
  const names = new Set<string>();
  const suffixes: string[] = [];
  for (const entry of entries) {
    const text = entry.trim();
    const isWildcard = text.startsWith('*.');
    const bare = domainToASCII(isWildcard ? text.slice(2) : text).replace(/\.$/, '');
    // `domainToASCII` cuts a name off where a host would end in a URL.
    if (/[/?#\\]/.test(text) || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(bare)) {
      throw invalid(
        'allow-host',
        entry,
        'a host name without scheme and port, such as ringback or *.example.test',
      );
    }
    if (isWildcard) suffixes.push(`.${bare}`);
    else names.add(bare);
  }
  return (name) =>
    names.has(name) || suffixes.some((suffix) => name.endsWith(suffix) && name.length > suffix.length);
}

/**
 * Reads origins of pages.
 * @returns them as browsers write them in `Origin`
 * @throws {RingbackError} `option.invalid`
 */
export function readOrigins(entries: readonly string[]): ReadonlySet<string> {
  return new Set(entries.map(readOrigin));
}

function readOrigin(entry: string): string {
  const text = entry.trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  const isBare = url !== null && url.host !== '' && /^\/?$/.test(url.pathname + url.search + url.hash);
  if (url === null || !isBare || url.username !== '' || url.password !== '') {
    throw invalid(
      'allow-origin',
      entry,
      'the origin of a page, such as http://localhost:3000; "*" and "null" would allow any page',
    );
  }
  // A URL of another scheme, such as that of a browser extension, has the origin "null".
  return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
}

function invalid(option: string, entry: string, expected: string): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option: `--${option}`, given: entry },
    detail: `Could not read an entry of --${option}. Got ${JSON.stringify(entry)}, expected ${expected}.`,
    violations: [{ location: option, code: 'option.invalid', message: `expected ${expected}` }],
  });
}
