import type { CheckOptions } from './check-options.ts';
import type { CheckReport } from './report.ts';

/**
 * Checks a consumer: plays what providers do to its callback endpoint, and compares the states that it leaves.
 * @param url the consumer's callback endpoint
 * @throws {RingbackError} `option.invalid`; `consumer.unreachable`, `consumer.undriven`; the errors of `ringback serve`
 * @example
 * const report = await checkConsumer('http://localhost:3000/callback', {
 *   provider: 'docdigitizer',
 *   observe: 'http://localhost:3000/documents/{id}',
 * });
 */
export async function checkConsumer(url: string, options: CheckOptions = {}): Promise<CheckReport> {
  // A check starts a server, which importing `ringback` does not load.
  const { runCheck } = await import('./run-check.ts');
  return runCheck(url, options);
}
