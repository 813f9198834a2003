import type { Violation } from '../core/errors.ts';

/** Writes violations as indented lines with their places: ` /documents must be an object; got a string`. */
export function listViolations(violations: readonly Violation[], indent = '  '): string {
  const places = violations.map(({ location }) => (location === '' ? '(all)' : location));
  const width = Math.min(40, Math.max(0, ...places.map((place) => place.length)));
  return violations
    .map(({ message }, index) => `${indent}${(places[index] ?? '').padEnd(width)}  ${message}`)
    .join('\n');
}

/** `1 attempt`, `2 attempts`, `1 delivery`, `no deliveries`. */
export function counted(count: number, noun: string): string {
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return count === 1 ? `1 ${noun}` : `${count === 0 ? 'no' : count} ${plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerate(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `1 step or attempt is to come`, `2 steps or attempts are to come`. */
export function toCome(pending: number): string {
  return `${pending === 1 ? '1 step or attempt is' : `${pending} steps or attempts are`} to come`;
}
