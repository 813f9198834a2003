import type { SignatureAlgorithm } from './settings.ts';

/** The headers of a signature. An empty name: there is no such header. */
export interface HeaderNames {
  readonly header: string;
  readonly timestampHeader: string;
  readonly idHeader: string;
}

/** How one signature of a request is made. */
export interface Signing extends HeaderNames {
  readonly scheme: 'standard-webhooks' | 'stripe' | 'twilio' | 'rfc9421' | 'hmac';
  readonly algorithm: SignatureAlgorithm;
  readonly encoding: 'hex' | 'base64';
  readonly prefix: string;
  readonly template: string;
  readonly components: readonly string[];
  readonly keyId: string;
  /** At least one. */
  readonly secrets: readonly string[];
}
