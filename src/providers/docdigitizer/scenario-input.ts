import type { ExactlyOne, LanguageShape, None } from '../../core/scenario/language-shape.ts';
import type {
  DocDigitizerContradictions,
  DocDigitizerOutcomeMembers,
  DocDigitizerSelectors,
  DocDigitizerTimings,
} from './scenario-members.gen.ts';
import type { DocDigitizerSettings } from './settings.gen.ts';

/** The types of `scenario-language.ts`. */
export interface DocDigitizerLanguage extends LanguageShape {
  readonly provider: 'docdigitizer';
  readonly outcome: DocDigitizerOutcome;
  readonly selectors: DocDigitizerSelectors;
  readonly contradiction: ExactlyOne<DocDigitizerContradictions>;
  readonly settings: DocDigitizerSettings;
  readonly timings: DocDigitizerTimings;
  readonly trigger: 'submission';
  readonly callback: 'documentState' | 'documentStateOverview' | 'documentStateV1';
  readonly operation:
    | 'authenticate'
    | 'submitDocument'
    | 'getDocument'
    | 'annotateDocument'
    | 'annotateDocumentOfClass'
    | 'listTasks'
    | 'getTask'
    | 'getDocumentV1'
    | 'getDocumentAssets';
  readonly withoutRun: 'authenticate' | 'listTasks';
}

/** `schemas/scenario/docdigitizer-outcome.schema.json`. An annotated document has no reasons. */
export type DocDigitizerOutcome = DocDigitizerOutcomeMembers &
  (
    | ({ readonly final: 'annotated' } & None<'reason' | 'reasons'>)
    | ({ readonly final: 'rejected' | 'error' } & (None<'reason'> | None<'reasons'>))
  );
