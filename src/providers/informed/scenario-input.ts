import type { LanguageShape } from '../../core/scenario/language-shape.ts';
import type { InformedSettings } from './settings.gen.ts';

/** The types of `scenario-language.ts`. */
export interface InformedLanguage extends LanguageShape {
  readonly provider: 'informed';
  readonly outcome: InformedOutcome;
  readonly selectors: { readonly event_type?: string };
  readonly contradiction: { readonly final: 'pass' | 'fail' | 'missing' | 'review' };
  readonly settings: InformedSettings;
  readonly timing: 'extraction' | 'quiet';
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

/** `schemas/scenario/informed-outcome.schema.json`. */
export interface InformedOutcome {
  /** For every file, or one for each in the order of the uploads; the last holds for those that follow. */
  readonly extraction?: InformedExtraction | readonly InformedExtraction[];
  /** Types for every file, or one list per file. */
  readonly documents?: readonly InformedDocumentType[] | readonly (readonly InformedDocumentType[])[];
  readonly verifications?:
    | 'delayed'
    | 'none'
    | { readonly [K in InformedVerification]?: 'pass' | 'fail' | 'missing' | 'review' };
}

type InformedExtraction =
  | 'ok'
  | 'unreadable'
  | 'invalid-type'
  | 'corrupted'
  | 'password-protected'
  | 'too-small'
  | 'too-large';
type InformedDocumentType =
  | 'paystub'
  | 'bank_statement'
  | 'drivers_license'
  | 'utility_bill'
  | 'w2'
  | 'credit_application'
  | 'retail_installment_sales_contract'
  | 'odometer_statement'
  | 'bookout_sheet'
  | 'gap_waiver_contract'
  | 'vehicle_service_contract'
  | 'other';
type InformedVerification =
  | 'income'
  | 'residence'
  | 'identity'
  | 'credit_application'
  | 'retail_installment_sales_contract'
  | 'odometer_statement'
  | 'bookout_sheet'
  | 'gap_waiver_contract'
  | 'vehicle_service_contract';
