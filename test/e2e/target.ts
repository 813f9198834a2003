import type { Send } from '../support/clients.ts';
import type { TestRingback } from '../support/ringback.ts';

/** What a suite runs against: a mock, and the way to its API. */
export interface Target {
  readonly ringback: TestRingback;
  /** Where the API is reached: the mock itself, or what stands in front of it. */
  readonly api: string;
  readonly send: Send;
}

/** What a suite leaves out, since whoever stands in between is not able to carry it. */
export interface SuiteOptions {
  /** Prism 5.16.0 reads bodies as UTF-8 text and sends that on, so that other bytes arrive changed. */
  readonly asciiFilesOnly?: boolean;
  /** Prism 5.16.0 decodes percent-encoding in the parts of a form, and then judges that (`a%20b` is no URI any more). */
  readonly noPercentEncodedForms?: boolean;
}
