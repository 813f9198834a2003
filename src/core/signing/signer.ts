import type { CallbackType } from '../contract/contract.ts';
import type { Settings } from '../settings.ts';
import type { SignatureFault } from './signature-faults.ts';

/** What a signature covers: a request as it is about to be sent. */
export interface SignableRequest {
  readonly method: string;
  /** Absolute, without a fragment. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As a string, which is sent as UTF-8, or as bytes. Null: none. */
  readonly body: string | Uint8Array | null;
}

/** When, for whom and how a request is signed. */
export interface SigningContext {
  /** The settings of the space at the time of the attempt. */
  readonly settings: Settings;
  /** The callback, whose contract may declare headers with signatures. */
  readonly type: CallbackType | undefined;
  /** The same at each attempt, of copies and redeliveries, too. */
  readonly messageId: string;
  /** The time of the attempt in milliseconds since 1970. */
  readonly at: number;
  /** What a script does to the signature. Null: nothing. */
  readonly fault: SignatureFault | null;
}

/** The parts of a request that signing may change. */
export interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** Whether the fault made a difference. */
  readonly isFaulty: boolean;
}

/** Signs requests. The last thing that happens to one before it is sent. */
export interface Signer {
  /** @returns null if the request is not signed */
  sign(request: SignableRequest, context: SigningContext): SignedRequest | null;
}
