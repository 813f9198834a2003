import { type JunitCase, junitXml } from '../../reports/junit-xml.ts';
import type { CheckReport, RuleReport } from '../report.ts';
import { ruleOf } from './rule-of.ts';
import { ruleText } from './text-report.ts';

/** The report as JUnit XML: one test case for each rule. What was not judged, or is unstable, is skipped with the reason. */
export function junitReport({ provider, rules, seconds, consumer }: CheckReport): string {
  return junitXml({
    command: 'ringback check',
    name: `ringback check of ${provider}`,
    seconds,
    properties: { consumer },
    cases: rules.map(caseOf),
  });
}

function caseOf(report: RuleReport): JunitCase {
  const { id, title, result, because } = report;
  const isJudged = result === 'passed' || result === 'failed';
  return {
    area: ruleOf(id).area,
    name: `${id}: ${title}`,
    result: isJudged ? result : 'skipped',
    because: isJudged ? because : `${result.replace('-', ' ')}: ${because}`,
    failure: { type: id, text: ruleText(report) },
  };
}
