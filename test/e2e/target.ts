import type { Send } from '../support/clients.ts';
import type { TestRingback } from '../support/ringback.ts';

/** What a suite runs against: a mock, and how its API is reached. */
export interface Target {
  readonly ringback: TestRingback;
  /** The URL of the API: the mock itself, or a proxy in front of it. */
  readonly api: string;
  readonly send: Send;
}

/** What a suite skips because the proxy cannot forward it. */
export interface SuiteOptions {
  /** Prism 5.16.0 reads bodies as UTF-8 and forwards that, so other bytes arrive changed. */
  readonly asciiFilesOnly?: boolean;
  /** Prism 5.16.0 decodes percent-encoding in the parts of a form before validation (`a%20b` is no longer a URI). */
  readonly noPercentEncodedForms?: boolean;
}
