import type { CheckReport, RuleReport } from '../report.ts';
import { areas } from '../rule-ids.ts';
import { gradeOf } from './grade.ts';
import { countsText, reportsOf, withResult } from './rule-of.ts';
import { ruleText } from './text-report.ts';
import { escaped, onOneLine } from './visible.ts';

/**
 * The report as a job summary of GitHub. It is HTML without an empty line, so nothing in it is read as Markdown: text of
 * the consumer makes no link, image or mention.
 */
export function githubReport(report: CheckReport): string {
  const failures = withResult(report, 'failed', 'unstable');
  const others = withResult(report, 'not-observed', 'not-applicable', 'passed');
  const lines = [
    `<h2>${escaped(report.provider)} callbacks: ${countsText(report)}</h2>`,
    `<p><code>${inline(report.consumer)}</code>, ${report.seconds} s</p>`,
    `<table><tr>${areas.map((area) => `<th>${area}</th>`).join('')}</tr><tr>${areas
      .map((area) => `<td align="center">${gradeOf(reportsOf(report, area))}</td>`)
      .join('')}</tr></table>`,
    ...failures.map(details),
    `<details><summary>The other ${others.length} rules</summary><table>`,
    ...others.map(
      ({ id, result, because }) =>
        `<tr><td><code>${id}</code></td><td>${result.replace('-', ' ')}</td><td>${inline(because)}</td></tr>`,
    ),
    '</table></details>',
  ];
  return `${lines.join('\n')}\n\n`;
}

function details(report: RuleReport): string {
  const icon = report.result === 'failed' ? '❌' : '⚠️';
  const text = escaped(ruleText(report)).replaceAll('@', '&#64;');
  return `<details open><summary>${icon} <code>${report.id}</code> ${inline(report.title)}</summary><pre>${text}</pre></details>`;
}

function inline(text: string): string {
  return escaped(onOneLine(text)).replaceAll('@', '&#64;');
}
