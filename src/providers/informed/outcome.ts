import { RingbackError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { quoted } from '../../core/quoted.ts';
import type { Plan, TimelineStep } from '../../core/scenario/plan.ts';
import type { Settings } from '../../core/settings.ts';
import { suggest } from '../../core/suggest.ts';
import { type FileError, isFileError } from './error-messages.ts';

export type VerificationStatus = 'pass' | 'fail' | 'missing' | 'review';

/** An outcome of an Informed scenario (`schemas/scenario/informed-outcome.schema.json`), read. */
export interface Outcome {
  /** What becomes of the 1st, 2nd, … file uploaded, and of those past the end as of the last; null: it is extracted. */
  readonly fileErrors: readonly [FileError | null, ...(FileError | null)[]];
  /** Types of the documents that are found in the 1st, 2nd, … file uploaded, and in those past the end as in the last; null: the mock chooses. */
  readonly documents: readonly (readonly string[])[] | null;
  /** True when the one list of `documents` holds for every file. */
  readonly sameInEveryFile: boolean;
  /** What happens instead of a verifications callback, or how the single verifications are to end. */
  readonly verifications: 'delayed' | 'none' | Readonly<Record<string, VerificationStatus>>;
}

const statuses: ReadonlySet<unknown> = new Set(['pass', 'fail', 'missing', 'review']);
const timingNames = ['extraction', 'quiet'] as const;

/** @param outcome null: that of a timeline, whose steps say themselves what happens */
export function readOutcome(outcome: JsonObject | null): Outcome {
  const { extraction = 'ok', documents = null, verifications = {} } = outcome ?? {};
  return {
    fileErrors: readExtraction(extraction),
    documents: readDocuments(documents),
    sameInEveryFile: isTypes(documents),
    verifications: readVerifications(verifications),
  };
}

function readExtraction(value: JsonValue): Outcome['fileErrors'] {
  const given: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  const [first, ...rest] = given.map((one) => {
    if (one === 'ok') return null;
    if (isFileError(one)) return one;
    throw invalid('extraction', value, 'ok, the name of a file error, or an array of them');
  });
  if (first === undefined) throw invalid('extraction', value, 'at least one entry');
  return [first, ...rest];
}

function isTypes(list: unknown): list is readonly string[] {
  return Array.isArray(list) && list.every((type) => typeof type === 'string');
}

function readDocuments(value: JsonValue): Outcome['documents'] {
  if (value === null) return null;
  if (isTypes(value)) return [value];
  if (Array.isArray(value) && value.every(isTypes)) return value;
  throw invalid(
    'documents',
    value,
    'an array of document types, or an array of such arrays, one for each file',
  );
}

function readVerifications(value: JsonValue): Outcome['verifications'] {
  if (value === 'delayed' || value === 'none') return value;
  if (isJsonObject(value) && Object.values(value).every((status) => statuses.has(status))) {
    return value as Readonly<Record<string, VerificationStatus>>;
  }
  throw invalid('verifications', value, 'delayed, none, or pass, fail, missing or review for each name');
}

function invalid(member: string, got: JsonValue, expected: string): RingbackError {
  return new RingbackError('scenario.invalid', {
    detail: `Failed to read an outcome of informed: /outcome/${member} is ${quoted(got)}, expected ${expected}.`,
    violations: [{ location: `/outcome/${member}`, code: 'outcome', message: `expected ${expected}` }],
  });
}

/**
 * The steps of an outcome: nothing at the registration itself, one extractions or error callback after each upload,
 * and one verifications callback (or the error that stands for it) after each quiet period and each update.
 * @param timingsMs `extraction`, `quiet`; default: the settings `informed.extractionTime`, `informed.quietPeriod`
 * @throws {RingbackError} `scenario.invalid` for an outcome or a timing that there is not
 */
export function expandOutcome(
  outcome: JsonObject,
  timingsMs: Readonly<Record<string, number>>,
  settings: Settings,
): Plan['triggers'] {
  for (const name of Object.keys(timingsMs)) {
    if ((timingNames as readonly string[]).includes(name)) continue;
    throw new RingbackError('scenario.invalid', {
      detail: `Failed to expand an outcome of informed: there is no timing ${quoted(name)}. Expected one of ${timingNames.join(', ')}.${suggest(name, timingNames)}`,
      violations: [
        {
          location: `/timings/${name}`,
          code: 'timing',
          message: `unknown timing.${suggest(name, timingNames)}`,
        },
      ],
    });
  }
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
