import type { JsonObject } from '../../../core/json.ts';
import type { VerificationStatus } from '../outcome.ts';

/** A question with its answer, and what to ask for if the answer does not pass. */
export interface Finding {
  readonly key: string;
  readonly question: string;
  readonly expected: string;
  readonly answer: string | number | boolean | null;
  readonly status: VerificationStatus;
  /** Ends the sentence that begins with the name of the document, e.g. `must be signed`. */
  readonly demand: string;
}

/** A question that any answer passes. */
export function told(key: string, question: string, answer: string | number): Finding {
  return { key, question, expected: '', answer, status: 'pass', demand: '' };
}

/** A question that no document answers. */
export function unanswered(key: string, question: string, demand: string): Finding {
  return { key, question, expected: '', answer: null, status: 'missing', demand };
}

/** `document_questions` and `verification_questions`: questions by name, in order. */
export function questionsOf(findings: readonly Finding[]): JsonObject {
  return Object.fromEntries(
    findings.map(({ key, question, expected, answer, status }) => [
      key,
      { question, expected, answer, status },
    ]),
  );
}

/**
 * The status that results from questions: `fail` if one fails, else `missing` if one has no data, else `review` if one
 * needs a person, else `pass`.
 */
export function statusOf(findings: readonly Finding[]): VerificationStatus {
  const has = (status: VerificationStatus): boolean => findings.some((finding) => finding.status === status);
  return (['fail', 'missing', 'review'] as const).find(has) ?? 'pass';
}
