import type { Bound, Figure, Job } from './job.ts';
import { medianOf, medianRatio, type Round } from './rounds.ts';

/** The rounds of one job. */
export interface JobResult {
  readonly job: Job;
  readonly rounds: readonly Round[];
}

/** A figure with what was measured. */
export interface Measured {
  readonly figure: Figure;
  readonly ours: number;
  readonly floor: number | null;
  readonly ratio: number | null;
  /** Null: no target. */
  readonly reached: boolean | null;
}

export function measuredFigures({ job, rounds }: JobResult): Measured[] {
  return job.figures.map((figure) => {
    const ours = medianOf(rounds, figure.ours);
    const floor = figure.floor === undefined ? null : medianOf(rounds, figure.floor);
    const ratio = figure.floor === undefined ? null : medianRatio(rounds, figure.ours, figure.floor);
    const checks = [
      ...(figure.value === undefined ? [] : [keeps(ours, figure.value)]),
      ...(figure.ratio === undefined ? [] : [ratio !== null && keeps(ratio, figure.ratio)]),
    ];
    return { figure, ours, floor, ratio, reached: checks.length === 0 ? null : checks.every(Boolean) };
  });
}

/** NaN meets no limit. */
function keeps(value: number, bound: Bound): boolean {
  return 'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast;
}

/** The table of some figures. */
export function figuresTable(measured: readonly Measured[]): string {
  const rows = measured.map(({ figure, ours, floor, ratio, reached }) =>
    tableRow([
      figure.what,
      numberText(ours),
      floor === null ? '' : numberText(floor),
      ratioText(ratio),
      wantedText(figure),
      reached === null ? '' : reached ? 'reached' : '**not reached**',
    ]),
  );
  return table(['', 'ours', 'floor', 'ratio in the same rounds', 'to reach', ''], rows);
}

/** The figures with a target, of all jobs. */
export function summaryTable(results: readonly JobResult[]): string {
  const rows = results.flatMap((result) =>
    measuredFigures(result)
      .filter(({ reached }) => reached !== null)
      .map(({ figure, ours, ratio, reached }) =>
        tableRow([
          `[${result.job.name}](#${result.job.name})`,
          figure.what,
          [
            ...(figure.value === undefined ? [] : [numberText(ours)]),
            ...(figure.ratio === undefined ? [] : [ratioText(ratio)]),
          ].join(', '),
          wantedText(figure),
          reached === true ? 'reached' : '**not reached**',
        ]),
      ),
  );
  return table(['job', 'figure', 'measured', 'to reach', ''], rows);
}

/** The section of one job. */
function jobSection(result: JobResult, pictures: readonly string[]): string {
  const { job, rounds } = result;
  const images = pictures.map((file) => `\n![${job.title}](plots/${file})\n`);
  return `## ${job.name}

${job.title}. ${job.text} Medians of ${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}.

${figuresTable(measuredFigures(result))}
${spreadText(result)}${images.join('')}`;
}

/** The spread of the rounds, for judging a ratio. */
function spreadText({ job, rounds }: JobResult): string {
  if (rounds.length < 2) return '';
  const spreads = job.figures
    .filter((figure) => figure.floor !== undefined && figure.ratio !== undefined)
    .map(({ what, ours, floor = '' }) => {
      const ratios = rounds.map((round) => (round[ours] ?? Number.NaN) / (round[floor] ?? Number.NaN));
      return `${what}: ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} ×`;
    });
  return spreads.length === 0 ? '' : `\nRatios of the single rounds: ${spreads.join('; ')}.\n`;
}

/** The whole page. */
export function reportPage(
  machine: readonly string[],
  results: readonly JobResult[],
  pictures: (job: Job) => readonly string[],
): string {
  return `<!-- Made by "npm run bench" -->
# Bench report

${machine.map((line) => `- ${line}`).join('\n')}

How it is measured: [README.md](README.md).

${summaryTable(results)}

![Ratios to the floors](plots/ratios.svg)

${results.map((result) => jobSection(result, pictures(result.job))).join('\n')}`;
}

/** Empty where there is no floor, or it is 0. */
function ratioText(ratio: number | null): string {
  return ratio === null || !Number.isFinite(ratio) ? '' : `${ratio.toFixed(2)} ×`;
}

function wantedText({ ratio, value }: Figure): string {
  const texts = [
    ...(value === undefined ? [] : [boundText(value, '')]),
    ...(ratio === undefined ? [] : [boundText(ratio, ' ×')]),
  ];
  return texts.join(', ');
}

function boundText(bound: Bound, unit: string): string {
  return 'atMost' in bound ? `≤ ${numberText(bound.atMost)}${unit}` : `≥ ${numberText(bound.atLeast)}${unit}`;
}

/** Three significant digits, and thousands with commas. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly string[]): string {
  return [tableRow(head), tableRow(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows].join('\n');
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
