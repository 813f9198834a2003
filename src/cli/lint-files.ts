import type { Violation } from '../core/errors.ts';
import { jobSummary } from '../reports/job-summary.ts';
import { junitXml } from '../reports/junit-xml.ts';
import type { Renderers } from './report-files.ts';

/** The result of checking scenario files. */
export interface LintReport {
  /** The number of readable files. */
  readonly files: number;
  /** The number of scenarios in files without findings. */
  readonly scenarios: number;
  readonly findings: readonly Violation[];
}

/** The same for the files of `--report`. */
export interface LintedFiles {
  readonly report: LintReport;
  readonly seconds: number;
  /** The paths that were given. */
  readonly paths: readonly string[];
  /** Every file that was read. */
  readonly names: readonly string[];
}

/** The kinds of `ringback scenario lint --report`. */
export const lintRenderers: Renderers<LintedFiles> = {
  json: ({ report }) => lintJson(report),
  junit: (linted) =>
    junitXml({
      command: 'ringback scenario lint',
      name: 'ringback scenario lint',
      seconds: linted.seconds,
      properties: { paths: linted.paths.join(' ') },
      cases: byFile(linted).map(({ name, findings }) => ({
        area: 'scenario',
        name,
        result: findings.length === 0 ? 'passed' : 'failed',
        because: headOf(findings),
        failure: { type: findings[0]?.code ?? '', text: findings.map(findingLine).join('\n') },
      })),
    }),
  github: (linted) => {
    const files = byFile(linted);
    const fine = files.filter(({ findings }) => findings.length === 0);
    return jobSummary({
      title: `Scenarios: ${lintTotals(linted.report)}`,
      subject: `ringback scenario lint ${linted.paths.join(' ')}`,
      seconds: linted.seconds,
      problems: files
        .filter(({ findings }) => findings.length > 0)
        .map(({ name, findings }) => ({
          isFailure: true,
          name,
          title: count(findings.length, 'finding'),
          text: findings.map(findingLine).join('\n'),
        })),
      others: {
        title: `${count(fine.length, 'file')} without findings`,
        rows: fine.map(({ name }) => [name, 'passed', '']),
      },
    });
  },
};

export function lintJson(report: LintReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** `2 files, 3 scenarios: 1 finding` */
export function lintTotals({ files, scenarios, findings }: LintReport): string {
  return `${count(files, 'file')}, ${count(scenarios, 'scenario')}: ${count(findings.length, 'finding')}`;
}

export function findingLine({ location, code, message }: Violation): string {
  return `${location}  ${message}  [${code}]`;
}

/** Each file with its findings, then each path that could not be read. */
function byFile({ report, names }: LintedFiles): readonly { name: string; findings: readonly Violation[] }[] {
  // The longest name first: `a.yaml` may begin the place of a finding in another file.
  const longest = names.toSorted((a, b) => b.length - a.length);
  const fileOf = ({ location }: Violation): string =>
    longest.find((name) => location === name || location.startsWith(`${name}:`)) ?? location;
  const found = Map.groupBy(report.findings, fileOf);
  return [...new Set([...names, ...found.keys()])].map((name) => ({ name, findings: found.get(name) ?? [] }));
}

function headOf(findings: readonly Violation[]): string {
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  return `${findings[0]?.message ?? 'no findings'}${more}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
