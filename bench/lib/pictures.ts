import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job, Picture } from './job.ts';
import { barChart, type Line, lineChart } from './plot.ts';
import { type JobResult, measuredFigures } from './report.ts';
import { medianOf, type Round } from './rounds.ts';
import { drawnQuantiles, quantileName } from './statistics.ts';

/** Draws the charts of all jobs into a folder. Returns the files of each job. */
export function drawPictures(results: readonly JobResult[], folder: string): ReadonlyMap<Job, string[]> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ratios.svg'), ratiosChart(results));
  return new Map(
    results.map(({ job, rounds }) => [
      job,
      (job.pictures ?? []).map((picture) => {
        const file = `${picture.name}.svg`;
        writeFileSync(join(folder, file), pictureOf(picture, rounds));
        return file;
      }),
    ]),
  );
}

/** Every ratio with a target. Rates are inverted, so that less is better in every bar. */
function ratiosChart(results: readonly JobResult[]): string {
  const bars = results.flatMap((result) =>
    measuredFigures(result).flatMap(({ figure, ratio, reached }) => {
      if (figure.ratio === undefined || ratio === null) return [];
      const title = `${result.job.name}: ${figure.what}`;
      const least = 'atLeast' in figure.ratio;
      const mark = 'atLeast' in figure.ratio ? 1 / figure.ratio.atLeast : figure.ratio.atMost;
      return [{ title, value: least ? 1 / ratio : ratio, mark, reached: reached === true }];
    }),
  );
  return barChart({
    title: 'Cost as a multiple of the floor’s (rates are turned round); the mark is to be reached',
    bars,
  });
}

function pictureOf({ kind, title, unit, lines }: Picture, rounds: readonly Round[]): string {
  const points = kind === 'growth' ? growthPoints : quantilePoints;
  const drawn = lines.map((line): Line => ({ title: line.title, points: points(line.prefix, rounds) }));
  return kind === 'growth'
    ? lineChart({ title, unit, lines: drawn, scale: 'logarithmic', xText: countText })
    : lineChart({
        title,
        unit,
        lines: drawn,
        scale: 'steps',
        xText: (q) => `p${Number((q * 100).toFixed(1))}`,
      });
}

function growthPoints(prefix: string, rounds: readonly Round[]): Line['points'] {
  const names = Object.keys(rounds[0] ?? {}).filter((name) => name.startsWith(`${prefix}@`));
  return names
    .map((name) => ({ x: Number(name.slice(prefix.length + 1)), y: medianOf(rounds, name) }))
    .sort((a, b) => a.x - b.x);
}

function quantilePoints(prefix: string, rounds: readonly Round[]): Line['points'] {
  return drawnQuantiles
    .map((q) => ({ x: q, y: medianOf(rounds, quantileName(prefix, q)) }))
    .filter(({ y }) => Number.isFinite(y));
}

function countText(count: number): string {
  if (count >= 1_000_000) return `${count / 1_000_000} M`;
  return count >= 1_000 ? `${count / 1_000} k` : String(count);
}
