import { jobSummary } from '../../reports/job-summary.ts';
import type { CheckReport } from '../report.ts';
import { areas } from '../rule-ids.ts';
import { gradeOf } from './grade.ts';
import { countsText, reportsOf, withResult } from './rule-of.ts';
import { ruleText } from './text-report.ts';

/** The report as a job summary of GitHub: grades, then each rule that failed or is unstable, then the others. */
export function githubReport(report: CheckReport): string {
  const others = withResult(report, 'not-observed', 'not-applicable', 'passed');
  const heads = areas.map((area) => `<th>${area}</th>`).join('');
  const grades = areas.map((area) => `<td align="center">${gradeOf(reportsOf(report, area))}</td>`).join('');
  return jobSummary({
    title: `${report.provider} callbacks: ${countsText(report)}`,
    subject: report.consumer,
    seconds: report.seconds,
    overview: `<table><tr>${heads}</tr><tr>${grades}</tr></table>`,
    problems: withResult(report, 'failed', 'unstable').map((each) => ({
      isFailure: each.result === 'failed',
      name: each.id,
      title: each.title,
      text: ruleText(each),
    })),
    others: {
      title: `The other ${others.length} rules`,
      rows: others.map(({ id, result, because }) => [id, result.replace('-', ' '), because]),
    },
  });
}
