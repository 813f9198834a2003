/** The median; of an even number of values, the mean of the middle two. NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The quantile of the values, interpolated between two of them. NaN for none.
 * @param q 0 gives the least, 1 the greatest
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** The quantiles that a chart of a distribution shows. */
export const drawnQuantiles: readonly number[] = [
  0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995,
];

/** The name of a metric's quantile, e.g. `late.q99`. */
export function quantileName(metric: string, q: number): string {
  return `${metric}.q${Number((q * 100).toFixed(1))}`;
}

/** A distribution as metrics, one for each of {@link drawnQuantiles}. */
export function quantilesOf(metric: string, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(drawnQuantiles.map((q) => [quantileName(metric, q), quantile(values, q)]));
}
