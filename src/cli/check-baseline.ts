import { readFile } from 'node:fs/promises';
import { type CheckReport, type CheckResult, checkResults } from '../check/report.ts';
import { type RuleId, ruleIds } from '../check/rule-ids.ts';
import { RingbackError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';

/** The result of each rule in an earlier check. */
export type Baseline = ReadonlyMap<RuleId, CheckResult>;

/**
 * Reads a JSON report of an earlier check.
 * @throws {RingbackError} `option.invalid`
 */
export async function readBaseline(file: string): Promise<Baseline> {
  let report: unknown;
  try {
    report = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unusable(file, `a JSON report of an earlier check: ${(error as Error).message}`);
  }
  const rules = isJsonObject(report) ? report.rules : undefined;
  if (!Array.isArray(rules)) throw unusable(file, 'a JSON report of an earlier check, with an array "rules"');
  // A rule that this version does not have says nothing.
  return new Map(
    rules.flatMap((rule: unknown, i): [RuleId, CheckResult][] => {
      const { id, result } = isJsonObject(rule) ? rule : {};
      if (typeof id !== 'string' || !checkResults.includes(result as CheckResult))
        throw unusable(file, `a report whose rules have "id" and "result", at /rules/${i}`);
      return ruleIds.includes(id as RuleId) ? [[id as RuleId, result as CheckResult]] : [];
    }),
  );
}

/** What changed since the baseline, in a line each. */
export function comparedWith(baseline: Baseline, { rules }: CheckReport): readonly string[] {
  const failed = rules.filter(({ result }) => result === 'failed').map(({ id }) => id);
  const before = [...baseline].flatMap(([id, result]) => (result === 'failed' ? [id] : []));
  const passed = rules.filter(({ result }) => result === 'passed').map(({ id }) => id);
  const line = (what: string, ids: readonly RuleId[]): string[] =>
    ids.length === 0 ? [] : [`${what}: ${ids.join(', ')}`];
  return [
    ...line(
      'new failures',
      failed.filter((id) => !before.includes(id)),
    ),
    ...line(
      'failed in the baseline, too',
      failed.filter((id) => before.includes(id)),
    ),
    ...line(
      'fixed since the baseline',
      before.filter((id) => passed.includes(id)),
    ),
    ...line(
      'failed in the baseline, and not judged now',
      before.filter((id) => !passed.includes(id) && !failed.includes(id)),
    ),
  ];
}

/**
 * Whether the exit code says that something is wrong: a failure that the baseline does not have, and with `--strict`
 * everything else that did not pass and had another result in the baseline.
 */
export function isBad({ rules }: CheckReport, isStrict: boolean, baseline: Baseline): boolean {
  return rules.some(
    ({ id, result }) =>
      result !== 'passed' &&
      (result === 'failed' || isStrict) &&
      baseline.get(id) !== result &&
      // What failed and is not seen to fail any more is no worse.
      (result === 'failed' || baseline.get(id) !== 'failed'),
  );
}

function unusable(file: string, expected: string): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option: '--baseline', given: file },
    detail: `Could not read --baseline. Got ${JSON.stringify(file)}, expected ${expected}. Make one with --report json=<file>.`,
  });
}
