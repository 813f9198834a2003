import type { CheckReport } from '../report.ts';

/** The report as JSON, for programs and as a baseline of later checks. */
export function jsonReport(report: CheckReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
