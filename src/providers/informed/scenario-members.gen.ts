// Made from scenario-language.ts by "npm run generate". Change what it is made from, not this file.

import type { Duration } from '../../core/duration.ts';

export interface InformedOutcomeMembers {
  /**
   * Result of each file: its extractions callback, or the error callback of that case. One value for every file, or an array in the order of the uploads; its last value applies to all further files.
   * @default ok
   */
  readonly extraction?: readonly ('ok' | 'unreadable' | 'invalid-type' | 'corrupted' | 'password-protected' | 'too-small' | 'too-large')[] | 'ok' | 'unreadable' | 'invalid-type' | 'corrupted' | 'password-protected' | 'too-small' | 'too-large';
  /** Types of the documents found in the files. One array for every file, or an array of arrays in the order of the uploads; the last one applies to all further files. */
  readonly documents?: readonly (readonly ('paystub' | 'bank_statement' | 'drivers_license' | 'utility_bill' | 'w2' | 'credit_application' | 'retail_installment_sales_contract' | 'odometer_statement' | 'bookout_sheet' | 'gap_waiver_contract' | 'vehicle_service_contract' | 'other')[])[] | readonly ('paystub' | 'bank_statement' | 'drivers_license' | 'utility_bill' | 'w2' | 'credit_application' | 'retail_installment_sales_contract' | 'odometer_statement' | 'bookout_sheet' | 'gap_waiver_contract' | 'vehicle_service_contract' | 'other')[];
  /** Result of each verification, by name. Or `delayed`: the error callback instead. Or `none`: no callback. */
  readonly verifications?: 'delayed' | 'none' | {
    /**
     * Result of this verification.
     * @default what the registered data and the documents give
     */
    readonly income?: 'pass' | 'fail' | 'missing' | 'review';
    /**
     * Result of this verification.
     * @default what the registered data and the documents give
     */
    readonly residence?: 'pass' | 'fail' | 'missing' | 'review';
    /**
     * Result of this verification.
     * @default what the registered data and the documents give
     */
    readonly identity?: 'pass' | 'fail' | 'missing' | 'review';
    /**
     * Result of this verification.
     * @default what the registered data and the documents give
     */
    readonly credit_application?: 'pass' | 'fail' | 'missing' | 'review';
    /**
     * Result of this verification.
     * @default what the registered data and the documents give
     */
    readonly retail_installment_sales_contract?: 'pass' | 'fail' | 'missing' | 'review';
    /**
     * Result of this verification.
     * @default what the registered data and the documents give
     */
    readonly odometer_statement?: 'pass' | 'fail' | 'missing' | 'review';
    /**
     * Result of this verification.
     * @default what the registered data and the documents give
     */
    readonly bookout_sheet?: 'pass' | 'fail' | 'missing' | 'review';
    /**
     * Result of this verification.
     * @default what the registered data and the documents give
     */
    readonly gap_waiver_contract?: 'pass' | 'fail' | 'missing' | 'review';
    /**
     * Result of this verification.
     * @default what the registered data and the documents give
     */
    readonly vehicle_service_contract?: 'pass' | 'fail' | 'missing' | 'review';
  };
}

export interface InformedTimings {
  /**
   * Time from the end of an upload to its extractions or error callback.
   * @default the setting informed.extractionTime
   */
  readonly extraction?: Duration;
  /**
   * How long to wait after the last upload or extraction before the verifications run.
   * @default the setting informed.quietPeriod
   */
  readonly quiet?: Duration;
}

export interface InformedSelectors {
  /** Event type of an Informed callback. */
  readonly event_type?: string;
}

export interface InformedContradictions {
  /** A second, different verification status. */
  readonly final: 'pass' | 'fail' | 'missing' | 'review';
}
