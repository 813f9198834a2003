import { type Duration, parseDuration } from '../duration.ts';
import type { RetryPolicy } from '../engine/deliveries/retry-policy.ts';
import { isRingbackError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { RetryInput } from './scenario.ts';
import { show } from './schema-violations.ts';

/** `retry` as it is written, valid under its schema. */
export type RetryShape =
  | string
  | {
      readonly schedule?: readonly Duration[];
      readonly on?: readonly (string | number)[];
      readonly timeout?: Duration;
      readonly retryAfter?: Duration;
    };

/** Takes a problem and its JSON pointer. */
export type Report = (pointer: string, code: string, message: string) => void;

/** Reads a duration. One that is wrong is reported, and read as 0. */
export function readDuration(text: JsonValue | undefined, pointer: string, report: Report): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!isRingbackError(error)) throw error;
    report(pointer, error.code, error.message);
    return 0;
  }
}

/**
 * Reads a retry policy: durations become milliseconds.
 * @param pointer of the policy, for problems that the schema cannot detect
 */
export function readRetry(retry: RetryShape, pointer: string, report: Report): RetryInput | string {
  if (typeof retry === 'string') return retry;
  const { schedule, on, timeout, retryAfter } = retry;
  const read = (text: Duration, name: string): number => readDuration(text, `${pointer}/${name}`, report);
  const input: { -readonly [K in keyof RetryInput]: RetryInput[K] } = {};
  if (schedule !== undefined) input.delaysMs = schedule.map((text, index) => read(text, `schedule/${index}`));
  if (on !== undefined) input.on = on.map(String);
  if (timeout !== undefined) input.timeoutMs = read(timeout, 'timeout');
  if (input.timeoutMs === 0)
    report(`${pointer}/timeout`, 'retry.timeout', `got ${show(timeout)}, expected a time above 0.`);
  if (retryAfter !== undefined) input.retryAfterMaxMs = read(retryAfter, 'retryAfter');
  return input;
}

/**
 * The policy that an input means.
 * @param base what the input leaves out
 * @param presets policies by name
 * @returns or what is wrong with the input
 */
export function retryPolicyOf(
  input: RetryInput | string,
  base: RetryPolicy,
  presets: Readonly<Record<string, RetryPolicy>>,
): RetryPolicy | string {
  if (typeof input === 'string') {
    const preset = Object.hasOwn(presets, input) ? presets[input] : undefined;
    const names = Object.keys(presets).join(', ');
    return preset ?? `there is no retry preset "${input}", expected one of ${names}.`;
  }
  const delaysMs = input.delaysMs ?? base.delaysMs;
  if (input.on !== undefined && input.on.length > 0 && delaysMs.length === 0)
    return '`retry.on` lists what is retried, but there are no waits: add `retry.schedule`.';
  return {
    delaysMs,
    // If the provider retries nothing, the schedule would otherwise never be used.
    on: input.on ?? (base.on.length > 0 ? base.on : ['non-2xx', 'timeout', 'network']),
    timeoutMs: input.timeoutMs ?? base.timeoutMs,
    retryAfterMaxMs: input.retryAfterMaxMs ?? base.retryAfterMaxMs,
  };
}
