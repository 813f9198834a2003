import { type ErrorCode, isRingbackError } from '../core/errors.ts';
import { printable, printableLines } from './printable.ts';

/** Exit codes. 70 is EX_SOFTWARE of sysexits.h: a defect of Ringback that nothing caught. */
export const exitCodes = { fine: 0, finding: 1, usage: 2, failed: 3, crashed: 70 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Errors that another command line would not have. */
const usageErrors: ReadonlySet<ErrorCode> = new Set([
  'option.unknown',
  'option.invalid',
  'setting.unknown',
  'setting.invalid',
  'duration.invalid',
  'scenario.unknown',
  'callback.unknown',
  'callback.address-refused',
]);

/** The exit code for an error that ends a command. */
export function exitCodeOf(error: unknown): ExitCode {
  return isRingbackError(error) && usageErrors.has(error.code) ? exitCodes.usage : exitCodes.failed;
}

/** What a person reads about an error that ends a command: several findings one a line; a stack only for a defect. */
export function errorText(error: unknown): string {
  if (isRingbackError(error)) {
    // Of a single one, the message tells all.
    if (error.violations.length < 2) return printable(error.message);
    const findings = error.violations.map(
      (violation) => `\n  ${printable(`${violation.location}: ${violation.message}`)}`,
    );
    return `${printable(error.message)}${findings.join('')}`;
  }
  return printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
