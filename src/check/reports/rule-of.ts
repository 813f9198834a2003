import type { CheckReport, CheckResult, DisturbanceReport, RuleReport } from '../report.ts';
import type { Rule } from '../rule.ts';
import type { Area } from '../rule-ids.ts';
import { rules } from '../rules/rules.ts';

/** The texts of a rule. */
export function ruleOf(id: string): Rule {
  const rule = rules.find((each) => each.id === id);
  if (rule === undefined) throw new RangeError(`no rule ${id}`);
  return rule;
}

/** The reports of an area's rules. */
export function reportsOf({ rules: reports }: CheckReport, area: Area): readonly RuleReport[] {
  return reports.filter(({ id }) => ruleOf(id).area === area);
}

/** The reports with one of some results, in the order of the results given. */
export function withResult(
  { rules: reports }: CheckReport,
  ...results: readonly CheckResult[]
): readonly RuleReport[] {
  return results.flatMap((result) => reports.filter((report) => report.result === result));
}

/** The disturbances that have the result of their rule. */
export function tellingOf({ result, disturbances }: RuleReport): readonly DisturbanceReport[] {
  return disturbances.filter((each) => each.result === result);
}

/** `2 failed, 13 passed, 1 not observed`, without what does not occur. */
export function countsText({ counts }: CheckReport): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `${count} ${result.replace('-', ' ')}`)
    .join(', ');
}
