import type { RetryPolicy } from '../core/engine/deliveries/retry-policy.ts';
import { type Report, type RetryShape, readRetry, retryPolicyOf } from '../core/scenario/read-retry.ts';
import { knownPresets } from '../core/scenario/retry-presets.ts';

/**
 * Reads the retry policy of a provider, which is valid under its schema. What it leaves out is that of one attempt.
 * @param report takes what the schema cannot detect, with its pointer below the policy
 * @returns null if it is wrong
 */
export function readPolicy(retry: RetryShape, report: Report): RetryPolicy | null {
  let isWrong = false;
  const input = readRetry(retry, '', (...problem) => {
    isWrong = true;
    report(...problem);
  });
  if (isWrong) return null;
  const policy = retryPolicyOf(input, knownPresets.none, knownPresets);
  if (typeof policy !== 'string') return policy;
  report('', 'retry', policy);
  return null;
}
