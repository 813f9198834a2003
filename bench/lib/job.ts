/** What one measurement found, by name. */
export type Metrics = Readonly<Record<string, number>>;

/** How a measurement is to be made. */
export interface MeasureContext {
  /** The build that is measured: a `dist` folder. */
  readonly dist: string;
  /** Takes longer, and measures what the short run leaves out. */
  readonly full: boolean;
}

export type Bound = { readonly atMost: number } | { readonly atLeast: number };

/** One row of a job's table: a metric of ours, what it is held against, and what it has to be. */
export interface Figure {
  /** What it is, with its unit, e.g. `CPU per document, µs`. */
  readonly what: string;
  /** Metric of ours: `subject.metric`. */
  readonly ours: string;
  /** What it is held against: `subject.metric`. */
  readonly floor?: string;
  /** Bound of the ratio, ours to the floor's. */
  readonly ratio?: Bound;
  /** Bound of our own value. */
  readonly value?: Bound;
}

/** A chart of a job's medians. */
export interface Picture {
  /**
   * `growth`: the metrics `prefix@x` over x. `distribution`: the metrics `prefix.q50` and so on, as `quantilesOf`
   * makes them.
   */
  readonly kind: 'growth' | 'distribution';
  /** Of the file, without `.svg`. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly { readonly title: string; readonly prefix: string }[];
}

/** One thing that is measured again and again: the subjects in turn, each in a fresh process. */
export interface Job {
  readonly name: string;
  readonly title: string;
  /** What is done and what is counted, for the reader of the report. */
  readonly text: string;
  /** What of Ringback is measured. */
  readonly ours: readonly string[];
  /** What it is held against, in the same rounds. */
  readonly floors: readonly string[];
  /** Rounds where the default of five would take too long for what is stable anyway. */
  readonly rounds?: number;
  readonly figures: readonly Figure[];
  readonly pictures?: readonly Picture[];
  measure(subject: string, context: MeasureContext): Promise<Metrics>;
}
