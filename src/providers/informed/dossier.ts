import { type Applicant, applicantOf, applicantsOf, referenceDay } from './applicants.ts';
import { type Employments, employmentsOf } from './employment.ts';
import type { Application } from './resources.ts';

/**
 * What all documents of an application share: its people, their jobs, and the contract date. Each part is computed on
 * first use, so use one dossier for several documents.
 */
export class Dossier {
  readonly application: Application;
  /** The applicants' keys. */
  readonly keys: readonly string[];
  readonly #applicants = new Map<string, Applicant>();
  readonly #employments = new Map<string, Employments>();
  #referenceDay: number | null = null;

  constructor(application: Application) {
    this.application = application;
    this.keys = applicantsOf(application);
  }

  get referenceDay(): number {
    this.#referenceDay ??= referenceDay(this.application);
    return this.#referenceDay;
  }

  applicant(key: string): Applicant {
    let applicant = this.#applicants.get(key);
    if (applicant === undefined) {
      applicant = applicantOf(this.application, key, this.referenceDay);
      this.#applicants.set(key, applicant);
    }
    return applicant;
  }

  /** The jobs of an applicant. */
  employments(key: string): Employments {
    let employments = this.#employments.get(key);
    if (employments === undefined) {
      employments = employmentsOf(this.applicant(key), this.application.data.seed);
      this.#employments.set(key, employments);
    }
    return employments;
  }
}
