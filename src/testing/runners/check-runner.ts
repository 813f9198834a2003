import { RingbackError } from '../../core/errors.ts';
import { installedVersion } from '../../loading/installed-package.ts';

/**
 * Makes sure that a test runner is new enough.
 * @param minimum major version, or major and minor: `29`, `3.2`
 * @throws {RingbackError} `runner.unusable`
 */
export function checkRunner(
  name: string,
  minimum: string,
  version: string | null = installedVersion(name),
): void {
  // If the version is unknown, the runner itself reports what is missing.
  if (version === null || isAtLeast(version, minimum)) return;
  throw new RingbackError('runner.unusable', {
    details: { runner: name, minimum, version },
    detail: `Could not load ringback/${name}: it needs ${name} ${minimum} or newer, and ${name} ${version} is installed. Run npm install --save-dev ${name}@latest, or use startProvider() and the matchers by hand.`,
  });
}

function isAtLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = minimum.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
