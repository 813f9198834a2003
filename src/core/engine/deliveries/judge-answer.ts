import type { CallbackType } from '../../contract/contract.ts';
import type { Violation } from '../../errors.ts';
import { declares, isGone } from './declared-answer.ts';
import type { Attempt } from './delivery.ts';
import type { SendResult } from './sender.ts';

/** What the provider requires of a consumer's endpoint beyond the contract. */
export interface AnswerRules {
  /** A response slower than this is a violation, in real milliseconds. */
  readonly slowAnswerMs: number;
  /** Whether a callback over plain HTTP is a violation. */
  readonly httpsOnly: boolean;
}

/** True for any 2xx, which the providers count as received. */
export function isAcknowledged(result: SendResult): boolean {
  return result.kind === 'answered' && result.statusCode >= 200 && result.statusCode <= 299;
}

/** The statuses that send the client elsewhere (RFC 9110 §15.4); 304, for one, does not. */
const redirects = new Set([301, 302, 303, 307, 308]);

/** Why an attempt failed, as a sentence and a code. Both are null if it was acknowledged. */
export function failureOf(result: SendResult, type?: CallbackType): Pick<Attempt, 'error' | 'code'> {
  if (result.kind === 'unanswered') return { error: result.message, code: result.code };
  if (isAcknowledged(result)) return { error: null, code: null };
  const { statusCode } = result;
  if (redirects.has(statusCode)) {
    const location = result.headers.location;
    const where = location === undefined ? '' : ` to ${location}`;
    return {
      error: `responded ${statusCode}, a redirect${where}, which is not followed`,
      code: 'response.redirect',
    };
  }
  if (isGone(type, result))
    return { error: 'responded 410: nothing more of the run is sent to this URL', code: 'response.gone' };
  return { error: `responded ${statusCode}`, code: 'response.status' };
}

/**
 * Compares a consumer's response with the callback in the contract and the provider's rules: status, JSON body,
 * response time, HTTPS, no redirect.
 */
export function judgeAnswer(
  type: CallbackType,
  url: string,
  result: SendResult,
  rules: AnswerRules,
): Violation[] {
  const violations: Violation[] = [];
  if (rules.httpsOnly && !url.startsWith('https:')) {
    violations.push({
      location: 'request.url',
      code: 'endpoint.https',
      message: 'the endpoint must support HTTPS with a valid certificate; this callback went over plain HTTP',
    });
  }
  if (result.kind === 'unanswered') return violations;
  const { statusCode } = result;
  if (redirects.has(statusCode) && !declares(type, statusCode)) {
    violations.push({
      location: 'response.status',
      code: 'answer.redirect',
      message: `the endpoint responded with a redirect (${statusCode}); redirects are not followed`,
    });
  }
  if (isAcknowledged(result)) {
    const answer =
      type.answers.get(String(statusCode)) ?? type.answers.get('2XX') ?? type.answers.get('default');
    if (answer === undefined && type.answers.size > 0) {
      violations.push({
        location: 'response.status',
        code: 'answer.status',
        message: `the endpoint responded ${statusCode}; the provider requires ${successesOf(type)}`,
      });
    }
    if ((answer ?? type.answers.values().next().value)?.jsonOnly === true && !isJsonOrEmpty(result)) {
      violations.push({
        location: 'response.body',
        code: 'answer.body',
        message: `the body of a successful response, if any, must be JSON; got ${beginningOf(result.body)}`,
      });
    }
  }
  if (result.durationMs > rules.slowAnswerMs) {
    violations.push({
      location: 'response.time',
      code: 'answer.slow',
      message: `the endpoint took ${Math.round(result.durationMs)} ms to respond; acknowledge first, work afterwards (limit ${rules.slowAnswerMs} ms)`,
    });
  }
  return violations;
}

/** The statuses with which the contract lets the consumer acknowledge the callback. */
function successesOf(type: CallbackType): string {
  const declared = [...type.answers.keys()].filter((status) => status.startsWith('2'));
  return declared.length === 0 ? 'another status' : declared.join(' or ');
}

/** The first characters of a body that is not what it should be, on one line. */
function beginningOf(body: string): string {
  const most = 20;
  return `${JSON.stringify(body.slice(0, most))}${body.length > most ? ' …' : ''}`;
}

function isJsonOrEmpty(result: {
  body: string;
  bodyTruncated: boolean;
  headers: Readonly<Record<string, string>>;
}): boolean {
  if (result.body.trim() === '') return true;
  // A truncated body cannot be parsed, so only the declared type is checked.
  if (result.bodyTruncated) return /[/+]json\b/i.test(result.headers['content-type'] ?? '');
  try {
    JSON.parse(result.body);
    return true;
  } catch {
    return false;
  }
}
