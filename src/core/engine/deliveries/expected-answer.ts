import { type Expectation, expectations } from '../../scenario/expectation.ts';
import { describeFault, inapplicable, type Strike } from '../faults/select-faults.ts';
import type { Attempt, Delivery } from './delivery.ts';

/** The expected response of a good consumer, and the attempt that shows it. Null: the last one. */
export interface ExpectedAnswer {
  readonly expect: Expectation;
  readonly attempt: number | null;
}

const usual: ExpectedAnswer = { expect: 'acknowledged', attempt: null };

/**
 * Takes the expectation from the faults that strike a delivery. The first fault that has one counts.
 * @param hasCredentials whether consumer and provider agreed on credentials. Without them, none can be missing
 */
export function expectedAnswer(delivery: Delivery, hasCredentials = true): ExpectedAnswer {
  for (const strike of delivery.callback.strikes) {
    const { expect = 'acknowledged', attempt } = strike;
    if (expect === 'acknowledged' || !applies(strike, delivery)) continue;
    const isLenient = strike.fault === 'auth' && expect === 'refused' && !hasCredentials;
    return { expect: isLenient ? 'answered' : expect, attempt };
  }
  return usual;
}

/**
 * How the consumer's response differs from the expected one, as a sentence without its subject. Null: it does not.
 * A delivery that a script drops always counts as expected.
 */
export function departureOf(
  delivery: Delivery,
  { expect, attempt: number }: ExpectedAnswer = expectedAnswer(delivery),
): string | null {
  const { state, attempts } = delivery;
  if (state === 'dropped') return null;
  const struck = number === null ? attempts.at(-1) : attempts[number - 1];
  if (struck === undefined) return 'was not sent yet';
  // A later attempt that nothing strikes must be acknowledged, if there is one.
  const isRetried = number !== null && number < attempts.length;
  if (isRetried && state !== 'delivered')
    return `${outcomeOf(attempts.at(-1) ?? struck)} on its last attempt`;
  if (state === 'pending') return 'is not over';
  return isAs(expect, struck) ? null : `${outcomeOf(struck)}; a good consumer ${expectations[expect]}`;
}

function isAs(expect: Expectation, { acknowledged, statusCode }: Attempt): boolean {
  const isRefusal = statusCode !== null && statusCode >= 400 && statusCode < 500;
  switch (expect) {
    case 'acknowledged':
      return acknowledged;
    case 'refused':
      return isRefusal;
    case 'answered':
      return acknowledged || isRefusal;
    case 'unanswered':
      return !acknowledged;
  }
}

function outcomeOf({ acknowledged, statusCode, error }: Attempt): string {
  if (acknowledged) return `was acknowledged with ${statusCode}`;
  return statusCode === null ? `got no response: ${error}` : `got status ${statusCode}`;
}

/** Whether the strike changed the message. `missing` changes nothing if there are no credentials. */
function applies(strike: Strike, { callback, attempts }: Delivery): boolean {
  const words = inapplicable(describeFault(strike));
  return !callback.faults.includes(words) && !attempts.some(({ faults }) => faults.includes(words));
}
