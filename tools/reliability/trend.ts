/** The trend of a noisy series. */
export interface Trend {
  /** The median of the values. */
  readonly level: number;
  /** Growth from the first to the last value, by the median of all pairwise slopes (Theil–Sen). */
  readonly growth: number;
}

/** A few outliers change neither number, unlike a mean or a least-squares line. */
export function trendOf(values: readonly number[]): Trend {
  const slopes: number[] = [];
  for (const [index, value] of values.entries())
    for (let later = index + 1; later < values.length; later++)
      slopes.push(((values[later] as number) - value) / (later - index));
  return { level: median(values), growth: median(slopes) * (values.length - 1) };
}

/**
 * Whether a series grows by more than a share of its level and by more than noise.
 * @param noise insignificant growth, in the unit of the values
 */
export function grows(values: readonly number[], share: number, noise: number): boolean {
  const { level, growth } = trendOf(values);
  return growth > Math.max(share * level, noise);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return 0;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle) - 1] as number)) / 2;
}
