import { RingbackError, type Violation } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { suggest } from '../../core/suggest.ts';
import type { DeliveryRecord } from '../records.gen.ts';
import { listViolations } from '../sentences.ts';
import { callbackText } from '../timeline-text.ts';
import { deliveriesOf, isRun, type MatcherResult } from './receivers.ts';

/**
 * Passes if a violation with this code was recorded: on a delivery, its attempts, a run, or in the result of
 * `validateCallback`.
 * @param code e.g. `answer.status`, `required`
 */
export function toHaveViolation(received: unknown, code: string): MatcherResult {
  if (typeof code !== 'string' || code === '') {
    throw new RingbackError('option.invalid', {
      details: { option: 'code', given: code },
      detail: `Could not apply toHaveViolation. Got ${JSON.stringify(code)}, expected the code of a violation, e.g. "answer.status".`,
    });
  }
  const found = violationsOf('toHaveViolation', received);
  const pass = found.some((violation) => violation.code === code);
  const codes = [...new Set(found.map((violation) => violation.code))];
  return {
    pass,
    message: () => {
      if (pass) return `Expected no violation with the code "${code}", but there is one:\n${listed(found)}`;
      const others =
        codes.length === 0 ? 'there are no violations at all' : `there are only these:\n${listed(found)}`;
      return `Expected a violation with the code "${code}", but ${others}.${suggest(code, codes)}`;
    },
    actual: codes,
    expected: code,
  };
}

/** Passes if no violation was recorded, neither in a callback nor in the consumer's response. */
export function toHaveNoViolations(received: unknown): MatcherResult {
  const found = violationsOf('toHaveNoViolations', received);
  return {
    pass: found.length === 0,
    message: () =>
      found.length === 0
        ? 'Expected a violation, but there is none.'
        : `Expected no violations, but there ${found.length === 1 ? 'is one' : `are ${found.length}`}:\n${listed(found)}`,
  };
}

function listed(found: readonly Violation[]): string {
  return listViolations(
    found.map((violation) => ({ ...violation, message: `${violation.message} [${violation.code}]` })),
  );
}

function violationsOf(matcher: string, received: unknown): readonly Violation[] {
  if (isJsonObject(received) && typeof received.valid === 'boolean') {
    return received.valid ? [] : ((received.violations ?? []) as unknown as readonly Violation[]);
  }
  const warnings = isRun(received) ? received.warnings : [];
  if (isRun(received) && received.deliveries.length === 0 && warnings.length > 0) return warnings;
  return [...warnings, ...deliveriesOf(matcher, received).list.flatMap(ofDelivery)];
}

function ofDelivery(delivery: DeliveryRecord): readonly Violation[] {
  const name = `#${delivery.nth} ${callbackText(delivery)}`;
  const ofAttempts = delivery.attempts.flatMap((attempt) =>
    attempt.violations.map((violation) => placed(violation, `${name}, attempt ${attempt.number}`)),
  );
  return [...delivery.violations.map((violation) => placed(violation, name)), ...ofAttempts];
}

function placed(violation: Violation, where: string): Violation {
  const location = violation.location === '' ? where : `${where}: ${violation.location}`;
  return { ...violation, location };
}
