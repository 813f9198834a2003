import type { LanguageShape } from '../../core/scenario/language-shape.ts';
import type {
  InformedContradictions,
  InformedOutcomeMembers,
  InformedSelectors,
  InformedTimings,
} from './scenario-members.gen.ts';
import type { InformedSettings } from './settings.gen.ts';

/** The types of `scenario-language.ts`. */
export interface InformedLanguage extends LanguageShape {
  readonly provider: 'informed';
  readonly outcome: InformedOutcomeMembers;
  readonly selectors: InformedSelectors;
  readonly contradiction: InformedContradictions;
  readonly settings: InformedSettings;
  readonly timings: InformedTimings;
  readonly trigger: 'submission' | 'upload' | 'quiet' | 'update';
  readonly callback: 'extractions' | 'verifications' | 'error';
  readonly operation:
    | 'registerApplication'
    | 'updateApplication'
    | 'listApplications'
    | 'getApplication'
    | 'addDocuments'
    | 'uploadFile'
    | 'downloadDocument';
  readonly withoutRun: 'listApplications';
}
