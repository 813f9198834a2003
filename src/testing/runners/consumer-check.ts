import { checkConsumer } from '../../check/check-consumer.ts';
import type { CheckOptions } from '../../check/check-options.ts';
import type { CheckReport } from '../../check/report.ts';
import { type RuleId, ruleIds } from '../../check/rule-ids.ts';
import { RingbackError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';

/** A consumer that the test file has started, and options that depend on its address. */
export interface ConsumerUnderTest extends CheckOptions {
  /** Its callback endpoint. */
  readonly url: string;
}

/** The consumer's callback endpoint, or a function that is called before the check, e.g. to start the consumer. */
export type ConsumerSource = string | (() => ConsumerUnderTest | Promise<ConsumerUnderTest>);

/** What a test of one rule does. */
export type RuleVerdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'skipped'; readonly reason: string };

/** How long a runner must wait for the check, in milliseconds. A check ends by itself before that. */
export const longestCheckMs = 35 * 60_000;

/** One check, of which each rule is a test. */
export class ConsumerCheck {
  /** The rules that have a test, known before the check. */
  readonly ids: readonly RuleId[];
  readonly #consumer: ConsumerSource;
  readonly #options: CheckOptions;
  #report: CheckReport | undefined;
  #ruleText: ((report: CheckReport['rules'][number]) => string) | undefined;

  constructor(consumer: ConsumerSource, options: CheckOptions) {
    const { only = [], skip = [] } = options;
    for (const id of [...only, ...skip]) {
      if (ruleIds.includes(id)) continue;
      throw new RingbackError('option.invalid', {
        details: { option: only.includes(id) ? 'only' : 'skip', given: id },
        detail: `Could not describe the consumer: there is no rule ${JSON.stringify(id)}.${suggest(id, ruleIds)}`,
      });
    }
    this.#consumer = consumer;
    this.#options = options;
    this.ids = ruleIds.filter(
      (id) => id === 'clean' || ((only.length === 0 || only.includes(id)) && !skip.includes(id)),
    );
  }

  async run(): Promise<void> {
    const consumer = this.#consumer;
    const { url, ...own } = typeof consumer === 'string' ? { url: consumer } : await consumer();
    this.#report = await checkConsumer(url, { ...this.#options, ...own });
    this.#ruleText = (await import('../../check/reports/text-report.ts')).ruleText;
  }

  verdictOf(id: RuleId): RuleVerdict {
    const report = this.#report?.rules.find((each) => each.id === id);
    if (report === undefined) return { kind: 'skipped', reason: 'it was not judged' };
    const { result, because } = report;
    if (result === 'passed') return { kind: 'passed' };
    if (result !== 'failed') return { kind: 'skipped', reason: `${result.replace('-', ' ')}: ${because}` };
    const error = new Error(this.#ruleText?.(report) ?? because);
    // Where the test is in this package says nothing.
    error.stack = `${error.name}: ${error.message}`;
    return { kind: 'failed', error };
  }
}
