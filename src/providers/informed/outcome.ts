import type { JsonObject } from '../../core/json.ts';
import type { Plan, TimelineStep } from '../../core/scenario/plan.ts';
import type { Settings } from '../../core/settings.ts';
import type { FileError } from './error-messages.ts';

export type VerificationStatus = 'pass' | 'fail' | 'missing' | 'review';

/** A parsed outcome of an Informed scenario (`schemas/scenario/informed-outcome.schema.json`). */
export interface Outcome {
  /**
   * The error of the 1st, 2nd, … uploaded file. The last item applies to all later files. Null: the file is extracted.
   */
  readonly fileErrors: readonly [FileError | null, ...(FileError | null)[]];
  /**
   * Types of the documents in the 1st, 2nd, … uploaded file. The last item applies to all later files. Null: the mock
   * chooses.
   */
  readonly documents: readonly (readonly string[])[] | null;
  /** True if one array of `documents` applies to every file. */
  readonly sameInEveryFile: boolean;
  /** What replaces the verifications callback, or the results of single verifications. */
  readonly verifications: 'delayed' | 'none' | Readonly<Record<string, VerificationStatus>>;
}

/** An outcome as written in a scenario. The scenario's schema has validated it. */
interface StatedOutcome {
  readonly extraction?: StatedExtraction | readonly [StatedExtraction, ...StatedExtraction[]];
  readonly documents?: readonly string[] | readonly (readonly string[])[] | null;
  readonly verifications?: Outcome['verifications'];
}

type StatedExtraction = 'ok' | FileError;

/** @param outcome null for a timeline, whose steps state what happens */
export function readOutcome(outcome: JsonObject | null): Outcome {
  const { extraction = 'ok', documents = null, verifications = {} } = (outcome ?? {}) as StatedOutcome;
  const [first, ...rest] = typeof extraction === 'string' ? ([extraction] as const) : extraction;
  const errorOf = (stated: StatedExtraction): FileError | null => (stated === 'ok' ? null : stated);
  const sameInEveryFile = documents !== null && isTypes(documents);
  return {
    fileErrors: [errorOf(first), ...rest.map(errorOf)],
    documents: sameInEveryFile ? [documents] : documents,
    sameInEveryFile,
    verifications,
  };
}

function isTypes(list: readonly unknown[]): list is readonly string[] {
  return list.every((type) => typeof type === 'string');
}

/**
 * The steps of an outcome: none for the registration itself, one extractions or error callback after each upload, and
 * one verifications callback (or the error that replaces it) after each quiet period and each update.
 * @param timingsMs `extraction`, `quiet`. Default: the settings `informed.extractionTime`, `informed.quietPeriod`
 */
export function expandOutcome(
  outcome: JsonObject,
  timingsMs: Readonly<Record<string, number>>,
  settings: Settings,
): Plan['triggers'] {
  const { fileErrors, verifications } = readOutcome(outcome);
  const quietMs = timingsMs.quiet ?? settings['informed.quietPeriod'];
  const extractionMs = timingsMs.extraction ?? settings['informed.extractionTime'];
  const verified = verificationSteps(verifications, quietMs);
  return {
    submission: [],
    upload: [uploadStep(fileErrors, extractionMs)],
    quiet: verified,
    update: verified,
  };
}

function uploadStep(fileErrors: Outcome['fileErrors'], atMs: number): TimelineStep {
  const [fileError] = fileErrors;
  if (fileErrors.some((error) => error !== fileError))
    return { atMs, callback: 'extractions', detail: { fileErrors } };
  return fileError === null
    ? { atMs, callback: 'extractions' }
    : { atMs, callback: 'error', detail: { fileError } };
}

function verificationSteps(verifications: Outcome['verifications'], atMs: number): readonly TimelineStep[] {
  if (verifications === 'none') return [];
  if (verifications === 'delayed') return [{ atMs, callback: 'error', detail: { delayed: true } }];
  return [{ atMs, callback: 'verifications' }];
}
