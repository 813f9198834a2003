import type { CheckReport, ExchangeRecord, RuleReport } from '../report.ts';
import type { Rule } from '../rule.ts';
import { type Area, areas } from '../rule-ids.ts';
import { rules } from '../rules/rules.ts';
import { gradeOf } from './grade.ts';

/** The report for a terminal: grades by area, then what failed with its remedy, then the rest in a line each. */
export function textReport(report: CheckReport): string {
  const { consumer, provider, counts, seconds } = report;
  const by = (...results: readonly string[]): RuleReport[] =>
    report.rules.filter(({ result }) => results.includes(result));
  const parts = [
    `${consumer}, called by ${provider}\n`,
    gradeLines(report),
    ...by('failed', 'unstable').map(failureText),
    section(
      'Passed',
      by('passed').map(({ id, title }) => `  ${id}: ${title}`),
    ),
    section(
      'Not observed',
      by('not-observed').map(({ id, because }) => `  ${id}: ${because}`),
    ),
    section(
      'Not applicable',
      by('not-applicable').map(({ id, because }) => `  ${id}: ${because}`),
    ),
    `${Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([result, count]) => `${count} ${result.replace('-', ' ')}`)
      .join(', ')}; ${seconds} s\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function gradeLines({ rules: reports }: CheckReport): string {
  const own = (area: Area): RuleReport[] => reports.filter(({ id }) => ruleOf(id).area === area);
  return `${areas.map((area) => `  ${area.padEnd(14)}${gradeOf(own(area))}`).join('\n')}\n`;
}

function failureText(report: RuleReport): string {
  const { source, remedy } = ruleOf(report.id);
  const shown = report.disturbances.find(({ result }) => result === report.result);
  const lines = [
    `${report.result === 'failed' ? 'FAILED' : 'UNSTABLE'}  ${report.id}: ${report.title}`,
    `  ${report.because}`,
    ...(shown === undefined
      ? []
      : [
          ...shown.exchange.slice(-12).map((record) => `    ${exchangeLine(record)}`),
          `  expected: ${JSON.stringify(shown.expected)}`,
          `  observed: ${JSON.stringify(shown.observed)}`,
        ]),
    `  remedy: ${remedy}`,
    `  source: ${source.title}, ${source.url}`,
  ];
  return `${lines.join('\n')}\n`;
}

function exchangeLine({ kind, at, method, url, response, error, ms, faults }: ExchangeRecord): string {
  const who = kind === 'api' ? 'consumer → provider' : 'provider → consumer';
  const marks = faults.length === 0 ? '' : ` (${faults.join(', ')})`;
  return `+${at} ms ${who} ${method} ${url}${marks} → ${response?.status ?? error} in ${ms} ms`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.join('\n')}\n`;
}

function ruleOf(id: string): Rule {
  const rule = rules.find((each) => each.id === id);
  if (rule === undefined) throw new RangeError(`no rule ${id}`);
  return rule;
}
