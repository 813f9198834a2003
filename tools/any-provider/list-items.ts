import { isObject } from './source.ts';

/** The items of the first array of a body, or of an object in it. */
export function itemsOf(body: unknown): readonly unknown[] {
  let level: readonly unknown[] = [body];
  for (let depth = 0; depth < 4; depth++) {
    const arrays = level.filter(Array.isArray) as readonly unknown[][];
    const [found] = [...arrays].sort((a, b) => b.length - a.length);
    if (found !== undefined) return found;
    level = level.flatMap((value) => (isObject(value) ? Object.values(value) : []));
  }
  return [];
}

/** Whether a value is an id, a URL that ends in it, or an object with one of them. */
export function isAbout(value: unknown, id: string, depth = 0): boolean {
  if (typeof value === 'string' || typeof value === 'number')
    return String(value) === id || String(value).endsWith(`/${encodeURIComponent(id)}`);
  return isObject(value) && depth < 3 && Object.values(value).some((child) => isAbout(child, id, depth + 1));
}

/** The properties that have the id. */
export function namesOf(resource: unknown, id: string): readonly string[] {
  if (!isObject(resource)) return [];
  return Object.keys(resource).filter((name) => !isObject(resource[name]) && String(resource[name]) === id);
}

/** Whether an object shows the values of another one, where it has no id. */
export function isLike(item: unknown, resource: unknown): boolean {
  if (!isObject(item) || !isObject(resource)) return false;
  const both = Object.keys(item).filter((name) => Object.hasOwn(resource, name));
  return (
    both.length > 0 && both.every((name) => JSON.stringify(item[name]) === JSON.stringify(resource[name]))
  );
}
