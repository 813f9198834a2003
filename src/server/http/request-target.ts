import { RingbackError } from '../../core/errors.ts';
import { spaceName, spaceNameExpected } from '../../core/space-name.ts';

/** A request target (RFC 9112 §3.2), taken apart. */
export interface Target {
  /** Name of the space. `default` if the target has none. */
  readonly space: string;
  /** `/@name` as received, or an empty string. Absolute URLs in the response must repeat it. */
  readonly prefix: string;
  /** Still percent-encoded, without the space. */
  readonly path: string;
  /** Without the `?`. */
  readonly query: string;
}

export const defaultSpace = 'default';

/**
 * Splits a request target: `/@team-a/informed/v1/x?y=1` → space `team-a`, path `/informed/v1/x`, query `y=1`.
 * @throws {RingbackError} `request.invalid` if the name of the space is malformed
 */
export function splitTarget(url: string): Target {
  let start = 0;
  if (url.charCodeAt(0) !== 47 /* / */) {
    const origin = /^https?:\/\/[^/?#]*/i.exec(url);
    if (origin === null) return { space: defaultSpace, prefix: '', path: url, query: '' };
    start = origin[0].length;
  }
  const mark = url.indexOf('?', start);
  const end = mark === -1 ? url.length : mark;
  const query = mark === -1 ? '' : url.slice(mark + 1);
  if (url.charCodeAt(start + 1) !== 64 /* @ */) {
    return { space: defaultSpace, prefix: '', path: url.slice(start, end) || '/', query };
  }
  const slash = url.indexOf('/', start + 1);
  const nameEnd = slash === -1 || slash > end ? end : slash;
  const space = url.slice(start + 2, nameEnd);
  if (!spaceName.test(space)) throw badSpaceName(space);
  return { space, prefix: url.slice(start, nameEnd), path: url.slice(nameEnd, end) || '/', query };
}

function badSpaceName(given: string): RingbackError {
  return new RingbackError('request.invalid', {
    detail: `Could not find the space: its name is malformed. Got ${JSON.stringify(given.slice(0, 100))} after "/@", expected ${spaceNameExpected}. Use a path such as /@team-a/_ringback/health.`,
    violations: [{ location: 'path/@', code: 'space.name', message: `expected ${spaceNameExpected}` }],
  });
}
