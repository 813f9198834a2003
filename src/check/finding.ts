import type { JsonValue } from '../core/json.ts';
import type { ExchangeRecord } from './report.ts';

/** What the team must give so that a disturbance can be played or seen. */
export type Need = 'observer' | 'driver' | 'restart' | 'auth' | 'other-auth' | 'memory';

/** What one play of a disturbance showed. */
export interface Finding {
  readonly result: 'passed' | 'failed' | 'not-observed' | 'not-applicable';
  /** Why, in a sentence. */
  readonly because: string;
  readonly expected: JsonValue;
  readonly observed: JsonValue;
  /** Whether all that differs is that effects came more often than they should. Default: false. */
  readonly isExcess?: boolean;
  readonly exchange: readonly ExchangeRecord[];
}
