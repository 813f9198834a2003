import type { CallbackType } from '../../contract/contract.ts';
import type { Violation } from '../../errors.ts';
import type { Attempt } from './delivery.ts';
import type { SendResult } from './sender.ts';

/** What the provider asks of a consumer's endpoint beyond the contract. */
export interface AnswerRules {
  /** An answer slower than this is a violation, in real milliseconds. */
  readonly slowAnswerMs: number;
  /** Whether a callback over plain HTTP is one. */
  readonly httpsOnly: boolean;
}

/** True for what the providers count as received: any 2xx. */
export function isAcknowledged(result: SendResult): boolean {
  return result.kind === 'answered' && result.statusCode >= 200 && result.statusCode <= 299;
}

/** The statuses that send the client elsewhere (RFC 9110 §15.4); 304, for one, does not. */
const redirects = new Set([301, 302, 303, 307, 308]);

/** Why an attempt failed, in a sentence and by code; both null when it was acknowledged. */
export function failureOf(result: SendResult): Pick<Attempt, 'error' | 'code'> {
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
  return { error: `responded ${statusCode}`, code: 'response.status' };
}

/**
 * Compares a consumer's answer with what the contract's callback declares and what the provider asks for:
 * status, JSON body, time to answer, HTTPS, no redirect.
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
  if (redirects.has(statusCode)) {
    violations.push({
      location: 'response.status',
      code: 'answer.redirect',
      message: `the endpoint responded with a redirect (${statusCode}); redirects are not followed`,
    });
  }
  if (isAcknowledged(result)) {
    const answer =
      type.answers.get(String(statusCode)) ?? type.answers.get('2XX') ?? type.answers.get('default');
    if (answer === undefined) {
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
        message: 'the body of a successful response, if any, must be JSON',
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

/** The statuses by which the contract lets the consumer say that it has the callback. */
function successesOf(type: CallbackType): string {
  const declared = [...type.answers.keys()].filter((status) => status.startsWith('2'));
  return declared.length === 0 ? 'another status' : declared.join(' or ');
}

function isJsonOrEmpty(result: {
  body: string;
  bodyTruncated: boolean;
  headers: Readonly<Record<string, string>>;
}): boolean {
  if (result.body.trim() === '') return true;
  // What was cut cannot be parsed any more: the declared type has to do.
  if (result.bodyTruncated) return /[/+]json\b/i.test(result.headers['content-type'] ?? '');
  try {
    JSON.parse(result.body);
    return true;
  } catch {
    return false;
  }
}
