import type { Contract } from '../core/contract/contract.ts';
import type { ProviderFacts } from './bundled/provider-facts.ts';
import type { PlayedOutcome } from './outcomes/outcome.ts';

/** What rules may know once the undisturbed sequences were played. */
export interface Facts {
  /** What is known of a bundled provider beyond its contract. Null: the provider is not bundled. */
  readonly known: ProviderFacts | null;
  readonly contract: Contract;
  /** The outcomes whose undisturbed sequence works, so that a disturbed one can be compared with it. */
  readonly outcomes: readonly PlayedOutcome[];
  /** Method of the callbacks. */
  readonly method: string;
  /** Whether callbacks say what they say in a JSON body. Otherwise they say it in the query string. */
  readonly hasBody: boolean;
  /** Whether the provider retries a callback that is not acknowledged. */
  readonly hasRetries: boolean;
  /** `operationId`s of the GETs that show what became of a submission. Empty: there are none. */
  readonly reads: readonly string[];
  /** Whether the consumer used one of {@link reads} in an undisturbed sequence. */
  readonly consumerReads: boolean;
  /** Whether a callback only announces news, and the results are to be read with {@link reads}. */
  readonly isNotice: boolean;
  /** Whether it is known which callbacks are final. */
  readonly hasFinals: boolean;
  /** Whether callbacks are signed. */
  readonly isSigned: boolean;
  /** The credentials that callbacks carry. Null: none. */
  readonly credentials: string | null;
  /** Whether the provider asks for a JSON body in the consumer's response, if there is a body. */
  readonly wantsJson: boolean;
}
