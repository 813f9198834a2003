import type { RuleReport } from '../report.ts';

/** The grade of the rules of an area: `A` all pass, `F` most fail, `–` none was judged. */
export function gradeOf(reports: readonly RuleReport[]): 'A' | 'B' | 'C' | 'D' | 'F' | '–' {
  const judged = reports.filter(
    ({ result }) => result === 'passed' || result === 'failed' || result === 'unstable',
  );
  if (judged.length === 0) return '–';
  const points = judged.map(({ result }) => (result === 'passed' ? 1 : result === 'unstable' ? 0.5 : 0));
  const share = points.reduce<number>((sum, each) => sum + each, 0) / judged.length;
  if (share === 1) return 'A';
  if (share >= 0.8) return 'B';
  if (share >= 0.6) return 'C';
  return share >= 0.4 ? 'D' : 'F';
}
