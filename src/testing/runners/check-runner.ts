import { createRequire } from 'node:module';
import { RingbackError } from '../../core/errors.ts';

/**
 * Makes sure that a test runner is new enough.
 * @param minimum major version, or major and minor: `29`, `3.2`
 * @throws {RingbackError} `runner.unusable`
 */
export function checkRunner(name: string, minimum: string, version: string | null = installed(name)): void {
  // Where the version cannot be told, the runner itself has to say what it misses.
  if (version === null || isAtLeast(version, minimum)) return;
  throw new RingbackError('runner.unusable', {
    detail: `Failed to load ringback/${name}: it needs ${name} ${minimum} or newer, and ${name} ${version} is installed. Run npm install --save-dev ${name}@latest, or use startProvider() and the matchers by hand.`,
  });
}

function isAtLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = minimum.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
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
