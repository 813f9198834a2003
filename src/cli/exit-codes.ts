import type { ErrorCode } from '../core/error-catalogue.ts';
import { isRingbackError } from '../core/errors.ts';
import { printable, printableLines } from './printable.ts';

/** Exit codes. 70 is EX_SOFTWARE of sysexits.h: an uncaught error, which is a bug in Ringback. */
export const exitCodes = { fine: 0, finding: 1, usage: 2, failed: 3, crashed: 70 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Errors that are due to the command line, or to the configuration that adds to it. */
const usageErrors: ReadonlySet<ErrorCode> = new Set([
  'option.unknown',
  'option.invalid',
  'config.invalid',
  'setting.unknown',
  'setting.invalid',
  'duration.invalid',
  'scenario.unknown',
  'callback.unknown',
  'file.exists',
  'callback.address-refused',
  'space.unknown',
  'resource.not-found',
  'request.invalid',
]);

/** The exit code for an error that ends a command. */
export function exitCodeOf(error: unknown): ExitCode {
  return isRingbackError(error) && usageErrors.has(error.code) ? exitCodes.usage : exitCodes.failed;
}

/**
 * What the command line prints about an error that ends a command: one finding per line, and a stack trace only for a
 * bug.
 */
export function errorText(error: unknown): string {
  if (isRingbackError(error)) {
    // With a single violation, the message says everything.
    if (error.violations.length < 2) return printable(error.message);
    const findings = error.violations.map(
      (violation) => `\n  ${printable(`${violation.location}: ${violation.message}`)}`,
    );
    return `${printable(error.message)}${findings.join('')}`;
  }
  return printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
