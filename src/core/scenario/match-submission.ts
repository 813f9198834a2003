import { contains, type JsonValue } from '../json.ts';
import type { SubmissionFacts } from '../provider/provider.ts';
import { fitsGlob, type Glob, globCharacters, readGlob } from './glob.ts';
import type { ScenarioMatch } from './scenario.ts';

/** Whether a submission satisfies a `match`. `null` matches every submission. */
export function matchesSubmission(
  match: ScenarioMatch | null,
  facts: Pick<SubmissionFacts, 'operation' | 'fileName' | 'body'>,
): boolean {
  return match === null || fits(readyMatch(match), submittedFacts(facts));
}

/** A `match` that is compiled for use with many submissions. */
export interface ReadyMatch extends Omit<ScenarioMatch, 'fileName'> {
  readonly fileName: Glob | null;
}

export function readyMatch(match: ScenarioMatch): ReadyMatch {
  return { ...match, fileName: match.fileName === undefined ? null : readGlob(match.fileName) };
}

/** The parts of a submission that a `match` tests, prepared for use with many of them. */
export interface SubmittedFacts extends Pick<SubmissionFacts, 'operation' | 'body'> {
  readonly fileName: readonly string[] | null;
}

export function submittedFacts({
  operation,
  fileName,
  body,
}: Pick<SubmissionFacts, 'operation' | 'fileName' | 'body'>): SubmittedFacts {
  return { operation, fileName: fileName === null ? null : globCharacters(fileName), body };
}

/** Whether a submission satisfies a `match`. */
export function fits(match: ReadyMatch, facts: SubmittedFacts): boolean {
  if (match.operation !== undefined && match.operation !== facts.operation) return false;
  if (match.fileName !== null && (facts.fileName === null || !fitsGlob(match.fileName, facts.fileName)))
    return false;
  return match.body === undefined || (facts.body !== undefined && contains(facts.body, match.body));
}

/** The number of conditions of a `match`: its operation, its file name, each single value of its body. */
export function specificity(match: ScenarioMatch): number {
  const own = (match.operation === undefined ? 0 : 1) + (match.fileName === undefined ? 0 : 1);
  return own + (match.body === undefined ? 0 : leaves(match.body));
}

function leaves(value: JsonValue): number {
  if (value === null || typeof value !== 'object') return 1;
  const members = Object.values(value) as JsonValue[];
  return members.length === 0 ? 1 : members.reduce<number>((sum, member) => sum + leaves(member), 0);
}
