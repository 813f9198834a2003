import { createRequire } from 'node:module';
import { RingbackError } from '../../core/errors.ts';

/**
 * Makes sure that a test runner is new enough.
 * @throws {RingbackError} `runner.unusable`
 */
export function checkRunner(name: string, minimum: number, version: string | null = installed(name)): void {
  // Where the version cannot be told, the runner itself has to say what it misses.
  if (version === null || Number.parseInt(version, 10) >= minimum) return;
  throw new RingbackError('runner.unusable', {
    detail: `Failed to load ringback/${name}: it needs ${name} ${minimum} or newer, and ${name} ${version} is installed. Run npm install --save-dev ${name}@${minimum}, or use startProvider() and the matchers by hand.`,
  });
}

/** The version of a package that stands beside this one, or null. */
function installed(name: string): string | null {
  try {
    const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
