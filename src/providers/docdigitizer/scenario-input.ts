import type { JsonObject } from '../../core/json.ts';
import type { LanguageShape } from '../../core/scenario/language-shape.ts';
import type { DocDigitizerSettings } from './settings.gen.ts';

/** The types of `scenario-language.ts`. */
export interface DocDigitizerLanguage extends LanguageShape {
  readonly provider: 'docdigitizer';
  readonly outcome: DocDigitizerOutcome;
  readonly selectors: { readonly state?: number | string };
  readonly contradiction:
    | { readonly state: number; readonly final?: never }
    | { readonly final: 'annotated' | 'rejected' | 'error'; readonly state?: never };
  readonly settings: DocDigitizerSettings;
  readonly timing: 'machineLearning' | 'final';
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

/** `schemas/scenario/docdigitizer-outcome.schema.json`. */
export type DocDigitizerOutcome =
  | { readonly final: 'annotated'; readonly annotations?: JsonObject }
  | {
      readonly final: 'rejected' | 'error';
      readonly reason?: string;
      readonly reasons?: never;
      readonly annotations?: JsonObject;
    }
  | {
      readonly final: 'rejected' | 'error';
      readonly reason?: never;
      readonly reasons?: readonly string[];
      readonly annotations?: JsonObject;
    };
