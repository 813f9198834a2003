import type { CheckReport, RuleReport } from '../report.ts';
import { ruleOf } from './rule-of.ts';
import { ruleText } from './text-report.ts';
import { escaped, onOneLine } from './visible.ts';

/**
 * The report as JUnit XML, in the form that Jenkins, GitLab and GitHub actions read: one test case for each rule. What
 * was not judged, or is unstable, is skipped with the reason.
 */
export function junitReport(report: CheckReport): string {
  const { provider, rules, counts, seconds, consumer } = report;
  const totals = `tests="${rules.length}" failures="${counts.failed}" errors="0" skipped="${rules.length - counts.failed - counts.passed}" time="${seconds}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="ringback check" ${totals}>
  <testsuite name="${escaped(`ringback check of ${provider}`)}" ${totals}>
    <properties>
      <property name="consumer" value="${escaped(consumer)}"/>
    </properties>
${rules.map(testCase).join('\n')}
  </testsuite>
</testsuites>
`;
}

function testCase(report: RuleReport): string {
  const { id, title, result, because } = report;
  const head = `    <testcase classname="ringback.${ruleOf(id).area}" name="${escaped(`${id}: ${title}`)}"`;
  const reason = escaped(onOneLine(because));
  if (result === 'passed') return `${head}/>`;
  const outcome =
    result === 'failed'
      ? `<failure type="${id}" message="${reason}">${escaped(ruleText(report))}</failure>`
      : `<skipped message="${result.replace('-', ' ')}: ${reason}"/>`;
  return `${head}>\n      ${outcome}\n    </testcase>`;
}
