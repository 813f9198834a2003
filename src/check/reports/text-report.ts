import { onOneLine } from '../../reports/visible.ts';
import type { CheckReport, ExchangeRecord, RuleReport } from '../report.ts';
import { areas } from '../rule-ids.ts';
import { differenceText } from './difference-lines.ts';
import { gradeOf } from './grade.ts';
import { countsText, reportsOf, ruleOf, tellingOf, withResult } from './rule-of.ts';

/** How many requests and lines of a diff are shown. The files of `--report` have all. */
const mostRequests = 12;
const mostLines = 40;
const mostCharacters = 200;

/** The report for a terminal: what failed with its remedy, then the rest in a line each, then grades by area. */
export function textReport(report: CheckReport): string {
  const { consumer, provider, seconds } = report;
  const titled = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `${title}\n${lines.join('\n')}\n`;
  const parts = [
    ...withResult(report, 'failed', 'unstable').map((each) => `${ruleText(each)}\n`),
    titled(
      'Passed',
      withResult(report, 'passed').map(({ id, title }) => `  ${id}: ${title}`),
    ),
    titled('Not observed', withResult(report, 'not-observed').map(reasonLine)),
    titled('Not applicable', withResult(report, 'not-applicable').map(reasonLine)),
    titled('Grades', gradeLines(report)),
    `${onOneLine(consumer)}, called by ${provider}: ${countsText(report)}; ${seconds} s\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** One rule: what differed, the requests, the diff, the remedy and the source. */
export function ruleText(report: RuleReport): string {
  const { source, remedy } = ruleOf(report.id);
  const [shown] = tellingOf(report);
  const lines = [
    `${report.result.toUpperCase().replace('-', ' ')}  ${report.id}: ${report.title}`,
    `  ${report.because}`,
    ...(shown === undefined || (shown.exchange.length === 0 && shown.expected === null)
      ? []
      : [
          ...lastOf(shown.exchange.map(exchangeLine), mostRequests, 'earlier requests'),
          ...(shown.result === 'passed' ? [] : firstOf(differenceText(shown.expected, shown.observed))),
        ].map((line) => `    ${shortened(line)}`)),
    `  Remedy: ${remedy}`,
    `  Source: ${source.title}, ${source.url}`,
  ];
  return lines.map(onOneLine).join('\n');
}

/** A request and its response in a line. */
export function exchangeLine(record: ExchangeRecord): string {
  const { kind, at, method, url, response, error, ms, faults } = record;
  const marks = faults.length === 0 ? '' : ` (${faults.join(', ')})`;
  const who = { callback: 'callback', api: "consumer's request", check: 'request of the check' }[kind];
  return `+${at} ms  ${who}: ${method} ${url}${marks} → ${response?.status ?? error ?? 'no response'} after ${ms} ms`;
}

function reasonLine({ id, because }: RuleReport): string {
  return `  ${id}: ${onOneLine(because)}`;
}

function gradeLines(report: CheckReport): readonly string[] {
  return areas.map((area) => `  ${area.padEnd(14)}${gradeOf(reportsOf(report, area))}`);
}

function shortened(line: string): string {
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line;
}

function lastOf(lines: readonly string[], most: number, what: string): readonly string[] {
  if (lines.length <= most) return lines;
  return [`(${lines.length - most} ${what})`, ...lines.slice(-most)];
}

function firstOf(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `(${lines.length - mostLines} more lines)`];
}
