/** The values of one measurement, by name. */
export type Metrics = Readonly<Record<string, number>>;

/** The options of a measurement. */
export interface MeasureContext {
  /** The measured build: a `dist` folder. */
  readonly dist: string;
  /** Takes longer, and measures what the short run omits. */
  readonly full: boolean;
}

export type Bound = { readonly atMost: number } | { readonly atLeast: number };

/** One row of a job's table: a metric of ours, its comparison, and its target. */
export interface Figure {
  /** The label with its unit, e.g. `CPU per document, µs`. */
  readonly what: string;
  /** Metric of ours: `subject.metric`. */
  readonly ours: string;
  /** Metric of the comparison: `subject.metric`. */
  readonly floor?: string;
  /** Limit of the ratio, ours to the floor's. */
  readonly ratio?: Bound;
  /** Limit of our own value. */
  readonly value?: Bound;
}

/** A chart of a job's medians. */
export interface Picture {
  /**
   * `growth`: the metrics `prefix@x` over x. `distribution`: the metrics `prefix.q50` and so on, as `quantilesOf`
   * makes them.
   */
  readonly kind: 'growth' | 'distribution';
  /** The file name without `.svg`. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly { readonly title: string; readonly prefix: string }[];
}

/** One repeated measurement: the subjects in turn, each in a fresh process. */
export interface Job {
  readonly name: string;
  readonly title: string;
  /** What is done and counted, for readers of the report. */
  readonly text: string;
  /** The measured subjects of Ringback. */
  readonly ours: readonly string[];
  /** The subjects to compare with, in the same rounds. */
  readonly floors: readonly string[];
  /** Fewer rounds than the default of five, where stable results do not justify the time. */
  readonly rounds?: number;
  readonly figures: readonly Figure[];
  readonly pictures?: readonly Picture[];
  measure(subject: string, context: MeasureContext): Promise<Metrics>;
}
