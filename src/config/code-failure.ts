import { RingbackError, type Violation } from '../core/errors.ts';
import { clipped } from '../core/quoted.ts';

/** The error of code that failed. */
export function failed(
  what: string,
  name: string,
  { file }: { readonly file: string },
  why: string,
  cause?: unknown,
): RingbackError {
  return new RingbackError('provider.failed', {
    details: { module: file, name },
    detail: `Could not ${what}: the code in ${file} failed, ${clipped(why, 1_000)}. Fix the code, and restart the server.`,
    cause,
  });
}

/** What was thrown, and where in the module. */
export function thrownText(error: unknown, file: string): string {
  if (!isError(error)) return shown(error);
  const name = file.split(/[\\/]/).at(-1) ?? file;
  const line = (error.stack ?? '').split('\n').find((each) => each.includes(`${name}:`));
  const place = /:(\d+:\d+)\)?$/.exec(line ?? '')?.[1];
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${name}:${place})`}`;
}

/** Also an error of another realm, such as that of a test runner. */
export function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]';
}

export function listed(violations: readonly Violation[]): string {
  const shown = violations.slice(0, 5).map(({ location, message }) => `${location} ${message}`.trim());
  const more = violations.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  try {
    return clipped(JSON.stringify(value) ?? String(value));
  } catch {
    return 'a value that is not JSON';
  }
}
