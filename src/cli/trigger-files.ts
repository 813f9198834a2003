import { jobSummary } from '../reports/job-summary.ts';
import { type JunitCase, junitXml } from '../reports/junit-xml.ts';
import type { Renderers } from './report-files.ts';

/** What `ringback trigger` found, for the files of `--report`. */
export interface TriggerReport {
  /** The scenario or the callback. */
  readonly what: string;
  readonly to: string;
  readonly seed: number;
  readonly seconds: number;
  /** How many callbacks ended how. */
  readonly totals: string;
  /** The result for programs, as `--json` prints it. */
  readonly json: string;
  readonly deliveries: readonly ReportedDelivery[];
}

export interface ReportedDelivery {
  readonly callback: string;
  readonly state: string;
  /** What a good consumer does. */
  readonly expect: string;
  /** How the consumer's response differs from that, or null. */
  readonly departure: string | null;
  /** The lines of its attempts, as the terminal shows them. */
  readonly lines: readonly string[];
}

/** The kinds of `ringback trigger --report`. */
export const triggerRenderers: Renderers<TriggerReport> = {
  json: ({ json }) => json,
  junit: ({ what, to, seed, seconds, deliveries }) =>
    junitXml({
      command: 'ringback trigger',
      name: `ringback trigger ${what}`,
      seconds,
      properties: { consumer: to, seed: String(seed) },
      cases: deliveries.map(caseOf),
    }),
  github: ({ what, to, seed, seconds, totals, deliveries }) => {
    const numbered = deliveries.map((delivery, i) => ({
      ...delivery,
      name: `#${i + 1} ${delivery.callback}`,
    }));
    const fine = numbered.filter(({ departure }) => departure === null);
    return jobSummary({
      title: `${what}: ${totals}`,
      subject: `ringback trigger ${what} --to ${to} --seed ${seed}`,
      seconds,
      problems: numbered.flatMap(({ name, departure, lines }) =>
        departure === null ? [] : [{ isFailure: true, name, title: departure, text: lines.join('\n') }],
      ),
      others: {
        title: `${fine.length} as expected`,
        rows: fine.map(({ name, state, lines }) => [name, state, lines.at(-1) ?? '']),
      },
    });
  },
};

function caseOf({ callback, state, expect, departure, lines }: ReportedDelivery, index: number): JunitCase {
  const isDropped = state === 'dropped';
  return {
    area: callback,
    name: `#${index + 1} ${callback}`,
    result: departure !== null ? 'failed' : isDropped ? 'skipped' : 'passed',
    because: departure ?? (isDropped ? 'dropped: the scenario does not send it' : 'as expected'),
    failure: { type: expect, text: lines.join('\n') },
  };
}
