import type { JsonObject } from '../../core/json.ts';
import type { Plan, TimelineStep } from '../../core/scenario/plan.ts';
import type { Settings } from '../../core/settings.ts';
import type { FileError } from './error-messages.ts';

export type VerificationStatus = 'pass' | 'fail' | 'missing' | 'review';

/** An outcome of an Informed scenario (`schemas/scenario/informed-outcome.schema.json`), read. */
export interface Outcome {
  /** What becomes of the 1st, 2nd, … file uploaded, and of those past the end as of the last; null: it is extracted. */
  readonly fileErrors: readonly [FileError | null, ...(FileError | null)[]];
  /** Types of the documents that are found in the 1st, 2nd, … file uploaded, and in those past the end as in the last; null: the mock chooses. */
  readonly documents: readonly (readonly string[])[] | null;
  /** True when the one list of `documents` holds for every file. */
  readonly sameInEveryFile: boolean;
  /** What happens instead of a verifications callback, or the results of single verifications. */
  readonly verifications: 'delayed' | 'none' | Readonly<Record<string, VerificationStatus>>;
}

/** An outcome as a scenario states it. The scenario's schema has checked it. */
interface StatedOutcome {
  readonly extraction?: StatedExtraction | readonly [StatedExtraction, ...StatedExtraction[]];
  readonly documents?: readonly string[] | readonly (readonly string[])[] | null;
  readonly verifications?: Outcome['verifications'];
}

type StatedExtraction = 'ok' | FileError;

/** @param outcome null: that of a timeline, whose steps say themselves what happens */
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
 * The steps of an outcome: nothing at the registration itself, one extractions or error callback after each upload,
 * and one verifications callback (or the error that stands for it) after each quiet period and each update.
 * @param timingsMs `extraction`, `quiet`; default: the settings `informed.extractionTime`, `informed.quietPeriod`
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
