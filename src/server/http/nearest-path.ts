import { suggest } from '../../core/suggest.ts';

/** Most templates that a path is compared with: each comparison takes time in proportion to its length. */
const mostCompared = 300;
/** Most beginnings of paths that are listed. */
const mostListed = 10;

/**
 * ` Did you mean "…"?`, with the segments that the caller gave in place of the template's parameters. A path that only
 * lacks the beginning of another one, as when the provider's mount was forgotten, means that one. Where none is near,
 * what all paths begin with.
 */
export function nearestPath(path: string, templates: readonly string[]): string {
  const given = path.length > 300 ? path.slice(0, 300) : path;
  const compared = comparable(given, templates);
  for (const template of compared) {
    if (!endsAlike(template, given)) continue;
    const full = fill(template, given, true);
    if (full.endsWith(given)) return ` Did you mean "${full}"?`;
  }
  const advice = suggest(
    given,
    compared.map((template) => fill(template, given, false)),
  );
  if (advice !== '') return advice;
  const mounts = [...new Set(templates.map((template) => template.split('/', 2).join('/')))];
  const more = mounts.length > mostListed ? ' …' : '';
  return mounts.length === 0 ? '' : ` All paths start with ${mounts.slice(0, mostListed).join(', ')}${more}.`;
}

/** The templates that can be near: of many, those with the same first segment or the same beginning of it. */
function comparable(given: string, templates: readonly string[]): readonly string[] {
  if (templates.length <= mostCompared) return templates;
  const [, segment = ''] = given.split('/', 2);
  const found = new Set<string>();
  for (const start of [`/${segment}/`, `/${segment.slice(0, 3)}`, '/']) {
    for (const template of templates) {
      if (found.size === mostCompared) return [...found];
      if (template.startsWith(start)) found.add(template);
    }
  }
  return [...found];
}

/** Whether a segment that is not a parameter is the same in both, counted from their ends. */
function endsAlike(template: string, given: string): boolean {
  const segments = template.split('/').reverse();
  const givenSegments = given.split('/').reverse();
  return segments.some((segment, i) => segment !== '' && segment === givenSegments[i]);
}

/** @param fromEnd whether the last segments of both stand for each other, or the first */
function fill(template: string, given: string, fromEnd: boolean): string {
  const segments = template.split('/');
  const givenSegments = given.split('/');
  const shift = fromEnd ? givenSegments.length - segments.length : 0;
  return segments
    .map((segment, i) => (/^\{[^{}]*\}$/.test(segment) ? givenSegments[i + shift] || segment : segment))
    .join('/');
}
